import { type Dataset, evaluatedTarget, type ImageLayout, soleInput, type Target } from "../data/dataset.js";
import type { DivergenceError } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Net } from "../nn/network.js";
import type { AveragedAnswers } from "./averaging.js";
import { requireDataset } from "./check-data.js";
import type { Evaluation } from "./evaluate.js";
import type { EpochRecord, Score } from "./events.js";
import type { GivenColumns } from "./given-batch.js";
import type { Prepared } from "./prepare.js";
import type { SaveOptions } from "./save.js";
import type { Answers, Trainer } from "./trainer.js";
import type { PreprocessingDone } from "./with-preprocessing.js";

/** Why training ended: "stopped" by a callback, "aborted" by the signal. */
export type StopReason = "completed" | "early" | "stopped" | "aborted" | "diverged";

/** Scores on the test part, and what the network answered for every example of it. */
export interface TestResult<N extends Net = Net> extends Score {
  /** Row by row: probabilities for a classifier, outputs otherwise. By output for a network of named inputs. */
  readonly answers: Answers<N, Float32Array>;
}

export interface RunOutcome<N extends Net = Net> {
  readonly prepared: Prepared<N>;
  readonly epochs: readonly EpochRecord[];
  readonly stopped: StopReason;
  readonly seconds: number;
  readonly bestEpoch: number | undefined;
  readonly keptEpoch: number;
  readonly test: Evaluation | undefined;
  readonly checkpointProblem: SteepestError | undefined;
}

/** A finished training: what happened, and the trained network. */
export class Run<N extends Net = Net> {
  readonly epochs: readonly EpochRecord[];
  readonly stopped: StopReason;
  /** Time spent training, validation included. */
  readonly seconds: number;
  /** The best epoch on the validation part, where there is one: `watch` says by what. */
  readonly bestEpoch: number | undefined;
  /** The epoch whose weights the network has, and `test` is of; 0 for those that training began with. */
  readonly keptEpoch: number;
  readonly test: TestResult<N> | undefined;
  /** Why the last checkpoint could not be written, as on a full disk. */
  readonly checkpointProblem: SteepestError | undefined;
  /** What trained the network and holds it: further steps can be made with it. */
  readonly trainer: Trainer<N>;
  readonly parameters: Trainer["parameters"];
  readonly splits: Prepared["splits"];
  /** What changed the training pictures at random, and the seed of what was drawn; undefined where nothing did. */
  readonly augmentation: Prepared["augmentation"];
  /** What was done to the inputs, as a part of the network: `run.preprocessing.text` says it in words. */
  readonly preprocessing: PreprocessingDone;
  /** What is to be said of training targets far from mean 0 and standard deviation 1, on which networks learn slowly. */
  readonly targetScale: string | undefined;

  constructor({ prepared, test, ...outcome }: RunOutcome<N>) {
    this.epochs = outcome.epochs;
    this.stopped = outcome.stopped;
    this.seconds = outcome.seconds;
    this.bestEpoch = outcome.bestEpoch;
    this.keptEpoch = outcome.keptEpoch;
    this.checkpointProblem = outcome.checkpointProblem;
    this.trainer = prepared.trainer;
    this.parameters = prepared.trainer.parameters;
    this.splits = prepared.splits;
    this.augmentation = prepared.augmentation;
    this.preprocessing = prepared.preprocessing;
    this.targetScale = prepared.targetScale;
    this.test = test && { ...test.score, answers: prepared.trainer.ofOutputs(test.answers) };
  }

  /** The target, where there is exactly one. */
  get target(): Target | undefined {
    const [target, ...others] = Object.values(this.splits.train.targets);
    return target && others.length === 0 ? evaluatedTarget(target) : undefined;
  }

  /** How the input is drawn as a picture, where the only one is one. */
  get image(): ImageLayout | undefined {
    const { train } = this.splits;
    return Object.keys(train.inputs).length === 1 ? soleInput(train).field.image : undefined;
  }

  /** The trained values of every parameter and state, by name. */
  weights(): Promise<Map<string, Float32Array>> {
    return this.trainer.values();
  }

  /**
   * Scores of the trained network on another dataset: the mean loss (penalties on the weights left out), for a classifier
   * the share of wrong answers in percent, and the metrics that `fit` was given. `data` holds raw examples, as the training part did.
   *
   * Throws where the inputs or targets have another shape than those trained on, or the loss cannot take the targets.
   */
  async evaluate(data: Dataset): Promise<Score> {
    requireDataset("evaluate: data", data);
    return this.trainer.evaluate(data);
  }

  /** What the network answers to raw examples, see `Trainer.predict`. */
  predict(inputs: GivenColumns): Promise<Answers<N>> {
    return this.trainer.predict(inputs);
  }

  /** Mean and spread of what thinned networks answer, see `Trainer.predictAveraged`. */
  predictAveraged(
    inputs: GivenColumns,
    options: { /** @defaultValue 50 */ readonly samples?: number } = {},
  ): Promise<Answers<N, AveragedAnswers>> {
    return this.trainer.predictAveraged(inputs, options);
  }

  /** The bytes of an ONNX model that takes raw inputs, preprocessing included, batch normalisation folded into the layers before. */
  model(): Promise<Uint8Array> {
    return this.trainer.model();
  }

  /** Writes the trained network as an ONNX model. Nothing is left behind where that fails. */
  export(path: string): Promise<void> {
    return this.trainer.export(path);
  }

  /**
   * Writes a run folder, as the command line does: `model.onnx`, `report.html`, `result.json`, `metrics.jsonl` with a line for each epoch, and `config.json` with
   * the settings given and what the run was made with and on. Returns the folder: another one where there was no room in this one.
   *
   * Throws where the folder holds a run already.
   */
  async save(folder: string, options: SaveOptions = {}): Promise<string> {
    const { saveRunTo } = await import("./save.js");
    return saveRunTo(this, folder, options);
  }

  /** Frees the engine's memory. The run's numbers stay; the network cannot answer afterwards. */
  release(): Promise<void> {
    return this.trainer.release();
  }
}

/** What the network answered to the test part on its only output. */
export const soleAnswers = ({ test }: Run): Float32Array =>
  test?.answers instanceof Float32Array ? test.answers : (Object.values(test?.answers ?? {})[0] ?? missing());

/** The loss stopped being a finite number. `run` holds the weights of the last epoch that left it finite. */
export class TrainingDiverged extends SteepestError {
  /** The step, from 0, whose loss was not finite. */
  readonly step: number;

  constructor(
    cause: DivergenceError,
    readonly run: Run,
  ) {
    super(cause.message, { cause });
    this.step = cause.step;
  }
}
