import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { conditionOf } from "./condition.js";

export interface PolynomialFeaturesOptions {
  /** Number of inputs: x holds that many numbers per example. @defaultValue 1 */
  readonly inputs?: number;
  /**
   * Whether to begin with the constant feature 1, as the lecture does; leave it out where the model has an intercept.
   * @defaultValue true
   */
  readonly constant?: boolean;
}

export interface PolynomialFeatures {
  /** n × d features, row by row. */
  readonly X: Float64Array;
  readonly n: number;
  readonly d: number;
  /** Names of the features: "1", "x", "x^2", or "x1^2" where there are several inputs. */
  readonly columns: readonly string[];
  /** Condition number s₁/s_d of X, Infinity where features outnumber examples. */
  readonly condition: number;
  /** Present where the condition number is above 1/ε = 4.5·10¹⁵, beyond which float64 cannot tell the features apart. */
  readonly warning?: string;
}

/**
 * The lecture's features φ_d(x) = [1, x, …, x^d] (section "Learning theory"); with several inputs the powers of each,
 * without products between them.
 *
 * Throws for inputs that are not finite, a degree that is not a positive integer, and powers that overflow.
 */
export const polynomialFeatures = (
  x: ArrayLike<number>,
  degree: number,
  options: PolynomialFeaturesOptions = {},
): PolynomialFeatures => {
  const { inputs = 1, constant = true } = requireKnown("polynomialFeatures", options, ["inputs", "constant"]);
  if (!Number.isInteger(degree) || degree < 1) {
    throw new SteepestError(`polynomialFeatures: degree is ${degree}; give an integer of at least 1`);
  }
  if (!Number.isInteger(inputs) || inputs < 1) {
    throw new SteepestError(`polynomialFeatures: inputs is ${inputs}; give an integer of at least 1`);
  }
  const n = x.length / inputs;
  if (!Number.isInteger(n) || n < 1) {
    throw new SteepestError(
      `polynomialFeatures: ${x.length} numbers are not whole examples of ${inputs} inputs`,
    );
  }
  const leading = constant ? 1 : 0;
  const d = leading + inputs * degree;
  const X = new Float64Array(n * d);
  let largest = 0;
  for (let i = 0; i < n; i++) {
    if (constant) X[i * d] = 1;
    for (let input = 0; input < inputs; input++) {
      const value = x[i * inputs + input] ?? missing();
      if (!Number.isFinite(value ** degree)) {
        throw new SteepestError(
          `polynomialFeatures: input ${input} of example ${i} is ${value}; its power ${degree} is not a finite number`,
        );
      }
      largest = Math.max(largest, Math.abs(value));
      for (let p = 1; p <= degree; p++) X[i * d + leading + input * degree + p - 1] = value ** p;
    }
  }
  const condition = conditionOf({ count: n, width: d, read: (a, b) => X.subarray(a * d, b * d) });
  const name = (input: number, p: number) => `x${inputs > 1 ? input + 1 : ""}${p > 1 ? `^${p}` : ""}`;
  const powers = Array.from({ length: d - leading }, (_, k) =>
    name(Math.floor(k / degree), (k % degree) + 1),
  );
  const features = { X, n, d, columns: constant ? ["1", ...powers] : powers, condition };
  if (condition <= 1 / Number.EPSILON) return features;
  const remedy =
    d > n
      ? `use a degree below ${n}`
      : `scale the inputs to [-1, 1] (the largest is ${largest.toPrecision(3)}) or use a lower degree`;
  return {
    ...features,
    warning: `polynomialFeatures: degree ${degree} on ${n} examples has condition number ${condition.toPrecision(2)}, above the 4.5e15 that double precision holds; ${remedy}, or add ridge`,
  };
};
