import type { Tensor } from "../../../src/graph/index.js";
import * as graph from "../../../src/graph/index.js";
import type { Domain, Spec } from "../cases.js";
import { elementwise } from "../ndarray.js";
import { erf } from "../special.js";

type Gradient = Spec["gradient"];
type Scalar = (...values: number[]) => number;

const unary = (
  operator: (x: Tensor) => Tensor,
  f: Scalar,
  { domain = "any" as Domain, gradient = "exact" as Gradient } = {},
): Spec => ({
  gradient,
  draw: (draw) => ({
    leaves: [{ shape: draw.shape(), domain }],
    build: (x) => operator(x),
    reference: (x) => elementwise(f, x),
  }),
});

const binary = (
  operator: (a: Tensor, b: Tensor) => Tensor,
  f: Scalar,
  { domains = ["any", "any"] as readonly [Domain, Domain], gradient = "exact" as Gradient } = {},
): Spec => ({
  gradient,
  draw: (draw) => {
    const shape = draw.shape();
    return {
      leaves: domains.map((domain) => ({ shape: draw.narrower(shape), domain })),
      build: (a, b) => operator(a, b),
      reference: (a, b) => elementwise(f, a, b),
    };
  },
});

/** An operator of a tensor and a number, on either side. */
const withNumber = (
  operator: (a: Tensor | number, b: Tensor | number) => Tensor,
  f: Scalar,
  domain: Domain,
  numbers: readonly [number, ...number[]],
): Spec => ({
  gradient: "exact",
  draw: (draw) => {
    const number = draw.pick(numbers);
    const left = draw.chance(2);
    return {
      leaves: [{ shape: draw.shape(), domain }],
      build: (x) => (left ? operator(number, x) : operator(x, number)),
      reference: (x) => elementwise((v) => (left ? f(number, v) : f(v, number)), x),
    };
  },
});

const comparison = (operator: (a: Tensor, b: Tensor) => Tensor, f: (a: number, b: number) => boolean): Spec =>
  binary(
    (a, b) => operator(graph.cast(a.mul(4), "int64"), graph.cast(b.mul(4), "int64")),
    (a, b) => Number(f(Math.trunc((a ?? 0) * 4), Math.trunc((b ?? 0) * 4))),
    {
      gradient: "none",
    },
  );

const normal = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const positive = (x: number) => Number(x > 0);
const numbers = [-2, 0, 0.5, 1, 3] as const;

const add: Scalar = (a = 0, b = 0) => a + b;
const sub: Scalar = (a = 0, b = 0) => a - b;
const mul: Scalar = (a = 0, b = 0) => a * b;
const div: Scalar = (a = 0, b = 0) => a / b;
const pow: Scalar = (a = 0, b = 0) => a ** b;

