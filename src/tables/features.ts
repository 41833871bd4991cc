import {
  cast,
  clip,
  concat,
  constant,
  cos,
  equal,
  floor,
  gather,
  less,
  not,
  oneHot,
  scalar,
  sin,
  slice,
  sqrt,
  square,
  type Tensor,
  where,
} from "../graph/index.js";
import {
  type CategoryColumn,
  type EncodedColumn,
  type NumberColumn,
  partsOf,
  type TableEncoder,
} from "./encoder.js";

/** Categories up to this number become numbers of 0 and 1 each; of more, each becomes a vector that is learned. */
const MOST_ONE_HOT = 16;

/** A linear model knows so many categories of a column, the most frequent. */
const MOST_LINEAR = 255;

/** What a network or a linear model looks at. */
export interface Features {
  /** `[batch, features]`. */
  readonly dense: readonly Tensor[];
  /** Codes `[batch]` of columns whose categories become vectors. */
  readonly embedded: readonly { readonly column: CategoryColumn; readonly ids: Tensor }[];
}

const columnOf = (x: Tensor, j: number): Tensor => gather(x, constant([j], [], "int64"), 1);

const row = (numbers: readonly number[]): Tensor => constant([...numbers], [numbers.length]);

/** The part of some numbers that lies above a whole multiple of `period`, as a share of it. */
const phaseOf = (x: Tensor, period: number): Tensor => {
  const turns = x.div(period);
  return turns.sub(floor(turns));
};

const onCircle = (phase: Tensor): Tensor[] => [sin(phase.mul(2 * Math.PI)), cos(phase.mul(2 * Math.PI))];

/** What a date is told by: `days` since the column's offset, `[batch, 1]`. */
const partsOfDate = (days: Tensor, { offset, parts }: Extract<EncodedColumn, { kind: "date" }>): Tensor[] =>
  parts.flatMap((part) => {
    if (part === "season") return onCircle(phaseOf(days.add(offset % 365.2425), 365.2425));
    if (part === "hour") return onCircle(phaseOf(days, 1));
    // 1970-01-01 was a Thursday.
    const weekday = phaseOf(floor(days).add((((offset + 3) % 7) + 7) % 7), 7).mul(7);
    return Array.from({ length: 7 }, (_, k) => cast(less(square(weekday.sub(k)), 0.25), "float32"));
  });

/** Centre and scale of a column by a linear model, which looks at standard deviations, and by a network, which looks at quartiles. */
const scaleOf = (column: NumberColumn, linear: boolean) =>
  linear || column.kind === "boolean"
    ? { centre: column.mean, scale: column.deviation }
    : { centre: column.median, scale: column.spread };

/**
 * The features of rows: numbers centred and scaled, missing ones in the centre with an indicator beside them, dates by their parts, categories as 0 and 1
 * or as codes to be embedded, words as they are. A network gets numbers by their quartiles and bends those far out, `z/√(1 + (z/3)²)`
 * (Holzmüller et al. 2024), so that no value is very large.
 */
export const featuresOf = (
  encoder: Pick<TableEncoder, "columns">,
  inputs: Readonly<Record<string, Tensor>>,
  { linear }: { readonly linear: boolean },
): Features => {
  const { numbers, categories } = partsOf(encoder);
  const dense: Tensor[] = [];
  const embedded: { column: CategoryColumn; ids: Tensor }[] = [];
  const given = (name: string): Tensor | undefined =>
    Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  const x = given("numbers");
  if (x) {
    const scales = numbers.map((column) => scaleOf(column, linear));
    const known = equal(x, x);
    const filled = where(known, x, row(scales.map(({ centre }) => centre)));
    const z = filled.sub(row(scales.map(({ centre }) => centre))).div(row(scales.map(({ scale }) => scale)));
    // Squares of what is further out would overflow, and are as good as infinite.
    const near = clip(z, -1e6, 1e6);
    dense.push(linear ? z : near.div(sqrt(square(near.div(3)).add(1))));
    const gaps = numbers.flatMap(({ gaps }, j) => (gaps ? [j] : []));
    if (gaps.length > 0) {
      const absent = cast(not(known), "float32");
      dense.push(gather(absent, constant(gaps, [gaps.length], "int64"), 1));
    }
    for (const [j, column] of numbers.entries()) {
      if (column.kind === "date")
        dense.push(...partsOfDate(slice(filled, { axis: 1, start: j, end: j + 1 }), column));
      if (column.kind === "time")
        dense.push(...onCircle(phaseOf(slice(filled, { axis: 1, start: j, end: j + 1 }), 24)));
    }
  }
  const codes = given("categories");
  for (const [j, column] of categories.entries()) {
    if (!codes) break;
    const ids = columnOf(codes, j);
    const count = column.categories.length;
    if (!linear && count > MOST_ONE_HOT) {
      embedded.push({ column, ids });
      continue;
    }
    const most = Math.min(count, MOST_LINEAR);
    const kept = most < count ? where(less(ids, most + 1), ids, scalar(0, "int64")) : ids;
    // Unknown categories are none of the known ones: 0 everywhere.
    dense.push(slice(oneHot(kept, most + 1), { axis: 1, start: 1, end: most + 1 }));
  }
  const words = given("words");
  if (words) dense.push(words);
  return { dense, embedded };
};

/** All dense features beside each other. */
export const joined = (dense: readonly Tensor[]): Tensor => {
  const [only, ...others] = dense;
  return only && others.length === 0 ? only : concat(dense, 1);
};
