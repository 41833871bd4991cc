import {
  abs,
  argMax,
  log,
  logSumExp,
  mean,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
} from "../../graph/index.js";
import { type Axes, largest, type ReduceOptions, smallest } from "../../graph/ops/reduce.js";
import { normalizeAxis } from "../../graph/shape.js";
import type { Importer, Importers } from "./node.js";

/** The axes were an attribute in older opsets, and are an input since. None means all, unless told otherwise. */
const reduction =
  (f: (x: Tensor, axes?: Axes, options?: ReduceOptions) => Tensor): Importer =>
  (node) => {
    const x = node.tensor(0);
    const axes = node.attributeOrInput("axes", 1) ?? [];
    const keepDims = node.int("keepdims", 1) === 1;
    const all = axes.length === 0 && node.int("noop_with_empty_axes", 0) === 0;
    return all ? f(x, undefined, { keepDims }) : f(x, axes, { keepDims });
  };

const argument =
  (sign: 1 | -1): Importer =>
  (node) => {
    if (node.int("select_last_index", 0) === 1)
      node.fail("taking the last of equal elements is not supported");
    const x = node.tensor(0);
    const axis = normalizeAxis(node.proto.opType, node.int("axis", 0), x.shape);
    const indices = argMax(x.mul(sign), axis);
    if (node.int("keepdims", 1) === 0) return indices;
    return reshape(
      indices,
      x.shape.map((dim, i) => (i === axis ? 1 : dim)),
    );
  };

/** Operators that fold axes. */
export const reductionImporters: Importers = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(largest),
  ReduceMin: reduction(smallest),
  ReduceLogSumExp: reduction(logSumExp),
  ReduceSumSquare: reduction((x, axes, options) => sum(square(x), axes, options)),
  ReduceL1: reduction((x, axes, options) => sum(abs(x), axes, options)),
  ReduceL2: reduction((x, axes, options) => sqrt(sum(square(x), axes, options))),
  ReduceLogSum: reduction((x, axes, options) => log(sum(x, axes, options))),
  ArgMax: argument(1),
  ArgMin: argument(-1),
};
