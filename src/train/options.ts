import { type Mix, requireMixings } from "../augment/mix/mixed.js";
import { checkOneOf } from "../check.js";
import type { Dataset } from "../data/dataset.js";
import { requireEngine } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { LossChoice } from "../nn/choose-loss.js";
import { requireKnown } from "../options.js";
import { type Augment, chainOf } from "./augment.js";
import { type Callback, requireCallbacks } from "./callbacks.js";
import type { CheckpointOptions } from "./checkpoints.js";
import type { DataDependentInit } from "./lsuv.js";
import type { Metrics } from "./metrics.js";
import { type Preprocess, preprocessings } from "./preprocess.js";
import type { UpdateOptions } from "./updates.js";

/** The parts of a dataset that training uses. */
export interface Splits {
  readonly train: Dataset;
  /** Watched during training; never trained on. */
  readonly validation?: Dataset;
  /** Looked at once, at the end. */
  readonly test?: Dataset;
}

export interface EarlyStopping {
  /** Epochs without improvement of what is watched after which training stops. */
  readonly patience: number;
  /**
   * By how much more than this the error (in percentage points) or loss must be lower to count as an improvement.
   *
   * @defaultValue 0: every epoch that is better than all before, by the loss where errors tie
   */
  readonly minimumChange?: number;
}

/** When sharpness is measured, and on what. */
export interface SharpnessOptions {
  /** Every so many epochs. @defaultValue 1 */
  readonly every?: number;
  /** The first so many training examples. @defaultValue 512, or all where there are fewer */
  readonly examples?: number;
}

export interface FitOptions extends UpdateOptions {
  /**
   * What is minimised: a loss, one for each output, or a function of inputs, outputs and targets.
   *
   * @defaultValue `crossEntropy()` for classes, `binaryCrossEntropy()` for labels, `meanSquaredError()` for values
   */
  readonly loss?: LossChoice;
  /**
   * What is measured besides loss and error on the validation and test parts, each as a whole, by names of one's choice:
   * `{ auc: rocAuc() }`; of several outputs under theirs, as in `{ kind: { f1: f1() } }`.
   *
   * @defaultValue nothing
   */
  readonly metrics?: Metrics;
  /** Limit on the Euclidean norm of all gradients together. @defaultValue no limit */
  readonly clipNorm?: number;
  /** Passes over the training data. @defaultValue 10 */
  readonly epochs?: number;
  /** Examples per update. @defaultValue 128 */
  readonly batchSize?: number;
  /** Everything random follows from it: 0 to 2³²-1. @defaultValue 0 */
  readonly seed?: number;
  /** Where `data` has no validation part: the share (below 1) or number of training examples set aside for it. @defaultValue 0 */
  readonly validation?: number;
  /**
   * Preprocessing fitted on the training part and made part of the network: "all" (one mean and scale), "channel" (one for
   * each channel of pictures `[channels, …]`), "feature" (one each), "centre" (a mean for each), "none", or a function such as `pca()` or `whiten()`. `run.preprocessing` says what was done.
   *
   * @defaultValue "all" for images and "feature" otherwise, but for inputs that a `pretrained` model takes, or that the network casts
   * to whole numbers, such as category numbers: these stay as they are
   */
  readonly preprocess?: Preprocess;
  /**
   * Changes the pictures that are trained on at random, anew in every epoch, by threads beside training: transformations such as
   * `[augment.flipHorizontally(), augment.translate({ pixels: 2 })]`, or an `augment.augmentation(…)` of them. Preprocessing is fitted to
   * the pictures as they are; validation and test parts are left alone. Lecture, "Data Augmentation". @defaultValue none
   */
  readonly augment?: Augment;
  /**
   * Mixes each training example with another one, and their classes by the same shares, anew in every epoch and after `augment`: `augment.mixup()`,
   * `augment.cutmix()`, or a list of which one is chosen for each. @defaultValue none
   */
  readonly mix?: Mix;
  /** Adjusts the initial weights to the first batch, such as `lsuv()`. @defaultValue none */
  readonly initialization?: DataDependentInit;
  /** Stop when validation no longer improves. Lecture, "Early Stopping". @defaultValue none */
  readonly earlyStopping?: EarlyStopping;
  /**
   * What of the validation part tells which epoch is best: the "error", the "loss", or the name of one of `metrics`, of which some are better
   * the higher they are. Where epochs tie, the loss tells.
   *
   * @defaultValue "error" where the loss counts errors, else "loss"
   */
  readonly watch?: string;
  /**
   * Which weights the network has at the end, and the test part is answered with, where there is a validation part: those of its best
   * epoch, or the last.
   *
   * @defaultValue "best"
   */
  readonly weights?: "best" | "last";
  /** Also measures the largest eigenvalue of the loss's Hessian after epochs: `sharpness: { every: 5 }`. @defaultValue not measured */
  readonly sharpness?: SharpnessOptions;
  /** Texts that are written into the exported model's metadata, by keys of one's own, such as what its inputs mean. @defaultValue none */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Called before and after every step, every epoch and the training: `[{ onEpochEnd: (context, { record }) => … }]`. What they return is waited
   * for, and what they throw ends training. @defaultValue none
   */
  readonly callbacks?: readonly Callback[];
  /** Writes checkpoints, from which a training that was killed goes on: `{ folder: "runs/first" }`. @defaultValue none */
  readonly checkpoint?: CheckpointOptions;
  /**
   * Goes on from the last checkpoint of `checkpoint.folder`, where there is one, as if training had never stopped: bit for bit. The network, the
   * data and all options must be those of then. @defaultValue false: begins anew, in a folder without checkpoints
   */
  readonly resume?: boolean;
  /** Ends training after the step under way; what was learned so far is kept. Aborted beforehand, no step is made. */
  readonly signal?: AbortSignal;
  /** What runs the network. @defaultValue ONNX Runtime on the processor */
  readonly engine?: Engine;
  /** Threads for the engine. @defaultValue all cores, or one where a step is too small to share */
  readonly threads?: number;
}

