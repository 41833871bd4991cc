import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { floats } from "../dtype.js";
import { joined } from "../shape.js";
import { checkDType, checkTensor, type Tensor } from "../tensor.js";
import { typedArray } from "../values.js";
import { constant } from "./constant.js";
import { matmul } from "./matmul.js";
import { reshape } from "./shaping.js";
import { sizesPerAxis, spatialSizes } from "./window.js";

/** How the places of the result lie on those of x, of whose elements each has the width 1. */
const coordinates = {
  /** The outer edges meet: `(i + 1/2) · step - 1/2`. */
  halfPixel: (i: number, step: number) => (i + 0.5) * step - 0.5,
  /** The centres of the first and of the last element meet. */
  alignCorners: (i: number, step: number) => i * step,
  /** The centres of the first element meet: `i · step`. */
  asymmetric: (i: number, step: number) => i * step,
};

/** Which of two elements is the nearest one, where that matters. */
const roundings = {
  halfUp: (at: number) => Math.floor(at + 0.5),
  halfDown: (at: number) => Math.ceil(at - 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

export interface ResizeOptions {
  /** The new sizes of the spatial axes; one number is for all of them. */
  readonly size?: number | readonly number[];
  /** Instead of `size`: by how much to multiply; sizes that are not whole are rounded down. */
  readonly scale?: number | readonly number[];
  /** The nearest element, or a mean of the two (linear) or four (cubic) nearest on each axis. @defaultValue "linear" */
  readonly mode?: "nearest" | "linear" | "cubic";
  /** What meets what. @defaultValue "halfPixel": the outer edges meet */
  readonly coordinates?: keyof typeof coordinates;
  /** In mode "nearest": what is nearest. PyTorch's "nearest" is "floor" with coordinates "asymmetric". @defaultValue "halfUp" */
  readonly rounding?: keyof typeof roundings;
  /** Where the result is smaller, take means of as many elements as come together in one. Not for mode "nearest". @defaultValue false */
  readonly antialias?: boolean;
  /** Take nothing for elements beyond the ends of x, instead of its outermost ones again. @defaultValue what `antialias` is, as in PyTorch */
  readonly excludeOutside?: boolean;
  /** The slope of the cubic at distance 1. @defaultValue -0.75, with `antialias` -0.5, as in PyTorch */
  readonly cubicSlope?: number;
}

const options = [
  "size",
  "scale",
  "mode",
  "coordinates",
  "rounding",
  "antialias",
  "excludeOutside",
  "cubicSlope",
] as const satisfies readonly (keyof ResizeOptions)[];

/** How much an element at a distance counts, and up to which distance any does. */
interface Kernel {
  readonly reach: number;
  weight(distance: number): number;
}

const linear: Kernel = { reach: 1, weight: (d) => Math.max(0, 1 - Math.abs(d)) };

/** Keys' cubic convolution, of slope a at distance 1. R. Keys, "Cubic convolution interpolation for digital image processing", 1981. */
export const cubic = (a: number): Kernel => ({
  reach: 2,
  weight: (distance) => {
    const d = Math.abs(distance);
    if (d >= 2) return 0;
    return d <= 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : a * (d ** 3 - 5 * d ** 2 + 8 * d - 4);
  },
});

interface AxisOptions
  extends Required<
    Pick<ResizeOptions, "mode" | "coordinates" | "rounding" | "antialias" | "excludeOutside">
  > {
  readonly cubicSlope: number;
}

/** What every element of the result takes of those of x, on one axis: a matrix [result, size]. */
const shares = (size: number, result: number, step: number, choice: AxisOptions): Float64Array => {
  const matrix = new Float64Array(result * size);
  const within = (index: number) => Math.min(Math.max(index, 0), size - 1);
  const kernel = choice.mode === "cubic" ? cubic(choice.cubicSlope) : linear;
  for (let i = 0; i < result; i++) {
    const at = coordinates[choice.coordinates](i, step);
    const add = (index: number, share: number) => {
      matrix[i * size + index] = (matrix[i * size + index] ?? missing()) + share;
    };
    if (choice.mode === "nearest") {
      add(within(roundings[choice.rounding](at)), 1);
      continue;
    }
    // Antialiasing widens the kernel to what comes together in one element.
    const width = choice.antialias ? Math.max(1, step) : 1;
    const first = Math.ceil(at - kernel.reach * width);
    const last = Math.floor(at + kernel.reach * width);
    const places = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const counted = choice.excludeOutside ? places.filter((place) => place === within(place)) : places;
    const weights = counted.map((place) => kernel.weight((place - at) / width));
    const total = weights.reduce((a, b) => a + b, 0);
    counted.forEach((place, k) => {
      add(within(place), (weights[k] ?? missing()) / total);
    });
  }
  return matrix;
};

/** An axis multiplied by a matrix `[result, size]`. */
const mapAxis = (x: Tensor, axis: number, matrix: Float64Array, result: number): Tensor => {
  const size = x.size(axis);
  const m = constant(typedArray(x.dtype, Array.from(matrix)), [result, size], x.dtype);
  const shape = x.shape.with(axis, result);
  if (axis === x.rank - 1) return matmul(x, m, { transposeB: true });
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  return reshape(matmul(m, reshape(x, [joined(before), size, joined(after)])), shape);
};

/** Sizes of the result, and how far apart its places lie on x. */
const target = (
  sizes: readonly number[],
  { size, scale }: ResizeOptions,
): readonly (readonly [result: number, step: number])[] => {
  if ((size === undefined) === (scale === undefined)) {
    throw new SteepestError(
      "resize: give either size, as in { size: [32, 32] }, or scale, as in { scale: 2 }",
    );
  }
  if (size !== undefined) {
    const results = sizesPerAxis("resize", "size", size, sizes.length);
    return results.map((result, axis) => [result, (sizes[axis] ?? missing()) / result]);
  }
  const given: unknown = typeof scale === "number" ? Array<number>(sizes.length).fill(scale) : scale;
  const fits =
    Array.isArray(given) && given.length === sizes.length && given.every((s) => Number.isFinite(s) && s > 0);
  if (!fits) {
    throw new SteepestError(
      `resize: scale must be a number above 0, or ${sizes.length} of them, got ${givenText(scale)}`,
    );
  }
  return sizes.map((own, axis) => {
    const by: number = given[axis] ?? missing();
    const result = Math.floor(own * by);
    if (result < 1) throw new SteepestError(`resize: scale ${by} leaves nothing of ${own} elements`);
    return [result, 1 / by];
  });
};

const oneOf = (name: string, given: unknown, known: readonly string[]): void => {
  if (typeof given === "string" && known.includes(given)) return;
  throw new SteepestError(
    `resize: ${name} must be ${known.map((each) => `"${each}"`).join(", ")}, got ${givenText(given)}`,
  );
};

/**
 * Resamples the spatial axes of `[batch, channels, …]` to other sizes. Each axis is a product with a matrix of weights, so that gradients of any
 * order are exact, in every type of float.
 *
 * Throws for sizes or scales that leave nothing.
 */
export const resize = (x: Tensor, given: ResizeOptions): Tensor => {
  checkTensor("resize", x);
  checkDType("resize", x, floats);
  const known = requireKnown("resize", given, options);
  const { mode = "linear", antialias = false, rounding = "halfUp" } = known;
  const choice: AxisOptions = {
    mode,
    antialias,
    rounding,
    excludeOutside: known.excludeOutside ?? antialias,
    coordinates: known.coordinates ?? "halfPixel",
    cubicSlope: known.cubicSlope ?? (antialias ? -0.5 : -0.75),
  };
  oneOf("mode", mode, ["nearest", "linear", "cubic"]);
  oneOf("coordinates", choice.coordinates, Object.keys(coordinates));
  oneOf("rounding", rounding, Object.keys(roundings));
  const sizes = spatialSizes("resize", x.shape);
  return target(sizes, known).reduce((y, [result, ratio], axis) => {
    const size = sizes[axis] ?? missing();
    if (result === size && ratio === 1) return y;
    const step = choice.coordinates === "alignCorners" ? (size - 1) / Math.max(1, result - 1) : ratio;
    return mapAxis(y, axis + 2, shares(size, result, step, choice), result);
  }, x);
};
