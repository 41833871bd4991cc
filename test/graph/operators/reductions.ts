import type { Tensor } from "../../../src/graph/index.js";
import * as graph from "../../../src/graph/index.js";
import type { Spec } from "../cases.js";
import { elementwise, fold, type NdArray } from "../ndarray.js";

type Fold = (values: readonly number[]) => number;

const total: Fold = (values) => values.reduce((a, b) => a + b, 0);
const average: Fold = (values) => total(values) / values.length;
const largest: Fold = (values) => Math.max(...values);
const logTotal: Fold = (values) => Math.log(total(values.map(Math.exp)));

const reduction = (
  operator: (x: Tensor, axes?: number | readonly number[], options?: { keepDims?: boolean }) => Tensor,
  f: Fold,
): Spec => ({
  gradient: "exact",
  draw: (draw) => {
    const shape = draw.shape();
    const axes = draw.chance(3) ? undefined : draw.axes(shape.length);
    // The same axes as a caller may write them: counted from the end, a single number.
    const written = axes?.map((axis) => (draw.chance(2) ? axis : axis - shape.length));
    const [first] = written ?? [];
    const argument = written?.length === 1 && first !== undefined && draw.chance(2) ? first : written;
    const keepDims = draw.chance(2);
    return {
      leaves: [{ shape, domain: "any" }],
      build: (x) => operator(x, argument, { keepDims }),
      reference: (x) => fold(x, axes ?? [...x.shape.keys()], keepDims, (values) => f(values)),
    };
  },
});

/** An operator that keeps the shape and works along one axis. */
const along = (
  operator: (x: Tensor, axis?: number) => Tensor,
  reference: (x: NdArray, axis: number) => NdArray,
): Spec => ({
  gradient: "exact",
  draw: (draw) => {
    const shape = draw.shape({ min: 1 });
    const axis = draw.int(0, shape.length - 1);
    const last = axis === shape.length - 1;
    const written = last && draw.chance(2) ? undefined : draw.chance(2) ? axis : axis - shape.length;
    return {
      leaves: [{ shape, domain: "any" }],
      build: (x) => operator(x, written),
      reference: (x) => reference(x, axis),
    };
  },
});

const logSoftmax = (x: NdArray, axis: number) =>
  elementwise((v = 0, l = 0) => v - l, x, fold(x, [axis], true, logTotal));

export const reductionOperators: Readonly<Record<string, Spec>> = {
  sum: reduction(graph.sum, total),
  mean: reduction(graph.mean, average),
  max: reduction(graph.max, largest),
  min: reduction(graph.min, (values) => -largest(values.map((v) => -v))),
  logSumExp: reduction(graph.logSumExp, logTotal),
  squaredNorm: {
    gradient: "exact",
    draw: (draw) => ({
      leaves: [{ shape: draw.shape(), domain: "any" }],
      build: (x) => graph.squaredNorm(x),
      reference: (x) => ({ shape: [], data: [total(x.data.map((v) => v * v))] }),
    }),
  },
  softmax: along(graph.softmax, (x, axis) => elementwise(Math.exp, logSoftmax(x, axis))),
  logSoftmax: along(graph.logSoftmax, logSoftmax),
  argMax: {
    gradient: "none",
    draw: (draw) => {
      const shape = draw.shape({ min: 1 });
      const axis = draw.int(-shape.length, shape.length - 1);
      const ties = draw.chance(3);
      return {
        leaves: [{ shape, domain: "any" }],
        build: (x) => graph.argMax(ties ? graph.sign(x) : x, axis),
        reference: (x) =>
          fold(x, [axis < 0 ? axis + shape.length : axis], false, (values) => {
            const compared = ties ? values.map(Math.sign) : values;
            return compared.indexOf(largest(compared));
          }),
      };
    },
  },
};
