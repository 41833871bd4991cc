import {
  abs,
  cast,
  greater,
  maximum,
  minimum,
  type Shape,
  scalar,
  sign,
  sum,
  type Tensor,
  where,
} from "../graph/index.js";
import { elementCount } from "../graph/shape.js";

/**
 * Steps after which Newton's method has come to the threshold: each leaves at most a quarter of the excess of the norm times the number of
 * magnitudes beyond the threshold, and both together are below one part in 2²⁴ of the radius then. (Norms start within 2⁸ times the radius.)
 */
const stepsFor = (shape: Shape): number => Math.ceil((24 + 8 + Math.log2(elementCount(shape))) / 2);

/**
 * The nearest point with ‖x‖₁ ≤ radius in the language of rules: `sign(x)·max(|x| - τ, 0)`, where the threshold τ ≥ 0 is the root of
 * `Σ max(|x| - τ, 0) = radius`. Newton's method comes to it from below, since that sum is convex and falls: the step from a threshold is to
 *
 *     τ ← (Σ_A |x| - radius) / #A,   A being the elements with |x| > τ
 *
 * which is exact once A no longer changes. Michelot 1986; Condat 2016, section 3.
 */
export const ontoL1Ball = (x: Tensor, radius: number): Tensor => {
  const magnitude = abs(x);
  let threshold = scalar(0);
  for (let step = 0; step < stepsFor(x.shape); step++) {
    const beyond = greater(magnitude, threshold);
    const total = sum(where(beyond, magnitude, scalar(0)));
    const count = maximum(sum(cast(beyond, "float32")), 1);
    threshold = maximum(total.sub(radius).div(count), threshold);
  }
  const shrunk = maximum(magnitude.sub(threshold), 0);
  // Where rounding, or a start far outside, leaves a last excess.
  return sign(x)
    .mul(shrunk)
    .mul(minimum(scalar(radius).div(sum(shrunk)), 1));
};
