import { checkTensor, node, type Tensor } from "../tensor.js";
import { minimum, mul } from "./arithmetic.js";
import { cast, equal, greater } from "./comparison.js";
import { abs, erf, exp, log, unary } from "./elementwise.js";

// ONNX Runtime lacks the float64 form of several activations: those are composed from operators that it has.

/**
 * 1 where x > 0, else 0: the derivative of `relu`. In float32 it is written as HardSigmoid with a slope so steep that only
 * values below 1e-37 fall on the slope: the fastest form ONNX Runtime has, a third of the time of Cast(Greater).
 */
export const step = (x: Tensor): Tensor => {
  checkTensor("step", x);
  return x.dtype === "float32"
    ? node({
        name: "step",
        inputs: [x],
        shape: x.shape,
        dtype: x.dtype,
        onnx: (emit) => emit.node("HardSigmoid", [x], { alpha: { float: 1e37 }, beta: { float: 0 } }),
        gradient: () => [undefined],
      })
    : cast(greater(x, 0), x.dtype);
};

/** `max(0, x)`; the derivative at 0 is 0. */
export const relu = unary("relu", "Relu", (g, _x, y) => g.mul(step(y)));

/** `x` where positive, `slope · x` elsewhere. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => {
  checkTensor("leakyRelu", x);
  if (x.dtype !== "float32")
    return x.mul(
      step(x)
        .mul(1 - slope)
        .add(slope),
    );
  return node({
    name: "leakyRelu",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    attributes: { slope },
    onnx: (emit) => emit.node("LeakyRelu", [x], { alpha: { float: slope } }),
    gradient: (g) => [
      g.mul(
        step(x)
          .mul(1 - slope)
          .add(slope),
      ),
    ],
  });
};

/** Exponents up to here do not overflow. */
const largestExponent = (x: Tensor): number => (x.dtype === "float32" ? 88 : 709);

/**
 * `1 / (1 + e^-x)`, to the last digits also where it is nearly 0. Written as `e^x / (1 + e^x)`, with x limited where that is 1: ONNX
 * Runtime's Sigmoid is 17 % off at -15 in float32, and 0 from -18 on.
 */
export const sigmoid = unary(
  "sigmoid",
  (emit, x) => {
    const e = exp(minimum(x, largestExponent(x)));
    return emit.node("Div", [e, e.add(1)]);
  },
  (g, _x, y) => g.mul(y.mul(y.neg().add(1))),
);

/** Hyperbolic tangent. */
export const tanh = unary("tanh", "Tanh", (g, _x, y) => g.mul(y.mul(y).neg().add(1)));

/**
 * `log(1 + u)` also where 1 + u has lost digits of u: with w = 1 + u as rounded it is u·log(w)/(w - 1), and u where w = 1 (Goldberg
 * 1991, theorem 4).
 */
const log1p = (u: Tensor): Tensor => {
  const w = u.add(1);
  const isOne = cast(equal(w, 1), u.dtype);
  return u.mul(log(w).add(isOne)).div(w.sub(1).add(isOne));
};

/** `log(1 + e^x)`, a smooth relu; in float64 written as `max(0, x) + log(1 + e^-|x|)`. */
export const softplus = unary(
  "softplus",
  (emit, x) =>
    x.dtype === "float32"
      ? emit.node("Softplus", [x])
      : emit.node("Add", [relu(x), log1p(exp(abs(x).neg()))]),
  (g, x) => g.mul(sigmoid(x)),
);

/**
 * `x · Φ(x)` with the normal distribution function Φ (Hendrycks & Gimpel 2016), in its exact form. Its error is below 1e-7·|x|: as in
 * other libraries, Φ comes from 1 + erf and has no digits of its own below 6e-8, from x = -5.3 on.
 */
export const gelu = (x: Tensor): Tensor => mul(x, erf(mul(x, Math.SQRT1_2)).add(1)).mul(0.5);

/** `x · sigmoid(x)`, also called swish. */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));
