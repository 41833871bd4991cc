import { averagePool, conv, convTranspose, maxPool, mean, pad, type Tensor } from "../../graph/index.js";
import { convOver } from "../../graph/ops/convolution.js";
import { maxPoolIndices } from "../../graph/ops/pooling.js";
import { largest } from "../../graph/ops/reduce.js";
import { extent, spatialSizes, windowOf } from "../../graph/ops/window.js";
import { isSymbolic } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import type { ImportedNode, Importers } from "./node.js";

interface Placement {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
}

/** As many numbers as there are spatial axes, `fallback` where the attribute is not there. */
const perAxis = (node: ImportedNode, name: string, count: number, fallback: number): readonly number[] => {
  const values = node.ints(name) ?? Array<number>(count).fill(fallback);
  return values.length === count
    ? values
    : node.fail(`its attribute "${name}" has ${values.length} numbers for ${count}`);
};

/** Padding that makes a place for every stride-th element; where that is odd, one more behind or, "SAME_LOWER", in front. */
const samePadding = (total: number, lower: boolean): readonly [number, number] =>
  lower ? [Math.ceil(total / 2), Math.floor(total / 2)] : [Math.floor(total / 2), Math.ceil(total / 2)];

const placement = (node: ImportedNode, sizes: readonly number[], kernel: readonly number[]): Placement => {
  const axes = sizes.length;
  const stride = perAxis(node, "strides", axes, 1);
  const dilation = perAxis(node, "dilations", axes, 1);
  const pads = perAxis(node, "pads", 2 * axes, 0);
  const auto = node.text("auto_pad", "NOTSET");
  const padding = sizes.map((size, axis): readonly [number, number] => {
    const step = stride[axis] ?? missing();
    const length = extent({ kernel, dilations: dilation }, axis);
    if (auto === "VALID") return [0, 0];
    if (auto.startsWith("SAME")) {
      const total = Math.max(0, (Math.ceil(size / step) - 1) * step + length - size);
      return samePadding(total, auto === "SAME_LOWER");
    }
    const [before, after] = [pads[axis] ?? missing(), pads[axis + axes] ?? missing()];
    if (node.int("ceil_mode", 0) === 0) return [before, after];
    // A last place that begins inside and reaches beyond the end.
    const room = size + before + after - length;
    const isLast = Math.ceil(room / step) * step < size + before;
    return [before, after + (isLast ? (step - (room % step)) % step : 0)];
  });
  return { stride, dilation, padding };
};

const kernelOf = (node: ImportedNode): readonly number[] =>
  node.ints("kernel_shape") ?? node.fail('its attribute "kernel_shape" is missing');

/** Weights with their spatial sizes. */
const weights = (
  node: ImportedNode,
  x: Tensor,
): { readonly w: Tensor; readonly kernel: readonly number[] } => {
  const w = node.tensor(1);
  if (w.rank !== x.rank) node.fail(`weights [${w.shape}] do not fit x [${x.shape}]`);
  return { w, kernel: spatialSizes(node.proto.opType, w.shape) };
};

const convolution = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const { w, kernel } = weights(node, x);
  const bias = node.optional(2);
  const sizes = spatialSizes("Conv", x.shape);
  const placed = placement(node, sizes, kernel);
  const groups = node.int("group", 1);
  // The gradient of weights convolves over the batch.
  const isOverBatch = x.shape.slice(1, 2).some(isSymbolic);
  if (isOverBatch) return convOver(x, w, { ...windowOf("Conv", sizes, kernel, placed), groups }, bias);
  return conv(x, w, { ...placed, groups, ...(bias && { bias }) });
};

const transposed = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const { w, kernel } = weights(node, x);
  if (node.has("output_shape") || node.text("auto_pad", "NOTSET") !== "NOTSET") {
    node.fail("output_shape and auto_pad are not supported; give pads and output_padding");
  }
  const bias = node.optional(2);
  return convTranspose(x, w, {
    ...placement(node, spatialSizes("ConvTranspose", x.shape), kernel),
    groups: node.int("group", 1),
    outputPadding: perAxis(node, "output_padding", kernel.length, 0),
    ...(bias && { bias }),
  });
};

/** A window that reaches beyond what is padded in full is made to see it: -∞ is never the largest. */
const largestOf = (node: ImportedNode): Tensor | readonly Tensor[] => {
  const x = node.tensor(0);
  const size = kernelOf(node);
  const { padding, ...rest } = placement(node, spatialSizes("MaxPool", x.shape), size);
  const wide = padding.some(([before, after], axis) => Math.max(before, after) >= (size[axis] ?? missing()));
  const isIndexed = node.outputCount > 1;
  if (!wide) {
    const y = maxPool(x, { size, padding, ...rest });
    return isIndexed ? [y, maxPoolIndices(y)] : y;
  }
  if (isIndexed) node.fail("indices of the largest elements beside so much padding are not supported");
  const padded = padding.reduce(
    (y, [before, after], axis) => pad(y, { axis: axis + 2, before, after, value: Number.NEGATIVE_INFINITY }),
    x,
  );
  return maxPool(padded, { size, ...rest });
};

const averageOf = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const size = kernelOf(node);
  const includePadding = node.flag("count_include_pad");
  if (includePadding && node.flag("ceil_mode")) {
    node.fail("ceil_mode and count_include_pad together are not supported");
  }
  return averagePool(x, {
    size,
    includePadding,
    ...placement(node, spatialSizes("AveragePool", x.shape), size),
  });
};

const spatialAxes = (node: ImportedNode, x: Tensor): number[] =>
  spatialSizes(node.proto.opType, x.shape).map((_, axis) => axis + 2);

/** Operators that slide a window over the spatial axes of `[batch, channels, …]`. */
export const windowImporters: Importers = {
  Conv: convolution,
  ConvTranspose: transposed,
  MaxPool: largestOf,
  AveragePool: averageOf,
  GlobalAveragePool: (node) => {
    const x = node.tensor(0);
    return mean(x, spatialAxes(node, x), { keepDims: true });
  },
  GlobalMaxPool: (node) => {
    const x = node.tensor(0);
    return largest(x, spatialAxes(node, x), { keepDims: true });
  },
};