/** Throws where an option is not what it must be, as plain JavaScript allows. */
const requireThat = (holds: boolean, name: string, expected: string, value: unknown, where = "fit"): void => {
  if (!holds) throw new SteepestError(`${where}: ${name} must be ${expected}, got ${givenText(value)}`);
};

const requireWhole = (name: string, value: number, least: number, where?: string) =>
  requireThat(
    Number.isInteger(value) && value >= least,
    name,
    `a whole number of at least ${least}`,
    value,
    where,
  );

/** Whether something is an object with a member of that type: classes of other realms and polyfills are not `instanceof` ours. */
const has = (value: unknown, member: string, type: "function" | "boolean"): boolean =>
  typeof value === "object" && value !== null && typeof Reflect.get(value, member) === type;

/** Throws where one of the options that are functions or objects is something else. */
const checkKinds = ({
  preprocess,
  initialization,
  callbacks,
  signal,
  engine,
  metadata = {},
}: FitOptions): void => {
  const isFunction = (value: unknown) => value === undefined || typeof value === "function";
  requireThat(
    isFunction(preprocess) || preprocessings.some((name) => name === preprocess),
    "preprocess",
    `${preprocessings.map((name) => `"${name}"`).join(", ")}, or a function such as pca()`,
    preprocess,
  );
  requireThat(isFunction(initialization), "initialization", "a function such as lsuv()", initialization);
  if (callbacks !== undefined) requireCallbacks("fit", callbacks);
  requireThat(
    typeof metadata === "object" &&
      metadata !== null &&
      Object.values(metadata).every((text) => typeof text === "string"),
    "metadata",
    "texts by their keys",
    metadata,
  );
  requireThat(
    signal === undefined ||
      (has(signal, "aborted", "boolean") && has(signal, "addEventListener", "function")),
    "signal",
    "an AbortSignal, which is the .signal of an AbortController",
    signal,
  );
  if (engine !== undefined) requireEngine("fit", engine);
};

/** What `fit`, `tuneRate` and a recipe can be told. */
const everywhere = [
  "loss",
  "penalty",
  "constraint",
  "clipNorm",
  "batchSize",
  "seed",
  "preprocess",
  "initialization",
  "engine",
  "threads",
] as const;

