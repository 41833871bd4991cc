import { spreadClasses } from "../data/subset.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";
import { shown } from "../shown.js";

/** Rows of a table by what they are for. */
export interface Parts {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

export interface SplitOptions {
  readonly seed: number;
  /** Share of the rows, or their number. */
  readonly test: number;
  /** Share of the rows that are not for the test, or their number. */
  readonly validation: number;
}

const countOf = (what: string, share: number, of: number): number => {
  if (!(share >= 0) || (share >= 1 && !Number.isInteger(share)))
    throw new SteepestError(
      `--${what} ${share}: give a share of the rows below 1, or a whole number of them`,
    );
  const count = share < 1 ? Math.round(share * of) : share;
  // A share of few rows is still one.
  const least = share > 0 ? Math.max(1, count) : 0;
  if (least < of) return least;
  throw new SteepestError(
    `--${what} ${share}: of ${of} rows none would be left to train on; give a smaller share`,
  );
};

/** How many rows each part takes. */
const sizesOf = (rows: number, { test, validation }: SplitOptions) => {
  const tested = countOf("test", test, rows);
  return { test: tested, validation: countOf("validation", validation, rows - tested) };
};

const cut = (
  order: Uint32Array,
  { test, validation }: { readonly test: number; readonly validation: number },
): Parts => ({
  test: order.slice(0, test).sort(),
  validation: order.slice(test, test + validation).sort(),
  train: order.slice(test + validation).sort(),
});

/** Rows at random, each class of `classes` in its share where they are given. A function of the seed. */
export const splitAtRandom = (
  rows: Uint32Array,
  options: SplitOptions,
  classes?: ArrayLike<number>,
): Parts => {
  const shuffled = random(options.seed, "table split")
    .permutation(rows.length)
    .map((i) => rows[i] ?? missing());
  return cut(classes ? spreadClasses(shuffled, classes) : shuffled, sizesOf(rows.length, options));
};

/** Which part of the rows is the test: part `fold` (from 1) of `of`. */
export interface Fold {
  readonly fold: number;
  readonly of: number;
}

/** The test is a stretch of a random order, in which each class of `classes` has its share where they are given; every row is so in one fold. */
export const splitByFold = (
  rows: Uint32Array,
  { seed, validation }: Pick<SplitOptions, "seed" | "validation">,
  { fold, of }: Fold,
  classes?: ArrayLike<number>,
): Parts => {
  if (of > rows.length) throw new SteepestError(`--folds ${of}: there are only ${rows.length} rows`);
  const shuffled = random(seed, "table folds")
    .permutation(rows.length)
    .map((i) => rows[i] ?? missing());
  const order = classes ? spreadClasses(shuffled, classes) : shuffled;
  const [from, to] = [fold - 1, fold].map((k) => Math.round((k * order.length) / of));
  const rest = order.filter((_, place) => place < (from ?? 0) || place >= (to ?? 0));
  const watched = countOf("validation", validation, rest.length);
  return {
    test: order.slice(from, to).sort(),
    validation: rest.slice(0, watched).sort(),
    train: rest.slice(watched).sort(),
  };
};

/** Whole groups, the largest first, each to the fold that has the fewest rows so far. */
export const splitByFoldOfGroups = (
  rows: Uint32Array,
  { seed, validation }: Pick<SplitOptions, "seed" | "validation">,
  { fold, of }: Fold,
  groups: ArrayLike<number>,
  name: string,
): Parts => {
  const all = [...membersOf(rows, groups).values()];
  if (all.length < of + 1) {
    throw new SteepestError(
      `--folds ${of} --group ${name}: column ${shown(name)} has ${all.length} groups; ${of} folds and validation rows need ${of + 1}`,
    );
  }
  const dealt = Array.from(random(seed, "table folds").permutation(all.length), (i) => all[i] ?? missing());
  const parts: number[][] = Array.from({ length: of }, () => []);
  for (const group of dealt.toSorted((a, b) => b.length - a.length)) {
    parts.reduce((a, b) => (b.length < a.length ? b : a)).push(...group);
  }
  const test = parts[fold - 1] ?? missing();
  const tested = new Set(test);
  const rest = rows.filter((row) => !tested.has(row));
  return {
    ...splitByGroup(rest, { seed, validation, test: 0 }, groups, name),
    test: Uint32Array.from(test).sort(),
  };
};

const membersOf = (rows: Uint32Array, groups: ArrayLike<number>): Map<number, number[]> => {
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const group = groups[row] ?? missing();
    const known = members.get(group);
    if (known) known.push(row);
    else members.set(group, [row]);
  }
  return members;
};

