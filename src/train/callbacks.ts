import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { requireKnown } from "../options.js";
import type { EpochRecord, Score } from "./events.js";
import type { Splits } from "./options.js";
import type { StopReason } from "./run.js";
import type { Trainer } from "./trainer.js";

/** How a training ended. */
export interface TrainingOutcome {
  readonly stopped: StopReason;
  /** The epoch whose weights the network has; 0 for those that training began with. */
  readonly keptEpoch: number;
  readonly test?: Score;
}

/** Where a training of `fit` stands, and what one can do about it. It is one object, whose numbers move on. */
export interface TrainingContext {
  /** What is trained: its values, evaluation on data, predictions, snapshots. */
  readonly trainer: Trainer;
  readonly splits: Splits;
  /** The epoch under way, from 1; 0 before the first. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made in this epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** What each epoch so far came to. */
  readonly records: readonly EpochRecord[];
  /** Means over this epoch's steps so far. Waits for the engine where that works by itself. */
  train(): Promise<Score>;
  readonly samplesPerSecond: number;
  /** How training ended, once it has: for `onTrainEnd`. */
  readonly outcome: TrainingOutcome | undefined;
  /** Ends training after the step under way; what was learned so far is kept. */
  stop(): void;
}

/** What is told of an epoch that ended. */
export interface EpochEnd {
  readonly record: EpochRecord;
  /** Whether it is the best so far on the validation part. */
  readonly best: boolean;
}

/**
 * Functions that `fit` calls as training goes on. What they return is waited for, and what they throw ends training with their message. Where one
 * keeps something that its next calls depend on, `state` and `restore` carry it through a checkpoint.
 */
export interface Callback {
  readonly onTrainBegin?: (context: TrainingContext) => unknown;
  readonly onEpochBegin?: (context: TrainingContext) => unknown;
  readonly onStepBegin?: (context: TrainingContext) => unknown;
  readonly onStepEnd?: (context: TrainingContext) => unknown;
  readonly onEpochEnd?: (context: TrainingContext, end: EpochEnd) => unknown;
  readonly onTrainEnd?: (context: TrainingContext) => unknown;
  /** What the callback remembers, as plain data. */
  readonly state?: () => unknown;
  /** Puts back what `state` returned. */
  readonly restore?: (state: unknown) => void;
}

const names = [
  "onTrainBegin",
  "onEpochBegin",
  "onStepBegin",
  "onStepEnd",
  "onEpochEnd",
  "onTrainEnd",
  "state",
  "restore",
] as const;

/** Throws unless each is an object of such functions, as plain JavaScript allows. */
export const requireCallbacks = (where: string, given: unknown): void => {
  if (!Array.isArray(given)) {
    throw new SteepestError(
      `${where}: callbacks must be a list, as in [{ onEpochEnd: () => … }], got ${givenText(given)}`,
    );
  }
  for (const [i, callback] of given.entries()) {
    if (typeof callback !== "object" || callback === null) {
      throw new SteepestError(
        `${where}: callbacks[${i}] must be an object such as { onEpochEnd: () => … }, got ${givenText(callback)}`,
      );
    }
    requireKnown(`${where}: callbacks[${i}]`, callback as Callback, names);
    for (const [name, value] of Object.entries(callback)) {
      if (value === undefined || typeof value === "function") continue;
      throw new SteepestError(
        `${where}: callbacks[${i}].${name} must be a function, got ${givenText(value)}`,
      );
    }
  }
};

/** Callbacks in order, each waited for; those that do not have a function cost nothing. */
export class Callbacks {
  readonly #all: readonly Callback[];
  readonly #having: Readonly<Record<(typeof names)[number], readonly Callback[]>>;

  constructor(all: readonly Callback[]) {
    this.#all = all;
    const having = (name: (typeof names)[number]) => all.filter((callback) => callback[name] !== undefined);
    this.#having = {
      onTrainBegin: having("onTrainBegin"),
      onEpochBegin: having("onEpochBegin"),
      onStepBegin: having("onStepBegin"),
      onStepEnd: having("onStepEnd"),
      onEpochEnd: having("onEpochEnd"),
      onTrainEnd: having("onTrainEnd"),
      state: having("state"),
      restore: having("restore"),
    };
  }

  /** Whether any listens to steps: nobody waits where none does. */
  get ofSteps(): boolean {
    return this.#having.onStepBegin.length + this.#having.onStepEnd.length > 0;
  }

  async call(
    name: "onTrainBegin" | "onEpochBegin" | "onStepBegin" | "onStepEnd" | "onTrainEnd",
    context: TrainingContext,
  ): Promise<void> {
    for (const callback of this.#having[name]) await callback[name]?.(context);
  }

  async epochEnd(context: TrainingContext, end: EpochEnd): Promise<void> {
    for (const callback of this.#having.onEpochEnd) await callback.onEpochEnd?.(context, end);
  }

  /** What they remember, in order. */
  get state(): readonly unknown[] {
    return this.#all.map((callback) => callback.state?.());
  }

  set state(states: readonly unknown[]) {
    this.#all.forEach((callback, i) => void callback.restore?.(states[i]));
  }
}
