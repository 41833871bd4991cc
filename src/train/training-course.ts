import type { Snapshot } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { rateAt } from "../optim/rule.js";
import type { Callbacks, EpochEnd, TrainingContext, TrainingOutcome } from "./callbacks.js";
import type { CheckpointTaker, CourseState, KeptTensors, Resumable, TrainingCheckpoint } from "./course.js";
import type { EpochRecord, Score } from "./events.js";
import type { checkOptions } from "./options.js";
import { timeAt } from "./plan.js";
import type { Prepared } from "./prepare.js";
import type { StopReason } from "./run.js";
import { scoreFrom } from "./score.js";
import type { Trainer } from "./trainer.js";
import { scoreNamed, Watch, watchedNamed } from "./watch.js";

type Options = ReturnType<typeof checkOptions>;

/** Weights of an epoch, where the engine keeps them; of epoch 0 those that training began with. */
interface Kept {
  epoch: number;
  readonly copy: Snapshot;
}

/** Seconds since the beginning, which may lie in an earlier process. */
class Clock {
  #start: number;

  constructor(seconds = 0) {
    this.#start = performance.now() - 1000 * seconds;
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}

/** Throws where a rate goes by something that is not measured. */
const requireMeasured = ({ trainer, splits }: Prepared): void => {
  const { rates, metrics } = trainer.parts;
  for (const { watch } of rates) {
    const { name } = watchedNamed("fit: the learning rate's plateau", watch, metrics);
    if (splits.validation || name === "loss" || name === "error") continue;
    throw new SteepestError(
      `fit: the learning rate's plateau goes by "${name}", which is measured on a validation part, and there is none; set validation: 0.1`,
    );
  }
};

/** What is known of a training so far, what is kept of it, and where it stands. */
export class Course {
  readonly records: EpochRecord[] = [];
  readonly context: TrainingContext;
  /** How it ended, once it has. */
  outcome: TrainingOutcome | undefined;
  /** Epochs that ended. */
  epoch = 0;
  /** Steps made in the epoch under way. */
  step = 0;
  readonly #callbacks: Callbacks;
  readonly #checkpoints: CheckpointTaker | undefined;
  readonly #watch: Watch;
  /** The best weights, where they are wanted. */
  readonly #best: Kept | undefined;
  /** The last weights that gave a finite loss: an epoch can end with weights that no longer do. */
  #proven: Kept;
  /** Those of the last epoch, of which it is not known yet. */
  #latest: Kept;
  #latestWaits = false;
  #clock = new Clock();
  #epochClock = new Clock();
  #seconds: number | undefined;
  #stopped = false;

  private constructor(
    readonly prepared: Prepared,
    readonly options: Options,
    callbacks: Callbacks,
    checkpoints: CheckpointTaker | undefined,
    kept: { readonly proven: Kept; readonly latest: Kept; readonly best: Kept | undefined },
  ) {
    this.#callbacks = callbacks;
    this.#checkpoints = checkpoints;
    this.#watch = new Watch(prepared.watched, options.earlyStopping?.minimumChange ?? 0);
    this.#proven = kept.proven;
    this.#latest = kept.latest;
    this.#best = kept.best;
    this.context = this.#contextOf();
  }

  static async begin(
    prepared: Prepared,
    options: Options,
    callbacks: Callbacks,
    { taker, last }: Resumable = {},
  ): Promise<Course> {
    requireMeasured(prepared);
    const { session } = prepared.trainer;
    const keep = async (): Promise<Kept> => ({ epoch: 0, copy: await session.snapshot("values") });
    const wantsBest = options.weights === "best" && prepared.splits.validation !== undefined;
    const course = new Course(prepared, options, callbacks, taker, {
      proven: await keep(),
      latest: await keep(),
      best: wantsBest ? await keep() : undefined,
    });
    session.resetTotals();
    if (last) await course.#resume(last);
    return course;
  }

  get trainer(): Trainer {
    return this.prepared.trainer;
  }

  /** The best epoch on the validation part; 0 where there is none. */
  get bestEpoch(): number {
    return this.#watch.epoch;
  }

  /** The last epoch that improved what is watched. */
  get improvedAt(): number {
    return this.#watch.improvedAt;
  }

  /** Seconds of training so far, or in all once it ended. */
  get seconds(): number {
    return this.#seconds ?? this.#clock.seconds;
  }

  get isStopping(): boolean {
    return this.#stopped || this.options.signal?.aborted === true;
  }

  get stopReason(): StopReason {
    return this.options.signal?.aborted ? "aborted" : "stopped";
  }

  #contextOf(): TrainingContext {
    const course = this;
    const { trainer, splits, stepsPerEpoch } = this.prepared;
    return {
      trainer,
      splits,
      stepsPerEpoch,
      epochs: this.options.epochs,
      records: this.records,
      get epoch() {
        return Math.min(course.epoch + 1, course.options.epochs);
      },
      get step() {
        return course.step;
      },
      get samplesPerSecond() {
        return (course.step * course.prepared.batchSize) / Math.max(1e-9, course.#epochClock.seconds);
      },
      get outcome() {
        return course.outcome;
      },
      train: () => course.#trainScore(),
      stop: () => {
        this.#stopped = true;
      },
    };
  }

