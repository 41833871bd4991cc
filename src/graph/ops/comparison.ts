import { missing } from "../../missing.js";
import { type Operator, operator, type Written } from "../definition.js";
import { anything, floats, numbers, onnxDType } from "../dtype.js";
import type { Lanes } from "../lanes.js";
import { broadcastShapes } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, type DType, node, type Tensor } from "../tensor.js";
import { scalar } from "./constant.js";
import { sumTo } from "./reduce.js";
import { unexpanded } from "./shaping.js";

type Two = readonly [Tensor, Tensor];

/** An elementwise operator of two tensors that tells something of them. */
const predicate = (name: string, type: string, lanes: <T>(on: Lanes<T>, a: T, b: T) => T): Written<Two> => ({
  name,
  onnx: (emit, inputs) => emit.node(type, inputs),
  gradient: () => [undefined, undefined],
  elementwise: true,
  lanes: (on, [a = missing(), b = missing()]) => lanes(on, a, b),
});

const told = (definition: Written<Two>, a: Tensor, b: Tensor): Tensor =>
  node({
    definition,
    inputs: [a, b],
    attributes: {},
    shape: broadcastShapes(definition.name, a.shape, b.shape),
    dtype: "bool",
  });

const comparison = (
  name: string,
  type: string,
  lanes: <T>(on: Lanes<T>, a: T, b: T) => T,
  dtypes: readonly DType[] = numbers,
): Operator<(a: Tensor, other: Tensor | number) => Tensor, Two> => {
  const definition = predicate(name, type, lanes);
  return operator(definition, (a: Tensor, other: Tensor | number): Tensor => {
    checkTensor(name, a);
    if (typeof other !== "number") checkTensor(name, other, "a tensor or a number");
    const b = typeof other === "number" ? scalar(other, a.dtype) : other;
    checkSameDType(name, a, b);
    checkDType(name, a, dtypes);
    return told(definition, a, b);
  });
};

/** `a == b`, broadcasting. */
export const equal = comparison("equal", "Equal", (on, a, b) => on.isEqual(a, b), anything);
/** `a > b`, broadcasting. */
export const greater = comparison("greater", "Greater", (on, a, b) => on.isGreater(a, b));
/** `a >= b`, broadcasting. */
export const greaterOrEqual = comparison("greaterOrEqual", "GreaterOrEqual", (on, a, b) =>
  on.isGreaterOrEqual(a, b),
);
/** `a < b`, broadcasting. */
export const less = comparison("less", "Less", (on, a, b) => on.isLess(a, b));
/** `a <= b`, broadcasting. */
export const lessOrEqual = comparison("lessOrEqual", "LessOrEqual", (on, a, b) => on.isLessOrEqual(a, b));

const conjunction = predicate("and", "And", (on, a, b) => on.and(a, b));

/** `a and b` of bool tensors, broadcasting. */
export const and = operator(conjunction, (a: Tensor, b: Tensor): Tensor => {
  checkDType("and", a, ["bool"]);
  checkDType("and", b, ["bool"]);
  return told(conjunction, a, b);
});

const negation: Written<readonly [Tensor]> = {
  name: "not",
  onnx: (emit, inputs) => emit.node("Not", inputs),
  gradient: () => [undefined],
  elementwise: true,
  lanes: (on, [x = missing()]) => on.not(x),
};

/** `not x` of a bool tensor. */
export const not = operator(negation, (x: Tensor): Tensor => {
  checkDType("not", x, ["bool"]);
  return node({ definition: negation, inputs: [x], attributes: {}, shape: x.shape, dtype: "bool" });
});

const choice: Written<readonly [condition: Tensor, a: Tensor, b: Tensor]> = {
  name: "where",
  onnx: (emit, inputs) => emit.node("Where", inputs),
  gradient: (g, _y, [condition, a, b]) => {
    const zero = scalar(0, g.dtype);
    return [undefined, sumTo(where(condition, g, zero), a.shape), sumTo(where(condition, zero, g), b.shape)];
  },
  elementwise: true,
  lanes: (on, [condition = missing(), a = missing(), b = missing()]) => on.select(condition, a, b),
};

/** `a` where the condition holds, `b` elsewhere, broadcasting. */
export const where = operator(choice, (condition: Tensor, x: Tensor, y: Tensor): Tensor => {
  checkDType("where", condition, ["bool"]);
  checkSameDType("where", x, y);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", x.shape, y.shape));
  const a = unexpanded(x, broadcastShapes("where", condition.shape, y.shape));
  const b = unexpanded(y, broadcastShapes("where", condition.shape, a.shape));
  return node({ definition: choice, inputs: [condition, a, b], attributes: {}, shape, dtype: a.dtype });
});

const conversion: Written<readonly [Tensor]> = {
  name: "cast",
  onnx: (emit, inputs, _attributes, { dtype }) => emit.node("Cast", inputs, { to: onnxDType[dtype] }),
  gradient: (g, y, [x]) => [
    floats.includes(x.dtype) && floats.includes(y.dtype) ? cast(g, x.dtype) : undefined,
  ],
  elementwise: true,
  lanes: (on, [x = missing()], _attributes, [{ dtype }]) =>
    dtype === "bool" ? on.indicator(x) : on.not(on.isEqual(x, on.number(0))),
};

/** The same values in another data type; floats become integers by truncation, bools 0 and 1. */
export const cast = operator(conversion, (x: Tensor, dtype: DType): Tensor => {
  checkTensor("cast", x);
  return x.dtype === dtype
    ? x
    : node({ definition: conversion, inputs: [x], attributes: {}, shape: x.shape, dtype });
});
