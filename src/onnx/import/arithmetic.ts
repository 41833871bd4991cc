import type { Written } from "../../graph/definition.js";
import { onnxDType } from "../../graph/dtype.js";
import {
  abs,
  add,
  and,
  cast,
  ceil,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
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
  round,
  sign,
  sin,
  sqrt,
  sub,
  type Tensor,
  where,
} from "../../graph/index.js";
import { sameShape } from "../../graph/shape.js";
import { node as graphNode } from "../../graph/tensor.js";
import { lowestInt64 } from "../lowerings/wholeDivision.js";
import { dtypeHolding, isNarrow } from "../tensors.js";
import { range } from "./axes.js";
import type { ImportedNode, Importer, Importers } from "./node.js";
import type { Known } from "./value.js";

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

/** Numbers as a type of fewer bits keeps them. ONNX leaves open what becomes of others, so that the runtime's own Cast decides. */
const narrowing: Written<readonly [Tensor], { readonly code: number }> = {
  name: "narrowed",
  onnx: (emit, [x], { code }) =>
    emit.node("Cast", [emit.node("Cast", [x], { to: code })], { to: onnxDType.int64 }),
  gradient: () => [undefined],
  elementwise: true,
};

const narrowed = (x: Tensor, code: number): Tensor =>
  graphNode({
    definition: narrowing,
    inputs: [x],
    attributes: { code },
    shape: x.shape,
    dtype: "int64",
  });

/** Throws where whole numbers that are known have no quotient. Where they are not, the graph refuses to run. */
const checkQuotients = (node: ImportedNode): void => {
  const [a, b] = [node.known(0), node.known(1)];
  if (b?.values.includes(0)) node.fail("it divides whole numbers by 0");
  if (a === undefined || !b?.values.includes(-1)) return;
  const isAligned = [a, b].some(({ values }) => values.length === 1) || sameShape(a.shape, b.shape);
  const at = ({ values }: Known, i: number) => values[values.length === 1 ? 0 : i];
  const count = Math.max(a.values.length, b.values.length);
  if (isAligned && range(count).some((i) => at(a, i) === lowestInt64 && at(b, i) === -1)) {
    node.fail("it divides -2^63 by -1, and 2^63 is no int64");
  }
};

/** Operators that work element by element. */
export const arithmeticImporters: Importers = {
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: (node) => {
    const [a, b] = [node.tensor(0), node.tensor(1)];
    if (b.dtype === "int64") checkQuotients(node);
    return div(a, b);
  },
  Sum: variadic(add),
  Mean: (node) => node.tensors().reduce(add).div(node.inputs.length),
  Min: variadic(minimum),
  Max: variadic(maximum),
  // The exponent may have another type than the base, and is usually a number.
  Pow: (node) => {
    const base = node.tensor(0);
    const known = node.known(1);
    const [value] = known?.values ?? [];
    if (known?.shape.length === 0 && typeof value === "number" && (base.dtype !== "int64" || value >= 0)) {
      if (base.dtype !== "int64" || Number.isInteger(value)) return pow(base, value);
    }
    const exponent = node.tensor(1);
    if (base.dtype === "int64" && exponent.dtype !== "int64") {
      return cast(pow(cast(base, "float64"), cast(exponent, "float64")), "int64");
    }
    return pow(base, cast(exponent, base.dtype));
  },
  Neg: unary(neg),
  Abs: unary(abs),
  Sign: unary(sign),
  Floor: unary(floor),
  Ceil: unary(ceil),
  Round: unary(round),
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
    const limit = (name: string, index: number): number | Tensor | undefined => {
      if (node.has(name)) return node.float(name, 0);
      const [value, ...others] = node.known(index)?.values ?? [];
      return typeof value === "number" && others.length === 0 ? value : node.optional(index);
    };
    const low = limit("min", 1);
    const high = limit("max", 2);
    if (typeof low === "number" && typeof high === "number" && low <= high) return clip(x, low, high);
    const raised = low === undefined ? x : maximum(x, low);
    return high === undefined ? raised : minimum(raised, high);
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
  Cast: (node) => {
    const code = node.int("to", 0);
    const dtype = dtypeHolding(node.label, code);
    return isNarrow(code) ? narrowed(node.tensor(0), code) : cast(node.tensor(0), dtype);
  },
};
