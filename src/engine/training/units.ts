import { topologicalOrder } from "../../graph/autodiff.js";
import { operationOf } from "../../graph/definition.js";
import { gemm, matmul, type Tensor, transpose } from "../../graph/index.js";
import { conv, convInput } from "../../graph/ops/convolution.js";
import { type Units, usualUnits } from "../../optim/units.js";

/** How the units of parameters lie, by the parameter. */
export type UnitsOf = (parameter: { readonly tensor: Tensor; readonly shape: readonly number[] }) => Units;

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** The matrices that a graph multiplies with in transposed form only: weights `[out, in]`, as PyTorch exports them. */
const transposedMatrices = (order: readonly Tensor[]): ReadonlySet<Tensor> => {
  const [plain, transposed] = [new Set<Tensor>(), new Set<Tensor>()];
  for (const x of order) {
    const found = operationOf(x, matmul) ?? operationOf(x, gemm);
    if (found === undefined) continue;
    const [, right] = found.inputs;
    const turned = operationOf(right, transpose)?.inputs[0];
    const swaps = Boolean(found.attributes.transposeB) !== Boolean(turned);
    (swaps ? transposed : plain).add(turned ?? right);
  }
  return new Set([...transposed].filter((weight) => !plain.has(weight)));
};

/** The filters `[in, out / groups, …]` of what are transposed convolutions only, with their groups. */
const transposedFilters = (order: readonly Tensor[]): ReadonlyMap<Tensor, number> => {
  const plain = new Set(order.map((x) => operationOf(x, conv)?.inputs[1]));
  return new Map(
    order.flatMap((x) => {
      const found = operationOf(x, convInput);
      const weight = found?.inputs[1];
      return found && weight && !plain.has(weight) ? [[weight, found.attributes.groups] as const] : [];
    }),
  );
};

/**
 * Where a graph's parameters have their units: columns of a weight matrix `[in, out]`, rows of one that products take transposed; filters of
 * a convolution `[out, in / groups, …]` and of a transposed one `[in, out / groups, …]`.
 */
export const unitsOf = (loss: Tensor): UnitsOf => {
  const order = topologicalOrder([loss]);
  const matrices = transposedMatrices(order);
  const filters = transposedFilters(order);
  return ({ tensor, shape }) => {
    const [first = 1, second = 1, ...sizes] = shape;
    const groups = filters.get(tensor);
    if (groups !== undefined) {
      return { slabs: groups, outer: first / groups, units: second, inner: product(sizes) };
    }
    if (matrices.has(tensor)) return { slabs: 1, outer: 1, units: first, inner: second };
    return usualUnits(shape);
  };
};

/** How many float32 numbers a projection of the units of a parameter needs for itself, however they lie in it. */
export const scratchFor = ({ shape }: { readonly shape: readonly number[] }): number => {
  const [first = 1] = shape;
  return 2 * Math.max(first, product(shape) / first);
};