export const elementwiseOperators: Readonly<Record<string, Spec>> = {
  add: binary(graph.add, add),
  sub: binary(graph.sub, sub),
  mul: binary(graph.mul, mul),
  div: binary(graph.div, div, { domains: ["any", "apart"] }),
  pow: binary(graph.pow, pow, { domains: ["positive", "any"] }),
  minimum: binary(graph.minimum, Math.min),
  maximum: binary(graph.maximum, Math.max),
  "add a number": withNumber(graph.add, add, "any", numbers),
  "sub a number": withNumber(graph.sub, sub, "any", numbers),
  "mul a number": withNumber(graph.mul, mul, "any", numbers),
  "div a number": withNumber(graph.div, div, "apart", [-2, 0.5, 1, 3]),
  "pow a number": withNumber(graph.pow, pow, "positive", [0.5, 1, 2, 3]),
  "pow of any sign": {
    gradient: "exact",
    draw: (draw) => {
      const exponent = draw.pick([-1, 0, 1, 2, 3]);
      return {
        leaves: [{ shape: draw.shape(), domain: "apart" }],
        build: (x) => graph.pow(x, exponent),
        reference: (x) => elementwise((v = 0) => v ** exponent, x),
      };
    },
  },

  neg: unary(graph.neg, (x = 0) => -x),
  abs: unary(graph.abs, Math.abs),
  sign: unary(graph.sign, Math.sign, { gradient: "zero" }),
  floor: unary(graph.floor, Math.floor, { gradient: "zero" }),
  ceil: unary(graph.ceil, Math.ceil, { gradient: "zero" }),
  round: unary(graph.round, Math.round, { gradient: "zero" }),
  exp: unary(graph.exp, Math.exp),
  log: unary(graph.log, Math.log, { domain: "positive" }),
  sqrt: unary(graph.sqrt, Math.sqrt, { domain: "positive" }),
  square: unary(graph.square, (x = 0) => x * x),
  sin: unary(graph.sin, Math.sin),
  cos: unary(graph.cos, Math.cos),
  erf: unary(graph.erf, (x = 0) => erf(x), { gradient: "float32" }),
  clip: unary(
    (x) => graph.clip(x, -0.2, 0.3),
    (x = 0) => Math.min(Math.max(x, -0.2), 0.3),
  ),
  stopGradient: unary(graph.stopGradient, (x = 0) => x, { gradient: "zero" }),

  step: unary(graph.step, (x = 0) => positive(x), { gradient: "zero" }),
  relu: unary(graph.relu, (x = 0) => Math.max(0, x)),
  leakyRelu: unary(
    (x) => graph.leakyRelu(x, 0.2),
    (x = 0) => x * (x > 0 ? 1 : 0.2),
  ),
  sigmoid: unary(graph.sigmoid, (x = 0) => logistic(x)),
  tanh: unary(graph.tanh, Math.tanh),
  softplus: unary(graph.softplus, (x = 0) => Math.log1p(Math.exp(x))),
  gelu: unary(graph.gelu, (x = 0) => x * normal(x), { gradient: "float32" }),
  silu: unary(graph.silu, (x = 0) => x * logistic(x)),
  hardSigmoid: unary(
    (x) => graph.hardSigmoid(x, 0.4),
    (x = 0) => Math.min(1, Math.max(0, 0.4 * x + 0.5)),
  ),
  hardSwish: unary(graph.hardSwish, (x = 0) => (x * Math.min(6, Math.max(0, x + 3))) / 6),

  equal: comparison(graph.equal, (a, b) => a === b),
  greater: comparison(graph.greater, (a, b) => a > b),
  greaterOrEqual: comparison(graph.greaterOrEqual, (a, b) => a >= b),
  less: comparison(graph.less, (a, b) => a < b),
  lessOrEqual: comparison(graph.lessOrEqual, (a, b) => a <= b),
  "comparison with a number": unary(
    (x) => graph.greater(x, 0.1),
    (x = 0) => Number(x > 0.1),
    { gradient: "none" },
  ),
  and: binary(
    (a, b) => graph.and(graph.greater(a, 0), graph.greater(b, 0)),
    (a = 0, b = 0) => Number(a > 0 && b > 0),
    { gradient: "none" },
  ),
  not: unary(
    (x) => graph.not(graph.greater(x, 0)),
    (x = 0) => Number(x <= 0),
    { gradient: "none" },
  ),
  cast: unary(
    (x) => graph.cast(graph.cast(x.mul(3), "int64"), "float64"),
    (x = 0) => Math.trunc(x * 3),
    {
      gradient: "zero",
    },
  ),
  "cast to bool": unary(
    (x) => graph.cast(graph.relu(x), "bool"),
    (x = 0) => positive(x),
    { gradient: "none" },
  ),
  where: {
    gradient: "exact",
    draw: (draw) => {
      const shape = draw.shape();
      const leaf = () => ({ shape: draw.narrower(shape), domain: "any" }) as const;
      return {
        leaves: [leaf(), leaf(), leaf()],
        build: (condition, a, b) => graph.where(graph.greater(condition, 0), a, b),
        reference: (condition, a, b) =>
          elementwise((c = 0, x = 0, y = 0) => (c > 0 ? x : y), condition, a, b),
      };
    },
  },
};
