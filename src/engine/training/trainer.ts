import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/index.js";
import type { Rate, Rule, Time } from "../../optim/rule.js";
import type { Values } from "../compile.js";
import type { HostTensor } from "../engine.js";

/**
 * What is done to a parameter after each update: the incoming weights of each unit are scaled by a factor of their Euclidean norm,
 * or all values are changed in place.
 */
export type Projection =
  | { readonly kind: "units"; readonly scaling: (time: Time) => (norm: number) => number }
  | { readonly kind: "values"; readonly project: (values: Float32Array) => void };

/** A parameter to train: an input of the graph, how it starts, and how it is updated. */
export interface TrainedParameter {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  /** Writes the initial values. */
  readonly initialize: (values: Float32Array) => void;
  /** Parameters with the same rule object are updated together; each in one pass over its memory, where the rule allows it. */
  readonly rule: Rule;
  /** Done after each update, in order. */
  readonly projections?: readonly Projection[];
}

/** Numbers kept between steps without a gradient: an input of the graph, and its next value where training changes it. */
export interface TrainedState {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  readonly initial: number;
  readonly next?: Tensor;
}

/** An input that is drawn afresh at every step: `scale` with probability `keep`, else 0. */
export interface DrawnMask {
  readonly name: string;
  readonly tensor: Tensor;
  readonly keep: number;
  readonly scale: number;
}

/** A scalar input that follows a schedule. */
export interface ScheduledInput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly rate: Rate;
}

/** Everything that one training step computes. */
export interface TrainingGraph {
  /** The scalar to minimise. */
  readonly loss: Tensor;
  /** Further scalars to report of every step. */
  readonly metrics: Readonly<Record<string, Tensor>>;
  /** Inputs fed with each batch; their first axis is the batch. */
  readonly data: readonly Tensor[];
  readonly parameters: readonly TrainedParameter[];
  readonly states: readonly TrainedState[];
  readonly masks: readonly DrawnMask[];
  /** None by default. */
  readonly rates?: readonly ScheduledInput[];
  /** The largest batch. */
  readonly batchSize: number;
  /** Together with the step's number it determines every mask. */
  readonly seed: number;
  /** The norm of all gradients together is limited to this before the update. */
  readonly clipNorm?: number;
}

export interface StepResult {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A further graph over the parameters of a trainer, such as the network in use. It always sees their current values. */
export interface AttachedProgram {
  /** `draw` numbers the masks that are drawn for this run, where there are any; 0 by default. */
  run(values: Readonly<Record<string, Values>>, draw?: number): Promise<Readonly<Record<string, HostTensor>>>;
  release(): Promise<void>;
}

/** Holds parameters, gradients and optimiser state on some device and makes training steps with them. */
export interface Trainer {
  /** Where the values of a batch of `size` examples are to be written before `step`, one array per data input. */
  batch(size: number): readonly Float32Array[];
  /** One step on the batch written last. Throws a `DivergenceError`, before any update, where the loss is not finite. */
  step(size: number, time: Time): Promise<StepResult>;
  /** Compiles another graph of the same parameters and states; `inputs` are fed, `masks` drawn, at every run. */
  attach(graph: {
    readonly inputs: readonly Tensor[];
    readonly masks?: readonly DrawnMask[];
    readonly outputs: Readonly<Record<string, Tensor>>;
  }): Promise<AttachedProgram>;
  /** Copies of all parameters and states, by name, as the network in use has them. */
  values(): Map<string, Float32Array>;
  /** Puts values back that `values` returned; names that are not given stay as they are. */
  setValues(values: ReadonlyMap<string, Float32Array>): void;
  /** Everything that the next step depends on besides the batch, and how to go back to it. */
  snapshot(): () => void;
  /** Frees the engine's memory, also that of attached programs. Running any of them afterwards throws; releasing again does nothing. */
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
