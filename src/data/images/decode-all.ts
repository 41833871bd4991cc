import { SteepestError } from "../../errors.js";
import { cores } from "../../machine.js";
import { missing } from "../../missing.js";
import { listed } from "../../shown.js";
import type { ImageLayout } from "../dataset.js";
import { decode, probe } from "./decode.js";
import type { PictureEntry } from "./entry.js";
import type { Decoded, Fit } from "./picture-file.js";

/** Pictures decoded between two writes. */
const blockSize = 256;

/** Applies a function to all, a few at a time, in order. */
const each = async <T, R>(items: readonly T[], apply: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await apply(items[i] ?? missing());
    }
  };
  await Promise.all(Array.from({ length: 2 * cores }, work));
  return results;
};

/** What to do with a picture that does not decode. */
export type OnBad = "refuse" | "skip";

/** A picture that was left out, and why. */
type Bad = { readonly problem: string };
const isBad = (result: Decoded | ImageLayout | Bad): result is Bad => "problem" in result;

const orBad = async <T>(work: () => Promise<T>, onBad: OnBad): Promise<T | Bad> => {
  try {
    return await work();
  } catch (error) {
    if (onBad === "refuse" || !(error instanceof SteepestError)) throw error;
    return { problem: error.message };
  }
};

/** What is decided about the size of all pictures, and why. */
export interface Plan {
  readonly layout: ImageLayout;
  readonly fit: Fit;
  readonly notes: readonly string[];
}

/** What the user asked for. */
export interface Wanted {
  readonly size?: number | readonly [height: number, width: number];
  readonly channels?: 1 | 3;
  readonly fit: Fit;
  readonly onBad: OnBad;
}

const mixed = (sizes: ReadonlyMap<string, number>): string =>
  listed(
    [...sizes].sort(([, a], [, b]) => b - a).map(([size, count]) => `${size} (${count})`),
    3,
  );

/**
 * The size and channels of all pictures: what was asked for, else their own where they are equal. Where they differ, grey pictures among
 * coloured ones get three channels, and all the size of the smallest side among them, as a square; both is said.
 */
export const planOf = async (
  entries: readonly PictureEntry[],
  { size, channels, fit, onBad }: Wanted,
): Promise<Plan> => {
  const [height, width] = typeof size === "number" ? [size, size] : (size ?? []);
  if (height !== undefined && width !== undefined && channels !== undefined) {
    return { layout: { width, height, channels }, fit, notes: [] };
  }
  const found = (await each(entries, (entry) => orBad(() => probe(entry), onBad))).filter(
    (result): result is ImageLayout => !isBad(result),
  );
  const sizes = new Map<string, number>();
  for (const picture of found) {
    const key = `${picture.width} x ${picture.height}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const grey = found.filter((picture) => picture.channels === 1).length;
  const notes: string[] = [];
  if (channels === undefined && grey > 0 && grey < found.length) {
    notes.push(`${grey} of ${found.length} pictures ${grey === 1 ? "is" : "are"} grey: taken as colours`);
  }
  const [first] = found;
  if (!first) throw new SteepestError("none of the pictures can be decoded");
  const side = found.reduce((least, picture) => Math.min(least, picture.width, picture.height), Infinity);
  const own = sizes.size === 1 ? first : { width: side, height: side };
  if (width === undefined && sizes.size > 1) {
    notes.push(
      `pictures of ${sizes.size} sizes, ${mixed(sizes)}: ${fit === "cover" ? "the middle of each" : "each, stretched,"} scaled to ${side} x ${side}; another size can be asked for`,
    );
  }
  return {
    layout: {
      width: width ?? own.width,
      height: height ?? own.height,
      channels: channels ?? (grey === found.length ? 1 : 3),
    },
    fit,
    notes,
  };
};

/** What came of decoding. */
export interface DecodedAll {
  readonly labels: Int32Array;
  readonly notes: readonly string[];
}

/** Decodes all pictures in order and hands over their bytes block by block. */
export const decodeAll = async (
  entries: readonly PictureEntry[],
  { layout, fit }: Plan,
  onBad: OnBad,
  write: (pixels: Uint8Array) => Promise<void> | void,
  onProgress: (done: number) => void,
): Promise<DecodedAll> => {
  const labels: number[] = [];
  const bad: string[] = [];
  let [deep, animated] = [0, 0];
  for (let start = 0; start < entries.length; start += blockSize) {
    const block = entries.slice(start, start + blockSize);
    const results = await each(block, (entry) => orBad(() => decode(entry, layout, fit), onBad));
    for (const [i, result] of results.entries()) {
      if (isBad(result)) {
        bad.push(result.problem);
        continue;
      }
      labels.push((block[i] ?? missing()).label);
      deep += Number(result.deep);
      animated += Number(result.frames > 1);
      await write(result.pixels);
    }
    onProgress(Math.min(start + blockSize, entries.length));
  }
  return {
    labels: Int32Array.from(labels),
    notes: [
      ...(bad.length > 0
        ? [
            `${bad.length} ${bad.length === 1 ? "picture" : "pictures"} left out: ${bad.slice(0, 3).join("; ")}${bad.length > 3 ? "; …" : ""}`,
          ]
        : []),
      ...(deep > 0
        ? [`${deep} ${deep === 1 ? "picture" : "pictures"} of 16 bits a channel taken with 8`]
        : []),
      ...(animated > 0
        ? [
            `${animated} ${animated === 1 ? "animation: its first frame" : "animations: the first frame of each"} taken`,
          ]
        : []),
    ],
  };
};
