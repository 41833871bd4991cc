import { plus, scaled } from "../vector.js";
import { lanczos } from "./lanczos.js";
import type { Objective } from "./objective.js";
import {
  bothOrders,
  evaluate,
  type Pair,
  pairRoundoff,
  region,
  type SampleOptions,
  samplePairs,
} from "./pairs.js";

/** The pair for which the first-order condition fails most, or holds by the smallest margin. */
export interface ConvexityWitness {
  readonly x1: Float64Array;
  readonly x2: Float64Array;
  /** `f(x₁)`. */
  readonly value: number;
  /** `f(x₂) + ∇f(x₂)ᵀ(x₁ - x₂)`. */
  readonly tangent: number;
  /** `tangent - value`: positive where the condition fails. */
  readonly violation: number;
  /** Rounding error that the violation may be made of; only more than this counts. */
  readonly tolerance: number;
}

export interface ConvexityReport {
  /** No counter-example was found: convex on the samples, which proves nothing beyond them. */
  readonly convex: boolean;
  /** Pairs checked, both orders of each. */
  readonly pairs: number;
  readonly worst: ConvexityWitness;
  readonly verdict: string;
}

/** Points at which the direction of most negative curvature is followed as well. */
const curvaturePoints = 5;

/**
 * Pairs along the direction of the Hessian's smallest eigenvalue at some of the points, where it is negative: a saddle
 * of many dimensions has few directions that show it, which random ones miss.
 */
const curvedPairs = async (objective: Objective, pairs: readonly Pair[], options: SampleOptions) => {
  const { radius, seed } = region(objective, options);
  const found: Pair[] = [];
  for (const [, point] of pairs.slice(0, curvaturePoints)) {
    const { dimension } = objective;
    const apply = (v: Float64Array) => objective.hessianVector(point.x, v);
    const { smallest } = await lanczos({ dimension, apply }, { seed, maxSteps: Math.min(dimension, 50) });
    if (smallest.value >= 0) continue;
    const direction = scaled(smallest.vector(), radius);
    for (const step of [1, 0.1, 0.01]) {
      found.push([await evaluate(objective, plus(point.x, direction, step)), point]);
    }
  }
  return found;
};

/**
 * Looks for pairs that break convexity's first-order condition `f(x₁) >= f(x₂) + ∇f(x₂)ᵀ(x₁ - x₂)`: random ones, and
 * ones along directions of negative curvature. A counter-example is a proof; finding none is not.
 * Throws where f is not finite in the region, or where an option is out of range.
 *
 * Source: the lecture, "Convex Optimization".
 */
export const convexity = async (
  objective: Objective,
  options: SampleOptions = {},
): Promise<ConvexityReport> => {
  const sampled = await samplePairs(objective, "convexity", options);
  const pairs = [...sampled, ...(await curvedPairs(objective, sampled, options))];
  const margins = bothOrders(pairs).map((order) => {
    const tolerance = pairRoundoff(objective, order);
    const scale = Math.abs(order.first.value) + Math.abs(order.second.value) + Math.abs(order.slope);
    const failed = -order.excess > tolerance;
    // Failures before all others; among equals, what is large beside the terms it is made of.
    return { order, tolerance, failed, size: scale === 0 ? 0 : -order.excess / scale };
  });
  const worst = margins.reduce((a, b) =>
    a.failed === b.failed ? (b.size > a.size ? b : a) : a.failed ? a : b,
  );
  const { first, second, slope, excess } = worst.order;
  const convex = !worst.failed;
  return {
    convex,
    pairs: pairs.length,
    worst: {
      x1: first.x,
      x2: second.x,
      value: first.value,
      tangent: second.value + slope,
      violation: -excess,
      tolerance: worst.tolerance,
    },
    verdict: convex
      ? `${objective.name} is convex on the samples: f(x1) >= f(x2) + grad f(x2)'(x1 - x2) held for ${pairs.length} pairs in both orders`
      : `${objective.name} is not convex: for the pair given, f(x1) = ${first.value.toPrecision(6)} lies ${(-excess).toPrecision(3)} below the tangent at x2, where ${worst.tolerance.toExponential(1)} could be rounding`,
  };
};
