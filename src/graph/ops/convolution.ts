import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Composed, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { factorOf, formatShape, isSymbolic, multipleOfBatch, type Shape } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, node, type Tensor } from "../tensor.js";
import { slice } from "./cutting.js";
import { sum } from "./reduce.js";
import { reshape, transpose } from "./shaping.js";
import {
  extent,
  padsGiven,
  padsOf,
  placesOf,
  sizesPerAxis,
  spatialSizes,
  type Window,
  type WindowOptions,
  windowOf,
  windowOptions,
} from "./window.js";

// A convolution y = x * w is linear in x and in w. With its two adjoints it is closed under differentiation: ⟨g, x * w⟩ is one number,
// linear in g, x and w, and each of the three operators is its derivative by one of them.
//
//     conv(x, w)        its derivative by g    [batch, out, …]
//     convInput(g, w)   its derivative by x    [batch, in, …]
//     convWeight(x, g)  its derivative by w    [out, in / groups, …]

export interface ConvOptions extends WindowOptions {
  /** A number for each output channel, which is added to it: `[out]`. */
  readonly bias?: Tensor;
  /** Into how many parts channels are cut, each of which sees its own inputs only. @defaultValue 1 */
  readonly groups?: number;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Elements added behind each axis, fewer than the stride: several sizes have the same number of places. @defaultValue 0 */
  readonly outputPadding?: number | readonly number[];
}

/** How a convolution goes over its input. */
export type Convolution = Window & { readonly groups: number };

const nodeAttributes = ({ kernel, strides, dilations, pads, groups }: Convolution) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
  group: groups,
});

/** The axes of `[batch, channels, …]` but the channels. */
const butChannels = (x: Tensor): number[] => [...x.shape.keys()].filter((axis) => axis !== 1);

const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

const forward: Written<readonly [x: Tensor, w: Tensor, ...bias: readonly Tensor[]], Convolution> = {
  name: "conv",
  onnx: (emit, inputs, window) => emit.node("Conv", inputs, nodeAttributes(window)),
  gradient: (g, _y, [x, w, bias], window) => [
    convInput(g, w, x.shape, window),
    convWeight(x, g, w.shape, window),
    bias && sum(g, butChannels(g)),
  ],
  terms: ([, w], _window, _y, count) => count(w.shape.slice(1)),
  multiplyAdds: ([, w], _window, y, count) => count(y.shape) * count(w.shape.slice(1)),
  polynomialIn: "all",
  range: everything,
};

/** `conv` over a window that is known. */
export const convOver = (x: Tensor, w: Tensor, window: Convolution, bias?: Tensor): Tensor => {
  const places = placesOf(spatialSizes("conv", x.shape), window);
  return node({
    definition: forward,
    inputs: bias ? [x, w, bias] : [x, w],
    attributes: window,
    shape: [x.shape[0] ?? missing(), w.shape[0] ?? missing(), ...places],
    dtype: x.dtype,
  });
};

const adjointByInput: Written<readonly [g: Tensor, w: Tensor], Convolution> = {
  name: "convInput",
  onnx: (emit, [g, w], window, y) => {
    const places = spatialSizes("convInput", g.shape);
    const rest = spatialSizes("convInput", y.shape).map((size, axis) => {
      const [before, after] = padsOf(window, axis);
      const covered = ((places[axis] ?? missing()) - 1) * (window.strides[axis] ?? missing());
      return size + before + after - covered - extent(window, axis);
    });
    return emit.node("ConvTranspose", [g, w], { ...nodeAttributes(window), output_padding: rest });
  },
  gradient: (v, _y, [g, w], window) => [convOver(v, w, window), convWeight(v, g, w.shape, window)],
  terms: ([, w], _window, _y, count) => count([w.shape[0] ?? missing(), ...w.shape.slice(2)]),
  multiplyAdds: ([g, w], _window, _y, count) => count(g.shape) * count(w.shape.slice(1)),
  polynomialIn: "all",
  range: everything,
};

