import { node, type Tensor } from "../tensor.js";
import { cast, greater } from "./comparison.js";
import { erf, exp, log, stopGradient, unary } from "./elementwise.js";

// ONNX Runtime lacks the float64 form of several activations: those are composed from operators that it has.

/**
 * 1 where x > 0, else 0: the derivative of `relu`. In float32 it is written as HardSigmoid with a slope so steep that only
 * values below 1e-37 fall on the slope: the fastest form ONNX Runtime has, a third of the time of Cast(Greater).
 */
export const step = (x: Tensor): Tensor =>
  x.dtype === "float32"
    ? node({
        name: "step",
        inputs: [x],
        shape: x.shape,
        dtype: x.dtype,
        onnx: (emit) => emit.node("HardSigmoid", [x], { alpha: { float: 1e37 }, beta: { float: 0 } }),
        gradient: () => [undefined],
      })
    : cast(greater(x, 0), x.dtype);

/** `max(0, x)`; the derivative at 0 is 0. */
export const relu = unary("relu", "Relu", (g, _x, y) => g.mul(step(y)));

/** `x` where positive, `slope · x` elsewhere. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => {
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

/** `1 / (1 + e^-x)`. */
export const sigmoid = unary("sigmoid", "Sigmoid", (g, _x, y) => g.mul(y.mul(y.neg().add(1))));

/** Hyperbolic tangent. */
export const tanh = unary("tanh", "Tanh", (g, _x, y) => g.mul(y.mul(y).neg().add(1)));

const softplus32 = unary("softplus", "Softplus", (g, x) => g.mul(sigmoid(x)));

/** `m + log(e^-m + e^(x-m))` with `m = max(0, x)` taken as a constant: no overflow, and exact derivatives at 0 too. */
const shiftedSoftplus = (x: Tensor): Tensor => {
  const m = stopGradient(relu(x));
  return m.add(log(exp(m.neg()).add(exp(x.sub(m)))));
};

/** `log(1 + e^x)`, a smooth relu. */
export const softplus = (x: Tensor): Tensor => (x.dtype === "float32" ? softplus32(x) : shiftedSoftplus(x));

/** `x · Φ(x)` with the normal distribution function Φ (Hendrycks & Gimpel 2016), in its exact form. */
export const gelu = (x: Tensor): Tensor => x.mul(erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5);

/** `x · sigmoid(x)`, also called swish. */
export const silu = (x: Tensor): Tensor =>
  // ONNX Runtime fuses x · sigmoid(x) into an operator that it has in float32 only; sigmoid(x) = (1 + tanh(x/2)) / 2.
  x.dtype === "float32" ? x.mul(sigmoid(x)) : x.mul(tanh(x.mul(0.5)).add(1)).mul(0.5);
