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

/** Rows in an order whose every beginning holds each class in its share of the whole. */
const spread = (order: Uint32Array, classes: ArrayLike<number>): Uint32Array => {
  const totals = new Map<number, number>();
  for (const row of order)
    totals.set(classes[row] ?? missing(), (totals.get(classes[row] ?? missing()) ?? 0) + 1);
  const seen = new Map<number, number>();
  const places = Array.from(order, (row) => {
    const c = classes[row] ?? missing();
    const k = seen.get(c) ?? 0;
    seen.set(c, k + 1);
    return { row, place: (k + 0.5) / (totals.get(c) ?? missing()) };
  });
  return Uint32Array.from(
    places.sort((a, b) => a.place - b.place),
    ({ row }) => row,
  );
};

/** Rows at random, each class of `classes` in its share where they are given. A function of the seed. */
export const splitAtRandom = (
  rows: Uint32Array,
  options: SplitOptions,
  classes?: ArrayLike<number>,
): Parts => {
  const shuffled = random(options.seed, "table split")
    .permutation(rows.length)
    .map((i) => rows[i] ?? missing());
  return cut(classes ? spread(shuffled, classes) : shuffled, sizesOf(rows.length, options));
};

/** No group, by its number for each row, in two parts; whole groups at random until a part is as large as wanted. */
export const splitByGroup = (
  rows: Uint32Array,
  options: SplitOptions,
  groups: ArrayLike<number>,
  name: string,
): Parts => {
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const group = groups[row] ?? missing();
    const known = members.get(group);
    if (known) known.push(row);
    else members.set(group, [row]);
  }
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
