import { estimatedConstants, quadraticConstants } from "./curvature.js";
import type { Constant, Objective } from "./objective.js";
import { bothOrders, pairRoundoff, pointsOf, type SampleOptions, samplePairs } from "./pairs.js";
import { type PairCheck, worstPair } from "./smoothness.js";

export interface StrongConvexityReport extends Constant {
  /** `f(x₁) >= f(x₂) + ∇f(x₂)ᵀ(x₁ - x₂) + (mu/2)‖x₁ - x₂‖²`; `needed` is the mu that the worst pair allows. */
  readonly lowerBound: PairCheck;
  readonly verdict: string;
}

/** mu itself: known for the objective, exact for a quadratic, else an estimate from above; negative where f is not convex. */
export const strongConvexityConstant = async (
  objective: Objective,
  options: SampleOptions = {},
): Promise<Constant> => {
  if (objective.constants !== undefined) return objective.constants.strongConvexity();
  if (objective.quadratic) return (await quadraticConstants(objective)).mu;
  const pairs = await samplePairs(objective, "strong convexity", options);
  return (await estimatedConstants(objective, pairs, await pointsOf(objective, options))).mu;
};

/** How a constant of a given certainty is introduced in a sentence. */
const phrase = {
  exact: "exactly",
  bound: "at least",
  estimate: "at most, as an estimate,",
  given: "as given",
} as const;

/**
 * The strong convexity constant mu of an objective, and its inequality checked over fresh pairs of points: 0 for a
 * function that is convex but not strongly so, negative for one that is not convex. Exact for quadratics and least
 * squares, known for ridge and logistic regression, an estimate from above elsewhere.
 * Throws where f is not finite in the region, or where an option is out of range.
 *
 * Source: the lecture, "GD for Linear regression"; Nesterov, Introductory Lectures on Convex Optimization, 2.1.3.
 */
export const strongConvexity = async (
  objective: Objective,
  options: SampleOptions = {},
): Promise<StrongConvexityReport> => {
  const constant = await strongConvexityConstant(objective, options);
  const { value: mu } = constant;
  const pairs = await samplePairs(objective, "strong convexity check", options);
  const lowerBound = worstPair(
    bothOrders(pairs).map((order) => ({
      needed: (2 * order.excess) / order.distance ** 2,
      holds: order.excess >= (mu / 2) * order.distance ** 2 - pairRoundoff(objective, order),
      x1: order.first.x,
      x2: order.second.x,
    })),
    (a, b) => a < b,
  );
  const kind = mu > 0 ? "strongly convex" : mu === 0 ? "not strongly convex" : "not convex";
  return {
    ...constant,
    lowerBound,
    verdict: `${objective.name} is ${constant.certainty === "estimate" ? "by the samples " : ""}${kind}: mu is ${phrase[constant.certainty]} ${mu.toPrecision(8)} (${constant.how})${
      lowerBound.holds ? "" : `; but a pair allows only ${lowerBound.needed.toPrecision(8)}`
    }`,
  };
};
