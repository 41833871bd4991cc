import { full } from "../../../graph/ops/constant.js";
import { type Convolution, conv, convInput, convWeight } from "../../../graph/ops/convolution.js";
import { concat, pad, slice } from "../../../graph/ops/cutting.js";
import { sum } from "../../../graph/ops/reduce.js";
import { reshape, transpose } from "../../../graph/ops/shaping.js";
import { isSymbolic } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { weightsOf } from "../standard/convolution.js";
import { form, type Lowered } from "./form.js";
import { asLying, type Blocked, blocked, lying, shapeOf, timesDim } from "./layout.js";
import { blockedConv, reorderOutput } from "./operators.js";
import { packed, packedAdjoint, packedDepthwise, weightsInOrder } from "./weights.js";

const channelsOf = (x: Tensor): number => Number(x.shape[1]);

/** Whether whole blocks of channels go in, or few enough to be read as they are. */
const canRead = (channels: number, b: number): boolean => channels < b || channels % b === 0;

/**
 * How many channels a convolution makes of which so many are wanted: whole blocks. Undefined where most of them would be in vain; up to
 * that the blocked operators are the faster ones even so.
 */
const madeFor = (channels: number, b: number): number | undefined => {
  const made = Math.ceil(channels / b) * b;
  return made <= MOST_IN_VAIN * channels ? made : undefined;
};

const MOST_IN_VAIN = 3;

/** Weights or a bias with zeros for the channels that are made in vain. */
const widened = (x: Tensor, axis: number, made: number): Tensor =>
  made === x.size(axis) ? x : pad(x, { axis, after: made - x.size(axis) });

/** The channels that are wanted, in order, where more were made. */
const wanted = (y: Blocked, channels: number): Blocked | Tensor =>
  shapeOf(y)[1] === channels ? y : reorderOutput(y, channels);

const withChannels = (
  [batch = missing(), , ...plane]: Tensor["shape"],
  channels: number,
): Tensor["shape"] => [batch, channels, ...plane];

const isPlanar = (x: Tensor): boolean => x.rank === 4 && x.dtype === "float32";

/** What a convolution reads: blocks, or the picture as it is where it has fewer channels than a block. */
const source = (x: Tensor, { b, blocked, plain }: Lowered): Tensor =>
  channelsOf(x) < b ? plain(x) : blocked(x).tensor;

const forward = form(conv, (y, [x, w, bias], window, lowered) => {
  const { b, plain } = lowered;
  const [inside, outside] = [channelsOf(x), channelsOf(y)];
  if (!isPlanar(x)) return undefined;
  const read = () => source(x, lowered);
  if (window.groups === inside && inside === outside && inside % b === 0) {
    const weights = packedDepthwise(plain(w), b);
    return blockedConv({ x: read(), w: weights, bias: bias && plain(bias), window }, y.shape);
  }
  const made = madeFor(outside, b);
  if (window.groups !== 1 || made === undefined || !canRead(inside, b)) return undefined;
  const weights = packed(widened(plain(w), 0, made), b);
  const parts = { x: read(), w: weights, bias: bias && widened(plain(bias), 0, made), window };
  return wanted(blockedConv(parts, withChannels(y.shape, made)), outside);
});

/** Which elements of a window reach the rows `remainder + n · stride` of the input, and from how far before row n of the output on. */
const reaching = (window: Convolution, axis: number, remainder: number) => {
  const at = (list: readonly number[]) => list[axis] ?? missing();
  const [size, stride, dilation] = [at(window.kernel), at(window.strides), at(window.dilations)];
  const shift = remainder + at(window.pads);
  const elements = Array.from({ length: size }, (_, i) => size - 1 - i).filter(
    (i) => (shift - i * dilation) % stride === 0,
  );
  return { elements, before: elements.length === 0 ? 0 : ((elements[0] ?? 0) * dilation - shift) / stride };
};

/** One axis of the adjoint: for each remainder of an input row by the stride, the elements that reach it. */
const phases = (window: Convolution, axis: number, size: number, places: number) => {
  const stride = window.strides[axis] ?? missing();
  const dilation = window.dilations[axis] ?? missing();
  if (size % stride !== 0 || (stride > 1 && dilation > 1)) return undefined;
  const all = Array.from({ length: stride }, (_, remainder) => {
    const { elements, before } = reaching(window, axis, remainder);
    const covered = (elements.length - 1) * dilation + 1;
    return { elements, before, after: size / stride + covered - 1 - places - before };
  });
  return all.every(({ elements, before, after }) => elements.length === 0 || (before >= 0 && after >= 0))
    ? all
    : undefined;
};

