import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { SteepestError } from "../errors.js";

/** What results depend on, by name: options that were given, data, the seed. Those that are undefined were not given. */
export type Asked = Readonly<Record<string, string | number | boolean | undefined>>;

const longest = 120;

/**
 * A file's name, without its ending, that says how its results were asked for, so that those of other settings are not written over:
 * `ridge` with `{ lambda: 10, quick: true }` is "ridge-lambda-10-quick".
 */
export const stemOf = (name: string, asked: Asked): string => {
  const parts = Object.entries(asked).flatMap(([key, value]) =>
    value === undefined || value === false ? [] : value === true ? [key] : [`${key}-${value}`],
  );
  const stem = [name, ...parts].join("-").replace(/[^\p{L}\p{N}._+-]+/gu, "-");
  if (stem.length <= longest) return stem;
  return `${stem.slice(0, longest)}-${createHash("sha256").update(stem).digest("hex").slice(0, 8)}`;
};

/** A fingerprint of a file's content, for what was asked: the same path can hold other data later. Undefined where there is none. */
export const contentOf = async (path: string): Promise<string | undefined> => {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex").slice(0, 16);
};

const askedIn = async (path: string): Promise<unknown> => {
  try {
    const content: unknown = JSON.parse(await readFile(path, "utf8"));
    return content instanceof Object && "asked" in content ? content.asked : undefined;
  } catch {
    return undefined;
  }
};

/** Options in a fixed order, without those that were not given. */
const canonical = (asked: object): string =>
  JSON.stringify(
    Object.entries(asked)
      .filter(([, value]) => value !== undefined && value !== false)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * Throws where a file of results (JSON, with what was asked for as its `asked`) is there already and is not of the same question:
 * names cannot tell everything apart, such as two tables of one name in two folders.
 */
export const requireSameQuestion = async (path: string, asked: Asked): Promise<void> => {
  if (!existsSync(path)) return;
  const before = await askedIn(path);
  if (before instanceof Object && canonical(before) === canonical(asked)) return;
  const other =
    before instanceof Object
      ? Object.entries(before).find(([key, value]) => asked[key] !== value)
      : undefined;
  throw new SteepestError(
    `${path} holds the results of other settings${other ? ` (${other[0]} ${other[1]})` : ""}; choose another --out, or move the file away`,
  );
};