  async #trainScore(): Promise<Score> {
    const { session, parts } = this.trainer;
    return scoreFrom(parts.objective, await session.totals());
  }

  /** Counts a step that gave a finite loss: the weights before it are proven to. */
  async stepped(): Promise<void> {
    this.step += 1;
    if (!this.#latestWaits) return;
    this.#latestWaits = false;
    await this.#checkpoints?.settle();
    [this.#proven, this.#latest] = [this.#latest, this.#proven];
  }

  /** Ends the epoch under way: its record, its weights where they are kept, and the rates that go by it. */
  async endEpoch(validation: Score | undefined, sharpness: number | undefined): Promise<EpochEnd> {
    const { trainer, prepared } = this;
    const { session, parts } = trainer;
    const { learningRate } = parts.rule ?? {};
    const { examples } = await session.totals();
    const epoch = this.epoch + 1;
    const record: EpochRecord = {
      epoch,
      steps: trainer.steps,
      train: await this.#trainScore(),
      ...(validation ? { validation } : {}),
      ...(learningRate === undefined
        ? {}
        : { learningRate: rateAt(learningRate, timeAt(trainer.steps - 1, parts.plan)) }),
      ...(sharpness === undefined ? {} : { sharpness }),
      samplesPerSecond: examples / Math.max(1e-9, this.#epochClock.seconds),
      seconds: this.#clock.seconds,
    };
    this.records.push(record);
    const best = validation !== undefined && this.#watch.offer(epoch, validation);
    await this.#checkpoints?.settle();
    const take = async (kept: Kept) => {
      await kept.copy.take();
      kept.epoch = epoch;
    };
    if (best && this.#best) await take(this.#best);
    await take(prepared.splits.validation ? this.#proven : this.#latest);
    this.#latestWaits = prepared.splits.validation === undefined;
    for (const rate of parts.rates) rate.measured(scoreNamed(validation ?? record.train, rate.watch));
    this.epoch = epoch;
    this.step = 0;
    session.resetTotals();
    this.#epochClock = new Clock();
    return { record, best };
  }

  /**
   * Ends training: puts the best weights back where they are wanted and there are any, else the last proven ones where asked for. Says
   * which epoch's the network has.
   */
  async keep(otherwise: "last" | "proven"): Promise<number> {
    this.#seconds ??= this.#clock.seconds;
    const best = this.#best && this.bestEpoch > 0 ? this.#best : undefined;
    const chosen = best ?? (otherwise === "proven" ? this.#proven : undefined);
    await chosen?.copy.restore();
    return chosen?.epoch ?? this.epoch;
  }

  checkpointIsDue(at: "step" | "epoch"): boolean {
    return this.#checkpoints?.isDue(at) ?? false;
  }

  /** Offers whoever takes checkpoints the last one of a training that is stopped. */
  async lastCheckpoint(): Promise<void> {
    if (this.#checkpoints) await this.checkpoint();
  }

  /** Gives where training stands to whoever takes checkpoints. */
  async checkpoint(): Promise<void> {
    const checkpoints = this.#checkpoints;
    await checkpoints?.settle();
    const shared: Record<string, KeptTensors> = {
      proven: { number: this.#proven.epoch, tensors: await this.#proven.copy.tensors() },
    };
    if (this.#best && this.bestEpoch > 0) {
      shared.best = { number: this.#best.epoch, tensors: await this.#best.copy.tensors() };
    }
    await checkpoints?.take({ step: this.trainer.steps, shared, state: await this.#state() });
  }

  async #state(): Promise<CourseState> {
    return {
      trainer: this.trainer.state(),
      epoch: this.epoch,
      step: this.step,
      totals: await this.trainer.session.totals(),
      records: [...this.records],
      watch: this.#watch.state,
      seconds: this.#clock.seconds,
      epochSeconds: this.#epochClock.seconds,
      callbacks: this.#callbacks.state,
    };
  }

  async #resume({ tensors, shared, state }: TrainingCheckpoint): Promise<void> {
    const { session } = this.trainer;
    await this.trainer.restore({ tensors, state: state.trainer });
    session.resetTotals(state.totals);
    this.epoch = state.epoch;
    this.step = state.step;
    this.records.push(...state.records);
    this.#watch.state = state.watch;
    this.#callbacks.state = state.callbacks;
    for (const [name, kept] of [["proven", this.#proven] as const, ["best", this.#best] as const]) {
      const saved = shared[name];
      if (!kept || !saved) continue;
      await kept.copy.set(saved.tensors);
      kept.epoch = saved.number;
    }
    if (this.step === 0 && !this.prepared.splits.validation) {
      await this.#latest.copy.take();
      this.#latest.epoch = this.epoch;
      this.#latestWaits = true;
    }
    this.#clock = new Clock(state.seconds);
    this.#epochClock = new Clock(state.epochSeconds);
  }

  /** Frees what was kept, once nothing is being written of it. */
  async release(): Promise<void> {
    await this.#checkpoints?.settle();
    for (const kept of [this.#proven, this.#latest, this.#best]) kept?.copy.release();
  }
}
