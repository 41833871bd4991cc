import { anything, floats, numbers, onnxDType } from "../dtype.js";
import { broadcastShapes } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, type DType, node, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";
import { sumTo } from "./reduce.js";
import { unexpanded } from "./shaping.js";

const comparison =
  (name: string, onnxType: string, dtypes: readonly DType[] = numbers) =>
  (a: Tensor, other: Tensor | number): Tensor => {
    checkTensor(name, a);
    if (typeof other !== "number") checkTensor(name, other, "a tensor or a number");
    const b = typeof other === "number" ? scalar(other, a.dtype) : other;
    checkSameDType(name, a, b);
    checkDType(name, a, dtypes);
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
export const equal = comparison("equal", "Equal", anything);
/** `a > b`, broadcasting. */
export const greater = comparison("greater", "Greater");
/** `a >= b`, broadcasting. */
export const greaterOrEqual = comparison("greaterOrEqual", "GreaterOrEqual");
/** `a < b`, broadcasting. */
export const less = comparison("less", "Less");
/** `a <= b`, broadcasting. */
export const lessOrEqual = comparison("lessOrEqual", "LessOrEqual");

/** `a and b` of bool tensors, broadcasting. */
export const and = (a: Tensor, b: Tensor): Tensor => {
  checkDType("and", a, ["bool"]);
  checkDType("and", b, ["bool"]);
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
  checkDType("not", x, ["bool"]);
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
export const where = (condition: Tensor, x: Tensor, y: Tensor): Tensor => {
  checkDType("where", condition, ["bool"]);
  checkSameDType("where", x, y);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", x.shape, y.shape));
  const a = unexpanded(x, broadcastShapes("where", condition.shape, y.shape));
  const b = unexpanded(y, broadcastShapes("where", condition.shape, a.shape));
  return node({
    name: "where",
    inputs: [condition, a, b],
    shape,
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

/** The same values in another data type; floats become integers by truncation, bools 0 and 1. */
export const cast = (x: Tensor, dtype: DType): Tensor => {
  checkTensor("cast", x);
  return x.dtype === dtype
    ? x
    : node({
        name: "cast",
        inputs: [x],
        shape: x.shape,
        dtype,
        attributes: { dtype },
        onnx: (emit) => emit.node("Cast", [x], { to: onnxDType[dtype] }),
        gradient: (g) => [floats.includes(x.dtype) && floats.includes(dtype) ? cast(g, x.dtype) : undefined],
      });
};
