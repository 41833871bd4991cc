import type { HostTensors } from "../engine/engine.js";
import type { Totals } from "../engine/training/session.js";
import type { SteepestError } from "../errors.js";
import type { EpochRecord } from "./events.js";
import type { TrainerState } from "./trainer.js";
import type { WatchState } from "./watch.js";

/** Everything besides tensors that the rest of a training depends on, as plain data: what a checkpoint keeps of it. */
export interface CourseState {
  readonly trainer: TrainerState;
  /** Epochs that ended. */
  readonly epoch: number;
  /** Steps made in the epoch under way. */
  readonly step: number;
  /** Sums over these steps. */
  readonly totals: Totals;
  /** What each epoch came to. */
  readonly records: readonly EpochRecord[];
  readonly watch: WatchState;
  /** Seconds of training, and of the epoch under way. */
  readonly seconds: number;
  readonly epochSeconds: number;
  /** What callbacks remember, in their order. */
  readonly callbacks: readonly unknown[];
}

/** Weights of an earlier epoch that are kept. */
export interface KeptTensors {
  readonly number: number;
  readonly tensors: HostTensors;
}

/** A training between two steps, from which it can go on. */
export interface TrainingCheckpoint {
  /** Updates made so far. */
  readonly step: number;
  /** Parameters, what rules remember of them, averages and running statistics, by name. */
  readonly tensors: HostTensors;
  /** Weights that are kept from earlier epochs: the best, and the last that were proven to give a finite loss. */
  readonly shared: Readonly<Record<string, KeptTensors>>;
  readonly state: CourseState;
}

/** Whoever keeps checkpoints. Asked between steps and at the end of every epoch. */
export interface CheckpointTaker {
  /** Whether one is wanted now. Asked after every step. */
  isDue(at: "step" | "epoch"): boolean;
  /** Takes one of the session as it is. What `course` shares does not change until `settle` was waited for. */
  take(course: Omit<TrainingCheckpoint, "tensors">): Promise<void>;
  /** Waits until nothing is being written. */
  settle(): Promise<void>;
  /** Waits until nothing is being written, and frees what it holds. */
  release(): Promise<void>;
  /** Why the last one could not be kept. */
  readonly problem: SteepestError | undefined;
}

/** Who keeps the checkpoints of a training, if anybody does, and the one that it goes on from. */
export interface Resumable {
  readonly taker?: CheckpointTaker;
  readonly last?: TrainingCheckpoint | undefined;
}
