import type { Target } from "../../data/dataset.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { Tensor } from "../../graph/index.js";
import { formatShape, type Shape, sameShape } from "../../graph/shape.js";

/** Kinds of target, see `Target`. */
export type TargetKind = Target["kind"];

/**
 * How much an example counts by its class: a weight for each class in order, or by its name; or "balanced", n/(K·n_c) for a class of n_c of
 * the n training examples, of K classes.
 */
export type ClassWeights = "balanced" | readonly number[] | Readonly<Record<string, number>>;

/** What training minimises: how far each output is from its target, of which the mean is taken. */
export interface Loss {
  readonly name: string;
  /**
   * The kinds of target that it takes. Class numbers come as int64, labels as 0 and 1, values and shares of mixtures as they are, these in the
   * type of the output.
   */
  readonly target: TargetKind | readonly TargetKind[];
  /**
   * The shape of a target for an output of a shape, both without the batch.
   *
   * @defaultValue the output's; for classes without its last axis, which has a number for each
   */
  readonly targetShape?: (output: readonly number[]) => readonly number[];
  /** The lowest and the highest value that targets may have, where not every number will do. */
  readonly targetRange?: readonly [low: number, high: number];
  /**
   * The loss of each example, `[batch]`; or of each of its parts, `[batch, …]`, which count alike. A scalar where it is one of the batch as a
   * whole: examples can then have no weights.
   */
  readonly of: (output: Tensor, target: Tensor) => Tensor;
  /** The probabilities that outputs stand for, where these are logits: what `predict` gives. */
  readonly probabilities?: (output: Tensor) => Tensor;
  /**
   * Which answers are right, as truths of the shape of the target. Where left out: those whose largest output is that of their class, and for other
   * targets none are counted.
   */
  readonly right?: (output: Tensor, target: Tensor) => Tensor;
  /** How much examples count by their class. @defaultValue all alike */
  readonly classWeights?: ClassWeights;
}

/** Named tensors of a batch. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A loss of all that there is: of each example, `[batch]`, or of its parts, `[batch, …]`; or a scalar, where it is one of the batch as a whole.
 * Of an autoencoder: `({ inputs, outputs }) => graph.square(outputs.output.sub(inputs.input))`.
 */
export type TotalLoss = (batch: {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly targets: Tensors;
}) => Tensor;

/** The kinds of target that a loss takes. */
export const kindsOf = ({ target }: Loss): readonly TargetKind[] => [target].flat();

/** Throws unless an output has the shape of its target. */
export const requireSameShape = (name: string, output: Tensor, target: Tensor): void => {
  if (!sameShape(output.shape, target.shape)) {
    throw new SteepestError(
      `${name}: the network's output has shape ${formatShape(output.shape)}, the targets ${formatShape(target.shape)}; the last layer must match the targets`,
    );
  }
};

/** What a function of a loss returned, as a tensor. Throws where it is something else, as plain JavaScript allows. */
export const tensorFrom = (where: string, returned: unknown): Tensor => {
  if (returned instanceof Tensor) return returned;
  throw new SteepestError(
    `${where} returned ${givenText(returned)}, expected a tensor; compute it from what it is given by functions of graph, as in graph.square(output.sub(target))`,
  );
};

/** A tensor with a first axis of examples. Throws where a function of a loss returned another. */
export const perExample = (where: string, returned: unknown, batch: Shape[number] | undefined): Tensor => {
  const tensor = tensorFrom(where, returned);
  if (tensor.rank > 0 && tensor.shape[0] === batch) return tensor;
  throw new SteepestError(
    `${where} returned a tensor of shape ${formatShape(tensor.shape)}, expected one number for each example, [batch] or [batch, …]`,
  );
};
