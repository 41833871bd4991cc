import { constant } from "../../../graph/ops/constant.js";
import { type Convolution, conv, convInput, convOver, convWeight } from "../../../graph/ops/convolution.js";
import { concat, pad, slice } from "../../../graph/ops/cutting.js";
import { gather } from "../../../graph/ops/indexing.js";
import { matmul } from "../../../graph/ops/matmul.js";
import { sum } from "../../../graph/ops/reduce.js";
import { reshape, transpose } from "../../../graph/ops/shaping.js";
import { extent, spatialSizes } from "../../../graph/ops/window.js";
import { isSymbolic } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { lowering } from "../../../onnx/target.js";

/** The weights of the adjoint by the input: channels exchanged within each group, every spatial axis backwards. */
const turned = (w: Tensor, groups: number): Tensor => {
  const [out, inside = missing(), ...kernel] = w.shape;
  const elements = kernel.reduce<number>((count, size) => count * Number(size), 1);
  const parted = reshape(w, [groups, Number(out) / groups, inside, elements]);
  const backwards = Array.from({ length: elements }, (_, i) => elements - 1 - i);
  const flipped = elements === 1 ? parted : gather(parted, constant(backwards, [elements], "int64"), 3);
  return reshape(transpose(flipped, [0, 2, 1, 3]), [
    groups * Number(inside),
    Number(out) / groups,
    ...kernel,
  ]);
};

/** With stride 1 a convolution of g, which ONNX Runtime does about twice as fast as a ConvTranspose. */
const adjointByInput = lowering(convInput, (y, [g, w], window) => {
  if (y.dtype !== "float32" || window.strides.some((stride) => stride > 1)) return y;
  const places = spatialSizes("convInput", g.shape);
  const before = window.kernel.map((_, axis) => extent(window, axis) - 1 - (window.pads[axis] ?? missing()));
  const after = spatialSizes("convInput", y.shape).map(
    (size, axis) =>
      size + extent(window, axis) - 1 - (places[axis] ?? missing()) - (before[axis] ?? missing()),
  );
  const pads = [...before, ...after];
  return pads.some((count) => count < 0) ? y : convOver(g, turned(w, window.groups), { ...window, pads });
});

/** More partial sums than this, one for each image, would not stay in the processor's cache. */
const mostPartialSums = 8e6;

/**
 * The adjoint by the weights of a convolution over an image plane, from x as `[batch, blocks, height, width, channels in a block]` and g as
 * it is: each image is a group of a convolution of x with g, whose filters are g's channels, and the groups' results are added up. Where
 * these would be too many, what each place sees is laid out in rows, for one product of matrices.
 */
export const weightsOf = (x: Tensor, g: Tensor, window: Convolution): Tensor | undefined => {
  const [batch, blocks, height, width, lanes] = x.shape.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [, outside, rows, columns] = g.shape.map(Number) as [number, number, number, number];
  const [down = missing(), across = missing()] = window.kernel;
  const [dy = missing(), dx = missing()] = window.dilations;
  const [sy = missing(), sx = missing()] = window.strides;
  const [top = missing(), left = missing()] = window.pads;
  if (dx !== 1) return undefined;
  const lastRow = (down - 1) * dy + (rows - 1) * sy - top;
  const lastColumn = across - 1 + (columns - 1) * sx - left;
  const seen = firstOf(firstOf(x, 2, lastRow + 1), 3, lastColumn + 1);
  const [below, right] = [Math.max(0, lastRow + 1 - height), Math.max(0, lastColumn + 1 - width)];
  const shape = [outside, blocks, down, across, lanes];
  const size = shape.reduce((a, b) => a * b);
  if (batch * size > mostPartialSums) {
    const wide = pad(pad(seen, { axis: 2, before: top, after: below }), {
      axis: 3,
      before: left,
      after: right,
    });
    const columnsSeen = concat(
      Array.from({ length: down }, (_, i) => every(wide, 2, i * dy, rows, sy)).flatMap((line) =>
        Array.from({ length: across }, (_, j) => every(line, 3, j, columns, sx)),
      ),
      4,
    );
    const places = batch * rows * columns;
    const gradients = transpose(reshape(g, [batch, outside, rows * columns]), [1, 0, 2]);
    const product = matmul(
      reshape(gradients, [outside, places]),
      reshape(transpose(columnsSeen, [0, 2, 3, 1, 4]), [places, size / outside]),
    );
    return reshape(product, shape);
  }
  const sums = conv(
    reshape(seen, [1, batch, blocks, seen.size(2), seen.size(3) * lanes]),
    reshape(g, [batch * outside, 1, 1, rows, columns]),
    {
      groups: batch,
      stride: [1, dy, 1],
      dilation: [1, sy, sx * lanes],
      padding: [0, [top, below], [left * lanes, right * lanes]],
    },
  );
  return reshape(sum(reshape(sums, [batch, size]), 0), shape);
};

/** The first `count` elements of an axis, or all where it has no more. */
const firstOf = (x: Tensor, axis: number, count: number): Tensor =>
  count < x.size(axis) ? slice(x, { axis, end: count }) : x;

/** Every `step`-th of `count` elements of an axis from `start` on. */
const every = (x: Tensor, axis: number, start: number, count: number, step: number): Tensor =>
  slice(x, { axis, start, end: start + (count - 1) * step + 1, step });

const adjointByWeight = lowering(convWeight, (y, [x, g], window) => {
  const areFixed = !isSymbolic(x.shape[0] ?? missing());
  if (y.dtype !== "float32" || x.rank !== 4 || window.groups !== 1 || !areFixed) return y;
  const [batch = missing(), channels = missing(), height = missing(), width = missing()] = x.shape;
  const channelsLast = reshape(transpose(x, [0, 2, 3, 1]), [batch, 1, height, width, channels]);
  const weights = weightsOf(channelsLast, g, window);
  return weights ? reshape(transpose(weights, [0, 1, 4, 2, 3]), y.shape) : y;
});

/** Adjoints of convolutions in the standard operators that are fastest in ONNX Runtime. */
export const fastConvolution = [adjointByInput, adjointByWeight];