/** No group, by its number for each row, in two parts; whole groups at random until a part is as large as wanted. */
export const splitByGroup = (
  rows: Uint32Array,
  options: SplitOptions,
  groups: ArrayLike<number>,
  name: string,
): Parts => {
  const members = membersOf(rows, groups);
  const wanted = Object.values({ test: options.test, validation: options.validation }).filter(
    (share) => share > 0,
  ).length;
  if (members.size < wanted + 1) {
    throw new SteepestError(
      `--group ${name}: column ${shown(name)} has ${members.size} groups; ${wanted + 1} parts need at least one each`,
    );
  }
  const sizes = sizesOf(rows.length, options);
  const all = [...members.values()];
  const order = random(options.seed, "table split").permutation(all.length);
  const parts: Record<keyof Parts, number[]> = { train: [], validation: [], test: [] };
  let left = all.length;
  for (const i of order) {
    const group = all[i] ?? missing();
    // Each part that is wanted gets a group, and training the last at least.
    const part =
      left > 1 && parts.test.length < sizes.test
        ? "test"
        : left > 1 && parts.validation.length < sizes.validation
          ? "validation"
          : "train";
    parts[part].push(...group);
    left--;
  }
  return {
    train: Uint32Array.from(parts.train).sort(),
    validation: Uint32Array.from(parts.validation).sort(),
    test: Uint32Array.from(parts.test).sort(),
  };
};

/** The earliest rows to train on, those after them for validation, the last for the test; rows of one moment in one part. */
export const splitByTime = (
  rows: Uint32Array,
  options: SplitOptions,
  times: ArrayLike<number>,
  name: string,
): Parts => {
  const order = rows.slice().sort((a, b) => (times[a] ?? missing()) - (times[b] ?? missing()) || a - b);
  const sizes = sizesOf(order.length, options);
  /** The first place from `at` down whose row is later than the one before it. */
  const boundary = (at: number): number => {
    let i = at;
    while (i > 0 && i < order.length && times[order[i] ?? missing()] === times[order[i - 1] ?? missing()])
      i--;
    return i;
  };
  const test = boundary(order.length - sizes.test);
  const validation = boundary(test - sizes.validation);
  if (validation <= 0) {
    throw new SteepestError(
      `--time ${name}: so many rows have one time in column ${shown(name)} that none come before the others; leave --time out`,
    );
  }
  return {
    train: order.slice(0, validation).sort(),
    validation: order.slice(validation, test).sort(),
    test: order.slice(test).sort(),
  };
};

/** A column by its name, and its number for each row. */
type Numbered = readonly [name: string, numbers: ArrayLike<number>];

/** By what rows are divided: folds before groups before times; else at random, each class in its share. */
export interface Division {
  readonly fold: Fold | undefined;
  readonly group: Numbered | undefined;
  readonly time: Numbered | undefined;
  readonly classes: ArrayLike<number> | undefined;
}

/** The parts of a table's rows. */
export const divide = (
  rows: Uint32Array,
  options: SplitOptions,
  { fold, group, time, classes }: Division,
): Parts => {
  if (fold && group) return splitByFoldOfGroups(rows, options, fold, group[1], group[0]);
  if (fold) return splitByFold(rows, options, fold, classes);
  if (group) return splitByGroup(rows, options, group[1], group[0]);
  return time ? splitByTime(rows, options, time[1], time[0]) : splitAtRandom(rows, options, classes);
};