/** The options that `tuneRate` has too. */
export const sharedOptions = [...everywhere, "signal"] as const;

/** The options that a recipe has too. */
export const trainingOptions = [
  ...everywhere,
  "optimizer",
  "epochs",
  "validation",
  "earlyStopping",
  "watch",
  "weights",
  "sharpness",
  "metrics",
  "callbacks",
  "augment",
  "mix",
  "metadata",
] as const;

const fitOptions = [...trainingOptions, "signal", "checkpoint", "resume"] as const;

const checkSharpness = (options: SharpnessOptions) => {
  const { every = 1, examples = 512 } = requireKnown("fit: sharpness", options, ["every", "examples"]);
  requireWhole("sharpness.every", every, 1);
  requireWhole("sharpness.examples", examples, 1);
  return { every, examples };
};

const checkCheckpoint = (checkpoint: CheckpointOptions | undefined, resume: boolean): void => {
  requireThat(typeof resume === "boolean", "resume", "true or false", resume);
  if (checkpoint === undefined) {
    if (!resume) return;
    throw new SteepestError(
      'fit: resume goes on from the last checkpoint of a folder, and none is named; set checkpoint: { folder: "…" }',
    );
  }
  const { folder, every = 5 } = requireKnown("fit: checkpoint", checkpoint, ["folder", "every"]);
  requireThat(
    typeof folder === "string" && folder !== "",
    "checkpoint.folder",
    "the path of a folder",
    folder,
  );
  requireThat(
    typeof every === "number" && every >= 0,
    "checkpoint.every",
    "minutes, as a number that is not negative",
    every,
  );
};

/** What every training is told, with its defaults. Throws naming the first that cannot be. */
export const checkTraining = (
  where: string,
  {
    batchSize = 128,
    seed = 0,
    threads,
    clipNorm,
  }: Pick<FitOptions, "batchSize" | "seed" | "threads" | "clipNorm">,
): { readonly batchSize: number; readonly seed: number } => {
  requireWhole("batchSize", batchSize, 1, where);
  const isSeed = Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32;
  requireThat(isSeed, "seed", `a whole number from 0 to ${2 ** 32 - 1}`, seed, where);
  if (threads !== undefined) requireWhole("threads", threads, 1, where);
  const isLimit = clipNorm === undefined || (Number.isFinite(clipNorm) && clipNorm > 0);
  requireThat(isLimit, "clipNorm", "a positive number", clipNorm, where);
  return { batchSize, seed };
};

/** The options with their defaults filled in. Throws naming the first that cannot be. */
export const checkOptions = (given: FitOptions) => {
  const options = requireKnown("fit", given, fitOptions);
  const { epochs = 10, validation = 0, weights = "best", callbacks = [], earlyStopping } = options;
  requireWhole("epochs", epochs, 1);
  const { batchSize, seed } = checkTraining("fit", options);
  requireThat(
    Number.isInteger(validation)
      ? validation >= 0
      : typeof validation === "number" && validation > 0 && validation < 1,
    "validation",
    "a share below 1 or a number of examples",
    validation,
  );
  checkKinds(options);
  const augment = options.augment && chainOf(options.augment);
  if (options.mix !== undefined) requireMixings("fit", options.mix);
  if (earlyStopping) {
    requireKnown("fit: earlyStopping", earlyStopping, ["patience", "minimumChange"]);
    requireWhole("earlyStopping.patience", earlyStopping.patience, 1);
    const { minimumChange = 0 } = earlyStopping;
    requireThat(
      typeof minimumChange === "number" && minimumChange >= 0,
      "earlyStopping.minimumChange",
      "a number that is not negative",
      minimumChange,
    );
  }
  checkOneOf("fit", "weights", weights, ["best", "last"]);
  const { resume = false } = options;
  checkCheckpoint(options.checkpoint, resume);
  const sharpness = options.sharpness && checkSharpness(options.sharpness);
  return { ...options, augment, epochs, batchSize, seed, validation, weights, callbacks, sharpness, resume };
};
