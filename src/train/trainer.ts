import type { Fingerprint } from "../checkpoint/fingerprint.js";
import type { Batch } from "../data/batches.js";
import type { Dataset, ExampleKind } from "../data/dataset.js";
import type { HostTensors } from "../engine/engine.js";
import type { AttachedProgram, Snapshot, TrainingSession } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import type { Model, Parameter } from "../nn/model.js";
import type { NamedNetwork, Net } from "../nn/network.js";
import type { Objective } from "../nn/objective.js";
import { targetFeed } from "../nn/targets.js";
import type { Rule } from "../optim/rule.js";
import type { MeasuredRate, PlateauState } from "../optim/schedules/plateau.js";
import { requireKnown } from "../options.js";
import { Answering } from "./answering.js";
import { type AveragedAnswers, requireSamples } from "./averaging.js";
import { BatchGuard } from "./batch-guard.js";
import {
  isParticular,
  requireDataset,
  requireEvaluable,
  requireSameKind,
  requireUsableTargets,
} from "./check-data.js";
import { attachEvaluation, type Evaluation, evaluate } from "./evaluate.js";
import type { Score } from "./events.js";
import { exportModel, type ModelCard } from "./export.js";
import {
  batchColumns,
  batchReader,
  type ColumnKind,
  type GivenBatch,
  type GivenColumns,
  writeColumn,
} from "./given-batch.js";
import type { NamedMetric } from "./metrics.js";
import { answersOf, type FedTensors } from "./objective.js";
import { inOrder, partsOf } from "./parts.js";
import { type Plan, timeAt } from "./plan.js";
import type { Prediction } from "./prediction.js";

/** What a network answers: an array with its shape, or for a network of named inputs one for each output by its name. */
export type Answers<N extends Net, T = Prediction> = N extends NamedNetwork ? Readonly<Record<string, T>> : T;

/** Gradients of the loss by the names of the parameters. */
export type Gradients = HostTensors;

/** Everything that a trainer needs to go on, in memory. */
export interface TrainerCheckpoint {
  /** Parameters, what rules remember of them, averages and running statistics, by name. */
  readonly tensors: HostTensors;
  /** Plain data. */
  readonly state: TrainerState;
}

/** What the next step depends on besides tensors and the batch. */
export interface TrainerState {
  /** Updates made so far. */
  readonly steps: number;
  /** What rates that go by measurements remember. */
  readonly rates: readonly PlateauState[];
}

/** What examples are, and what is minimised on them. */
export interface Trained {
  readonly kind: ExampleKind;
  readonly objective: Objective;
  readonly fed: FedTensors;
}

/** What a trainer is made of. */
export interface TrainerParts {
  readonly net: Net;
  readonly kind: ExampleKind;
  readonly model: Model;
  readonly objective: Objective;
  /** Targets and weights as inputs of graphs. */
  readonly fed: FedTensors;
  /** The same of the batches that it is trained on, whose targets may be mixtures of the classes that it is evaluated on. */
  readonly trained: Trained;
  readonly metrics: readonly NamedMetric[];
  readonly session: TrainingSession;
  readonly batchSize: number;
  readonly plan: Plan;
  /** The rule of the first parameter: its learning rate is the one reported. */
  readonly rule: Rule | undefined;
  /** The learning rates that go by measurements. */
  readonly rates: readonly MeasuredRate[];
  readonly card: Omit<ModelCard, "objective">;
  /** What its steps depend on besides their course, by name. */
  readonly fingerprint: () => Promise<Fingerprint>;
}

