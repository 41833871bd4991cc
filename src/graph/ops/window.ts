import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { fixedSize, formatShape, type Shape } from "../shape.js";

/** How a window slides over the spatial axes of a tensor `[batch, channels, …]`: one number stands for all of these axes. */
export interface WindowOptions {
  /** The distance between two places of the window. @defaultValue 1; for pooling the size of the window */
  readonly stride?: number | readonly number[];
  /**
   * How much is added around: on both sides of every axis, of each axis, or `[before, after]` for each. "same" adds so much that there is a
   * place for every `stride`-th element; where that is odd, one more behind.
   *
   * @defaultValue 0
   */
  readonly padding?: Padding;
  /** The distance between two elements of the window. @defaultValue 1 */
  readonly dilation?: number | readonly number[];
}

export type Padding = number | "same" | readonly (number | readonly [before: number, after: number])[];

export const windowOptions = ["stride", "padding", "dilation"] as const;

/** A window as the attributes of an operation: sizes per spatial axis, in ONNX's order. */
export type Window = {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** What is added before each axis, then what is added after each. */
  readonly pads: readonly number[];
};

/** Sizes of the spatial axes of `[batch, channels, …]`. Throws where there are none, or where one is the batch. */
export const spatialSizes = (operator: string, shape: Shape): readonly number[] => {
  if (shape.length < 3) {
    throw new SteepestError(
      `${operator}: expected a tensor of shape [batch, channels, …] with at least one axis more, got ${formatShape(shape)}`,
    );
  }
  return shape.slice(2).map((_, i) => fixedSize(operator, shape, i + 2));
};

/** A whole number per axis, from one for all of them or a list. */
export const sizesPerAxis = (
  operator: string,
  what: string,
  given: number | readonly number[],
  axes: number,
  least = 1,
): readonly number[] => {
  const list: unknown = typeof given === "number" ? Array<number>(axes).fill(given) : given;
  const fits =
    Array.isArray(list) && list.length === axes && list.every((n) => Number.isInteger(n) && n >= least);
  if (!fits) {
    throw new SteepestError(
      `${operator}: ${what} must be a whole number of at least ${least}, or ${axes} of them, got ${givenText(given)}`,
    );
  }
  return list;
};

/** From the first to the last element of a window, on one axis. */
export const extent = ({ kernel, dilations }: Pick<Window, "kernel" | "dilations">, axis: number): number =>
  ((kernel[axis] ?? missing()) - 1) * (dilations[axis] ?? missing()) + 1;

type Side = number | readonly [before: number, after: number];

const isPair = (entry: Side): entry is readonly [number, number] =>
  Array.isArray(entry) && entry.length === 2;

/** Padding in numbers, as the pads of a window. */
export const padsGiven = (
  operator: string,
  given: number | readonly Side[],
  axes: number,
): readonly number[] => {
  const list: readonly Side[] = Array.isArray(given) ? given : Array(axes).fill(given);
  return ([0, 1] as const).flatMap((side) => {
    const one = list.map((entry) => (isPair(entry) ? entry[side] : entry));
    return sizesPerAxis(operator, "padding", one, axes, 0);
  });
};

/** As much on each axis as makes a place for every `stride`-th element. */
const padsForAll = (sizes: readonly number[], window: Omit<Window, "pads">): readonly number[] => {
  const totals = sizes.map((size, axis) => {
    const step = window.strides[axis] ?? missing();
    return Math.max(0, (Math.ceil(size / step) - 1) * step + extent(window, axis) - size);
  });
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
};

/** The window that options describe, for spatial axes of these sizes. Throws where it fits nowhere. */
export const windowOf = (
  operator: string,
  sizes: readonly number[],
  kernel: readonly number[],
  { stride = 1, padding = 0, dilation = 1 }: WindowOptions,
): Window => {
  const axes = sizes.length;
  const strides = sizesPerAxis(operator, "stride", stride, axes);
  const dilations = sizesPerAxis(operator, "dilation", dilation, axes);
  const placed = { kernel, strides, dilations };
  const pads = padding === "same" ? padsForAll(sizes, placed) : padsGiven(operator, padding, axes);
  const window = { ...placed, pads };
  const places = placesOf(sizes, window);
  if (places.some((count) => count < 1)) {
    throw new SteepestError(
      `${operator}: a window of ${kernel.join(" x ")} (dilation ${dilations.join(" x ")}) does not fit into ${sizes.join(" x ")} with padding [${pads}]; make it smaller or pad more`,
    );
  }
  return window;
};

/** How much a window adds before and after an axis. */
export const padsOf = ({ kernel, pads }: Pick<Window, "kernel" | "pads">, axis: number): [number, number] => [
  pads[axis] ?? missing(),
  pads[axis + kernel.length] ?? missing(),
];

/** How many places a window has on each axis. */
export const placesOf = (sizes: readonly number[], window: Window): readonly number[] =>
  sizes.map((size, axis) => {
    const [before, after] = padsOf(window, axis);
    const room = size + before + after - extent(window, axis);
    return Math.floor(room / (window.strides[axis] ?? missing())) + 1;
  });
