import { compile } from "../engine/compile.js";
import { batch, grad, hessianVectorProduct, input, logSumExp, softplus, sum } from "../graph/index.js";
import { missing } from "../missing.js";
import type { Rows } from "./rows.js";

/** Numbers handed to the engine at a time. */
const CHUNK = 2 ** 20;

/** Centred examples of up to this many numbers (256 MiB) are kept between passes; more are made anew in each. */
const KEPT = 2 ** 25;

/**
 * The negative log-likelihood as a graph: Σ log(1 + e^z) − t·z for one output, Σ log Σ_k e^(z_k) − z_t for several, with
 * its gradient and Hessian-vector product by differentiating the graph.
 */
const compiled = async (width: number, outputs: number) => {
  const x = input("x", [batch, width], "float64");
  const t = input("t", [batch, outputs], "float64");
  const w = input("w", [width, outputs], "float64");
  const v = input("v", [width, outputs], "float64");
  const z = x.matmul(w);
  const value = sum(outputs === 1 ? softplus(z) : logSumExp(z, 1)).sub(sum(z.mul(t)));
  const [gradient = value] = grad(value, [w]);
  const [product = value] = hessianVectorProduct(value, [w], [v]);
  return {
    first: await compile({ inputs: [x, t, w], outputs: { value, gradient } }),
    second: await compile({ inputs: [x, t, w, v], outputs: { product } }),
  };
};

const addTo = (total: Float64Array, part: ArrayLike<number | bigint>): void => {
  for (let k = 0; k < total.length; k++) total[k] = (total[k] ?? missing()) + Number(part[k]);
};

/** The one-hot targets of examples `start` to `end`; for one output the class number itself, 0 or 1. */
const oneHotTargets = (y: Float64Array, outputs: number, start: number, end: number): Float64Array => {
  if (outputs === 1) return y.subarray(start, end);
  const targets = new Float64Array((end - start) * outputs);
  for (let i = start; i < end; i++) targets[(i - start) * outputs + (y[i] ?? missing())] = 1;
  return targets;
};

/**
 * Takes the mean over the outputs out of each row. A shift common to all classes does not change the likelihood, so its
 * derivatives have none; what rounding leaves would send Newton's method far along it.
 */
const removeShift = (v: Float64Array, outputs: number): Float64Array => {
  if (outputs === 1) return v;
  for (let row = 0; row < v.length; row += outputs) {
    const values = v.subarray(row, row + outputs);
    const mean = values.reduce((a, b) => a + b, 0) / outputs;
    for (let k = 0; k < outputs; k++) values[k] = (values[k] ?? missing()) - mean;
  }
  return v;
};

/** −log likelihood of width × outputs weights; the examples go through the engine in chunks of 8 MiB. */
export interface NegativeLogLikelihood {
  evaluate(w: Float64Array): Promise<{ readonly value: number; readonly gradient: Float64Array }>;
  /** The Hessian at w times v. */
  curvature(w: Float64Array, v: Float64Array): Promise<Float64Array>;
  release(): Promise<void>;
}

/** Compiles the likelihood of the classes `y` under outputs linear in `rows`. */
export const negativeLogLikelihood = async (
  rows: Rows,
  y: Float64Array,
  outputs: number,
): Promise<NegativeLogLikelihood> => {
  const { first, second } = await compiled(rows.width, outputs);
  const step = Math.max(1, Math.floor(CHUNK / (rows.width + outputs)));
  const starts = Array.from({ length: Math.ceil(rows.count / step) }, (_, c) => c * step);
  const make = (start: number) => {
    const end = Math.min(start + step, rows.count);
    return { x: rows.read(start, end), t: oneHotTargets(y, outputs, start, end) };
  };
  const kept =
    rows.count * (rows.width + outputs) <= KEPT ? new Map<number, ReturnType<typeof make>>() : undefined;
  const chunk = (start: number) => {
    const made = kept?.get(start) ?? make(start);
    kept?.set(start, made);
    return made;
  };
  return {
    evaluate: async (w) => {
      let value = 0;
      const gradient = new Float64Array(w.length);
      for (const start of starts) {
        const part = await first.run({ ...chunk(start), w });
        value += Number(part.value.data[0]);
        addTo(gradient, part.gradient.data);
      }
      return { value, gradient: removeShift(gradient, outputs) };
    },
    curvature: async (w, v) => {
      const total = new Float64Array(v.length);
      for (const start of starts) addTo(total, (await second.run({ ...chunk(start), w, v })).product.data);
      return removeShift(total, outputs);
    },
    release: async () => {
      await first.release();
      await second.release();
    },
  };
};
