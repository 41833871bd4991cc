import { scalarValue } from "../../graph/ops/constant.js";
import type { Operation } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Code, f32x4, op } from "./wasm.js";

/** Computes four elements of an operation, given four of each input; bools are masks of all or no bits. */
type Lowering = (inputs: readonly Code[], operation: Operation) => Code;

type UnaryCode = (x: Code, operation: Operation) => Code;
type BinaryCode = (a: Code, b: Code, operation: Operation) => Code;

const unary =
  (write: UnaryCode): Lowering =>
  ([x = missing()], operation) =>
    write(x, operation);

const binary =
  (write: BinaryCode): Lowering =>
  ([a = missing(), b = missing()], operation) =>
    write(a, b, operation);

const one = f32x4(1);
const zero = f32x4(0);

/** 1 where the mask is set, else 0. */
const indicator = (mask: Code): Code => op("v128.and", mask, one);

const number = (operation: Operation, attribute: string): number => {
  const value = operation.attributes?.[attribute];
  return typeof value === "number" ? value : missing();
};

const constantInput = (operation: Operation, position: number): number | undefined => {
  const input = operation.inputs[position];
  return input && scalarValue(input);
};

const MAX_EXPONENT = 4;

/** The exponent of a pow that kernels compute by multiplication and square root, within 2 units in the last place. */
export const exponentOf = (operation: Operation): number | undefined => {
  const exponent = constantInput(operation, 1);
  const known =
    exponent !== undefined && Number.isInteger(2 * exponent) && Math.abs(exponent) <= MAX_EXPONENT;
  return known ? exponent : undefined;
};

const power = (x: Code, exponent: number): Code => {
  if (exponent < 0) return op("f32x4.div", one, power(x, -exponent));
  if (exponent === 0) return one;
  if (exponent === 0.5) return op("f32x4.sqrt", x);
  if (exponent === 1) return x;
  if (exponent === 4) return power(power(x, 2), 2);
  return op("f32x4.mul", power(x, exponent - 1), x);
};

/**
 * pmin and pmax are one instruction where min and max are ten, but they give the first operand where either is NaN: right
 * as long as only the first can be, and else made right by setting all bits, a NaN, where the second is one.
 */
const extreme = (quick: "f32x4.pmin" | "f32x4.pmax"): Lowering =>
  binary((a, b, operation) => {
    const isNumber = (position: number) => !Number.isNaN(constantInput(operation, position) ?? Number.NaN);
    if (isNumber(1)) return op(quick, a, b);
    return isNumber(0) ? op(quick, b, a) : op("v128.or", op(quick, a, b), op("f32x4.ne", b, b));
  });

/** The elementwise operators of kernels. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  scalar: (_, operation) => f32x4(number(operation, "value")),
  add: binary((a, b) => op("f32x4.add", a, b)),
  sub: binary((a, b) => op("f32x4.sub", a, b)),
  mul: binary((a, b) => op("f32x4.mul", a, b)),
  div: binary((a, b) => op("f32x4.div", a, b)),
  pow: binary((x, _, operation) => power(x, exponentOf(operation) ?? missing())),
  minimum: extreme("f32x4.pmin"),
  maximum: extreme("f32x4.pmax"),
  neg: unary((x) => op("f32x4.neg", x)),
  abs: unary((x) => op("f32x4.abs", x)),
  sqrt: unary((x) => op("f32x4.sqrt", x)),
  sign: unary((x) => {
    const signs = op("f32x4.sub", indicator(op("f32x4.gt", x, zero)), indicator(op("f32x4.lt", x, zero)));
    return op("v128.bitselect", signs, x, op("f32x4.eq", x, x));
  }),
  clip: unary((x, operation) =>
    op("f32x4.pmin", op("f32x4.pmax", x, f32x4(number(operation, "low"))), f32x4(number(operation, "high"))),
  ),
  relu: unary((x) => op("f32x4.pmax", x, zero)),
  step: unary((x) => indicator(op("f32x4.gt", x, zero))),
  equal: binary((a, b) => op("f32x4.eq", a, b)),
  greater: binary((a, b) => op("f32x4.gt", a, b)),
  greaterOrEqual: binary((a, b) => op("f32x4.ge", a, b)),
  less: binary((a, b) => op("f32x4.lt", a, b)),
  lessOrEqual: binary((a, b) => op("f32x4.le", a, b)),
  and: binary((a, b) => op("v128.and", a, b)),
  not: unary((x) => op("v128.not", x)),
  where: ([mask = missing(), a = missing(), b = missing()]) => op("v128.bitselect", a, b, mask),
  cast: unary((x, { dtype }) => (dtype === "bool" ? op("f32x4.ne", x, zero) : indicator(x))),
};

const identities = ["expand", "stopGradient"];
const reductions = ["sum", "mean", "max", "min"];

/** Whether each element of the result is the element of the input: for `expand`, of a value that is the same everywhere. */
export const isIdentity = ({ name }: Operation): boolean => identities.includes(name);

/** Whether the operation folds all elements into one. */
export const isReduction = ({ name }: Operation): boolean => reductions.includes(name);

export const supportedOperators = [...Object.keys(lowerings), ...identities, ...reductions];
