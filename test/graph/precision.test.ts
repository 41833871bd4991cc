import { describe, expect, it } from "vitest";
import * as graph from "../../src/graph/index.js";
import { batch, type DType, input, type Tensor } from "../../src/graph/index.js";
import { evaluateOnce } from "./run.js";
import { erf, erfc } from "./special.js";

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

interface Row {
  readonly operator: (x: Tensor) => Tensor;
  readonly truth: (x: number) => number;
  /** Where it is defined; everywhere by default. */
  readonly domain?: (x: number) => boolean;
  /** The error allowed, in units of the rounding error of a number of this size; the result's own by default. */
  readonly relativeTo?: (x: number, y: number) => number;
  readonly dtypes?: readonly DType[];
}

/** Every activation and transcendental function, and what it is in float64. */
const table: Readonly<Record<string, Row>> = {
  sigmoid: { operator: graph.sigmoid, truth: sigmoid },
  tanh: { operator: graph.tanh, truth: Math.tanh },
  softplus: {
    operator: graph.softplus,
    truth: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
  silu: { operator: graph.silu, truth: (x) => x * sigmoid(x) },
  // Φ(x) is made of 1 + erf, so that its error is one of 1.
  gelu: {
    operator: graph.gelu,
    truth: (x) => (x * erfc(-x * Math.SQRT1_2)) / 2,
    relativeTo: (x) => x,
    dtypes: ["float32"],
  },
  erf: { operator: graph.erf, truth: erf, dtypes: ["float32"] },
  exp: { operator: graph.exp, truth: Math.exp },
  log: { operator: graph.log, truth: Math.log, domain: (x) => x > 0 },
  sqrt: { operator: graph.sqrt, truth: Math.sqrt, domain: (x) => x >= 0 },
  // Near a zero of theirs the error is one of the argument's reduction.
  sin: {
    operator: graph.sin,
    truth: Math.sin,
    relativeTo: (x, y) => Math.max(Math.abs(y), Math.min(1, Math.abs(x))),
  },
  cos: { operator: graph.cos, truth: Math.cos, relativeTo: () => 1 },
  relu: { operator: graph.relu, truth: (x) => Math.max(x, 0) },
  leakyRelu: { operator: (x) => graph.leakyRelu(x, 0.25), truth: (x) => (x > 0 ? x : x / 4) },
};

/** From the smallest to the largest of float32, close to 0 and dense where functions saturate. */
const grid = [
  0,
  ...Array.from({ length: 8001 }, (_, i) => (i - 4000) * 0.0297),
  ...Array.from({ length: 304 }, (_, i) => 10 ** (-37.7 + i / 4)).flatMap((x) => [x, -x]),
].map(Math.fround);

/** Below these, what numbers are made of may be denormal, which is taken as 0. */
const smallest: Partial<Record<DType, number>> = { float32: 2 ** -110, float64: 2 ** -1015 };
const largest: Partial<Record<DType, number>> = { float32: 3.4028234e38, float64: Number.MAX_VALUE };
const unit: Partial<Record<DType, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

describe.each(Object.entries(table))("%s is right to the last digits", (name, row) => {
  const { operator, truth, domain = () => true, relativeTo = (_x, y) => y } = row;
  it.each(row.dtypes ?? (["float32", "float64"] as const))("in %s", async (dtype) => {
    const x = input("x", [batch], dtype);
    const values = grid.filter(domain);
    const { y } = await evaluateOnce([x], { y: operator(x) }, [values]);
    const [tiny = 0, huge = 0, ulp = 0] = [smallest[dtype], largest[dtype], unit[dtype]];
    const wrong = values.flatMap((at, i) => {
      const expected = truth(at);
      const got = y.data[i] ?? Number.NaN;
      const said = `${name}(${at}) = ${got} instead of ${expected}`;
      if (Math.abs(expected) > huge) return got === Math.sign(expected) * Infinity ? [] : [said];
      const error = Math.abs(got - expected) / Math.max(Math.abs(relativeTo(at, expected)), tiny);
      const isFlushed = got === 0 && Math.abs(expected) <= tiny;
      return error < 8 * ulp || isFlushed ? [] : [said];
    });
    expect(wrong).toEqual([]);
  });
});

describe("what is not finite", () => {
  const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];
  const points = [nan, inf, -inf];
  const limits: Readonly<Record<string, readonly [(x: Tensor) => Tensor, readonly number[]]>> = {
    sigmoid: [graph.sigmoid, [nan, 1, 0]],
    tanh: [graph.tanh, [nan, 1, -1]],
    softplus: [graph.softplus, [nan, inf, 0]],
    exp: [graph.exp, [nan, inf, 0]],
    log: [graph.log, [nan, inf, nan]],
    relu: [graph.relu, [nan, inf, 0]],
    abs: [graph.abs, [nan, inf, inf]],
    sign: [graph.sign, [nan, 1, -1]],
    clip: [(x) => graph.clip(x, -1, 1), [nan, 1, -1]],
    maximum: [(x) => graph.maximum(x, 0), [nan, inf, 0]],
    minimum: [(x) => graph.minimum(0, x), [nan, 0, -inf]],
  };
  it.each(Object.entries(limits))("%s", async (_name, [operator, expected]) => {
    for (const dtype of ["float32", "float64"] as const) {
      const x = input("x", [3], dtype);
      const { y } = await evaluateOnce([x], { y: operator(x) }, [points]);
      expect(y.data).toEqual(expected);
    }
  });

  const rows: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    sum: (x) => graph.sum(x, 1),
    mean: (x) => graph.mean(x, 1),
    max: (x) => graph.max(x, 1),
    min: (x) => graph.min(x, 1),
    logSumExp: (x) => graph.logSumExp(x, 1),
    "max over the first axis": (x) => graph.max(graph.transpose(x), 0),
    "min over the first axis": (x) => graph.min(graph.transpose(x), 0),
    "max, axis kept": (x) => graph.max(x, 1, { keepDims: true }),
    "the largest of softmax": (x) => graph.max(graph.softmax(x), 1),
    "the largest of logSoftmax": (x) => graph.max(graph.logSoftmax(x), 1),
  };
  it.each(Object.entries(rows))(
    "%s is NaN for the row that has one, wherever it is",
    async (_name, operator) => {
      const size = 21;
      const values = Array.from({ length: size ** 2 }, (_, i) => ((i * 7) % 13) - 6);
      const at = values.map((value, i) => (i % (size + 1) === 0 && i > 0 ? nan : value));
      for (const dtype of ["float32", "float64"] as const) {
        const x = input("x", [size, size], dtype);
        const { y } = await evaluateOnce([x], { y: operator(x) }, [at]);
        expect(y.data.map(Number.isNaN)).toEqual(Array.from({ length: size }, (_, row) => row > 0));
      }
    },
  );
});