/** Convolutions of g, one for each remainder of the input's rows and columns by the strides, whose results are interleaved. */
const byInput = form(convInput, (y, [g, w], window, lowered) => {
  const { b, plain } = lowered;
  const [inside, outside] = [channelsOf(y), channelsOf(g)];
  const made = madeFor(inside, b);
  if (!isPlanar(g) || window.groups !== 1 || made === undefined || !canRead(outside, b)) return undefined;
  const [batch = missing(), , height = missing(), width = missing()] = y.shape;
  const rows = phases(window, 0, Number(height), Number(g.shape[2]));
  const columns = phases(window, 1, Number(width), Number(g.shape[3]));
  if (!rows || !columns) return undefined;
  const [read, weights] = [source(g, lowered), widened(plain(w), 1, made)];
  const shape = [batch, made, Number(height) / rows.length, Number(width) / columns.length];
  const part = (row: (typeof rows)[number], column: (typeof columns)[number]): Blocked => {
    if (row.elements.length === 0 || column.elements.length === 0) return blocked(full(shape, 0));
    const taken = packedAdjoint(weights, [row.elements, column.elements], b);
    const { dilations } = window;
    const pads = [row.before, column.before, row.after, column.after];
    const kernel = [row.elements.length, column.elements.length];
    return blockedConv(
      { x: read, w: taken, window: { kernel, strides: [1, 1], dilations, pads, groups: 1 } },
      shape,
    );
  };
  const parts = rows.map((row) => columns.map((column) => part(row, column)));
  const [[only]] = parts as [[Blocked]];
  if (rows.length === 1 && columns.length === 1) return wanted(only, inside);
  const [, , h = missing(), v = missing()] = shape;
  const images = timesDim(batch, made / b);
  const lines = parts.map((line) => {
    const apart = line.map(({ tensor }) => reshape(tensor, [images, h, v, 1, b]));
    return reshape(concat(apart, 3), [images, h, 1, Number(width) * b]);
  });
  return wanted(lying(concat(lines, 2), withChannels(y.shape, made)), inside);
});

const byWeight = form(convWeight, (y, [x, g], window, lowered) => {
  const { b, plain } = lowered;
  const [inside, outside] = [channelsOf(x), channelsOf(g)];
  const areFixed = !isSymbolic(x.shape[0] ?? missing());
  if (!isPlanar(x) || window.groups !== 1 || !areFixed || outside % b !== 0) return undefined;
  if (inside < b) return ofPictures(y, x, g, window, lowered);
  if (inside % b !== 0) return undefined;
  const weights = weightsOf(asLying(lowered.blocked(x), b), plain(g), window);
  return weights && weightsInOrder(weights, y.shape);
});

/**
 * The weights of a layer that reads pictures of few channels. A blocked g lies as filters whose inputs are b columns side by side, so
 * that this is a convolution of the pictures with it: their columns become channels, once for each column of the window.
 */
const ofPictures = (y: Tensor, x: Tensor, g: Tensor, window: Convolution, { b, plain, blocked }: Lowered) => {
  const { kernel, strides, dilations, pads } = window;
  const [batch, inside, , width] = x.shape.map(Number) as [number, number, number, number];
  const [, outside, rows, columns] = g.shape.map(Number) as [number, number, number, number];
  const [down = missing(), across = missing()] = kernel;
  const isPlain = [...strides, dilations[1]].every((step) => step === 1);
  if (!isPlain || columns % b !== 0) return undefined;
  const [top = missing(), left = missing()] = pads;
  const height = Number(x.shape[2]);
  const below = (down - 1) * (dilations[0] ?? missing()) + rows - height - top;
  if (below < 0) return undefined;
  const right = Math.max(0, across - 1 + columns - width - left);
  const wide = pad(plain(x), { axis: 3, before: left, after: right });
  const shifted = Array.from({ length: across }, (_, j) =>
    reshape(slice(wide, { axis: 3, start: j, end: j + columns }), [batch, 1, inside, height, columns / b, b]),
  );
  const asChannels = transpose(concat(shifted, 1), [0, 3, 4, 1, 2, 5]);
  const each = across * inside;
  const sums = blockedConv(
    {
      x: reshape(asChannels, [1, b * batch, height, (columns / b) * each]),
      w: reshape(blocked(g).tensor, [batch * outside, b, rows, columns / b]),
      window: {
        kernel: [rows, columns / b],
        strides: [dilations[0] ?? missing(), 1],
        dilations: [1, each],
        pads: [top, 0, below, 0],
        groups: batch,
      },
    },
    [1, batch * outside, down, each],
  );
  const total = sum(reshape(sums.tensor, [batch, outside * down * each]), 0);
  const lying = reshape(total, [outside / b, down, across, inside, b]);
  return reshape(transpose(lying, [0, 4, 3, 1, 2]), y.shape);
};

/** Convolutions that go over an image plane, and their adjoints. */
export const convolutionForms = [forward, byInput, byWeight];
