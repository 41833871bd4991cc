import { missing } from "../missing.js";
import type { Centred } from "./centre.js";

/** A matrix that is read a few rows at a time, so that products of it need memory for those rows only. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** Rows `start` to `end` (not included), in row-major order. */
  read(start: number, end: number): Float64Array;
}

/** [X − x̄ | y − ȳ], n × (d + 1). */
export const withTarget = ({ X, y, n, d, means, targetMean }: Centred): Rows => ({
  count: n,
  width: d + 1,
  read: (start, end) => {
    const rows = new Float64Array((end - start) * (d + 1));
    for (let i = start, k = 0; i < end; i++) {
      for (let j = 0; j < d; j++) rows[k++] = (X[i * d + j] ?? missing()) - (means[j] ?? missing());
      rows[k++] = (y[i] ?? missing()) - targetMean;
    }
    return rows;
  },
});

/** [X − x̄ | 1], n × (d + 1); without the ones where there is no intercept. */
export const design = ({ X, n, d, means }: Centred, intercept: boolean): Rows => {
  const width = d + (intercept ? 1 : 0);
  return {
    count: n,
    width,
    read: (start, end) => {
      const rows = new Float64Array((end - start) * width).fill(1);
      for (let i = start; i < end; i++) {
        for (let j = 0; j < d; j++)
          rows[(i - start) * width + j] = (X[i * d + j] ?? missing()) - (means[j] ?? missing());
      }
      return rows;
    },
  };
};

/** (X − x̄)', d × n. */
export const transposed = ({ X, n, d, means }: Centred): Rows => ({
  count: d,
  width: n,
  read: (start, end) => {
    const rows = new Float64Array((end - start) * n);
    for (let j = start, k = 0; j < end; j++) {
      for (let i = 0; i < n; i++) rows[k++] = (X[i * d + j] ?? missing()) - (means[j] ?? missing());
    }
    return rows;
  },
});

/** The columns of X − x̄, each of n numbers. */
export const featuresOf = ({ X, n, d, means }: Centred): Float64Array[] =>
  Array.from({ length: d }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => (X[i * d + j] ?? missing()) - (means[j] ?? missing())),
  );

/** The rows of X − x̄, each of d numbers. */
export const examplesOf = ({ X, n, d, means }: Centred): Float64Array[] =>
  Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: d }, (_, j) => (X[i * d + j] ?? missing()) - (means[j] ?? missing())),
  );

/** y − ȳ. */
export const targetsOf = ({ y, targetMean }: Centred): Float64Array => y.map((value) => value - targetMean);

/** (X − x̄)'v, d numbers, for v of n. */
export const timesTransposed = ({ X, n, d, means }: Centred, v: Float64Array): Float64Array => {
  const product = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const vi = v[i] ?? missing();
    for (let j = 0; j < d; j++)
      product[j] = (product[j] ?? missing()) + ((X[i * d + j] ?? missing()) - (means[j] ?? missing())) * vi;
  }
  return product;
};
