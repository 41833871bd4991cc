import { compile } from "../../engine/compile.js";
import { batch, grad, input, sum } from "../../graph/index.js";
import { missing } from "../../missing.js";
import {
  buildModel,
  type Initializer,
  initialValues,
  inputOf,
  type Layer,
  linear,
  outputOf,
  sequential,
} from "../../nn/index.js";
import { random } from "../../random/random.js";
import { mean, variance } from "../../statistics.js";
import type { StudyContext } from "../study.js";

export interface Stack {
  /** Units of the input and of every layer. */
  readonly widths: readonly number[];
  readonly activation: () => Layer;
  readonly init: Initializer;
}

/** What passes through a stack of layers at initialisation, layer by layer. */
export interface Signals {
  /** V[o] of each layer's o = xW, before the nonlinearity. */
  readonly activations: readonly number[];
  /** V[∂L/∂o] for a random linear loss L = Σ r·output. */
  readonly gradients: readonly number[];
}

const EXAMPLES = 128;

/** One draw of weights, and standard normal inputs. */
const once = async ({ widths, activation, init }: Stack, seed: number): Promise<Signals> => {
  const [inputs = 1, ...units] = widths;
  const outputs = units.at(-1) ?? 1;
  const net = sequential(...units.flatMap((n) => [linear(n, { init, bias: false }), activation()]));
  const model = buildModel(net, [inputs]);
  const [x, output] = [inputOf(model.training), outputOf(model.training)];
  const sums = model.training.layers
    .filter(({ path }) => /(^|\.)linear\d+$/.test(path))
    .map(({ output: sum }) => sum);
  const r = input("r", [batch, outputs]);
  const slopes = grad(sum(output.mul(r)), sums);
  const program = await compile(
    {
      inputs: [x, r, ...model.parameters.map(({ tensor }) => tensor)],
      outputs: Object.fromEntries(
        sums.flatMap((o, i) => [
          [`o${i}`, o],
          [`g${i}`, slopes[i] ?? o],
        ]),
      ),
    },
    { threads: 1 },
  );
  const normals = (purpose: string, count: number) => {
    const values = new Float32Array(count);
    random(seed, purpose).fillNormal(values);
    return values;
  };
  const result = await program.run({
    input: normals("inputs", EXAMPLES * inputs),
    r: normals("loss", EXAMPLES * outputs),
    ...Object.fromEntries(model.parameters.map((each) => [each.name, initialValues(each, seed)])),
  });
  await program.release();
  const varianceOf = (name: string) => variance(Float64Array.from(result[name]?.data ?? [], Number));
  return {
    activations: sums.map((_, i) => varianceOf(`o${i}`)),
    gradients: sums.map((_, i) => varianceOf(`g${i}`)),
  };
};

/** Geometric means over several draws of the weights. */
export const signals = async (
  stack: Stack,
  draws: number,
  { seed, signal }: StudyContext,
): Promise<Signals> => {
  const all: Signals[] = [];
  for (let draw = 0; draw < draws; draw++) {
    signal?.throwIfAborted();
    all.push(await once(stack, seed + draw));
  }
  const average = (pick: (one: Signals) => readonly number[]) =>
    stack.widths
      .slice(1)
      .map((_, i) => Math.exp(mean(all.map((one) => Math.log(pick(one)[i] ?? missing())))));
  return { activations: average((one) => one.activations), gradients: average((one) => one.gradients) };
};
