import { readFileSync } from "node:fs";
import type { Examples } from "../../src/linear/index.js";

/** A problem with scikit-learn's solutions, made by test/reference/linear/make.py. */
export interface Reference<Case> {
  readonly examples: Examples;
  readonly cases: readonly Case[];
}

interface Stored<Case> {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly cases: readonly Case[];
}

export const stored = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../reference/linear/${name}.json`, import.meta.url), "utf8")) as T;

export const reference = <Case>(name: string): Reference<Case> => {
  const { X, y, cases } = stored<Stored<Case>>(name);
  const examples = {
    X: Float64Array.from(X.flat()),
    y: Float64Array.from(y),
    n: y.length,
    d: X[0]?.length ?? 0,
  };
  return { examples, cases };
};

/** The largest difference, relative to the largest number expected: max|a − b| / max(1, max|b|). */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  let scale = 1;
  for (let i = 0; i < b.length; i++) {
    const gap = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (!(gap <= most)) most = gap;
    scale = Math.max(scale, Math.abs(b[i] ?? 0));
  }
  return most / scale;
};
