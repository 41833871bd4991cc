import { type Dataset, readRows } from "../../data/index.js";
import type { Layer } from "../../nn/index.js";
import type { Rule } from "../../optim/index.js";
import { checkOptions } from "../../train/options.js";
import { prepare } from "../../train/prepare.js";

/** Parameters by name. */
export type Values = Map<string, Float32Array>;

/** A network that is trained on all data at once, one step at a time, with a look at its weights after each. */
export interface Stepwise {
  /** Names of the parameters that are weights, not biases. */
  readonly weights: readonly string[];
  values(): Promise<Values>;
  setValues(values: Values): Promise<void>;
  /** The next update, and the loss before it. */
  step(): Promise<number>;
  release(): Promise<void>;
}

/** Sets a network up for `steps` updates of a rule on all examples of the data. */
export const stepwise = async (
  net: Layer,
  data: Dataset,
  { optimizer, steps, seed }: { optimizer: Rule; steps: number; seed: number },
): Promise<Stepwise> => {
  const options = checkOptions({ optimizer, seed, epochs: steps, batchSize: data.size, threads: 1 });
  const { trainer } = await prepare(net, data, options);
  const all = await readRows(data);
  return {
    weights: trainer.parameters.filter(({ role }) => role === "weight").map(({ name }) => name),
    values: () => trainer.values(),
    setValues: (values) => trainer.setValues(values),
    step: async () => {
      await trainer.step(all);
      return trainer.loss();
    },
    release: () => trainer.release(),
  };
};
