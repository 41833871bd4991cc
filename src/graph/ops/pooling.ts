import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Composed, operationOf, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { joined, type Shape } from "../shape.js";
import { checkDType, checkTensor, node, type Tensor } from "../tensor.js";
import { constant, full } from "./constant.js";
import { convInput, convOver } from "./convolution.js";
import { gatherAlong, scatterAlong } from "./indexing.js";
import { reshape } from "./shaping.js";
import {
  padsOf,
  placesOf,
  sizesPerAxis,
  spatialSizes,
  type Window,
  type WindowOptions,
  windowOf,
  windowOptions,
} from "./window.js";

export interface PoolOptions extends WindowOptions {
  /** The size of the window. */
  readonly size: number | readonly number[];
}

export interface AveragePoolOptions extends PoolOptions {
  /** Count what is added around as elements of value 0. @defaultValue false: the mean of those that there are */
  readonly includePadding?: boolean;
}

const nodeAttributes = ({ kernel, strides, dilations, pads }: Window) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
});

const pooled = ({ shape }: Tensor, window: Window): Shape => [
  ...shape.slice(0, 2),
  ...placesOf(spatialSizes("pooling", shape), window),
];

/** The window of a pooling. Throws where a place of it might see nothing but padding. */
const poolWindow = (name: string, x: Tensor, options: PoolOptions): Window => {
  checkDType(name, x, floats);
  const sizes = spatialSizes(name, x.shape);
  const kernel = sizesPerAxis(name, "size", options.size, sizes.length);
  const window = windowOf(name, sizes, kernel, { ...options, stride: options.stride ?? kernel });
  const axis = kernel.findIndex((_, i) =>
    padsOf(window, i).some((count) => count >= (kernel[i] ?? missing())),
  );
  if (axis >= 0) {
    throw new SteepestError(
      `${name}: padding ${padsOf(window, axis).join("+")} must be smaller than the window's size ${kernel[axis]} on spatial axis ${axis}; pad less`,
    );
  }
  return window;
};

/** All elements in one row. */
const inOneRow = (x: Tensor): Tensor => reshape(x, [-1]);

// The largest element of a window is one of x: its gradient puts g there, and the gradient of that picks there. All three know the places
// from x.

const places: Written<readonly [Tensor], Window> = {
  name: "maxPoolIndices",
  onnx: (emit, [x], window) => emit.nodeOf(2, "MaxPool", [x], nodeAttributes(window))[1] ?? missing(),
  gradient: () => [undefined],
};

/** Where the largest element of each window lies among all elements of x. */
const placesIn = operator(
  places,
  (x: Tensor, window: Window): Tensor =>
    node({ definition: places, inputs: [x], attributes: window, shape: pooled(x, window), dtype: "int64" }),
);

/** The same for a max pooling of x. */
export const maxPoolIndices = (y: Tensor): Tensor => {
  const { inputs, attributes } = operationOf(y, maxPool) ?? missing();
  return placesIn(inputs[0], attributes);
};

const largest: Written<readonly [Tensor], Window> = {
  name: "maxPool",
  onnx: (emit, [x], window) => emit.nodeOf(2, "MaxPool", [x], nodeAttributes(window))[0] ?? missing(),
  gradient: (g, _y, [x], window) => [maxPoolInput(g, x, window)],
};

/**
 * The largest element of a window that slides over the spatial axes of `[batch, channels, …]`; the gradient goes to the first of equal ones.
 * The stride is the size of the window unless told otherwise.
 */
export const maxPool = operator(largest, (x: Tensor, options: PoolOptions): Tensor => {
  checkTensor("maxPool", x);
  const window = poolWindow("maxPool", x, requireKnown("maxPool", options, ["size", ...windowOptions]));
  return node({
    definition: largest,
    inputs: [x],
    attributes: window,
    shape: pooled(x, window),
    dtype: x.dtype,
  });
});

const backToLargest: Composed<readonly [g: Tensor, x: Tensor], Window> = {
  name: "maxPoolInput",
  composed: ([g, x], window) => {
    const [count = missing()] = inOneRow(x).shape;
    return reshape(scatterAlong(inOneRow(g), inOneRow(placesIn(x, window)), count), x.shape);
  },
  gradient: (v, _y, [, x], window) => [maxPoolAt(v, x, window), undefined],
  polynomialIn: [0],
};

