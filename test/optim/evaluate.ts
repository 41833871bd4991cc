import { type Tensor, topologicalOrder } from "../../src/graph/index.js";
import { elementCount } from "../../src/graph/shape.js";
import { type Rule, rateAt, type Time, traceRule } from "../../src/optim/index.js";

/** Values of a tensor in row-major order, in float64. */
type Values = readonly number[];

const binary: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  greater: (a, b) => Number(a > b),
  and: (a, b) => Number(a !== 0 && b !== 0),
};

const unary: Record<string, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
};

/** An element of values that are either as many as the result's or a single scalar. */
const element = (values: Values, i: number): number => values[values.length === 1 ? 0 : i] ?? Number.NaN;

const transposed = (values: Values, [rows, columns]: readonly [number, number]): number[] =>
  Array.from({ length: rows * columns }, (_, i) =>
    element(values, (i % rows) * columns + Math.floor(i / rows)),
  );

const product = (x: Tensor, a: Values, b: Values): number[] => {
  const [left, right] = x.operation.inputs;
  const { transposeA, transposeB } = x.operation.attributes;
  if (left === undefined || right === undefined) throw new Error("a product has two factors");
  const [rows, columns] = [x.size(0), x.size(1)];
  const inner = left.size(transposeA ? 0 : 1);
  const A = transposeA ? transposed(a, [left.size(0), left.size(1)]) : a;
  const B = transposeB ? transposed(b, [right.size(0), right.size(1)]) : b;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += element(A, i * inner + k) * element(B, k * columns + j);
    return sum;
  });
};

const evaluateOne = (x: Tensor, inputs: readonly Values[]): Values => {
  const { definition, attributes } = x.operation;
  const { name } = definition;
  const [a = [], b = [], c = []] = inputs;
  const each = (f: (i: number) => number) => Array.from({ length: elementCount(x.shape) }, (_, i) => f(i));
  const pair = binary[name];
  const single = unary[name];
  if (pair) return each((i) => pair(element(a, i), element(b, i)));
  if (single) return each((i) => single(element(a, i)));
  if (name === "scalar") return [Number(attributes.value)];
  if (name === "clip")
    return each((i) => Math.min(Math.max(element(a, i), Number(attributes.low)), Number(attributes.high)));
  if (name === "where") return each((i) => (element(a, i) ? element(b, i) : element(c, i)));
  if (name === "sum" && x.rank === 0) return [a.reduce((total, value) => total + value, 0)];
  if (name === "matmul") return product(x, a, b);
  if (name === "reshape") return a;
  if (name === "transpose") return transposed(a, [x.size(1), x.size(0)]);
  throw new Error(`the evaluator of the tests does not know the operator ${name}`);
};

/** Evaluates tensors of the operators that rules use, given values of the inputs. */
export const evaluate = (outputs: readonly Tensor[], inputs: ReadonlyMap<Tensor, Values>): Values[] => {
  const values = new Map(inputs);
  const valueAt = (x: Tensor): Values => {
    const value = values.get(x);
    if (value === undefined) throw new Error(`no value for ${x.operation.definition.name}`);
    return value;
  };
  for (const x of topologicalOrder(outputs)) {
    if (!values.has(x)) values.set(x, evaluateOne(x, x.operation.inputs.map(valueAt)));
  }
  return outputs.map(valueAt);
};

export interface Problem {
  readonly shape: readonly number[];
  readonly start: Values;
  readonly gradients: readonly Values[];
}

/** The parameter and the states of a rule after each step along given gradients. */
export const follow = (
  rule: Rule,
  { shape, start, gradients }: Problem,
  time: Omit<Time, "step"> = { steps: gradients.length, stepsPerEpoch: 10 },
): Record<string, Values>[] => {
  const traced = traceRule(rule, shape);
  const arrays = new Map<Tensor, Values>([[traced.theta, start]]);
  for (const { input, initial } of traced.states) {
    arrays.set(input, initial === "theta" ? start : start.map(() => initial));
  }
  return gradients.map((g, step) => {
    const feeds = new Map<Tensor, Values>([...arrays, [traced.g, g]]);
    for (const { input, rate } of traced.scalars) feeds.set(input, [rateAt(rate, { ...time, step })]);
    const values = evaluate(
      traced.next.map(({ value }) => value),
      feeds,
    );
    traced.next.forEach(({ into }, i) => {
      arrays.set(into, values[i] ?? []);
    });
    const named = [...traced.states, { name: "theta", input: traced.theta }];
    return Object.fromEntries(named.map(({ name, input }) => [name, arrays.get(input) ?? []]));
  });
};

/** The parameter after each step along given gradients. */
export const path = (rule: Rule, problem: Problem): Values[] =>
  follow(rule, problem).map((arrays) => arrays.theta ?? []);
