import { SteepestError } from "../../errors.js";
import { shown } from "../../shown.js";
import { scan } from "./scan.js";
import { fail, type Source } from "./source.js";

/** Tab and semicolon before the comma, which may be a decimal comma between them. */
const candidates = ["\t", ";", ","].map((text) => text.charCodeAt(0));

/** How much of a file is looked at. */
const SAMPLE = 2 ** 16;

/** The first rows, whole. */
const sampleOf = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length <= SAMPLE) return bytes.slice();
  const head = bytes.slice(0, SAMPLE);
  return head.subarray(0, Math.max(head.lastIndexOf(10), head.lastIndexOf(13)) + 1);
};

/** The line `sep=;` with which Excel is told the separator. */
const SEPARATOR_LINE = /^"?sep=([\t -~])"?(?=[\r\n])/i;

/**
 * The separator that a first line `sep=;` names, and the bytes from that line's end on: an empty line stays, so that lines are counted as
 * in the file. Undefined where the file has no such line.
 */
export const separatorLine = (
  bytes: Uint8Array,
): { readonly delimiter: string; readonly rest: Uint8Array } | undefined => {
  const match = SEPARATOR_LINE.exec(String.fromCharCode(...bytes.subarray(0, 8)));
  const [line = "", delimiter] = match ?? [];
  return delimiter === undefined ? undefined : { delimiter, rest: bytes.subarray(line.length) };
};

/** Whether every row of the sample has the same number of cells, more than one. */
const divides = (sample: Uint8Array, delimiter: number, source: Source): boolean => {
  try {
    return scan(sample.slice(), delimiter, source).width > 1;
  } catch (error) {
    if (error instanceof SteepestError) return false;
    throw error;
  }
};

/** How often each candidate occurs in the first line that is not empty. */
const countsInFirstLine = (bytes: Uint8Array): Map<number, number> => {
  const counts = new Map(candidates.map((candidate) => [candidate, 0]));
  let text = false;
  for (const byte of bytes) {
    if (byte === 10 || byte === 13) {
      if (text) break;
      continue;
    }
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
    if (byte !== 32 && byte !== 9) text = true;
  }
  return counts;
};

/** The separator that cuts the first rows into equally many cells; where none does, the most frequent in the first line. */
const detect = (bytes: Uint8Array, source: Source): number => {
  const sample = sampleOf(bytes);
  const dividing = candidates.find((candidate) => divides(sample, candidate, source));
  if (dividing !== undefined) return dividing;
  const counts = [...countsInFirstLine(bytes)];
  return counts.reduceRight((best, next) => (next[1] > best[1] ? next : best))[0];
};

/** The byte that separates cells. Throws where what was given is not one ASCII character that can do so. */
export const delimiterOf = (bytes: Uint8Array, given: string | undefined, source: Source): number => {
  if (given === undefined) return detect(bytes, source);
  if (
    typeof given === "string" &&
    given.length === 1 &&
    given < "\u0080" &&
    !'"\r\n0123456789'.includes(given)
  ) {
    return given.charCodeAt(0);
  }
  return fail(
    source,
    `${source.option("delimiter")} is ${shown(String(given))}; give one character, such as a comma, a semicolon or a tab`,
  );
};
