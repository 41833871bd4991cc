import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { operationOf } from "../../graph/definition.js";
import { gemm, matmul, sqrt, type Tensor, transpose } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { type Rule, type Time, traceRule } from "../../optim/rule.js";
import type { Arena, Block } from "../arena.js";
import type { Engine, SessionOptions } from "../engine.js";
import { bindColumns, bindRows, compileKernel, isKernelGraph, type ToFactors } from "../kernel/index.js";
import type { Projection } from "./graph.js";
import { blockOf, type Group } from "./placement.js";
import { type GroupUpdate, prepareUpdate, scalarValues } from "./update.js";

/** The most units of a parameter: projections need room for twice as many float32 numbers. */
export const unitCount = ({
  shape: [first = 1, second = 1, ...rest],
}: {
  readonly shape: readonly number[];
}): number => (rest.length > 0 ? first : second);

/** The matrices that a graph multiplies with in transposed form only: weights `[out, in]`, as PyTorch exports them. */
export const transposedWeights = (loss: Tensor): ReadonlySet<Tensor> => {
  const [plain, transposed] = [new Set<Tensor>(), new Set<Tensor>()];
  for (const x of topologicalOrder([loss])) {
    const product = operationOf(x, matmul) ?? operationOf(x, gemm);
    if (product === undefined) continue;
    const [, right] = product.inputs;
    const turned = operationOf(right, transpose)?.inputs[0];
    const swaps = Boolean(product.attributes.transposeB) !== Boolean(turned);
    (swaps ? transposed : plain).add(turned ?? right);
  }
  return new Set([...transposed].filter((weight) => !plain.has(weight)));
};

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
export interface ProjectionPlace {
  readonly arena: Arena;
  /** Room for twice `unitCount` float32 numbers. */
  readonly scratch: Block;
  /** The weights with a unit in each row. */
  readonly transposed: ReadonlySet<Tensor>;
}

/** Everything that brings the parameters of a group back to their constraints after an update, in order. */
export const prepareProjections = async (
  group: Group,
  { arena, scratch, transposed }: ProjectionPlace,
  engine: Engine,
  options: SessionOptions,
): Promise<GroupUpdate[]> => {
  const columns = bindColumns(arena.memory);
  const rows = bindRows(arena.memory);
  const ofUnits = (projection: Extract<Projection, { kind: "units" }>, i: number): GroupUpdate => {
    const { tensor, shape } = group.parameters[i] ?? missing();
    const block = blockOf(group.theta, group, i);
    const [first = 1, second = 1, ...rest] = shape;
    // A unit is a column of a matrix [in, out], and a row of a matrix [out, in] or of the filters [out, in, …] of a convolution.
    const inRows = rest.length > 0 || transposed.has(tensor);
    const factorsAt = bindFactors(projection, inRows ? first : second, arena);
    return {
      run: (time) => {
        const toFactors = factorsAt(time);
        if (inRows) rows.rescaleRows(block.offset, first, block.count / first, toFactors, scratch.offset);
        else columns.rescaleColumns(block.offset, first, second, toFactors, scratch.offset);
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
    return prepareUpdate(rule, single, theta, arena, engine, options);
  };
  return Promise.all(
    group.parameters.flatMap(({ projections = [] }, i) =>
      projections.map(async (projection) =>
        projection.kind === "units" ? ofUnits(projection, i) : ofValues(projection, i),
      ),
    ),
  );
};
