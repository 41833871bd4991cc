import { type Dataset, type ImageLayout, soleInput, soleTarget, type Target } from "../data/dataset.js";
import type { AttachedProgram, DivergenceError } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { inputOf, outputOf } from "../nn/model.js";
import { answerOf } from "../nn/objective.js";
import { requireKnown } from "../options.js";
import { type AveragedAnswers, averager } from "./averaging.js";
import { requireDataset, requireSameKind, requireUsableTargets } from "./check-data.js";
import { evaluate, scoreOf } from "./evaluate.js";
import type { EpochRecord, Score } from "./events.js";
import { exportModel } from "./export.js";
import { answered, numbersOf, partsOf } from "./parts.js";
import type { Prepared } from "./prepare.js";
import type { PreprocessingDone } from "./with-preprocessing.js";

/** Why training ended. */
export type StopReason = "completed" | "early" | "aborted" | "diverged";

/** Scores on the test part, and what the network answered for every example of it. */
export interface TestResult extends Score {
  /** Row by row: probabilities for a classifier, outputs otherwise. */
  readonly answers: Float32Array;
}

export interface RunOutcome {
  readonly prepared: Prepared;
  /** The network in use with its loss, as `evaluate` takes it. */
  readonly evaluation: AttachedProgram;
  readonly epochs: readonly EpochRecord[];
  readonly stopped: StopReason;
  readonly seconds: number;
  readonly bestEpoch: number | undefined;
  readonly keptEpoch: number;
  readonly test: TestResult | undefined;
}

/** A finished training: what happened, and the trained network. */
export class Run {
  readonly epochs: readonly EpochRecord[];
  readonly stopped: StopReason;
  /** Time spent training, validation included. */
  readonly seconds: number;
  /** The best epoch on the validation part, where there is one: `watch` says by what. */
  readonly bestEpoch: number | undefined;
  /** The epoch whose weights the network has, and `test` is of; 0 for those that training began with. */
  readonly keptEpoch: number;
  readonly test: TestResult | undefined;
  readonly parameters: Prepared["model"]["parameters"];
  readonly target: Target;
  readonly image: ImageLayout | undefined;
  readonly splits: Prepared["splits"];
  /** What was done to the inputs, as a part of the network: `run.preprocessing.text` says it in words. */
  readonly preprocessing: PreprocessingDone;
  /** What is to be said of training targets far from mean 0 and standard deviation 1, on which networks learn slowly. */
  readonly targetScale: string | undefined;
  readonly #outcome: RunOutcome;
  #answers: Promise<AttachedProgram> | undefined;
  #thinned: ReturnType<typeof averager> | undefined;

  constructor(outcome: RunOutcome) {
    this.#outcome = outcome;
    this.epochs = outcome.epochs;
    this.stopped = outcome.stopped;
    this.seconds = outcome.seconds;
    this.bestEpoch = outcome.bestEpoch;
    this.keptEpoch = outcome.keptEpoch;
    this.test = outcome.test;
    this.parameters = outcome.prepared.model.parameters;
    this.splits = outcome.prepared.splits;
    this.preprocessing = outcome.prepared.preprocessing;
    this.targetScale = outcome.prepared.targetScale;
    this.target = soleTarget(this.splits.train).target;
    this.image = soleInput(this.splits.train).field.image;
  }

  /** The trained values of every parameter and state, by name. */
  weights(): Promise<Map<string, Float32Array>> {
    return this.#outcome.prepared.session.values();
  }

