import { compile } from "../../engine/compile.js";
import type { Engine } from "../../engine/engine.js";
import { batch, grad, input, sum } from "../../graph/index.js";
import { missing } from "../../missing.js";
import {
  buildModel,
  type Initializer,
  initialValues,
  inputOf,
  type Layer,
  leCun,
  linear,
  outputOf,
  sequential,
} from "../../nn/index.js";
import { random } from "../../random/random.js";
import { mean, variance } from "../../statistics.js";
import type { StudyContext } from "../study.js";

/** Layers one after another, without biases. */
export interface Stack {
  /** Units of the input and of every layer. */
  readonly widths: readonly number[];
  readonly activation: () => Layer;
}

/** What passes through a stack at initialisation, layer by layer. */
export interface Passed {
  /** W, of shape `[in, units]`. */
  readonly weights: readonly Float32Array[];
  /** o = xW, before the nonlinearity. */
  readonly sums: readonly Float32Array[];
  /** What the nonlinearity makes of it. */
  readonly outputs: readonly Float32Array[];
  /** ∂L/∂o for a random linear loss L = Σ r·output. */
  readonly gradients: readonly Float32Array[];
}

/** A stack, compiled once for whatever weights it begins with. */
export interface OpenStack {
  /** One draw of the weights, and standard normal inputs. */
  readonly pass: (init: Initializer, seed: number) => Promise<Passed>;
  readonly release: () => Promise<void>;
}

export const openStack = async (
  { widths, activation }: Stack,
  { examples = 128, engine }: { readonly examples?: number; readonly engine?: Engine } = {},
): Promise<OpenStack> => {
  const [inputs = 1, ...units] = widths;
  const modelOf = (init: Initializer) =>
    buildModel(sequential(...units.flatMap((n) => [linear(n, { init, bias: false }), activation()])), [
      inputs,
    ]);
  const model = modelOf(leCun());
  const [x, output] = [inputOf(model.training), outputOf(model.training)];
  const layers = model.training.layers.map((each) => each.output);
  const [sums, outputs] = [0, 1].map((place) => layers.filter((_, i) => i % 2 === place));
  if (sums === undefined || outputs === undefined) return missing();
  const r = input("r", [batch, units.at(-1) ?? missing()]);
  const slopes = grad(sum(output.mul(r)), sums);
  const program = await compile(
    {
      inputs: [x, r, ...model.parameters.map(({ tensor }) => tensor)],
      outputs: Object.fromEntries(
        sums.flatMap((o, i) => [
          [`o${i}`, o],
          [`a${i}`, outputs[i] ?? missing()],
          [`g${i}`, slopes[i] ?? missing()],
        ]),
      ),
    },
    { threads: 1, ...(engine && { engine }) },
  );
  const normals = (seed: number, purpose: string, count: number) => {
    const values = new Float32Array(count);
    random(seed, purpose).fillNormal(values);
    return values;
  };
  return {
    pass: async (init, seed) => {
      const weights = modelOf(init).parameters.map((each) => ({
        name: each.name,
        values: initialValues(each, seed),
      }));
      const result = await program.run({
        input: normals(seed, "inputs", examples * inputs),
        r: normals(seed, "loss", examples * (units.at(-1) ?? missing())),
        ...Object.fromEntries(weights.map(({ name, values }) => [name, values])),
      });
      const all = (kind: string) => units.map((_, i) => result[`${kind}${i}`]?.data as Float32Array);
      return {
        weights: weights.map(({ values }) => values),
        sums: all("o"),
        outputs: all("a"),
        gradients: all("g"),
      };
    },
    release: () => program.release(),
  };
};

/** Variances, layer by layer. */
export interface Signals {
  /** V[o]. */
  readonly activations: readonly number[];
  /** V[∂L/∂o]. */
  readonly gradients: readonly number[];
}

export const variancesOf = ({ sums, gradients }: Passed): Signals => ({
  activations: sums.map((values) => variance(values)),
  gradients: gradients.map((values) => variance(values)),
});

/** Geometric means over several draws of the weights. */
export const signals = async (
  { init, ...stack }: Stack & { readonly init: Initializer },
  draws: number,
  { seed, signal }: StudyContext,
): Promise<Signals> => {
  const open = await openStack(stack);
  const all: Signals[] = [];
  for (let draw = 0; draw < draws; draw++) {
    signal?.throwIfAborted();
    all.push(variancesOf(await open.pass(init, seed + draw)));
  }
  await open.release();
  const average = (pick: (one: Signals) => readonly number[]) =>
    stack.widths
      .slice(1)
      .map((_, i) => Math.exp(mean(all.map((one) => Math.log(pick(one)[i] ?? missing())))));
  return { activations: average((one) => one.activations), gradients: average((one) => one.gradients) };
};
