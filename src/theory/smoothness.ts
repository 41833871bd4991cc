import { minus, norm } from "../vector.js";
import { estimatedConstants, quadraticConstants } from "./curvature.js";
import type { Constant, Objective } from "./objective.js";
import { bothOrders, pointsOf, type SampleOptions, samplePairs } from "./pairs.js";
import { gradientRoundoff, spreadOf, valueRoundoff } from "./rounding.js";

/** How an inequality fared over pairs of points. */
export interface PairCheck {
  readonly holds: boolean;
  /** The largest of left side over right side, or over it the constant that would have been needed. */
  readonly needed: number;
  readonly x1: Float64Array;
  readonly x2: Float64Array;
}

export interface SmoothnessReport extends Constant {
  /** `‖∇f(x₁) - ∇f(x₂)‖ <= L‖x₁ - x₂‖`; `needed` is the largest ratio met, an L from below. */
  readonly lipschitz: PairCheck;
  /** `f(x₁) <= f(x₂) + ∇f(x₂)ᵀ(x₁ - x₂) + (L/2)‖x₁ - x₂‖²`; `needed` is the L the worst pair asks for. */
  readonly upperBound: PairCheck;
  readonly verdict: string;
}

/** L itself: known for the objective, exact for a quadratic, else an estimate from below. */
export const smoothnessConstant = async (
  objective: Objective,
  options: SampleOptions = {},
): Promise<Constant> => {
  if (objective.constants !== undefined) return objective.constants.smoothness();
  if (objective.quadratic) return (await quadraticConstants(objective)).L;
  const pairs = await samplePairs(objective, "smoothness", options);
  return (await estimatedConstants(objective, pairs, await pointsOf(objective, options))).L;
};

/** The pair that asks for the largest constant, and whether any pair asks for more than is allowed. */
export const worstPair = (
  asks: readonly {
    readonly needed: number;
    readonly holds: boolean;
    readonly x1: Float64Array;
    readonly x2: Float64Array;
  }[],
  worse: (a: number, b: number) => boolean,
): PairCheck => {
  const worst = asks.reduce((a, b) =>
    a.holds === b.holds ? (worse(b.needed, a.needed) ? b : a) : a.holds ? b : a,
  );
  return { holds: worst.holds, needed: worst.needed, x1: worst.x1, x2: worst.x2 };
};

/** How a constant of a given certainty is introduced in a sentence. */
const phrase = {
  exact: "exactly",
  bound: "at most",
  estimate: "at least, as an estimate,",
  given: "as given",
} as const;

/**
 * The smoothness constant L of an objective, and both inequalities that define it checked over fresh pairs of points.
 * L is exact for quadratics, known for least squares, ridge and logistic regression (Lanczos' method on products with
 * X), and an estimate from below elsewhere: the largest curvature of the Hessian (Lanczos' method on Hessian-vector products) at 0, at
 * `around`, at the `points` given and at sampled ones, and of sampled pairs of gradients. Tolerances: see `rounding.ts`.
 * Throws where f is not finite in the region, or where an option is out of range.
 *
 * Source: the lecture, "Convex Optimization".
 */
export const smoothness = async (
  objective: Objective,
  options: SampleOptions = {},
): Promise<SmoothnessReport> => {
  const constant = await smoothnessConstant(objective, options);
  const { value: L } = constant;
  const pairs = await samplePairs(objective, "smoothness check", options);
  const { rounding } = objective;
  const orders = bothOrders(pairs);
  const lipschitz = worstPair(
    orders.map(({ first, second, distance }) => {
      const change = norm(minus(first.gradient, second.gradient));
      const tolerance =
        gradientRoundoff(rounding, L, first.value, spreadOf(rounding, L, first.x)) +
        gradientRoundoff(rounding, L, second.value, spreadOf(rounding, L, second.x));
      return {
        needed: change / distance,
        holds: change <= L * distance + tolerance,
        x1: first.x,
        x2: second.x,
      };
    }),
    (a, b) => a > b,
  );
  const upperBound = worstPair(
    orders.map(({ first, second, distance, excess }) => {
      const tolerance =
        valueRoundoff(rounding, first.value, spreadOf(rounding, L, first.x)) +
        valueRoundoff(rounding, second.value, spreadOf(rounding, L, second.x)) +
        distance * gradientRoundoff(rounding, L, second.value, spreadOf(rounding, L, second.x));
      return {
        needed: (2 * excess) / distance ** 2,
        holds: excess <= (L / 2) * distance ** 2 + tolerance,
        x1: first.x,
        x2: second.x,
      };
    }),
    (a, b) => a > b,
  );
  const held = lipschitz.holds && upperBound.holds;
  return {
    ...constant,
    lipschitz,
    upperBound,
    verdict: `${objective.name}: L is ${phrase[constant.certainty]} ${L.toPrecision(8)} (${constant.how}); ${
      held
        ? `both inequalities held for ${pairs.length} fresh pairs`
        : `but a pair asks for ${Math.max(lipschitz.needed, upperBound.needed).toPrecision(8)}`
    }`,
  };
};
