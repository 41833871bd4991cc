import { SteepestError } from "../../errors.js";
import { broadcastShapes } from "../shape.js";
import { checkSameDType, type DType, node, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";
import { sumTo } from "./reduce.js";

const comparison =
  (name: string, onnxType: string) =>
  (a: Tensor, other: Tensor | number): Tensor => {
    const b = typeof other === "number" ? scalar(other, a.dtype) : other;
    checkSameDType(name, a, b);
    return node({
      name,
      inputs: [a, b],
      shape: broadcastShapes(name, a.shape, b.shape),
      dtype: "bool",
      onnx: (emit) => emit.node(onnxType, [a, b]),
      gradient: () => [undefined, undefined],
    });
  };

/** `a == b`, broadcasting. */
export const equal = comparison("equal", "Equal");
/** `a > b`, broadcasting. */
export const greater = comparison("greater", "Greater");
/** `a >= b`, broadcasting. */
export const greaterOrEqual = comparison("greaterOrEqual", "GreaterOrEqual");
/** `a < b`, broadcasting. */
export const less = comparison("less", "Less");
/** `a <= b`, broadcasting. */
export const lessOrEqual = comparison("lessOrEqual", "LessOrEqual");

const requireBool = (name: string, x: Tensor) => {
  if (x.dtype !== "bool")
    throw new SteepestError(`${name}: expected a bool tensor, got ${x.dtype}; compare first`);
};

/** `a and b` of bool tensors, broadcasting. */
export const and = (a: Tensor, b: Tensor): Tensor => {
  requireBool("and", a);
  requireBool("and", b);
  return node({
    name: "and",
    inputs: [a, b],
    shape: broadcastShapes("and", a.shape, b.shape),
    dtype: "bool",
    onnx: (emit) => emit.node("And", [a, b]),
    gradient: () => [undefined, undefined],
  });
};

/** `not x` of a bool tensor. */
export const not = (x: Tensor): Tensor => {
  requireBool("not", x);
  return node({
    name: "not",
    inputs: [x],
    shape: x.shape,
    dtype: "bool",
    onnx: (emit) => emit.node("Not", [x]),
    gradient: () => [undefined],
  });
};

/** `a` where the condition holds, `b` elsewhere, broadcasting. */
export const where = (condition: Tensor, a: Tensor, b: Tensor): Tensor => {
  requireBool("where", condition);
  checkSameDType("where", a, b);
  return node({
    name: "where",
    inputs: [condition, a, b],
    shape: broadcastShapes("where", condition.shape, broadcastShapes("where", a.shape, b.shape)),
    dtype: a.dtype,
    onnx: (emit) => emit.node("Where", [condition, a, b]),
    gradient: (g) => {
      const zero = scalar(0, g.dtype);
      return [
        undefined,
        sumTo(where(condition, g, zero), a.shape),
        sumTo(where(condition, zero, g), b.shape),
      ];
    },
  });
};

const onnxType: Record<DType, number> = { float32: 1, float64: 11, int64: 7, bool: 9 };

const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** The same values in another data type; floats become integers by truncation, bools 0 and 1. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype
    ? x
    : node({
        name: "cast",
        inputs: [x],
        shape: x.shape,
        dtype,
        attributes: { dtype },
        onnx: (emit) => emit.node("Cast", [x], { to: onnxType[dtype] }),
        gradient: (g) => [isFloat(x.dtype) && isFloat(dtype) ? cast(g, x.dtype) : undefined],
      });
