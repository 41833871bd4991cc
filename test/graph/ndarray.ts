/** Numbers in row-major order: what the references of the operators are written in. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** The array whose element at each index is `f(index)`. */
export const tabulate = (shape: readonly number[], f: (index: readonly number[]) => number): NdArray => {
  const data = Array.from({ length: size(shape) }, (_, position) => {
    let rest = position;
    const index = shape
      .map((_dim, axis) => shape[shape.length - 1 - axis] ?? 1)
      .map((dim) => {
        const i = rest % dim;
        rest = Math.floor(rest / dim);
        return i;
      });
    return f(index.reverse());
  });
  return { shape, data };
};

/** The element at an index; axes of size 1 repeat, and leading indices that the array has no axis for are ignored. */
export const at = ({ shape, data }: NdArray, index: readonly number[]): number => {
  const own = index.slice(index.length - shape.length);
  const position = shape.reduce((sum, dim, axis) => sum * dim + (dim === 1 ? 0 : (own[axis] ?? 0)), 0);
  const value = data[position];
  if (value === undefined) throw new Error(`index [${index}] is outside of shape [${shape}]`);
  return value;
};

export const broadcast = (...shapes: (readonly number[])[]): number[] => {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return dims.find((dim) => dim !== 1) ?? 1;
  });
};

/** `f` of the elements that broadcasting brings together. */
export const elementwise = (f: (...values: number[]) => number, ...xs: readonly NdArray[]): NdArray =>
  tabulate(broadcast(...xs.map((x) => x.shape)), (index) => f(...xs.map((x) => at(x, index))));

/** `f` of all elements that the given axes hold. */
export const fold = (
  x: NdArray,
  axes: readonly number[],
  keepDims: boolean,
  f: (values: readonly number[]) => number,
): NdArray => {
  const folded = x.shape.map((dim, axis) => (axes.includes(axis) ? dim : 1));
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const result = tabulate(kept, (index) =>
    f(
      tabulate(folded, (inner) =>
        at(
          x,
          index.map((i, axis) => i + (inner[axis] ?? 0)),
        ),
      ).data,
    ),
  );
  return keepDims ? result : { ...result, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
};
