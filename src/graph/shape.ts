import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";

/** The symbolic dimension: the number of examples in a batch, known only when the graph runs. */
export const batch = "batch";

/** The size of an axis: a number, the batch size, or a multiple of it (`"4*batch"`: the batch joined with an axis of 4). */
export type Dim = number | typeof batch | `${number}*${typeof batch}`;

/** Sizes of a tensor's axes; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** Whether a size is known only when the graph runs. */
export const isSymbolic = (dim: Dim): dim is Exclude<Dim, number> => typeof dim === "string";

/** The number in a size: the size itself, or the `k` of `k · batch`. */
export const factorOf = (dim: Dim): number => {
  if (!isSymbolic(dim)) return dim;
  return dim === batch ? 1 : Number(dim.slice(0, dim.indexOf("*")));
};

/** `factor · batch` as a size. */
export const multipleOfBatch = (factor: number): Dim => {
  if (factor === 0) return 0;
  return factor === 1 ? batch : `${factor}*${batch}`;
};

/** The sizes for a batch of the given size. */
export const shapeFor = (shape: Shape, batchSize: number): number[] =>
  shape.map((dim) => (isSymbolic(dim) ? factorOf(dim) * batchSize : dim));

/** The number of elements for a batch of the given size. */
export const countFor = (shape: Shape, batchSize: number): number =>
  shapeFor(shape, batchSize).reduce((product, size) => product * size, 1);

/** The number of elements of a shape, as `fixed · batch^batches`. */
export const countOf = (shape: Shape): { readonly fixed: number; readonly batches: number } => ({
  fixed: shape.reduce<number>((product, dim) => product * factorOf(dim), 1),
  batches: shape.filter(isSymbolic).length,
});

/** The size of some axes joined into one, of which at most one may be the batch. */
export const joined = (shape: Shape): Dim => {
  const { fixed, batches } = countOf(shape);
  return batches > 0 ? multipleOfBatch(fixed) : fixed;
};

export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** Throws unless something is a list, as only plain JavaScript allows; `expected` says of what. */
export const checkList = (operator: string, expected: string, given: unknown): void => {
  if (!Array.isArray(given)) {
    throw new SteepestError(`${operator}: expected ${expected}, got ${givenText(given)}`);
  }
};

/** Throws unless every dimension is a whole number that is not negative, `"batch"` or a multiple of it. */
export const checkShape = (operator: string, shape: Shape): void => {
  checkList(operator, "a shape such as [batch, 3]", shape);
  for (const dim of shape) {
    const factor = factorOf(dim);
    const isSize = Number.isInteger(factor) && factor >= 0;
    if (!isSize || (isSymbolic(dim) && dim !== multipleOfBatch(factor))) {
      throw new SteepestError(
        `${operator}: ${formatShape(shape)} is not a shape: each size must be a whole number or "batch"`,
      );
    }
  }
};

/** Turns a possibly negative axis into one from 0 to rank-1. */
export const normalizeAxis = (operator: string, axis: number, shape: Shape): number => {
  const normal = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= shape.length) {
    throw new SteepestError(
      `${operator}: axis ${axis} does not exist in shape ${formatShape(shape)}; it must be from ${-shape.length} to ${shape.length - 1}`,
    );
  }
  return normal;
};

/** The axes given, in order and without repetition; all of them when none are given. */
export const normalizeAxes = (
  operator: string,
  axes: number | readonly number[] | undefined,
  shape: Shape,
): number[] => {
  if (axes === undefined) return shape.map((_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  checkList(operator, "an axis or a list of axes", list);
  const normal = list.map((axis) => normalizeAxis(operator, axis, shape));
  return [...new Set(normal)].sort((a, b) => a - b);
};

/** The size of one axis that must be a number; `what` names the asker in the error. */
export const fixedSize = (what: string, shape: Shape, axis: number): number => {
  const dim = shape[normalizeAxis(what, axis, shape)];
  if (typeof dim !== "number") {
    throw new SteepestError(
      `${what}: axis ${axis} of shape ${formatShape(shape)} is the batch, a fixed size is needed there`,
    );
  }
  return dim;
};

/** Number of elements of a shape without a batch dimension. */
export const elementCount = (shape: Shape): number =>
  shape.reduce<number>(
    (product, dim, axis) => product * (typeof dim === "number" ? dim : fixedSize("size", shape, axis)),
    1,
  );

/** The shape that two tensors broadcast to: sizes are equal, or one of them is 1 (numpy's and ONNX's rule). */
export const broadcastShapes = (operator: string, a: Shape, b: Shape): Shape => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new SteepestError(
      `${operator}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: sizes ${left} and ${right} differ and neither is 1`,
    );
  });
};
