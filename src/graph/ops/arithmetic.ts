import { numbers } from "../dtype.js";
import { broadcastShapes } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, node, Tensor } from "../tensor.js";
import { cast, greater, lessOrEqual, where } from "./comparison.js";
import { scalar, scalarValue } from "./constant.js";
import { log, sqrt } from "./elementwise.js";
import { sumTo } from "./reduce.js";
import { unexpanded } from "./shaping.js";
import { checkedDivisor } from "./wholeDivision.js";

export type Operand = Tensor | number;

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

/** An elementwise operator of two tensors; its gradients are summed back over the axes that were broadcast. */
const binary = (
  name: string,
  onnxType: string,
  gradient: (g: Tensor, a: Tensor, b: Tensor, output: Tensor) => readonly [Tensor, Tensor],
) => {
  const operator = (left: Operand, right: Operand): Tensor => {
    const [x, y] = operands(name, left, right);
    const shape = broadcastShapes(name, x.shape, y.shape);
    const a = unexpanded(x, y.shape);
    const b = unexpanded(y, a.shape);
    return node({
      name,
      inputs: [a, b],
      shape,
      dtype: a.dtype,
      onnx: (emit) => emit.node(onnxType, [a, b]),
      gradient: (g, output) => {
        const [da, db] = gradient(g, a, b, output);
        return [sumTo(da, a.shape), sumTo(db, b.shape)];
      },
    });
  };
  return operator;
};

const addition = binary("add", "Add", (g) => [g, g]);
const difference = binary("sub", "Sub", (g) => [g, g.neg()]);
const product = binary("mul", "Mul", (g, a, b) => [g.mul(b), g.mul(a)]);
const quotient = binary("div", "Div", (g, _a, b, y) => [g.div(b), g.mul(y).div(b).neg()]);

/** Whether an operand is the constant `value`, of the type of the numbers `other`: then the operation may be the identity. */
const isNeutral = (x: Operand, value: number, other: Operand): boolean =>
  other instanceof Tensor &&
  numbers.includes(other.dtype) &&
  (x === value || (x instanceof Tensor && x.dtype === other.dtype && scalarValue(x) === value));

/** `a + b`, broadcasting. */
export const add = (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 0, a)) return a;
  if (typeof b !== "number" && isNeutral(a, 0, b)) return b;
  return addition(a, b);
};

/** `a - b`, broadcasting. */
export const sub = (a: Operand, b: Operand): Tensor =>
  typeof a !== "number" && isNeutral(b, 0, a) ? a : difference(a, b);

/** `a · b` element by element, broadcasting. */
export const mul = (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 1, a)) return a;
  if (typeof b !== "number" && isNeutral(a, 1, b)) return b;
  return product(a, b);
};

/** `a / b` element by element, broadcasting; of whole numbers without its fraction. Running it throws where a whole number is divided by 0. */
export const div = (a: Operand, b: Operand): Tensor => {
  if (typeof a !== "number" && isNeutral(b, 1, a)) return a;
  const [x, y] = operands("div", a, b);
  return quotient(x, x.dtype === "int64" ? checkedDivisor(x, y) : y);
};

/** `-x`. */
export const neg = (x: Tensor): Tensor => {
  checkDType("neg", x, numbers);
  return node({
    name: "neg",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    onnx: (emit) => emit.node("Neg", [x]),
    gradient: (g) => [g.neg()],
  });
};

/** `d(a^b)/da = b · a^(b-1)`, and 0 for a constant exponent 0, where the formula is 0 · ∞ at `a = 0`. */
const powerSlope = (a: Tensor, b: Tensor): Tensor => {
  const exponent = scalarValue(b);
  if (exponent === undefined) return b.mul(pow(a, b.sub(1)));
  return exponent === 0 ? scalar(0, a.dtype) : pow(a, exponent - 1).mul(exponent);
};

const power = binary("pow", "Pow", (g, a, b, y) => [
  g.mul(powerSlope(a, b)),
  // d(a^b)/db = a^b · log a, taken as 0 where a <= 0: there the power is not differentiable in b.
  g.mul(where(greater(a, 0), y.mul(log(where(greater(a, 0), a, scalar(1, a.dtype)))), scalar(0, a.dtype))),
]);

/** `a^b` element by element, broadcasting. The exponents 1, 2 and 1/2 become cheaper operators. */
export const pow = (a: Operand, b: Operand): Tensor => {
  const exponent = b instanceof Tensor ? scalarValue(b) : b;
  if (a instanceof Tensor) {
    checkDType("pow", a, numbers);
    if (exponent === 1) return a;
    if (exponent === 2) return square(a);
    if (exponent === 0.5) return sqrt(a);
  }
  return power(a, b);
};

/** `x²`. */
export const square = (x: Tensor): Tensor => mul(x, x);

/** The smaller of two elements, broadcasting. Where they are equal the gradient goes to the first. */
export const minimum = binary("minimum", "Min", (g, a, b) => {
  const first = cast(lessOrEqual(a, b), g.dtype);
  return [g.mul(first), g.mul(first.neg().add(1))];
});

/** The larger of two elements, broadcasting. Where they are equal the gradient goes to the first. */
export const maximum = binary("maximum", "Max", (g, a, b) => {
  const first = cast(lessOrEqual(b, a), g.dtype);
  return [g.mul(first), g.mul(first.neg().add(1))];
});
