import type { Target } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { argMax, constant, equal, gather, scalar, type Tensor, where } from "../graph/index.js";
import { called } from "../options.js";
import { type Loss, perExample, type Tensors, type TotalLoss, tensorFrom } from "./losses/loss.js";
import { usable } from "./targets.js";
import { weightedMean, weightedSum, weightsFor } from "./weighted.js";

/** The loss of one output. */
export interface LossTerm {
  /** The names of the output and of its target. */
  readonly output: string;
  readonly target: string;
  /** What the target is. */
  readonly described: Target;
  readonly loss: Loss;
  /** How much it counts beside others. */
  readonly weight: number;
  /** How much an example counts by its class. */
  readonly classWeights?: readonly number[];
}

/** The tensors of a batch; `weights` of its examples, `[batch]`, where they have any. */
export interface BatchTensors {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly targets: Tensors;
  readonly weights?: Tensor;
}

/** What a batch comes to for one output. */
export interface TermScore {
  /** A scalar: the mean loss. */
  readonly loss: Tensor;
  /** What the mean was divided by, a scalar. Undefined where it is the number of examples. */
  readonly weight?: Tensor;
  /** The sum over the examples of the share of their answers that are wrong, times their weights. Undefined where the loss counts none. */
  readonly wrong?: Tensor;
  /** What that is to be divided by. Undefined where it is the number of examples. */
  readonly counted?: Tensor;
}

/** What a batch comes to. */
export interface BatchLoss {
  /** A scalar: the sum of the mean losses of all outputs, each times the weight of its loss. */
  readonly loss: Tensor;
  /**
   * How much the batch counts in a mean over several, a scalar: what the loss was divided by where there is one output, else the sum of the
   * weights of examples. Undefined where it is the number of examples.
   */
  readonly weight?: Tensor;
  /** By the names of the outputs; none for a function of everything. */
  readonly terms: Readonly<Record<string, TermScore>>;
}

/** What is minimised, once it is known for which outputs and targets. */
export interface Objective {
  readonly name: string;
  /** None for a function of everything. */
  readonly terms: readonly LossTerm[];
  readonly of: (batch: BatchTensors) => BatchLoss;
}

const wholeBatch = (what: string): SteepestError =>
  new SteepestError(
    `${what} is one number for the whole batch, in which examples cannot have weights or be left out; return the loss of each example, [batch]`,
  );

/** Which answers are right, as truths; undefined where a loss does not count them. */
const rightAnswers = (loss: Loss, { kind }: Target, output: Tensor, target: Tensor): Tensor | undefined => {
  if (loss.right) {
    const name = `loss ${loss.name}: right`;
    return perExample(name, tensorFrom(name, loss.right(output, target)), output.shape[0]);
  }
  if (kind === "mixture") return equal(argMax(output), argMax(target));
  return kind === "class" && !loss.targetShape ? equal(argMax(output), target) : undefined;
};

/** The score of an output against its target. */
export const termScore = (
  { loss, described, classWeights }: Pick<LossTerm, "loss" | "described" | "classWeights">,
  output: Tensor,
  given: Tensor,
  weights?: Tensor,
): TermScore => {
  const { target, known } = usable(given, described, output);
  const right = rightAnswers(loss, described, output, target);
  const counting = right && weightsFor(right, output.dtype, [weights, known]);
  const wrong = right && weightedSum(where(right, scalar(0), scalar(1)), counting);
  const errors = {
    ...(wrong ? { wrong } : {}),
    ...(counting ? { counted: weightedSum(counting, undefined) } : {}),
  };
  const name = `loss ${loss.name}: of`;
  const each = tensorFrom(name, loss.of(output, target));
  const byClass =
    classWeights && gather(constant([...classWeights], [classWeights.length], output.dtype), target);
  if (each.rank === 0) {
    if (weights ?? known ?? byClass) throw wholeBatch(`the loss ${loss.name}`);
    return { loss: each, ...errors };
  }
  const losses = perExample(name, each, output.shape[0]);
  const { mean, weight } = weightedMean(losses, weightsFor(losses, output.dtype, [weights, known, byClass]));
  return { loss: mean, ...(weight ? { weight } : {}), ...errors };
};

/** The objective that is a sum over outputs. */
export const sumOfTerms = (terms: readonly LossTerm[]): Objective => ({
  name: terms
    .map(({ output, loss, weight }) =>
      terms.length === 1 ? loss.name : `${weight === 1 ? "" : `${weight} · `}${loss.name} of ${output}`,
    )
    .join(" + "),
  terms,
  of: ({ outputs, targets, weights }) => {
    const scores = terms.map((term) => {
      const [output, target] = [outputs[term.output], targets[term.target]];
      if (!output || !target) throw new Error(`internal error: no tensors for the loss of ${term.output}`);
      return { term, score: termScore(term, output, target, weights) };
    });
    const parts = scores.map(({ term, score }) =>
      term.weight === 1 ? score.loss : score.loss.mul(term.weight),
    );
    const [only, ...others] = scores;
    const weight = others.length === 0 ? only?.score.weight : weights && weightedSum(weights, undefined);
    return {
      loss: parts.reduce((a, b) => a.add(b)),
      ...(weight ? { weight } : {}),
      terms: Object.fromEntries(scores.map(({ term, score }) => [term.output, score])),
    };
  },
});

/** The objective that is a function of everything. */
export const ofEverything = (total: TotalLoss): Objective => ({
  name: total.name || "a function",
  terms: [],
  of: ({ weights, ...batch }) => {
    const [first] = Object.values(batch.inputs);
    const loss = tensorFrom(
      "loss",
      called("loss", total, () => total(batch)),
    );
    if (loss.rank === 0) {
      if (weights) throw wholeBatch("what the loss returned");
      return { loss, terms: {} };
    }
    const losses = perExample("loss", loss, first?.shape[0]);
    const { mean, weight } = weightedMean(losses, weightsFor(losses, losses.dtype, [weights]));
    return { loss: mean, ...(weight ? { weight } : {}), terms: {} };
  },
});

/** What the network answers in use: probabilities where its outputs are their logits, the outputs themselves otherwise. */
export const answerOf = (loss: Loss, output: Tensor): Tensor =>
  loss.probabilities ? tensorFrom(`loss ${loss.name}: probabilities`, loss.probabilities(output)) : output;
