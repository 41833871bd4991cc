import {
  abs,
  add,
  and,
  cast,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  not,
  pow,
  sign,
  sin,
  sqrt,
  sub,
  type Tensor,
  where,
} from "../../graph/index.js";
import { dtypeHolding } from "../tensors.js";
import type { Importer, Importers } from "./node.js";

const unary =
  (f: (x: Tensor) => Tensor): Importer =>
  (node) =>
    f(node.tensor(0));

const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Importer =>
  (node) =>
    f(node.tensor(0), node.tensor(1));

/** An operator of any number of tensors, taken two at a time. */
const variadic =
  (f: (a: Tensor, b: Tensor) => Tensor): Importer =>
  (node) =>
    node.tensors().reduce(f);

const or = (a: Tensor, b: Tensor) => not(and(not(a), not(b)));

/** Operators that work element by element. */
export const arithmeticImporters: Importers = {
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
  Sum: variadic(add),
  Mean: (node) => node.tensors().reduce(add).div(node.inputs.length),
  Min: variadic(minimum),
  Max: variadic(maximum),
  // The exponent may have another type than the base, and is usually a number.
  Pow: (node) => {
    const base = node.tensor(0);
    const exponent = node.known(1);
    const [value] = exponent?.values ?? [];
    return exponent?.shape.length === 0 && typeof value === "number"
      ? pow(base, value)
      : pow(base, cast(node.tensor(1), base.dtype));
  },
  Neg: unary(neg),
  Abs: unary(abs),
  Sign: unary(sign),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Reciprocal: unary((x) => div(1, x)),
  Erf: unary(erf),
  Sin: unary(sin),
  Cos: unary(cos),
  // The limits were attributes before opset 11. A limit may be left out.
  Clip: (node) => {
    const x = node.tensor(0);
    const limit = (name: string, index: number) =>
      node.has(name)
        ? node.float(name, 0)
        : node.inputs[index] && node.numbers(index, `the limit "${name}"`)[0];
    const low = limit("min", 1);
    const high = limit("max", 2);
    if (low !== undefined && high !== undefined) return clip(x, low, high);
    if (low !== undefined) return maximum(x, low);
    return high === undefined ? x : minimum(x, high);
  },

  Equal: binary(equal),
  Greater: binary(greater),
  GreaterOrEqual: binary(greaterOrEqual),
  Less: binary(less),
  LessOrEqual: binary(lessOrEqual),
  And: binary(and),
  Or: binary(or),
  Not: unary(not),
  Where: (node) => where(node.tensor(0), node.tensor(1), node.tensor(2)),
  Cast: (node) => cast(node.tensor(0), dtypeHolding(node.label, node.int("to", 0))),
};