it("a row with NaN has no softmax at all", async () => {
  for (const dtype of ["float32", "float64"] as const) {
    const x = input("x", [2, 4], dtype);
    const outputs = { softmax: graph.softmax(x), logs: graph.logSoftmax(x) };
    const at = await evaluateOnce([x], outputs, [[1, Number.NaN, 2, -3, 1, 2, 3, 4]]);
    for (const { data } of [at.softmax, at.logs]) {
      expect(data.map(Number.isNaN)).toEqual([true, true, true, true, false, false, false, false]);
    }
  }
});

describe("logarithms of sums", () => {
  const big = 3e38;
  const x = input("x", [batch, 3]);
  const values = [big, -big, 0, -big, -big, -big, big, big, big, 1e6, 1e6, 1e6];

  it("do not overflow, and their gradient is the softmax", async () => {
    const y = graph.logSumExp(x, 1);
    const [g] = graph.grad(graph.sum(y), [x]);
    const at = await evaluateOnce([x], { y, g }, [values]);
    const third = Math.fround(1 / 3);
    expect(at.y.data).toEqual([big, -big, big, 1e6 + Math.log(3)].map(Math.fround));
    expect(at.g.data).toEqual([1, 0, 0, ...Array(9).fill(third)]);
    const [all] = graph.grad(graph.logSumExp(x), [x]);
    const whole = await evaluateOnce([x], { all }, [[1e6, 1e6, 1e6, 1e6 + 1, -big, 0]]);
    const parts = [1, 1, 1, Math.E, 0, 0].map((e) => e / (3 + Math.E));
    whole.all.data.forEach((value, i) => void expect(value).toBeCloseTo(parts[i] ?? Number.NaN, 6));
  });
});

describe("a number beside a stack of products in float64", () => {
  const a = input("a", [2, 1, 3], "float64");
  const b = input("b", [2, 3, 1], "float64");
  const three = graph.constant(Float64Array.of(3), [1, 1, 1], "float64");
  const product = graph.matmul(a, b);

  // ONNX Runtime would keep it in float32, which is 3e-8 off.
  it.each<[string, Tensor]>([
    ["dividing it", product.div(3)],
    ["dividing it, as a tensor of one element", product.div(three)],
    ["dividing it in another shape", graph.reshape(product, [2, 1]).div(three)],
    ["multiplying it", product.mul(1 / 3)],
    ["on its left", graph.scalar(1 / 3, "float64").mul(product)],
    ["multiplying what is multiplied", graph.matmul(a.mul(1 / 3), b)],
    ["dividing what is multiplied by", graph.matmul(a, b.div(3))],
    ["transposed", graph.matmul(graph.transpose(a, [0, 2, 1]).div(3), b, { transposeA: true })],
  ])("%s", async (_name, y) => {
    const at = await evaluateOnce([a, b], { y }, [
      [0.1, 0.2, 0.15, 0.3, 0.3, 0.3],
      [1, 1, 1, 1, 2, 1],
    ]);
    expect(Math.abs((at.y.data[0] ?? Number.NaN) - 0.15)).toBeLessThan(1e-16);
    expect(Math.abs((at.y.data[1] ?? Number.NaN) - 0.4)).toBeLessThan(2e-16);
  });
});
