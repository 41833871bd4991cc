import type { Tensor } from "../../../src/graph/index.js";

type Element = number | boolean;

const f = Math.fround;
const hasNaN = (a: number, b: number): boolean => Number.isNaN(a) || Number.isNaN(b);

/** Float32 arithmetic of one element, written without any of the kernel's code. */
const operators: Readonly<
  Record<string, (x: readonly number[], attributes: Record<string, unknown>) => Element>
> = {
  scalar: (_, { value }) => f(Number(value)),
  add: ([a = 0, b = 0]) => f(a + b),
  sub: ([a = 0, b = 0]) => f(a - b),
  mul: ([a = 0, b = 0]) => f(a * b),
  div: ([a = 0, b = 0]) => f(a / b),
  neg: ([x = 0]) => -x,
  abs: ([x = 0]) => Math.abs(x),
  sqrt: ([x = 0]) => f(Math.sqrt(x)),
  sign: ([x = 0]) => Math.sign(x),
  relu: ([x = 0]) => Math.max(x, 0),
  step: ([x = 0]) => Number(x > 0),
  clip: ([x = 0], { low, high }) => Math.min(Math.max(x, f(Number(low))), f(Number(high))),
  minimum: ([a = 0, b = 0]) => (hasNaN(a, b) ? Number.NaN : Math.min(a, b)),
  maximum: ([a = 0, b = 0]) => (hasNaN(a, b) ? Number.NaN : Math.max(a, b)),
  equal: ([a = 0, b = 0]) => a === b,
  greater: ([a = 0, b = 0]) => a > b,
  greaterOrEqual: ([a = 0, b = 0]) => a >= b,
  less: ([a = 0, b = 0]) => a < b,
  lessOrEqual: ([a = 0, b = 0]) => a <= b,
  and: ([a = 0, b = 0]) => Boolean(a) && Boolean(b),
  not: ([x = 0]) => !x,
  where: ([condition = 0, a = 0, b = 0]) => (condition ? a : b),
  cast: ([x = 0], { dtype }) => (dtype === "bool" ? x !== 0 : x),
  expand: ([x = 0]) => x,
  stopGradient: ([x = 0]) => x,
};

const folds: Readonly<Record<string, (x: readonly number[]) => number>> = {
  sum: (x) => f(x.reduce((a, b) => a + b, 0)),
  mean: (x) => f(x.reduce((a, b) => a + b, 0) / x.length),
  max: (x) => x.reduce((a, b) => (hasNaN(a, b) ? Number.NaN : Math.max(a, b)), -Infinity),
  min: (x) => x.reduce((a, b) => (hasNaN(a, b) ? Number.NaN : Math.min(a, b)), Infinity),
};

/** The elements of a tensor, given those of its inputs. */
export const evaluate = (
  tensor: Tensor,
  count: number,
  inputs: ReadonlyMap<Tensor, readonly number[] | number>,
): number[] => {
  const known = new Map<Tensor, number[]>();
  const compute = (x: Tensor): number[] => {
    const given = inputs.get(x);
    if (typeof given === "number") return Array<number>(count).fill(f(given));
    if (given) return given.map(f);
    const { definition, dtype } = x.operation;
    const { name } = definition;
    const attributes = { ...x.operation.attributes, dtype };
    const values = x.operation.inputs.map((each) => visit(each));
    const fold = folds[name];
    if (fold) return Array<number>(count).fill(fold(values[0] ?? []));
    const operator = operators[name];
    if (!operator) throw new Error(`the reference does not know ${name}`);
    return Array.from({ length: count }, (_, i) =>
      Number(
        operator(
          values.map((value) => value[i] ?? Number.NaN),
          attributes,
        ),
      ),
    );
  };
  const visit = (x: Tensor): number[] => {
    const result = known.get(x) ?? compute(x);
    known.set(x, result);
    return result;
  };
  return visit(tensor);
};