/** A network in training, step by step: `createTrainer` makes one, and `fit` goes by it. */
export class Trainer<N extends Net = Net> {
  /** Every parameter of the network: names, roles and shapes. */
  readonly parameters: readonly Parameter[];
  /** The most examples of a batch. */
  readonly batchSize: number;
  /** What holds the parameters and computes with them on the engine. */
  readonly session: TrainingSession;
  readonly #parts: TrainerParts;
  readonly #columns: readonly ColumnKind[];
  /** Of the examples that it is evaluated on. */
  readonly #evaluated: readonly ColumnKind[];
  readonly #read: ReturnType<typeof batchReader>;
  readonly #guard: BatchGuard;
  #steps = 0;
  #underWay = false;
  #answering: Promise<Answering> | undefined;
  #thinned: Promise<Answering> | undefined;
  #evaluation: Promise<AttachedProgram> | undefined;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.session = parts.session;
    this.parameters = parts.model.parameters;
    this.batchSize = parts.batchSize;
    this.#columns = batchColumns(parts.trained.kind);
    this.#guard = new BatchGuard(parts.trained.kind, parts.model.inference, this.#columns);
    this.#read = batchReader("the batch", this.#columns, { trusted: true });
    this.#evaluated = parts.kind === parts.trained.kind ? this.#columns : batchColumns(parts.kind);
  }

  /** What it is made of. */
  get parts(): TrainerParts {
    return this.#parts;
  }

  /** Updates made so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * An update from a batch: its gradients, together with those accumulated since the last one, clipped where that was asked for.
   *
   * Throws a `DivergenceError`, before anything changes, where the loss is not finite, and a one-line error where the batch is not of the kind that
   * the trainer was made for.
   */
  async step(batch: GivenBatch): Promise<void> {
    await this.accumulate(batch);
    await this.update();
  }

  /** Computes loss and gradients of a batch and adds them to those since the last update: in `update` they are one mean over all examples. */
  async accumulate(batch: GivenBatch): Promise<void> {
    await this.#alone(() => {
      const size = this.#write(batch);
      return this.session.accumulate(size, timeAt(this.#steps, this.#parts.plan), this.#first(batch));
    });
  }

  /** Throws where another batch or update is under way: both would write to one place. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#underWay) {
      throw new SteepestError("a step of the trainer is under way; await it before the next");
    }
    this.#underWay = true;
    try {
      await work();
    } finally {
      this.#underWay = false;
    }
  }

  /** The place of a batch's first example among those of the step, where several processes share it. */
  #first(batch: GivenBatch): number | undefined {
    return "offset" in batch && typeof batch.offset === "number" && batch.offset > 0
      ? batch.offset
      : undefined;
  }

  /** The update from what was accumulated. Throws where that is nothing. */
  async update(): Promise<void> {
    await this.#alone(() => this.session.update(timeAt(this.#steps, this.#parts.plan)));
    this.#steps += 1;
  }

  /** The gradients of a batch, which nothing is updated from; or, without one, the mean of those accumulated so far. */
  async gradients(batch?: GivenBatch): Promise<Gradients> {
    if (!batch) return this.session.gradients();
    this.session.discardGradients();
    await this.accumulate(batch);
    const gradients = await this.session.gradients();
    this.session.discardGradients();
    return gradients;
  }

  /** An update from gradients given, all of them. Throws naming the first that is missing, unknown or of another shape. */
  async apply(gradients: Gradients): Promise<void> {
    await this.session.setGradients(gradients);
    await this.update();
  }

  /** The loss of the last batch, before its update. Waits for the engine where that works by itself. */
  async loss(): Promise<number> {
    return (await this.session.scores()).loss;
  }

  /** Writes a batch to where the engine reads it; returns its size. */
  #write(batch: GivenBatch): number {
    const { size, values } = this.#read(batch);
    const { data, indices } = batch as Partial<Batch>;
    this.#guard.requireOwnKind(data);
    if (size > this.batchSize) {
      throw new SteepestError(
        `the batch has ${size} examples, the trainer holds ${this.batchSize}; make it with batchSize: ${size}, or accumulate parts`,
      );
    }
    this.#guard.requireIds(values, (row) => indices?.[row] ?? row);
    const places = this.session.batch(size);
    for (const [i, { part, name }] of this.#columns.entries()) {
      const place = places[part === "targets" ? targetFeed(name) : name] ?? missing();
      writeColumn(place, values[i] ?? missing());
    }
    return size;
  }

  /**
   * Scores of the network in use on a dataset or some examples: the mean loss (penalties on the weights left out), for a classifier the share
   * of wrong answers in percent, and the metrics that the trainer was made with, over all examples together.
   *
   * Throws where the examples are of another kind than those trained on, or the loss cannot take the targets.
   */
  async evaluate(data: Dataset | GivenBatch): Promise<Score> {
    return (await this.evaluation(data)).score;
  }

  /** The same, with what the network answers to each example. */
  async evaluation(data: Dataset | GivenBatch): Promise<Evaluation> {
    const { model, objective, fed, session, metrics, kind } = this.#parts;
    this.#evaluation ??= attachEvaluation({ network: model.inference, objective, fed, session });
    if (!("read" in data)) {
      const batch = batchReader("evaluate", this.#evaluated, { trusted: false })(data);
      this.#guard.requireIds(batch.values);
      return evaluate(await this.#evaluation, this.#inParts(batch), batch.size, objective, metrics);
    }
    requireDataset("evaluate: data", data);
    requireEvaluable("evaluate: the dataset", data);
    requireSameKind("evaluate: the dataset", data, kind);
    if (isParticular(objective)) await requireUsableTargets(objective, data);
    const parts = this.#guard.withKnownIds(inOrder(data));
    return evaluate(await this.#evaluation, parts, data.size, objective, metrics);
  }

  *#inParts(batch: ReturnType<ReturnType<typeof batchReader>>) {
    for (const { size, values } of partsOf(batch)) {
      const of = (part: ColumnKind["part"]) =>
        Object.fromEntries(
          this.#evaluated.flatMap(({ part: own, name, array }, i) =>
            own === part ? [[name, array.from(values[i] ?? missing())] as const] : [],
          ),
        );
      const { weights } = of("weights");
      yield {
        size,
        inputs: of("inputs"),
        targets: of("targets"),
        ...(weights instanceof Float32Array && { weights }),
      };
    }
  }

  /**
   * What the network in use answers: probabilities where the loss takes logits, as crossEntropy() does, its outputs otherwise. `inputs` are
   * raw examples: lists of lists, or numbers one example after another; by name where the network has several inputs.
   */
  async predict(inputs: GivenColumns): Promise<Answers<N>> {
    const { model, objective, session, kind } = this.#parts;
    const { inference } = model;
    this.#answering ??= Answering.of(session, inference, answersOf(objective, inference), kind);
    return this.ofOutputs(await (await this.#answering).predict(inputs));
  }

  /**
   * Monte-Carlo averaging of thinned networks: answers many times with units dropped at random as in training, everything else
   * as in use, and gives the mean and the standard deviation of the answers. Lecture, "Dropout" (averaging many networks);
   * Srivastava et al. 2014, section 7.5; Gal & Ghahramani 2016 (the spread as uncertainty).
   *
   * Throws where the network drops no units.
   */
  async predictAveraged(
    inputs: GivenColumns,
    options: { /** @defaultValue 50 */ readonly samples?: number } = {},
  ): Promise<Answers<N, AveragedAnswers>> {
    const { samples = 50 } = requireKnown("predictAveraged", options, ["samples"]);
    const { model, objective, session, kind } = this.#parts;
    const { thinned } = model;
    requireSamples(samples, thinned.draws.length);
    this.#thinned ??= Answering.of(session, thinned, answersOf(objective, thinned), kind);
    return this.ofOutputs(await (await this.#thinned).averaged(inputs, samples));
  }

  /** What is known by output as the network's answers are given: of a layer that of its only output. */
  ofOutputs<T>(outputs: Readonly<Record<string, T>>): Answers<N, T> {
    const named = "inputs" in this.#parts.net;
    return (named ? outputs : (outputs.output ?? missing())) as Answers<N, T>;
  }

  /** Copies of all parameters and states by name, as the network in use has them. */
  values(): Promise<Map<string, Float32Array>> {
    return this.session.values();
  }

  /** Puts values back that `values` returned; names that are not given stay as they are. */
  setValues(values: ReadonlyMap<string, Float32Array>): Promise<void> {
    return this.session.setValues(values);
  }

  /** A copy of everything that the next step depends on, kept where the engine keeps it: `restore` goes back to it. */
  async snapshot(): Promise<Pick<Snapshot, "restore" | "release">> {
    const state = this.state();
    const snapshot = await this.session.snapshot();
    return {
      restore: async () => {
        await snapshot.restore();
        this.setState(state);
      },
      release: () => snapshot.release(),
    };
  }

  /** What the next step depends on besides the tensors of the session. */
  state(): TrainerState {
    return { steps: this.#steps, rates: this.#parts.rates.map((rate) => rate.state()) };
  }

  setState({ steps, rates }: TrainerState): void {
    this.#steps = steps;
    this.#parts.rates.forEach((rate, i) => {
      const state = rates[i];
      if (state) rate.restore(state);
    });
  }

  /** Everything that the trainer needs to go on, bit for bit. */
  async checkpoint(): Promise<TrainerCheckpoint> {
    return { tensors: await this.session.tensors(), state: this.state() };
  }

  /** Goes on from a checkpoint of a trainer of the same network and rules. Throws naming the first tensor that differs. */
  async restore({ tensors, state }: TrainerCheckpoint): Promise<void> {
    await this.session.setTensors(tensors);
    this.setState(state);
  }

  /** Writes a checkpoint as a safetensors file, which Python reads too. The file is there whole or not at all. */
  async save(path: string): Promise<void> {
    const { writeTensors } = await import("../checkpoint/file.js");
    const { tensors, state } = await this.checkpoint();
    const saved: SavedTrainer = { state, fingerprint: await this.#parts.fingerprint() };
    await writeTensors(path, new Map(Object.entries(tensors)), { [savedKey]: JSON.stringify(saved) });
  }

  /**
   * Goes on from a file that `save` wrote, bit for bit. Throws where it is none or is damaged, and, naming the first difference, where it is
   * of another network or other settings: weights alone go into any trainer of the network by `loadWeights`.
   */
  async load(path: string): Promise<void> {
    const { readTensors } = await import("../checkpoint/file.js");
    const { requireSameTraining } = await import("../checkpoint/fingerprint.js");
    const { tensors, metadata } = await readTensors(path);
    const saved: unknown = JSON.parse(metadata.get(savedKey) ?? "null");
    if (!isSaved(saved)) {
      throw new SteepestError(
        `${path} was not written by trainer.save; weights alone are read by trainer.loadWeights`,
      );
    }
    requireSameTraining(path, saved.fingerprint, await this.#parts.fingerprint());
    await this.restore({ tensors: Object.fromEntries(tensors) as HostTensors, state: saved.state });
  }

  /** Writes the parameters and states of the network in use, and nothing else, as a safetensors file under their names, which Python reads too. */
  async saveWeights(path: string): Promise<void> {
    const { saveWeights } = await import("../checkpoint/weights.js");
    const values = await this.values();
    const weights = this.#kept().map(({ name, shape }) => {
      const data = values.get(name) ?? missing();
      return [name, { dtype: "float32", shape, data }] as const;
    });
    await saveWeights(path, new Map(weights));
  }

  /**
   * Takes parameters and states from a safetensors file under their names; all of them, or with `partial` those that are there. Throws naming the first
   * that is missing, unknown or of another shape.
   */
  async loadWeights(
    path: string,
    options: { /** @defaultValue false */ readonly partial?: boolean } = {},
  ): Promise<void> {
    const { partial = false } = requireKnown("loadWeights", options, ["partial"]);
    const { loadWeights } = await import("../checkpoint/weights.js");
    const weights = await loadWeights(path, { parameters: this.#kept(), partial });
    await this.setValues(
      new Map([...weights].map(([name, { data }]) => [name, Float32Array.from(data, Number)])),
    );
  }

  #kept(): readonly { readonly name: string; readonly shape: readonly number[] }[] {
    const { parameters, states } = this.#parts.model;
    return [...parameters, ...states];
  }

  /** The bytes of an ONNX model of the network in use that takes raw inputs, batch normalisation folded into the layers before. */
  async model(): Promise<Uint8Array> {
    const { model, objective, card } = this.#parts;
    return exportModel(model, await this.values(), { objective, ...card });
  }

  /** Writes the network in use as an ONNX model. Nothing is left behind where that fails. */
  async export(path: string): Promise<void> {
    const { writeFileSafely } = await import("../files.js");
    await writeFileSafely(path, await this.model());
  }

  /** Frees the engine's memory. The trainer cannot be used afterwards; releasing it again does nothing. */
  release(): Promise<void> {
    return this.session.release();
  }
}

const savedKey = "steepest.trainer";

/** What a file has beside the tensors. */
interface SavedTrainer {
  readonly state: TrainerState;
  readonly fingerprint: Fingerprint;
}

const isSaved = (value: unknown): value is SavedTrainer =>
  typeof value === "object" && value !== null && "state" in value && "fingerprint" in value;

/** Throws unless something is a trainer, as plain JavaScript allows. */
export const requireTrainer = (where: string, given: unknown): Trainer => {
  if (given instanceof Trainer) return given;
  throw new SteepestError(
    `${where}: expected a trainer, as createTrainer makes one, got ${givenText(given)}`,
  );
};
