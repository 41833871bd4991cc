import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { type Operator, operator, type Traits, type Written } from "../definition.js";
import { numbers } from "../dtype.js";
import type { Lanes } from "../lanes.js";
import { broadcastShapes } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, node, Tensor } from "../tensor.js";
import { cast, greater, lessOrEqual, where } from "./comparison.js";
import { scalar, scalarValue } from "./constant.js";
import { log, sqrt } from "./elementwise.js";
import { sumTo } from "./reduce.js";
import { unexpanded } from "./shaping.js";

export type Operand = Tensor | number;

type Two = readonly [Tensor, Tensor];

/** A number beside a tensor becomes a scalar of the tensor's type. */
const operands = (operator: string, a: Operand, b: Operand): [Tensor, Tensor] => {
  for (const given of [a, b]) {
    if (typeof given !== "number") checkTensor(operator, given, "tensors or numbers");
  }
  const x = typeof a === "number" ? scalar(a, typeof b === "number" ? "float32" : b.dtype) : a;
  const y = typeof b === "number" ? scalar(b, x.dtype) : b;
  checkSameDType(operator, x, y);
  checkDType(operator, x, numbers);
  return [x, y];
};

interface BinaryOptions extends Pick<Traits, "polynomialIn" | "number"> {
  /** How a kernel computes elements; what an operand is made of, is known too. */
  readonly lanes: <T>(on: Lanes<T>, a: T, b: T, inputs: Two) => T;
}

/** An elementwise operator of two tensors; its gradients are summed back over the axes that were broadcast. */
const binary = (
  name: string,
  type: string,
  gradient: (g: Tensor, a: Tensor, b: Tensor, output: Tensor) => Two,
  { lanes, ...traits }: BinaryOptions,
): Operator<(left: Operand, right: Operand) => Tensor, Two> => {
  const definition: Written<Two> = {
    name,
    onnx: (emit, inputs) => emit.node(type, inputs),
    gradient: (g, y, [a, b]) => {
      const [da, db] = gradient(g, a, b, y);
      return [sumTo(da, a.shape), sumTo(db, b.shape)];
    },
    elementwise: true,
    lanes: (on, [a = missing(), b = missing()], _attributes, inputs) => lanes(on, a, b, inputs),
    ...traits,
  };
  return operator(definition, (left: Operand, right: Operand): Tensor => {
    const [x, y] = operands(name, left, right);
    const shape = broadcastShapes(name, x.shape, y.shape);
    const a = unexpanded(x, y.shape);
    const b = unexpanded(y, a.shape);
    return node({ definition, inputs: [a, b], attributes: {}, shape, dtype: a.dtype });
  });
};

const addition = binary("add", "Add", (g) => [g, g], {
  polynomialIn: "all",
  lanes: (on, a, b) => on.add(a, b),
});
const difference = binary("sub", "Sub", (g) => [g, g.neg()], {
  polynomialIn: "all",
  lanes: (on, a, b) => on.sub(a, b),
});
const product = binary("mul", "Mul", (g, a, b) => [g.mul(b), g.mul(a)], {
  polynomialIn: "all",
  lanes: (on, a, b) => on.mul(a, b),
});
const quotient = binary("div", "Div", (g, _a, b, y) => [g.div(b), g.mul(y).div(b).neg()], {
  polynomialIn: [0],
  lanes: (on, a, b) => on.div(a, b),
});

/** Whether an operand is the constant `value`, of the type of the numbers `other`: then the operation may be the identity. */
const isNeutral = (x: Operand, value: number, other: Operand): boolean =>
  other instanceof Tensor &&
  numbers.includes(other.dtype) &&
  (x === value || (x instanceof Tensor && x.dtype === other.dtype && scalarValue(x) === value));

/** `a + b`, broadcasting. */
export const add = operator(addition.definition, (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 0, a)) return a;
  if (typeof b !== "number" && isNeutral(a, 0, b)) return b;
  return addition(a, b);
});

/** `a - b`, broadcasting. */
export const sub = operator(
  difference.definition,
  (a: Operand, b: Operand): Tensor => (typeof a !== "number" && isNeutral(b, 0, a) ? a : difference(a, b)),
);

/** `a · b` element by element, broadcasting. */
export const mul = operator(product.definition, (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 1, a)) return a;
  if (typeof b !== "number" && isNeutral(a, 1, b)) return b;
  return product(a, b);
});

