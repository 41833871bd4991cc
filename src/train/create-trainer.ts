import type { Dataset, ExampleKind, Target } from "../data/dataset.js";
import { requireEngine } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { buildModel } from "../nn/build.js";
import type { LossChoice } from "../nn/choose-loss.js";
import { fieldsOf, type NetworkInputs } from "../nn/inputs.js";
import type { Net } from "../nn/network.js";
import { requireKnown } from "../options.js";
import { requireDataset } from "./check-data.js";
import type { Metrics } from "./metrics.js";
import { type OpenOptions, openTrainer } from "./open-trainer.js";
import { checkTraining } from "./options.js";
import type { Plan } from "./plan.js";
import { requireTrainer, type Trainer } from "./trainer.js";

/** What a trainer is made with. Either `data` or `inputs` says what examples are. */
export interface TrainerOptions extends Omit<OpenOptions, "batchSize" | "seed">, Plan {
  /** What examples are like: a dataset of them. Its numbers are not read. */
  readonly data?: Dataset;
  /** Instead of `data`: the inputs by name, or the shape of the only one, without the batch. */
  readonly inputs?: NetworkInputs;
  /** Beside `inputs`: the targets by name, or the only one. @defaultValue none */
  readonly targets?: Readonly<Record<string, Target>> | Target;
  /** Beside `inputs`: whether examples have weights. @defaultValue false */
  readonly weighted?: boolean;
  /**
   * What is minimised: a loss, one for each output, or a function of inputs, outputs and targets.
   *
   * @defaultValue `crossEntropy()` for classes, `binaryCrossEntropy()` for labels, `meanSquaredError()` for values
   */
  readonly loss?: LossChoice;
  /** What `evaluate` measures besides loss and error: `{ auc: rocAuc() }`. @defaultValue nothing */
  readonly metrics?: Metrics;
  /** The most examples of a batch. @defaultValue 128 */
  readonly batchSize?: number;
  /** Everything random follows from it: 0 to 2³²-1. @defaultValue 0 */
  readonly seed?: number;
  /**
   * Other trainers, whose parameters this network uses as they are there: those of layer objects that both networks hold. They train them,
   * this trainer does not.
   *
   * @defaultValue none
   */
  readonly share?: readonly Trainer[];
}

const names = [
  "data",
  "inputs",
  "targets",
  "weighted",
  "loss",
  "metrics",
  "optimizer",
  "penalty",
  "constraint",
  "clipNorm",
  "batchSize",
  "seed",
  "share",
  "steps",
  "stepsPerEpoch",
  "exchange",
  "engine",
  "threads",
] as const;

const isTarget = (given: Readonly<Record<string, Target>> | Target): given is Target =>
  typeof given.kind === "string";

/** What examples are, as the options say it. */
const kindOf = ({ data, inputs, targets = {}, weighted = false }: TrainerOptions): ExampleKind => {
  if (data !== undefined) {
    requireDataset("createTrainer: data", data);
    return data;
  }
  if (inputs === undefined) {
    throw new SteepestError(
      "createTrainer: neither data nor inputs are given; say what examples are like, as in inputs: [784]",
    );
  }
  return {
    name: "the trainer's examples",
    inputs: fieldsOf(inputs),
    targets: isTarget(targets) ? { target: targets } : targets,
    weighted,
  };
};

/**
 * Makes a trainer: a network whose steps one makes oneself. `fit` is a loop around one.
 *
 * ```ts
 * const data = blobs({ n: 200 });
 * const trainer = await createTrainer(linear(3), { data, optimizer: adam({ learningRate: 0.01 }), batchSize: 50 });
 * for (let epoch = 0; epoch < 5; epoch++) {
 *   for await (const batch of batches(data, { batchSize: 50, seed: 1, epoch })) await trainer.step(batch);
 * }
 * const { error } = await trainer.evaluate(data);
 * await trainer.release();
 * ```
 *
 * Inputs are taken as they are: standardise them, or put such a layer first. Throws a one-line error for options that cannot work.
 */
export const createTrainer = async <N extends Net>(net: N, options: TrainerOptions): Promise<Trainer<N>> => {
  if (typeof options !== "object" || options === null) {
    throw new SteepestError(`createTrainer: expected options such as { data }, got ${givenText(options)}`);
  }
  const {
    data: _,
    inputs: __,
    targets: ___,
    weighted: ____,
    steps,
    stepsPerEpoch,
    ...given
  } = requireKnown("createTrainer", options, names);
  const { batchSize, seed } = checkTraining("createTrainer", given);
  for (const trainer of given.share ?? []) requireTrainer("createTrainer: share", trainer);
  if (given.engine !== undefined) requireEngine("createTrainer", given.engine);
  const kind = kindOf(options);
  const plan: Plan = {
    ...(steps === undefined ? {} : { steps }),
    ...(stepsPerEpoch === undefined ? {} : { stepsPerEpoch }),
  };
  const model = buildModel(net, kind.inputs);
  return openTrainer<N>({ where: "createTrainer", net, model, kind, plan }, { ...given, batchSize, seed });
};
