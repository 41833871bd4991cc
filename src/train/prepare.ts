import type { Augmentation } from "../augment/augmentation.js";
import { mixed } from "../augment/mix/mixed.js";
import { batches } from "../data/batches.js";
import { type Dataset, evaluatedKind, hasMixtures, soleTarget } from "../data/dataset.js";
import { type PictureKind, pictureKindOf } from "../data/picture-kind.js";
import { soleFloats } from "../data/rows.js";
import { split } from "../data/subset.js";
import { SteepestError } from "../errors.js";
import { initialValues, type Model } from "../nn/model.js";
import type { Net } from "../nn/network.js";
import { called, requireKnown } from "../options.js";
import { augmentTraining } from "./augment.js";
import {
  isParticular,
  requireDataset,
  requireEvaluable,
  requireSameKind,
  requireUsableTargets,
} from "./check-data.js";
import { openTrainer } from "./open-trainer.js";
import type { checkOptions, Splits } from "./options.js";
import type { Plan } from "./plan.js";
import { targetScaleNote } from "./target-scale.js";
import type { Trainer } from "./trainer.js";
import { type Watched, watchedNamed } from "./watch.js";
import { modelWithPreprocessing, type PreprocessingDone } from "./with-preprocessing.js";

type Options = ReturnType<typeof checkOptions>;

/** Everything that training works with. */
export interface Prepared<N extends Net = Net> {
  readonly splits: Splits;
  /** The training part as it is trained on: with its pictures changed at random, where that is asked for. */
  readonly training: Dataset;
  /** What changes the pictures, and the seed of what is drawn. */
  readonly augmentation?: { readonly chain: Augmentation; readonly seed: number } | undefined;
  /** Ends the threads that change pictures. */
  readonly close: () => Promise<void>;
  readonly trainer: Trainer<N>;
  readonly preprocessing: PreprocessingDone;
  /** What is to be said of targets far from the scale of a network. */
  readonly targetScale: string | undefined;
  /** By what of the validation part epochs are compared. */
  readonly watched: Watched;
  /** Examples of a full batch. */
  readonly batchSize: number;
  /** Whether a last, incomplete batch is left out because it would be too small for the network. */
  readonly dropLast: boolean;
  readonly stepsPerEpoch: number;
}

const isSplits = (data: Dataset | Splits): data is Splits =>
  typeof data === "object" && data !== null && "train" in data;

const withValidation = (data: Dataset | Splits, { validation, seed }: Options): Splits => {
  const splits = isSplits(data)
    ? requireKnown("fit: data", data, ["train", "validation", "test"])
    : { train: data };
  requireDataset(isSplits(data) ? "fit: the train part" : "fit: data", splits.train);
  if (splits.validation || validation === 0) return splits;
  if (hasMixtures(splits.train)) {
    throw new SteepestError(
      `fit: "${splits.train.name}" has mixtures of classes, and none of it can be held out for validation; give data.validation, or the data that were mixed and the option mix`,
    );
  }
  const amount = validation < 1 ? { fraction: validation } : { count: validation };
  return { ...splits, ...split(splits.train, { ...amount, seed }) };
};

/** Throws unless validation and test examples are of the same kind as those trained on. */
const checkParts = ({ train, validation, test }: Splits) => {
  for (const [part, data] of Object.entries({ validation, test })) {
    if (!data) continue;
    requireDataset(`fit: the ${part} part`, data);
    requireEvaluable(`fit: the ${part} part`, data);
    requireSameKind(`fit: the ${part} part`, data, evaluatedKind(train));
  }
};

/** Throws where batches are too small for a layer; says whether the last batch of an epoch would be. */
const checkBatches = ({ training }: Model, train: Dataset, batchSize: number): boolean => {
  const least = Math.max(1, ...training.requirements.map(({ examples }) => examples));
  const strict = training.requirements.find(({ examples }) => examples > train.size);
  if (strict) {
    throw new SteepestError(
      `${strict.layer || "the network"} takes statistics over the batch and needs at least ${strict.examples} examples in it, but there is ${train.size} training example; give more`,
    );
  }
  return train.size % batchSize < least;
};

