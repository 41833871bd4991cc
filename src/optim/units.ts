/**
 * How a parameter holds the incoming weights of its units: it consists of `slabs` arrays `[outer, units, inner]`, and a unit's weights are
 * those at its place of the middle axis of one of them.
 */
export interface Units {
  readonly slabs: number;
  readonly outer: number;
  readonly units: number;
  readonly inner: number;
}

/** Where units lie in most parameters: columns of a matrix `[in, out]`, filters `[out, …]`, numbers of a vector. */
export const usualUnits = (shape: readonly number[]): Units => {
  const [first = 1, second = 1, ...sizes] = shape;
  if (sizes.length === 0) return { slabs: 1, outer: first, units: second, inner: 1 };
  return { slabs: 1, outer: 1, units: first, inner: shape.reduce((a, b) => a * b, 1) / first };
};
