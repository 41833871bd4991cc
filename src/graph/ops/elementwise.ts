import { SteepestError } from "../../errors.js";
import { anything, floats, numbers } from "../dtype.js";
import { checkDType, type DType, type Emit, node, type Tensor } from "../tensor.js";
import { and, cast, greaterOrEqual, lessOrEqual } from "./comparison.js";
import { scalar } from "./constant.js";

/**
 * An elementwise operator of one tensor: its name, its ONNX type or how it is written as several operators, its derivative in terms
 * of input and output, and the data types it takes.
 */
export const unary =
  (
    name: string,
    written: string | ((emit: Emit, x: Tensor) => string),
    gradient: (g: Tensor, x: Tensor, y: Tensor) => Tensor | undefined,
    dtypes: readonly DType[] = floats,
  ) =>
  (x: Tensor): Tensor => {
    checkDType(name, x, dtypes);
    return node({
      name,
      inputs: [x],
      shape: x.shape,
      dtype: x.dtype,
      onnx: (emit) => (typeof written === "string" ? emit.node(written, [x]) : written(emit, x)),
      gradient: (g, y) => [gradient(g, x, y)],
    });
  };

/** `|x|`; the derivative at 0 is 0. */
export const abs = unary("abs", "Abs", (g, x) => g.mul(sign(x)), numbers);

/** -1, 0 or 1. */
export const sign = unary("sign", "Sign", () => undefined, numbers);

/** `e^x`. */
export const exp = unary("exp", "Exp", (g, _x, y) => g.mul(y));

/** Natural logarithm. */
export const log = unary("log", "Log", (g, x) => g.div(x));

/** `√x`. */
export const sqrt = unary("sqrt", "Sqrt", (g, _x, y) => g.div(y.mul(2)));

/** The error function, `2/√π · ∫₀ˣ exp(-t²) dt`. In float32 only: ONNX Runtime has no other. */
export const erf = unary("erf", "Erf", (g, x) => g.mul(exp(x.mul(x).neg()).mul(2 / Math.sqrt(Math.PI))), [
  "float32",
]);

/** `sin x`. */
export const sin = unary("sin", "Sin", (g, x) => g.mul(cos(x)));

/** `cos x`. */
export const cos = unary("cos", "Cos", (g, x) => g.mul(sin(x)).neg());

/** Values limited to `[low, high]`; the gradient passes where the value lies inside. */
export const clip = (x: Tensor, low: number, high: number): Tensor => {
  checkDType("clip", x, numbers);
  if (!(low <= high)) {
    throw new SteepestError(`clip: the lower limit ${low} is above the upper limit ${high}`);
  }
  const limits = [scalar(low, x.dtype), scalar(high, x.dtype)];
  return node({
    name: "clip",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    attributes: { low, high },
    onnx: (emit) => emit.node("Clip", [x, ...limits]),
    gradient: (g) => [g.mul(cast(and(greaterOrEqual(x, low), lessOrEqual(x, high)), g.dtype))],
  });
};

/** The value of `x`, through which no gradient flows. */
export const stopGradient = unary("stopGradient", "Identity", () => undefined, anything);
