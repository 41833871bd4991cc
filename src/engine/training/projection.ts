import type { Time } from "../../optim/rule.js";
import type { Arena, Block } from "../arena.js";
import { bindColumns, bindRows } from "../kernel/index.js";
import { blockOf, type Group } from "./placement.js";

/** The most units of a parameter: how many float32 numbers `bindProjections` needs room for. */
export const unitCount = ({
  shape: [first = 1, second = 1, ...rest],
}: {
  readonly shape: readonly number[];
}): number => (rest.length > 0 ? first : second);

/** Everything that brings parameters back to their constraints after an update; `scratch` has room for `unitCount` numbers. */
export const bindProjections = (
  groups: readonly Group[],
  arena: Arena,
  scratch: Block,
): ((time: Time) => void) => {
  const columns = bindColumns(arena.memory);
  const rows = bindRows(arena.memory);
  const steps = groups.flatMap((group) =>
    group.parameters.flatMap(({ shape, projections = [] }, i) => {
      const block = blockOf(group.theta, group, i);
      const view = arena.view(block);
      const [first = 1, second = 1, ...rest] = shape;
      return projections.map((projection) => (time: Time) => {
        if (projection.kind === "values") return projection.project(view);
        const factor = projection.scaling(time);
        // A unit is a column of a matrix [in, out], and a row of the filters [out, in, …] of a convolution.
        if (rest.length > 0) rows.rescaleRows(block.offset, first, block.count / first, factor);
        else columns.rescaleColumns(block.offset, first, second, factor, scratch.offset);
      });
    }),
  );
  return (time) => {
    for (const step of steps) step(time);
  };
};
