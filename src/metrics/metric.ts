import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";

/**
 * What a network answered to a whole part of the data, and what is true. A row is an example; where answers are per position, a
 * position of an example.
 */
export interface Measured {
  /** Whether targets are class numbers, yes or no for each of several labels, or values. */
  readonly kind: "class" | "labels" | "value";
  /** Answers of a row: as many as there are classes, labels or values. */
  readonly width: number;
  /** Row by row: probabilities of classes or labels, or values. */
  readonly answers: ArrayLike<number>;
  /** A class number for each row; else `width` numbers for each, which for labels are 0 or 1. */
  readonly targets: ArrayLike<number>;
  /** How much each row counts. @defaultValue all the same */
  readonly weights?: ArrayLike<number>;
  /** Whether targets may be left out, a class as -1 and a value as NaN: they count for nothing. @defaultValue false */
  readonly partial?: boolean;
}

/** A number that says how good a network's answers are, computed over a whole part of the data. */
export interface Metric {
  readonly name: string;
  /** Which of two numbers is the better one. */
  readonly better: "higher" | "lower";
  /** The kinds of target that it is for. @defaultValue any, as far as is known before it is measured */
  readonly takes?: readonly Measured["kind"][];
  /** Throws, in one line, where the part leaves it undefined, such as a curve over one class only. */
  readonly of: (measured: Measured) => number;
}

/** Rows that were looked through, without those whose target is left out. */
export interface Rows extends Pick<Measured, "kind" | "width"> {
  readonly count: number;
  readonly weightOf: (row: number) => number;
  /** The sum of all weights. */
  readonly total: number;
  readonly answer: (row: number, column?: number) => number;
  /** The class number of a row, or one of its labels or values. */
  readonly target: (row: number, column?: number) => number;
}

const targetsPerRow = ({ kind, width }: Measured): number => (kind === "class" ? 1 : width);

/** What targets are, in words. */
export const saidOf = { class: "classes", labels: "labels", value: "values" } as const;

const at = (values: ArrayLike<number>, i: number): number => values[i] ?? missing();

/** Whether a row counts. Throws where a number cannot be one of its targets. */
const hasTarget = (name: string, { kind, width, partial = false }: Measured, target: number, row: number) => {
  if (partial && (kind === "class" ? target === -1 : Number.isNaN(target))) return false;
  const fits =
    kind === "class"
      ? Number.isInteger(target) && target >= 0 && target < width
      : kind === "labels"
        ? target === 0 || target === 1
        : Number.isFinite(target);
  const expected = { class: `a class number from 0 to ${width - 1}`, labels: "0 or 1", value: "finite" }[
    kind
  ];
  if (!fits)
    throw new SteepestError(`${name}: the target of row ${row} is ${target}; it must be ${expected}`);
  return true;
};

/** Throws where the lists are not as long as they must be for one another; returns how many rows there are. */
const countRows = (name: string, measured: Measured): number => {
  const { width, answers, targets, weights } = measured;
  const count = answers.length / width;
  if (!Number.isInteger(count) || targets.length !== count * targetsPerRow(measured)) {
    throw new SteepestError(
      `${name}: ${answers.length} answers in rows of ${width} do not go with ${targets.length} targets`,
    );
  }
  if (weights && weights.length !== count) {
    throw new SteepestError(`${name}: there are ${weights.length} weights for ${count} rows`);
  }
  return count;
};

/**
 * The rows for a metric of that name. Throws where it is not for such targets, where there are no rows or not as many numbers as they
 * need, and where one of them cannot be.
 */
export const rowsFor = (name: string, measured: Measured, kinds: readonly Measured["kind"][]): Rows => {
  const { kind, width, answers, targets, weights } = measured;
  if (!kinds.includes(kind)) {
    const wanted = kinds.map((each) => saidOf[each]).join(" and ");
    throw new SteepestError(
      `${name} is for ${wanted}, the targets are ${saidOf[kind]}; choose another metric`,
    );
  }
  const all = countRows(name, measured);
  const perRow = targetsPerRow(measured);
  const counted: number[] = [];
  let total = 0;
  for (let row = 0; row < all; row++) {
    let counts = true;
    for (let j = 0; j < perRow; j++) {
      counts = hasTarget(name, measured, at(targets, row * perRow + j), row) && counts;
    }
    if (!counts) continue;
    for (let j = 0; j < width; j++) {
      if (Number.isFinite(at(answers, row * width + j))) continue;
      throw new SteepestError(`${name}: answer ${j} of row ${row} is ${at(answers, row * width + j)}`);
    }
    const weight = weights ? at(weights, row) : 1;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new SteepestError(
        `${name}: the weight of row ${row} is ${weight}; give finite numbers from 0 on`,
      );
    }
    total += weight;
    counted.push(row);
  }
  if (total === 0) {
    const why = counted.length > 0 ? ": all weights are 0" : all > 0 ? ": all targets are left out" : "";
    throw new SteepestError(`${name}: there are no rows to measure${why}`);
  }
  const rowOf = (i: number) => at(counted, i);
  return {
    kind,
    width,
    count: counted.length,
    total,
    weightOf: weights ? (row) => at(weights, rowOf(row)) : () => 1,
    answer: (row, column = 0) => at(answers, rowOf(row) * width + column),
    target: (row, column = 0) => at(targets, rowOf(row) * perRow + column),
  };
};

/** The weighted mean over the rows of what is computed of each. */
export const meanOver = ({ count, total, weightOf }: Rows, of: (row: number) => number): number => {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += weightOf(row) * of(row);
  return sum / total;
};

/** The mean of numbers. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
