import { givenText } from "../given.js";
import { missing } from "../missing.js";

/** Numbers of examples as they can be given: a typed array or list, one example after another, or lists of lists, one for each example. */
export type Numbers = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean> | readonly Nested[];

type Nested =
  | number
  | boolean
  | ArrayLike<number>
  | ArrayLike<bigint>
  | ArrayLike<boolean>
  | readonly Nested[];

export type Fail = (problem: string) => never;

/** Numbers one after another, and how they were nested: `[3, 2]` for three lists of two, `[6]` for six numbers without lists. */
export interface Flat {
  readonly values: ArrayLike<unknown>;
  readonly extents: readonly number[];
  /** Whether these were `true` and `false`; they then are 1 and 0. */
  readonly booleans: boolean;
}

const arrayTypes = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
];

export const isList = (given: unknown): given is ArrayLike<unknown> =>
  typeof given === "object" &&
  given !== null &&
  "length" in given &&
  typeof given.length === "number" &&
  !(given instanceof DataView);

/** A typed array of another realm (a frame or `vm` context has classes of its own) as one of this. */
const ofThisRealm = (given: ArrayLike<unknown>): ArrayLike<unknown> => {
  if (!ArrayBuffer.isView(given)) return given;
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  const Type = arrayTypes.find(({ name }) => name === kind);
  return Type === undefined || given instanceof Type
    ? given
    : new Type(given.buffer as ArrayBuffer, given.byteOffset, given.length);
};

/** The extents of lists of lists, as far as the first of each tells. */
const extentsOf = (given: unknown): number[] => (isList(given) ? [given.length, ...extentsOf(given[0])] : []);

/** Copies the numbers of lists of lists. Throws where lists are not as long as the first, or hold something else than its first element. */
const flatten = (given: ArrayLike<unknown>, extents: readonly number[], what: string, fail: Fail) => {
  const depth = extents.length;
  const values = new Float64Array(extents.reduce((a, b) => a * b, 1));
  let first: unknown;
  let filled = 0;
  const visit = (list: unknown, level: number, place: string): void => {
    const extent = extents[level] ?? missing();
    if (!isList(list)) fail(`${place} is ${givenText(list)}, but the first is a list of ${extent}`);
    const { length } = list as ArrayLike<unknown>;
    if (length !== extent)
      fail(`${place} has ${length} elements, but the first ${extent}; give equally many`);
    for (let i = 0; i < extent; i++) {
      const element = (list as ArrayLike<unknown>)[i];
      if (level + 1 < depth) {
        visit(element, level + 1, `${place}[${i}]`);
        continue;
      }
      if (filled === 0) first = element;
      if (!["number", "bigint", "boolean"].includes(typeof element) || typeof element !== typeof first) {
        fail(`${place}[${i}] is ${givenText(element)}; give a number`);
      }
      values[filled++] = Number(element);
    }
  };
  visit(given, 0, what);
  return { values, booleans: typeof first === "boolean" };
};

/** What was given as the numbers of examples, one after another. `what` names it in messages. Throws where it is no list, or an uneven one. */
export const flat = (what: string, given: unknown, fail: Fail): Flat => {
  // What gives one after another, such as a generator, might never end.
  if (!isList(given)) {
    return fail(`${what} is ${givenText(given)}; give a list, a list of lists, or a typed array of numbers`);
  }
  const extents = extentsOf(given);
  if (extents.length > 1) return { ...flatten(given, extents, what, fail), extents };
  const booleans = typeof given[0] === "boolean";
  const all = booleans && Array.from(given).every((value) => typeof value === "boolean");
  return { values: all ? Uint8Array.from(given, Number) : ofThisRealm(given), extents, booleans };
};
