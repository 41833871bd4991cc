import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/index.js";
import type { Time } from "../../optim/rule.js";
import type { Values } from "../compile.js";
import type { HostTensors, SessionOptions } from "../engine.js";
import type { Draw } from "./graph.js";

/** Where one input of a batch is written: float32 as it is, int64 as int32, bool as 0 and 1. */
export type BatchArray = Float32Array | Int32Array | Uint8Array;

/** Sums over the batches since they were last reset. */
export interface Totals {
  readonly examples: number;
  /** Σ of what each batch's loss was divided by: the number of examples, unless these have weights. */
  readonly weight: number;
  /** Σ weight · loss. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Loss and metrics of one batch. */
export interface BatchScores {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A copy of what a session holds, kept where the session keeps it: on a device its memory does not travel. */
export interface Snapshot {
  /** Takes the copy anew, into the same memory. */
  take(): Promise<void>;
  /** Puts it back into the session. */
  restore(): Promise<void>;
  /** Its tensors by name, as `TrainingSession.tensors` names them. Valid until the snapshot changes or is released. */
  tensors(): Promise<HostTensors>;
  /** Replaces it by tensors as `tensors` gives them. Throws naming the first that is missing, unknown or of another shape. */
  set(tensors: HostTensors): Promise<void>;
  /** Frees its memory. */
  release(): void;
}

/** Values for an input: int64 may come as int32. */
export type FedValues = Values | Int32Array;

/** A further graph over the parameters of a session, such as the network in use. It always sees their current values. */
export interface AttachedProgram {
  /** `draw` numbers what is drawn for this run, where anything is; 0 by default. */
  run(values: Readonly<Record<string, FedValues>>, draw?: number): Promise<HostTensors>;
  release(): Promise<void>;
}

/** What is compiled over a session's parameters: `inputs` are fed and `draws` drawn at every run. */
export interface AttachedGraph {
  readonly inputs: readonly Tensor[];
  readonly draws?: readonly Draw[];
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/**
 * Combines the gradients of several processes: `gradients` holds this one's, summed over examples of this total weight, and is to hold
 * the sum over all; returns their weight together.
 */
export type Exchange = (gradients: Float32Array, weight: number) => Promise<number> | number;

export interface TrainingOptions extends SessionOptions {
  /** Called before every update. @defaultValue none: one process trains */
  readonly exchange?: Exchange;
}

/**
 * Holds parameters, gradients and optimiser state on some device and makes training steps with them: gradients of one or several
 * batches, and an update. Whatever may lie on a device is read and written asynchronously.
 */
export interface TrainingSession {
  /** Where the inputs of a batch of `size` examples are to be written before a step, by name. Not while one is under way. */
  batch(size: number): Readonly<Record<string, BatchArray>>;
  /**
   * Computes loss and gradients of the batch written last, which join those of the batches since the last update. `first` is the place
   * of its first example among those of the step, which draws go by: by default behind those before it.
   *
   * Throws a `DivergenceError` where the loss is not finite, at the latest before what depends on it is read.
   */
  accumulate(size: number, time: Time, first?: number): Promise<void>;
  /** The update from the mean gradients over all examples since the last one. Throws where there are none. */
  update(time: Time): Promise<void>;
  /** `accumulate` and `update`. */
  step(size: number, time: Time): Promise<void>;
  /** The mean gradients over all examples since the last update, by the names of the parameters. */
  gradients(): Promise<HostTensors>;
  /** The gradients for the next update. Throws naming the first that is missing, unknown or of another shape. */
  setGradients(gradients: HostTensors): Promise<void>;
  /** Forgets gradients that no update was made from. */
  discardGradients(): void;
  /** Loss and metrics of the last batch, the loss before its update. */
  scores(): Promise<BatchScores>;
  totals(): Promise<Totals>;
  /** Begins new sums, at nothing or at those that an earlier session had come to. */
  resetTotals(start?: Totals): void;
  /** Compiles another graph of the same parameters and states. */
  attach(graph: AttachedGraph): Promise<AttachedProgram>;
  /** Copies of all parameters and states, by name, as the network in use has them. */
  values(): Promise<Map<string, Float32Array>>;
  /** Puts values back that `values` returned; names that are not given stay as they are. */
  setValues(values: ReadonlyMap<string, Float32Array>): Promise<void>;
  /**
   * Copies of everything that the next step depends on besides the batch: parameters and states by name, and what rules remember of a
   * parameter, such as `linear1.weight/adam.m`.
   */
  tensors(): Promise<HostTensors>;
  /** Puts back what `tensors` returned. Throws naming the first that is missing, unknown or of another shape. */
  setTensors(tensors: HostTensors): Promise<void>;
  /** A copy of what `tensors` is of, or with "values" of what `values` is of, which takes less memory. */
  snapshot(of?: "everything" | "values"): Promise<Snapshot>;
  /** Frees the memory, also that of attached programs. Running any of them afterwards throws; releasing again does nothing. */
  release(): Promise<void>;
}

/** Training cannot go on: the loss or a gradient is no longer a finite number. */
export class DivergenceError extends SteepestError {
  constructor(
    readonly step: number,
    what: string,
    /** The parameter whose values or gradient are not finite. */
    readonly parameter: string | undefined,
  ) {
    super(
      `training diverged at step ${step + 1}: ${what}${parameter ? `, first in ${parameter}` : ""}; try a smaller learning rate, gradient clipping, or inputs of a smaller scale`,
    );
  }
}