/** The initial values of all parameters adjusted to the first batch, where that is asked for. */
const adjustedValues = async (model: Model, train: Dataset, batchSize: number, options: Options) => {
  const { initialization, engine, seed } = options;
  if (!initialization) return {};
  const start = new Map(model.parameters.map((p) => [p.name, initialValues(p, seed)]));
  for await (const { inputs } of batches(train, { batchSize, seed, epoch: 0, prefetch: 0 })) {
    const first = { model, inputs: soleFloats(inputs).slice(), values: start, ...(engine ? { engine } : {}) };
    await called("initialization", initialization, () => initialization(first));
    break;
  }
  return { start };
};

/** By what epochs are compared: the error where one output counts errors. Throws where it is something that is not measured. */
const watchedBy = ({ parts: { objective, metrics } }: Trainer, watch: string | undefined): Watched => {
  const [only, ...others] = objective.terms.filter(
    ({ loss, described }) => loss.right !== undefined || described.kind === "class",
  );
  const counts = only !== undefined && others.length === 0;
  if (watch === "error" && !counts) {
    throw new SteepestError(
      `fit: watch is "error", but ${only ? "several outputs count" : `${objective.name} counts no`} errors; watch the "loss"`,
    );
  }
  return watchedNamed("fit", watch ?? (counts ? "error" : "loss"), metrics);
};

/** What of the data is a picture, where the only input is one. */
const picturesOf = async (train: Dataset): Promise<{ readonly pictures?: PictureKind }> => {
  if (Object.keys(train.inputs).length !== 1) return {};
  const pictures = await pictureKindOf(train);
  return pictures ? { pictures } : {};
};

/** Splits the data, builds the network, and places it on the engine, ready for the first step. */
export const prepare = async <N extends Net>(
  net: N,
  data: Dataset | Splits,
  options: Options,
  planned?: Plan,
): Promise<Prepared<N>> => {
  const splits = withValidation(data, options);
  const { train } = splits;
  checkParts(splits);
  if (options.earlyStopping && !splits.validation) {
    throw new SteepestError(
      "fit: earlyStopping watches the validation part, but there is none; set validation: 0.1, or give data.validation",
    );
  }
  const { model, preprocessing } = await modelWithPreprocessing(net, train, options);
  const batchSize = Math.min(options.batchSize, train.size);
  const dropLast = checkBatches(model, train, batchSize);
  const stepsPerEpoch = Math.max(
    1,
    dropLast ? Math.floor(train.size / batchSize) : Math.ceil(train.size / batchSize),
  );
  const plan = planned ?? { stepsPerEpoch, steps: options.epochs * stepsPerEpoch };
  const adjusted = await adjustedValues(model, train, batchSize, options);
  const changed = options.augment && augmentTraining(train, options.augment, options.seed);
  const { mix, seed } = options;
  const training = mix ? mixed(changed ?? train, mix, { seed }) : (changed ?? train);
  const close = async () => changed?.close();
  const { metadata } = options;
  const card = { ...(await picturesOf(train)), ...(metadata && { metadata }) };
  const opened = { where: "fit", net, model, kind: mix ? training : train, plan, card, ...adjusted };
  const trainer = await openTrainer<N>(opened, { ...options, batchSize });
  try {
    const { objective } = trainer.parts;
    const watched = watchedBy(trainer, options.watch);
    // Those of the training part are looked at as they are read; of the others before training, which would be lost later.
    for (const part of [isParticular(objective) && train, splits.validation, splits.test]) {
      if (part) await requireUsableTargets(objective, part);
    }
    const [term, ...others] = objective.terms;
    const targetScale =
      term && others.length === 0 && soleTarget(train).name === term.target
        ? await targetScaleNote(train, term.loss)
        : undefined;
    const fitted = { preprocessing, targetScale, watched, batchSize, dropLast, stepsPerEpoch };
    const augmentation = options.augment && { chain: options.augment, seed: options.seed };
    return { splits, training, augmentation, close, trainer, ...fitted };
  } catch (error) {
    await close();
    await trainer.release();
    throw error;
  }
};
