import { constant, type Shape, type Tensor } from "../graph/index.js";
import { missing } from "../missing.js";

/**
 * `x - mean` for fixed means of a given shape, in float64's precision: where inputs lie far from 0 a mean rounded to float32 would be
 * off by more than they differ. Each mean is the sum of two float32 numbers, and the difference to the first is exact for inputs near it.
 * Where the second is below the rounding of the difference, whose size is about `scale`, it is left out: pictures pay nothing for it.
 */
export const centred = (
  x: Tensor,
  mean: Float32Array | Float64Array,
  shape: Shape,
  scale?: Float32Array,
): Tensor => {
  const high = Float32Array.from(mean);
  const low = Float32Array.from(mean, (m, i) => m - (high[i] ?? missing()));
  const difference = x.sub(constant(high, shape));
  const negligible = low.every((rest, i) => Math.abs(rest) <= 2 ** -25 * (scale?.[i] ?? 0));
  return negligible ? difference : difference.sub(constant(low, shape));
};
