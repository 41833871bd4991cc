import { SteepestError } from "../../errors.js";
import { sqrt, type Tensor } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { type Rule, type Time, traceRule } from "../../optim/rule.js";
import type { Arena, Block } from "../arena.js";
import { bindColumns, bindRows, compileKernel, isKernelGraph, type ToFactors } from "../kernel/index.js";
import type { Projection } from "./graph.js";
import { blockOf, type Group } from "./placement.js";
import { type GroupUpdate, prepareUpdate, scalarValues, type UpdatePlace } from "./update.js";

/** A rule without gradient or states. */
const plainRule = (
  name: string,
  update: (theta: Tensor, at: Parameters<Rule["update"]>[0]["at"]) => Tensor,
): Rule => ({
  name,
  states: {},
  update: ({ theta, at }) => ({ theta: update(theta, at), states: {} }),
});

/** Compiles the factors of a projection of units, from squared norms; `at` a time. */
const bindFactors = (
  { name, scaling }: Extract<Projection, { kind: "units" }>,
  units: number,
  arena: Arena,
): ((time: Time) => ToFactors) => {
  const traced = traceRule(
    plainRule(name, (squares, at) => scaling({ norm: sqrt(squares), at })),
    [units],
  );
  const stores = traced.next;
  if (!isKernelGraph(stores.map(({ value }) => value))) {
    throw new SteepestError(
      `${name}: the factor of a unit must be computed from its norm by elementwise operators, such as minimum and div`,
    );
  }
  const kernel = compileKernel({
    arrays: [traced.theta],
    scalars: traced.scalars.map(({ input }) => input),
    stores,
  }).bind(arena.memory);
  return (time) => {
    const scalars = scalarValues(traced, time);
    return (pointer, count) => kernel.run([pointer], count, scalars);
  };
};

/** What projections work in. */
export interface ProjectionPlace extends UpdatePlace {
  /** Room for as many float32 numbers as `scratchFor` says. */
  readonly scratch: Block;
}

/** Factors of units from squared norms of their parts, of which each unit has `inner`, side by side. */
const joining =
  (toFactors: ToFactors, units: number, inner: number, memory: WebAssembly.Memory): ToFactors =>
  (pointer, count) => {
    const squares = new Float32Array(memory.buffer, pointer, count);
    for (let unit = 0; unit < units; unit++) {
      const parts = squares.subarray(unit * inner, (unit + 1) * inner);
      squares[unit] = parts.reduce((sum, square) => sum + square, 0);
    }
    toFactors(pointer, units);
    for (let unit = units - 1; unit >= 0; unit--) {
      squares.fill(squares[unit] ?? missing(), unit * inner, (unit + 1) * inner);
    }
  };

/** Everything that brings the parameters of a group back to their constraints after an update, in order. */
export const prepareProjections = async (group: Group, place: ProjectionPlace): Promise<GroupUpdate[]> => {
  const { arena, scratch, unitsOf } = place;
  const columns = bindColumns(arena.memory);
  const rows = bindRows(arena.memory);
  const ofUnits = (projection: Extract<Projection, { kind: "units" }>, i: number): GroupUpdate => {
    const block = blockOf(group.theta, group, i);
    const { slabs, outer, units, inner } = unitsOf(group.parameters[i] ?? missing());
    const factorsAt = bindFactors(projection, units, arena);
    return {
      run: (time) => {
        const toFactors = factorsAt(time);
        for (let slab = 0; slab < slabs; slab++) {
          const start = block.offset + 4 * slab * outer * units * inner;
          if (outer === 1) rows.rescaleRows(start, units, inner, toFactors, scratch.offset);
          else {
            const joined = inner === 1 ? toFactors : joining(toFactors, units, inner, arena.memory);
            columns.rescaleColumns(start, outer, units * inner, joined, scratch.offset);
          }
        }
      },
      release: async () => {},
    };
  };
  const ofValues = ({ name, project }: Extract<Projection, { kind: "values" }>, i: number) => {
    const rule = plainRule(name, (theta, at) => project({ theta, at }));
    const { parameters, starts, theta } = group;
    const single: Group = {
      rule,
      parameters: parameters.slice(i, i + 1),
      starts: starts.slice(i, i + 1),
      theta,
      states: [],
    };
    // The rule does not look at a gradient: the parameter itself stands in its place.
    return prepareUpdate(rule, single, theta, place);
  };
  return Promise.all(
    group.parameters.flatMap(({ projections = [] }, i) =>
      projections.map(async (projection) =>
        projection.kind === "units" ? ofUnits(projection, i) : ofValues(projection, i),
      ),
    ),
  );
};
