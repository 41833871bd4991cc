import type { Tensor } from "../../graph/index.js";
import type { UnitScaling, ValueProjection } from "../../optim/constraints.js";
import type { Rate, Rule } from "../../optim/rule.js";
import type { TrainingSession } from "./session.js";

/**
 * What is done to a parameter after each update, in the language of rules: the incoming weights of each unit are scaled by a factor of
 * their Euclidean norm, or all values are replaced.
 */
export type Projection =
  | { readonly kind: "units"; readonly name: string; readonly scaling: UnitScaling }
  | { readonly kind: "values"; readonly name: string; readonly project: ValueProjection };

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

/**
 * Numbers kept between steps without a gradient: an input of the graph, and its next value where training changes it. A frozen
 * parameter is one whose value never changes.
 */
export interface KeptState {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  /** Writes the initial values. */
  readonly initialize: (values: Float32Array) => void;
  readonly next?: Tensor;
}

/** An input that is a parameter or state of another session: always its current value there, never changed from here. */
export interface Borrowed {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  readonly from: TrainingSession;
  /** What it is called there. */
  readonly source: string;
}

/**
 * An input that is drawn afresh at every step: "bernoulli" is `scale` with probability `keep`, else 0; "normal" is standard normal.
 * What an example gets is a function of the seed, the name, the step and the example's place in it, however a step's examples are
 * spread over batches and processes.
 */
export type Draw = { readonly name: string; readonly tensor: Tensor } & (
  | { readonly kind: "bernoulli"; readonly keep: number; readonly scale: number }
  | { readonly kind: "normal" }
);

/** A scalar input that follows a schedule. */
export interface ScheduledInput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly rate: Rate;
}

/** Everything that one training step computes. */
export interface TrainingGraph {
  /** The scalar to minimise: a mean over examples. */
  readonly loss: Tensor;
  /** What the loss is divided by, a scalar: the sum of the examples' weights. By default their number. */
  readonly weight?: Tensor;
  /** Further scalars to report, each a sum over the examples. */
  readonly metrics: Readonly<Record<string, Tensor>>;
  /** Inputs fed with each batch, whose first axis it is: float32, int64 or bool. */
  readonly data: readonly Tensor[];
  readonly parameters: readonly TrainedParameter[];
  readonly states: readonly KeptState[];
  /** None by default. */
  readonly borrowed?: readonly Borrowed[];
  readonly draws: readonly Draw[];
  /** None by default. */
  readonly rates?: readonly ScheduledInput[];
  /** The largest batch. */
  readonly batchSize: number;
  /** Together with the step's number it determines every draw. */
  readonly seed: number;
  /** The norm of all gradients together is limited to this before the update. */
  readonly clipNorm?: number;
}
