import { topologicalOrder } from "../../graph/autodiff.js";
import type { Tensor } from "../../graph/index.js";
import type { Time } from "../../optim/rule.js";
import type { Arena, Block } from "../arena.js";
import { bindColumns, bindRows } from "../kernel/index.js";
import { blockOf, type Group } from "./placement.js";

/** The most units of a parameter: `bindProjections` needs room for twice as many float32 numbers. */
export const unitCount = ({
  shape: [first = 1, second = 1, ...rest],
}: {
  readonly shape: readonly number[];
}): number => (rest.length > 0 ? first : second);

/** The matrices that a graph multiplies with in transposed form only: weights `[out, in]`, as PyTorch exports them. */
export const transposedWeights = (loss: Tensor): ReadonlySet<Tensor> => {
  const [plain, transposed] = [new Set<Tensor>(), new Set<Tensor>()];
  for (const { operation } of topologicalOrder([loss])) {
    const right = operation.inputs[1];
    if (!right || !["matmul", "gemm"].includes(operation.name)) continue;
    const turned = right.operation.name === "transpose" ? right.operation.inputs[0] : undefined;
    const swaps = Boolean(operation.attributes?.transposeB) !== Boolean(turned);
    (swaps ? transposed : plain).add(turned ?? right);
  }
  return new Set([...transposed].filter((weight) => !plain.has(weight)));
};

/**
 * Everything that brings parameters back to their constraints after an update; `scratch` has room for twice `unitCount` numbers, and
 * `transposed` are the weights with a unit in each row.
 */
export const bindProjections = (
  groups: readonly Group[],
  arena: Arena,
  scratch: Block,
  transposed: ReadonlySet<Tensor> = new Set(),
): ((time: Time) => void) => {
  const columns = bindColumns(arena.memory);
  const rows = bindRows(arena.memory);
  const steps = groups.flatMap((group) =>
    group.parameters.flatMap(({ tensor, shape, projections = [] }, i) => {
      const block = blockOf(group.theta, group, i);
      const view = arena.view(block);
      const [first = 1, second = 1, ...rest] = shape;
      return projections.map((projection) => (time: Time) => {
        if (projection.kind === "values") return projection.project(view);
        const factor = projection.scaling(time);
        // A unit is a column of a matrix [in, out], and a row of a matrix [out, in] or of the filters [out, in, …] of a convolution.
        if (rest.length > 0 || transposed.has(tensor))
          rows.rescaleRows(block.offset, first, block.count / first, factor);
        else columns.rescaleColumns(block.offset, first, second, factor, scratch.offset);
      });
    }),
  );
  return (time) => {
    for (const step of steps) step(time);
  };
};
