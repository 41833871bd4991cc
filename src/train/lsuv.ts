import { check, positive, positiveCount } from "../check.js";
import { compile } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { mean, square, type Tensor } from "../graph/index.js";
import { inputName } from "../graph/tensor.js";
import { initialValues, inputOf, type Model, outputOf } from "../nn/model.js";
import { requireKnown } from "../options.js";

/** What initialisation from data works on. */
export interface FirstBatch {
  readonly model: Model;
  /** Inputs of the first batch, one after another. */
  readonly inputs: Float32Array;
  /** The values that the parameters were given by their initialisers, by name; changed in place. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly engine?: Engine;
}

/** Changes initial values in the light of a first batch. */
export type DataDependentInit = (first: FirstBatch) => Promise<void>;

export interface LsuvOptions {
  /** How far from 1 the variance of a layer's output may stay. @defaultValue 0.02 */
  readonly tolerance?: number;
  /** The most attempts per layer. One is enough for layers that are linear in their weights. @defaultValue 10 */
  readonly attempts?: number;
}

const variance = (x: Tensor): Tensor => mean(square(x.sub(mean(x))));

/**
 * Layer-sequential unit variance: layer by layer from the input, divides the weights by the standard deviation of the layer's
 * outputs on the first training batch until their variance is 1. Outputs are taken before the nonlinearity and without dropout.
 * The paper starts from orthonormal weights: give layers `init: orthogonal()`. Mishkin & Matas 2016.
 *
 * ```ts
 * await fit(net, data, { initialization: lsuv() });
 * ```
 *
 * A layer with k weights, whose output may be their product, has each divided by the k-th root of that factor.
 *
 * Frozen layers stay as they are. Throws where the outputs of a layer do not vary, as with weights that are all zero, and where there are no weights.
 */
export const lsuv = (options: LsuvOptions = {}): DataDependentInit => {
  const { tolerance = 0.02, attempts = 10 } = requireKnown("lsuv", options, ["tolerance", "attempts"]);
  check("lsuv", positive, { tolerance });
  check("lsuv", positiveCount, { attempts });
  return async ({ model, inputs, values, engine }) => {
    const { inference } = model;
    const input = inputOf(inference);
    // Of a layer that is applied several times the first place counts.
    const first = inference.layers.filter(
      ({ path }, i, all) => all.findIndex((other) => other.path === path) === i,
    );
    const scaled = [...first, { path: "", output: outputOf(inference) }].flatMap(({ path, output }) => {
      const weights = model.parameters.filter(
        ({ name, role, frozen }) =>
          role === "weight" && !frozen && name.slice(0, Math.max(0, name.lastIndexOf("."))) === path,
      );
      return weights.length > 0 ? [{ path: path || "the network", output, weights }] : [];
    });
    if (scaled.length === 0) throw new SteepestError("lsuv: the network has no weights to scale");
    const states = new Map(model.states.map((state) => [state.name, initialValues(state, 0)]));
    const program = await compile(
      {
        inputs: [
          input,
          ...model.parameters.map(({ tensor }) => tensor),
          ...model.states.map(({ tensor }) => tensor),
        ],
        outputs: Object.fromEntries(scaled.map(({ path, output }) => [`variance ${path}`, variance(output)])),
      },
      engine ? { engine } : {},
    );
    const measure = async (path: string): Promise<number> => {
      const result = await program.run({
        ...Object.fromEntries([...values, ...states]),
        [inputName(input)]: inputs,
      });
      return Number(result[`variance ${path}`]?.data[0]);
    };
    try {
      for (const { path, weights } of scaled) {
        for (let attempt = 0; attempt < attempts; attempt++) {
          const measured = await measure(path);
          if (!(measured > 0 && Number.isFinite(measured))) {
            throw new SteepestError(
              `lsuv: on the first batch the outputs of ${path} have variance ${measured}, which no factor brings to 1; start from orthogonal() or he()`,
            );
          }
          if (Math.abs(measured - 1) <= tolerance) break;
          const divisor = measured ** (0.5 / weights.length);
          for (const { name } of weights) {
            const weight = values.get(name);
            weight?.forEach((w, i) => {
              weight[i] = w / divisor;
            });
          }
        }
      }
    } finally {
      await program.release();
    }
  };
};
