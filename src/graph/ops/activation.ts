import { missing } from "../../missing.js";
import { type Composed, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { checkDType, node, type Tensor } from "../tensor.js";
import { mul } from "./arithmetic.js";
import { cast, greater } from "./comparison.js";
import { clip, erf, unary } from "./elementwise.js";

const stepping: Composed<readonly [Tensor]> = {
  name: "step",
  composed: ([x], _attributes, { dtype }) => cast(greater(x, 0), dtype),
  gradient: () => [undefined],
  elementwise: true,
  lanes: (on, [x = missing()]) => on.indicator(on.isGreater(x, on.number(0))),
};

/** 1 where x > 0, else 0: the derivative of `relu`. */
export const step = operator(stepping, (x: Tensor): Tensor => {
  checkDType("step", x, floats);
  return node({ definition: stepping, inputs: [x], attributes: {}, shape: x.shape, dtype: x.dtype });
});

/** `max(0, x)`; the derivative at 0 is 0. */
export const relu = unary("relu", "Relu", (g, _x, y) => g.mul(step(y)), {
  range: [0, Number.POSITIVE_INFINITY],
  lanes: (on, x) => on.greater(x, on.number(0)),
});

const leaking: Written<readonly [Tensor], { readonly slope: number }> = {
  name: "leakyRelu",
  onnx: (emit, [x], { slope }) => emit.node("LeakyRelu", [x], { alpha: { float: slope } }),
  gradient: (g, _y, [x], { slope }) => [g.mul(leak(x, slope))],
  elementwise: true,
  number: ([x = missing()], { slope }) => (x < 0 ? slope * x : x),
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
};

/** The derivative of `leakyRelu`. */
export const leak = (x: Tensor, slope: number): Tensor =>
  step(x)
    .mul(1 - slope)
    .add(slope);

/** `x` where positive, `slope · x` elsewhere. */
export const leakyRelu = operator(leaking, (x: Tensor, slope = 0.01): Tensor => {
  checkDType("leakyRelu", x, floats);
  return node({ definition: leaking, inputs: [x], attributes: { slope }, shape: x.shape, dtype: x.dtype });
});

/** `1 / (1 + e^-x)`, to the last digits also where it is nearly 0. */
export const sigmoid = unary("sigmoid", "Sigmoid", (g, _x, y) => g.mul(y.mul(y.neg().add(1))), {
  range: [0, 1],
  // Of the exponential that does not overflow.
  number: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
});

/** Hyperbolic tangent. */
export const tanh = unary("tanh", "Tanh", (g, _x, y) => g.mul(y.mul(y).neg().add(1)), {
  range: [-1, 1],
  number: Math.tanh,
});

/** `log(1 + e^x)`, a smooth relu. */
export const softplus = unary("softplus", "Softplus", (g, x) => g.mul(sigmoid(x)), {
  range: [0, Number.POSITIVE_INFINITY],
  number: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
});

/**
 * `x · Φ(x)` with the normal distribution function Φ (Hendrycks & Gimpel 2016), in its exact form. Its error is below 1e-7·|x|: as in
 * other libraries, Φ comes from 1 + erf and has no digits of its own below 6e-8, from x = -5.3 on.
 */
export const gelu = (x: Tensor): Tensor => mul(x, erf(mul(x, Math.SQRT1_2)).add(1)).mul(0.5);

/** `x · sigmoid(x)`, also called swish. */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));

/** `min(max(slope · x + shift, 0), 1)`: with the usual numbers a sigmoid in three pieces, straight from -3 to 3. */
export const hardSigmoid = (x: Tensor, slope = 1 / 6, shift = 0.5): Tensor =>
  clip(mul(x, slope).add(shift), 0, 1);

/** `x · hardSigmoid(x)`: a `silu` that needs no exponentials (Howard et al. 2019). */
export const hardSwish = (x: Tensor): Tensor => mul(x, hardSigmoid(x));