  /**
   * Scores of the trained network on another dataset: the mean loss (penalties on the weights left out) and, for a classifier,
   * the share of wrong answers in percent. `data` holds raw examples, as the training part did.
   *
   * Throws where the inputs or targets have another shape than those trained on, or the loss cannot take the targets.
   */
  async evaluate(data: Dataset): Promise<Score> {
    requireDataset("evaluate: data", data);
    requireSameKind("evaluate: the dataset", data, this.splits.train);
    const { loss } = this.#outcome.prepared;
    if (loss.targetRange) await requireUsableTargets(loss, data);
    return scoreOf(await evaluate(this.#outcome.evaluation, data));
  }

  /**
   * What the network answers: probabilities where the loss takes logits, as crossEntropy() does, its outputs otherwise. `inputs` holds raw examples one
   * after another.
   */
  async predict(inputs: Float32Array | readonly number[]): Promise<Float32Array> {
    this.#checkInputs("predict", inputs);
    const { model, session, loss } = this.#outcome.prepared;
    this.#answers ??= session.attach({
      inputs: [inputOf(model.inference)],
      outputs: { answer: answerOf(loss, outputOf(model.inference)) },
    });
    const program = await this.#answers;
    const { size: width } = soleInput(this.splits.train);
    const { answers } = await answered(
      inputs.length / width,
      partsOf(inputs, width),
      async ({ inputs: input }) => ({ answers: numbersOf(await program.run({ input }), "answer") }),
    );
    return answers;
  }

  /**
   * Monte-Carlo averaging of thinned networks: answers many times with units dropped at random as in training, everything else
   * as in use, and gives the mean and the standard deviation of the answers. Lecture, "Dropout" (averaging many networks);
   * Srivastava et al. 2014, section 7.5; Gal & Ghahramani 2016 (the spread as uncertainty).
   *
   * Throws where the network has no dropout, or fewer than two samples are asked for.
   */
  async predictAveraged(
    inputs: Float32Array | readonly number[],
    options: { /** @defaultValue 50 */ readonly samples?: number } = {},
  ): Promise<AveragedAnswers> {
    const { samples = 50 } = requireKnown("predictAveraged", options, ["samples"]);
    this.#checkInputs("predictAveraged", inputs);
    const { model, session, loss } = this.#outcome.prepared;
    const { draws } = model.thinned;
    const [input, output] = [inputOf(model.thinned), outputOf(model.thinned)];
    this.#thinned ??= averager(session, { input, draws, answer: answerOf(loss, output) });
    return (await this.#thinned)(inputs, samples);
  }

  #checkInputs(what: string, inputs: ArrayLike<unknown>): void {
    if (typeof inputs !== "object" || inputs === null || !("length" in inputs)) {
      throw new SteepestError(
        `${what}: expected the numbers of raw examples, one after another in a list or typed array, got ${givenText(inputs)}`,
      );
    }
    const { field, size } = soleInput(this.splits.train);
    for (let i = 0; i < inputs.length; i++) {
      if (Number.isFinite(inputs[i])) continue;
      const place = `${what}: number ${i % size} of input ${Math.floor(i / size)}`;
      throw new SteepestError(
        `${place} is ${givenText(inputs[i])}; give finite numbers${Array.isArray(inputs[i]) ? ", one after another without lists of lists" : ""}`,
      );
    }
    if (inputs.length === 0 || inputs.length % size !== 0) {
      throw new SteepestError(
        `${what}: ${inputs.length} numbers are not a whole number of inputs of ${size} (shape [${field.shape}])`,
      );
    }
  }

  /** The bytes of an ONNX model that takes raw inputs, preprocessing included, batch normalisation folded into the layers before. */
  async model(): Promise<Uint8Array> {
    const { model, session, loss, pictures } = this.#outcome.prepared;
    return exportModel(model, await session.values(), {
      loss,
      target: this.target,
      ...(pictures ? { pictures } : {}),
    });
  }

  /** Writes the trained network as an ONNX model. Nothing is left behind where that fails. */
  async export(path: string): Promise<void> {
    const { writeFileSafely } = await import("../files.js");
    await writeFileSafely(path, await this.model());
  }

  /** Frees the engine's memory. The run's numbers and weights stay; the network cannot answer afterwards. */
  async release(): Promise<void> {
    await this.#outcome.prepared.session.release();
  }
}

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