/** The adjoint of a convolution by its input: what `g` at the output becomes at an input of a given shape. */
export const convInput = operator(
  adjointByInput,
  (g: Tensor, w: Tensor, shape: Shape, window: Convolution): Tensor =>
    node({ definition: adjointByInput, inputs: [g, w], attributes: window, shape, dtype: g.dtype }),
);

/** The first `count` elements of a spatial axis, or all where it has no more. */
const firstOf = (x: Tensor, axis: number, count: number): Tensor =>
  count < x.size(axis) ? slice(x, { axis, end: count }) : x;

/** `[batch, groups · c, …]` as `[c, groups · batch, …]`: what a group adds up over lies in its channels. */
const exchanged = (x: Tensor, groups: number): Tensor => {
  const [batch = missing(), channels = missing(), ...sizes] = x.shape;
  const others = [...sizes.keys()].map((axis) => axis + 3);
  const parted = reshape(x, [batch, groups, Number(channels) / groups, ...sizes]);
  const together = isSymbolic(batch) ? multipleOfBatch(factorOf(batch) * groups) : batch * groups;
  return reshape(transpose(parted, [2, 1, 0, ...others]), [Number(channels) / groups, together, ...sizes]);
};

const adjointByWeight: Composed<readonly [x: Tensor, g: Tensor], Convolution> = {
  name: "convWeight",
  // Batch and channels exchanged it is a convolution of x with g, whose strides and dilations are exchanged too.
  composed: ([x, g], window, y) => {
    const places = spatialSizes("convWeight", g.shape);
    const last = window.kernel.map((size, axis) => {
      const step = window.strides[axis] ?? missing();
      const [before] = padsOf(window, axis);
      return (
        (size - 1) * (window.dilations[axis] ?? missing()) + ((places[axis] ?? missing()) - 1) * step - before
      );
    });
    const seen = last.reduce((part, at, axis) => firstOf(part, axis + 2, at + 1), x);
    const after = last.map((at, axis) => Math.max(0, at + 1 - x.size(axis + 2)));
    const others = [...window.kernel.keys()].map((axis) => axis + 2);
    const exchange = [1, 0, ...others];
    const product = convOver(exchanged(seen, window.groups), transpose(g, exchange), {
      kernel: places,
      strides: window.dilations,
      dilations: window.strides,
      pads: [...window.pads.slice(0, places.length), ...after],
      groups: window.groups,
    });
    return reshape(transpose(product, exchange), y.shape);
  },
  gradient: (v, _y, [x, g], window) => [convInput(g, v, x.shape, window), convOver(x, v, window)],
  terms: ([, g], _window, _y, count) => count([g.shape[0] ?? missing(), ...g.shape.slice(2)]),
  multiplyAdds: ([, g], _window, y, count) => count(g.shape) * count(y.shape.slice(1)),
  polynomialIn: "all",
  range: everything,
};

/** The adjoint of a convolution by its weights, of a given shape. */
export const convWeight = operator(
  adjointByWeight,
  (x: Tensor, g: Tensor, shape: Shape, window: Convolution): Tensor =>
    node({ definition: adjointByWeight, inputs: [x, g], attributes: window, shape, dtype: x.dtype }),
);

/** Throws unless weights fit the channels of x; `shape` says what theirs must be. */
const checkWeights = (
  operator: string,
  x: Tensor,
  w: Tensor,
  { groups, axis }: { readonly groups: number; readonly axis: 0 | 1 },
): readonly number[] => {
  checkDType(operator, x, floats);
  checkTensor(operator, w);
  checkSameDType(operator, x, w);
  const axes = spatialSizes(operator, x.shape).length;
  const channels = x.size(1);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new SteepestError(
      `${operator}: groups must be a whole number that divides the ${channels} channels of x ${formatShape(x.shape)}, got ${groups}`,
    );
  }
  const sizes = w.shape.flatMap((dim) => (isSymbolic(dim) ? [] : [dim]));
  const [first = 0] = sizes;
  const own = axis === 1 ? channels / groups : channels;
  if (sizes.length !== axes + 2 || sizes[axis] !== own || first % groups !== 0) {
    const expected = axis === 1 ? `[out, ${own}` : `[${own}, out${groups > 1 ? ` / ${groups}` : ""}`;
    throw new SteepestError(
      `${operator}: x ${formatShape(x.shape)} needs weights ${expected}${", size".repeat(axes)}]${groups > 1 ? ` with channels for ${groups} groups` : ""}, got ${formatShape(w.shape)}`,
    );
  }
  return sizes;
};

