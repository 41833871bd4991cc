import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { type Operator, operator, type Traits, type Written } from "../definition.js";
import { anything, floats, numbers } from "../dtype.js";
import type { Lanes } from "../lanes.js";
import { checkDType, type DType, node, type Tensor } from "../tensor.js";
import { and, cast, greaterOrEqual, lessOrEqual } from "./comparison.js";

type One = readonly [Tensor];

/** A function that applies an elementwise operator of one tensor. */
export type Unary = Operator<(x: Tensor) => Tensor, One>;

interface UnaryOptions extends Pick<Traits, "range" | "polynomialIn"> {
  /** The data types it takes; floats by default. */
  readonly dtypes?: readonly DType[];
  /** How a kernel computes elements; absent where it cannot. */
  readonly lanes?: <T>(on: Lanes<T>, x: T) => T;
  /** The operator of one number in float64, where it has no `lanes`. */
  readonly number?: (x: number) => number;
}

/** An elementwise operator of one tensor: its name, its ONNX type, its derivative in terms of input and output. */
export const unary = (
  name: string,
  type: string,
  gradient: (g: Tensor, x: Tensor, y: Tensor) => Tensor | undefined,
  { dtypes = floats, lanes, number, ...traits }: UnaryOptions = {},
): Unary => {
  const definition: Written<One> = {
    name,
    onnx: (emit, [x]) => emit.node(type, [x]),
    gradient: (g, y, [x]) => [gradient(g, x, y)],
    elementwise: true,
    ...(lanes && { lanes: (on, [x = missing()]) => lanes(on, x) }),
    ...(number && { number: ([x = missing()]) => number(x) }),
    ...traits,
  };
  return operator(definition, (x: Tensor): Tensor => {
    checkDType(name, x, dtypes);
    return node({ definition, inputs: [x], attributes: {}, shape: x.shape, dtype: x.dtype });
  });
};

/** `-x`. */
export const neg = unary("neg", "Neg", (g) => g.neg(), {
  dtypes: numbers,
  polynomialIn: "all",
  lanes: (on, x) => on.neg(x),
});

/** `|x|`; the derivative at 0 is 0. */
export const abs = unary("abs", "Abs", (g, x) => g.mul(sign(x)), {
  dtypes: numbers,
  lanes: (on, x) => on.abs(x),
});

/** -1, 0 or 1. */
export const sign = unary("sign", "Sign", () => undefined, {
  dtypes: numbers,
  lanes: (on, x) => {
    const zero = on.number(0);
    const signs = on.sub(on.indicator(on.isGreater(x, zero)), on.indicator(on.isLess(x, zero)));
    return on.select(on.isEqual(x, x), signs, x);
  },
});

/** The largest whole number that is not above x. */
export const floor = unary("floor", "Floor", () => undefined, { number: Math.floor });

/** The smallest whole number that is not below x. */
export const ceil = unary("ceil", "Ceil", () => undefined, { number: Math.ceil });

/** The nearest whole number; halves go to the even one, as in NumPy. */
export const round = unary("round", "Round", () => undefined);

/** `e^x`. */
export const exp = unary("exp", "Exp", (g, _x, y) => g.mul(y), { number: Math.exp });

/** Natural logarithm. */
export const log = unary("log", "Log", (g, x) => g.div(x), { number: Math.log });

/** `√x`. */
export const sqrt = unary("sqrt", "Sqrt", (g, _x, y) => g.div(y.mul(2)), { lanes: (on, x) => on.sqrt(x) });

/** The error function, `2/√π · ∫₀ˣ exp(-t²) dt`. */
export const erf = unary("erf", "Erf", (g, x) => g.mul(exp(x.mul(x).neg()).mul(2 / Math.sqrt(Math.PI))));

/** `sin x`. */
export const sin = unary("sin", "Sin", (g, x) => g.mul(cos(x)), { number: Math.sin });

/** `cos x`. */
export const cos = unary("cos", "Cos", (g, x) => g.mul(sin(x)).neg(), { number: Math.cos });

const limiting: Written<One, { readonly low: number; readonly high: number }> = {
  name: "clip",
  onnx: (emit, [x], { low, high }) =>
    emit.node("Clip", [x, emit.scalar(low, x.dtype), emit.scalar(high, x.dtype)]),
  gradient: (g, _y, [x], { low, high }) => [
    g.mul(cast(and(greaterOrEqual(x, low), lessOrEqual(x, high)), g.dtype)),
  ],
  elementwise: true,
  lanes: (on, [x = missing()], { low, high }) => on.lesser(on.greater(x, on.number(low)), on.number(high)),
};

/** Values limited to `[low, high]`; the gradient passes where the value lies inside. */
export const clip = operator(limiting, (x: Tensor, low: number, high: number): Tensor => {
  checkDType("clip", x, numbers);
  if (!(low <= high)) {
    throw new SteepestError(`clip: the lower limit ${low} is above the upper limit ${high}`);
  }
  return node({
    definition: limiting,
    inputs: [x],
    attributes: { low, high },
    shape: x.shape,
    dtype: x.dtype,
  });
});

/** The value of `x`, through which no gradient flows. */
export const stopGradient = unary("stopGradient", "Identity", () => undefined, {
  dtypes: anything,
  lanes: (_on, x) => x,
});