/** The adjoint of a max pooling of x: puts `g` to where the largest elements of x are. */
export const maxPoolInput = operator(
  backToLargest,
  (g: Tensor, x: Tensor, window: Window): Tensor =>
    node({ definition: backToLargest, inputs: [g, x], attributes: window, shape: x.shape, dtype: g.dtype }),
);

const atLargest: Composed<readonly [v: Tensor, x: Tensor], Window> = {
  name: "maxPoolAt",
  composed: ([v, x], window, y) => reshape(gatherAlong(inOneRow(v), inOneRow(placesIn(x, window))), y.shape),
  gradient: (g, _y, [, x], window) => [maxPoolInput(g, x, window), undefined],
  polynomialIn: [0],
};

/** The elements of `v` where the largest of x are. */
const maxPoolAt = operator(
  atLargest,
  (v: Tensor, x: Tensor, window: Window): Tensor =>
    node({
      definition: atLargest,
      inputs: [v, x],
      attributes: window,
      shape: pooled(x, window),
      dtype: v.dtype,
    }),
);

type Averaging = Window & { readonly includePadding: 0 | 1 };

/** How many elements each place of the window has on one axis. */
const countsOnAxis = (sizes: readonly number[], window: Averaging, axis: number): number[] => {
  const at = (list: readonly number[]) => list[axis] ?? missing();
  const [before] = padsOf(window, axis);
  return Array.from({ length: at(placesOf(sizes, window)) }, (_, place) => {
    const elements = Array.from(
      { length: at(window.kernel) },
      (_, i) => place * at(window.strides) + i * at(window.dilations) - before,
    );
    const real = (i: number) => window.includePadding === 1 || (i >= 0 && i < at(sizes));
    return elements.filter(real).length;
  });
};

/** How many elements each place of the window has. */
const countsOf = (sizes: readonly number[], window: Averaging, dtype: Tensor["dtype"]): Tensor => {
  const perAxis = sizes.map((_, axis) => countsOnAxis(sizes, window, axis));
  const counts = perAxis.reduce((all, own) => all.flatMap((a) => own.map((b) => a * b)), [1]);
  return constant(
    dtype === "float64" ? Float64Array.from(counts) : Float32Array.from(counts),
    perAxis.map(({ length }) => length),
    dtype,
  );
};

/** `[batch, channels, …]` as `[batch · channels, 1, …]`. */
const channelsApart = ({ shape: [batch = missing(), channels = missing(), ...sizes] }: Tensor): Shape => {
  return [joined([batch, channels]), 1, ...sizes];
};

const ones = ({ kernel }: Window, dtype: Tensor["dtype"]): Tensor => full([1, 1, ...kernel], 1, dtype);

/** Average pooling as a convolution of each channel with ones. */
export const averageByConv = (x: Tensor, window: Averaging, y: Tensor): Tensor => {
  const sums = convOver(reshape(x, channelsApart(x)), ones(window, x.dtype), { ...window, groups: 1 });
  return reshape(sums, y.shape).div(countsOf(spatialSizes("averagePool", x.shape), window, x.dtype));
};

const average: Written<readonly [Tensor], Averaging> = {
  name: "averagePool",
  onnx: (emit, [x], { includePadding, ...window }) =>
    emit.node("AveragePool", [x], { ...nodeAttributes(window), count_include_pad: includePadding }),
  gradient: (g, _y, [x], window) => {
    const shares = g.div(countsOf(spatialSizes("averagePool", x.shape), window, x.dtype));
    const apart = reshape(shares, channelsApart(g));
    return [
      reshape(convInput(apart, ones(window, g.dtype), channelsApart(x), { ...window, groups: 1 }), x.shape),
    ];
  },
  terms: (_inputs, { kernel }, _y, count) => count(kernel),
  polynomialIn: "all",
};

/**
 * The mean of a window that slides over the spatial axes of `[batch, channels, …]`. The stride is the size of the window unless told
 * otherwise; what is added around does not count.
 */
export const averagePool = operator(average, (x: Tensor, options: AveragePoolOptions): Tensor => {
  checkTensor("averagePool", x);
  const names = ["size", ...windowOptions, "includePadding"] as const;
  const { includePadding = false } = requireKnown("averagePool", options, names);
  const window = poolWindow("averagePool", x, options);
  return node({
    definition: average,
    inputs: [x],
    attributes: { ...window, includePadding: includePadding ? 1 : 0 },
    shape: pooled(x, window),
    dtype: x.dtype,
  });
});