/** `a / b` element by element, broadcasting; of whole numbers without its fraction. Running it throws where a whole number is divided by 0. */
export const div = operator(quotient.definition, (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 1, a)) return a;
  const [x, y] = operands("div", a, b);
  if (x.dtype === "int64" && scalarValue(y) === 0) {
    throw new SteepestError(
      "div: whole numbers cannot be divided by 0; divide by another, or cast to float64",
    );
  }
  return quotient(x, y);
});

/** `d(a^b)/da = b · a^(b-1)`, and 0 for a constant exponent 0, where the formula is 0 · ∞ at `a = 0`. */
const powerSlope = (a: Tensor, b: Tensor): Tensor => {
  const exponent = scalarValue(b);
  if (exponent === undefined) return b.mul(pow(a, b.sub(1)));
  return exponent === 0 ? scalar(0, a.dtype) : pow(a, exponent - 1).mul(exponent);
};

const largestExponent = 4;

/** A power by multiplication and square root, within 2 units in the last place. */
const powerOf = <T>(on: Lanes<T>, x: T, exponent: number): T => {
  if (exponent < 0) return on.div(on.number(1), powerOf(on, x, -exponent));
  if (exponent === 0) return on.number(1);
  if (exponent === 0.5) return on.sqrt(x);
  if (exponent === 1) return x;
  if (exponent === 4) return powerOf(on, powerOf(on, x, 2), 2);
  return on.mul(powerOf(on, x, exponent - 1), x);
};

const power = binary(
  "pow",
  "Pow",
  (g, a, b, y) => [
    g.mul(powerSlope(a, b)),
    // d(a^b)/db = a^b · log a, taken as 0 where a <= 0: there the power is not differentiable in b.
    g.mul(where(greater(a, 0), y.mul(log(where(greater(a, 0), a, scalar(1, a.dtype)))), scalar(0, a.dtype))),
  ],
  {
    lanes: (on, a, _b, [, b]) => {
      const exponent = scalarValue(b) ?? Number.NaN;
      if (!Number.isInteger(2 * exponent) || Math.abs(exponent) > largestExponent) {
        throw new SteepestError(
          "kernel: pow takes a constant exponent from -4 to 4 that is a whole or a half number",
        );
      }
      return powerOf(on, a, exponent);
    },
    number: ([a = missing(), b = missing()]) => a ** b,
  },
);

/** `a^b` element by element, broadcasting. The exponents 1, 2 and 1/2 become cheaper operators. */
export const pow = operator(power.definition, (a: Operand, b: Operand): Tensor => {
  const exponent = b instanceof Tensor ? scalarValue(b) : b;
  if (a instanceof Tensor) {
    checkDType("pow", a, numbers);
    if (exponent === 1) return a;
    if (exponent === 2) return square(a);
    if (exponent === 0.5) return sqrt(a);
  }
  return power(a, b);
});

/** `x²`. */
export const square = (x: Tensor): Tensor => mul(x, x);

/**
 * The lesser or greater of two, NaN where one is. The quick form passes over a NaN in its second operand: right as long as only the
 * first can be one.
 */
const extreme =
  (choice: "lesser" | "greater"): BinaryOptions["lanes"] =>
  (on, a, b, inputs) => {
    const quick = on[choice];
    const isNumber = (x: Tensor) => !Number.isNaN(scalarValue(x) ?? Number.NaN);
    if (isNumber(inputs[1])) return quick(a, b);
    return isNumber(inputs[0]) ? quick(b, a) : on.select(on.isEqual(b, b), quick(a, b), b);
  };

/** The smaller of two elements, broadcasting. Where they are equal the gradient goes to the first. */
export const minimum = binary(
  "minimum",
  "Min",
  (g, a, b) => {
    const first = cast(lessOrEqual(a, b), g.dtype);
    return [g.mul(first), g.mul(first.neg().add(1))];
  },
  { lanes: extreme("lesser") },
);

/** The larger of two elements, broadcasting. Where they are equal the gradient goes to the first. */
export const maximum = binary(
  "maximum",
  "Max",
  (g, a, b) => {
    const first = cast(lessOrEqual(b, a), g.dtype);
    return [g.mul(first), g.mul(first.neg().add(1))];
  },
  { lanes: extreme("greater") },
);