const checkBias = (operator: string, bias: Tensor | undefined, w: Tensor, channels: number): void => {
  if (bias === undefined) return;
  checkSameDType(operator, bias, w);
  if (bias.rank === 1 && bias.shape[0] === channels) return;
  throw new SteepestError(
    `${operator}: bias must have a number for each of the ${channels} output channels, got ${formatShape(bias.shape)}`,
  );
};

/**
 * Convolution, or rather correlation, over the spatial axes, of which there may be one, two or three:
 *
 *     y[n, k, i] = bias[k] + Σ_{c, j} w[k, c, j] · x[n, c, i · stride + j · dilation - padding]
 *
 * x is `[batch, in, …]`, the weights are `[out, in / groups, …]`, the result is `[batch, out, …]`.
 */
export const conv = operator(forward, (x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor => {
  checkTensor("conv", x);
  const { groups = 1, bias } = requireKnown("conv", options, [...windowOptions, "bias", "groups"]);
  const [out = missing(), , ...kernel] = checkWeights("conv", x, w, { groups, axis: 1 });
  checkBias("conv", bias, w, out);
  const window = windowOf("conv", spatialSizes("conv", x.shape), kernel, options);
  return convOver(x, w, { ...window, groups }, bias);
});

/**
 * Transposed convolution: the adjoint of `conv` by its input, which makes spatial axes larger where `conv` with this stride makes them
 * smaller. x is `[batch, in, …]`, the weights are `[in, out / groups, …]` (those of the `conv` that leads from the result to x), and an axis of
 * size n becomes one of `(n - 1) · stride + (size - 1) · dilation + 1 - padding + outputPadding`.
 */
export const convTranspose = (x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor => {
  const name = "convTranspose";
  checkTensor(name, x);
  const {
    groups = 1,
    bias,
    outputPadding = 0,
    padding = 0,
    stride = 1,
    dilation = 1,
  } = requireKnown(name, options, [...windowOptions, "bias", "groups", "outputPadding"]);
  const [, part = missing(), ...kernel] = checkWeights(name, x, w, { groups, axis: 0 });
  const sizes = spatialSizes(name, x.shape);
  const strides = sizesPerAxis(name, "stride", stride, sizes.length);
  const dilations = sizesPerAxis(name, "dilation", dilation, sizes.length);
  const behind = sizesPerAxis(name, "outputPadding", outputPadding, sizes.length, 0);
  if (padding === "same") {
    throw new SteepestError(
      `${name}: padding "same" says nothing of the size of the result; give numbers, and outputPadding for what is left open`,
    );
  }
  const whole = sizes.map(
    (size, axis) => (size - 1) * (strides[axis] ?? missing()) + extent({ kernel, dilations }, axis),
  );
  const pads = padsGiven(name, padding, sizes.length);
  const results = whole.map((size, axis) => {
    const [before, after] = padsOf({ kernel, pads }, axis);
    return size - before - after + (behind[axis] ?? missing());
  });
  const wrong = behind.findIndex((count, axis) => count >= (strides[axis] ?? missing()));
  if (wrong >= 0) {
    throw new SteepestError(
      `${name}: outputPadding ${behind[wrong]} must be smaller than the stride ${strides[wrong]}`,
    );
  }
  if (results.some((size) => size < 1)) {
    throw new SteepestError(`${name}: padding takes away all of ${whole.join(" x ")}; give less`);
  }
  const out = part * groups;
  checkBias(name, bias, w, out);
  const shape = [x.shape[0] ?? missing(), out, ...results];
  const y = convInput(x, w, shape, { kernel, strides, dilations, pads, groups });
  return bias ? y.add(reshape(bias, [-1, ...kernel.map(() => 1)])) : y;
};
