import { SteepestError } from "../errors.js";
import { givenText, numbersOf, requireFloat64 } from "../given.js";
import { missing } from "../missing.js";

/** What every linear model learns from, in float64; `readCsv` returns one. */
export interface Examples {
  /** Inputs, n × d, row by row. */
  readonly X: Float64Array;
  /** Targets: n values, or class numbers from 0 on. */
  readonly y: Float64Array;
  /** Number of examples. */
  readonly n: number;
  /** Number of features. */
  readonly d: number;
}

/** Examples from rows of features and their targets. Throws where rows differ in length or a number is not finite. */
export const examples = (rows: readonly ArrayLike<number>[], y: ArrayLike<number>): Examples => {
  if (!Array.isArray(rows)) {
    throw new SteepestError(
      `examples: the rows are ${givenText(rows)}; give a list of rows, such as [[1, 2], [3, 4]]`,
    );
  }
  const numbers = rows.map((row, i) => numbersOf(`examples: row ${i}`, row));
  const d = numbers[0]?.length ?? 0;
  const ragged = numbers.findIndex((row) => row.length !== d);
  if (ragged >= 0) {
    throw new SteepestError(
      `examples: row ${ragged} has ${numbers[ragged]?.length} features, row 0 has ${d}; give equally many`,
    );
  }
  const X = Float64Array.from(numbers.flatMap((row) => Array.from(row)));
  const made = { X, y: numbersOf("examples: y", y), n: rows.length, d };
  checkExamples("examples", made);
  return made;
};

/** Throws unless X is n × d, y has n entries, neither is empty and every number is finite; `what` names the asker. */
export const checkExamples = (what: string, given: Examples): void => {
  const { X, y, n, d } = given ?? {};
  if (X === undefined || y === undefined) {
    throw new SteepestError(
      `${what}: the examples have no ${X === undefined ? "X" : "y"}; make them by examples(rows, y)`,
    );
  }
  requireFloat64(`${what}: X`, X);
  requireFloat64(`${what}: y`, y);
  if (!(Number.isInteger(n) && n >= 1) || !(Number.isInteger(d) && d >= 1)) {
    throw new SteepestError(`${what}: ${n} examples with ${d} features; give at least one of each`);
  }
  if (X.length !== n * d) {
    throw new SteepestError(
      `${what}: X holds ${X.length} numbers, ${n} examples × ${d} features need ${n * d}`,
    );
  }
  if (y.length !== n) throw new SteepestError(`${what}: y holds ${y.length} targets for ${n} examples`);
  checkRows(what, X, d);
  const target = firstNotFinite(y);
  if (target !== undefined) {
    throw new SteepestError(
      `${what}: the target of example ${target} is ${y[target]}; drop that example first`,
    );
  }
};

/** Throws unless X holds whole rows of d finite features; `what` names the asker. Gives the number of rows. */
export const checkRows = (what: string, X: ArrayLike<number>, d: number): number => {
  if (X.length % d !== 0) {
    throw new SteepestError(`${what}: X holds ${X.length} numbers, not whole rows of ${d} features`);
  }
  const x = firstNotFinite(X);
  if (x !== undefined) {
    throw new SteepestError(
      `${what}: feature ${x % d} of example ${Math.floor(x / d)} is ${X[x]}; fill or drop it first`,
    );
  }
  return X.length / d;
};

// A loop: findIndex takes ten times as long.
const firstNotFinite = (values: ArrayLike<number>): number | undefined => {
  for (let k = 0; k < values.length; k++) if (!Number.isFinite(values[k])) return k;
  return undefined;
};

/** Throws unless the strength of a penalty is a finite number, not negative (not zero either where `positive`). */
export const checkLambda = (what: string, lambda: number, positive?: string): void => {
  if (Number.isFinite(lambda) && (positive === undefined ? lambda >= 0 : lambda > 0)) return;
  throw new SteepestError(
    `${what}: lambda is ${lambda}; give a ${positive === undefined ? "finite number that is not negative" : `positive finite number (${positive})`}`,
  );
};

/** The examples of the given numbers, in that order. Throws for a number that no example has. */
export const selectExamples = ({ X, y, n: all, d }: Examples, indices: ArrayLike<number>): Examples => {
  const n = indices.length;
  const chosen = { X: new Float64Array(n * d), y: new Float64Array(n), n, d };
  for (let i = 0; i < n; i++) {
    const from = indices[i] ?? missing();
    if (!(Number.isInteger(from) && from >= 0 && from < all)) {
      throw new SteepestError(
        `selectExamples: there is no example ${from} of ${all}; give numbers from 0 to ${all - 1}`,
      );
    }
    chosen.X.set(X.subarray(from * d, (from + 1) * d), i * d);
    chosen.y[i] = y[from] ?? missing();
  }
  return chosen;
};
