import { theory } from "steepest";
import { convexityClaim, smoothnessClaim } from "steepest/claims";
import type { Computed } from "../../parts/definition.js";
import { objectiveOfX, valuesAt } from "../objectives.js";
import { domain, type State, textOf } from "./state.js";

/** A pair of points with the inequalities there. */
export interface PairAt {
  readonly x1: number;
  readonly x2: number;
  readonly value1: number;
  readonly value2: number;
  readonly slope2: number;
  /** The tangent at x₂ and the quadratic that touches there, at x₁. */
  readonly tangent: number;
  readonly quadratic: number;
}

export interface Result extends Computed {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The L that was found, and the one of the quadratic. */
  readonly found: theory.Constant;
  readonly L: number;
  readonly mu: theory.Constant;
  readonly pair: PairAt;
  /** The pair at which convexity fails most, or holds by least. */
  readonly worst: { readonly x1: number; readonly x2: number; readonly violation: number };
  /** The pair that asks for the largest L. */
  readonly steepest: { readonly x1: number; readonly x2: number; readonly needed: number };
}

export const compute = async (state: State): Promise<Result> => {
  const f = objectiveOfX(textOf(state));
  const [from, to] = domain;
  // Pairs are drawn from a normal distribution, three deviations of which are the picture.
  const sampled = { radius: to / 3, seed: state.seed };
  const convex = await theory.convexity(f, sampled);
  const smooth = await theory.smoothness(f, sampled);
  const mu = await theory.strongConvexityConstant(f, sampled);
  const L = state.share * smooth.value;
  const x = Float64Array.from({ length: 241 }, (_, i) => from + ((to - from) * i) / 240);
  const [a, b] = [await at(f, state.x1), await at(f, state.x2)];
  const distance = state.x1 - state.x2;
  const tangent = b.value + b.slope * distance;
  const place = (pair: { readonly x1: Float64Array; readonly x2: Float64Array }) => ({
    x1: pair.x1[0] ?? 0,
    x2: pair.x2[0] ?? 0,
  });
  return {
    x,
    y: await valuesAt(
      f,
      Array.from(x, (each) => Float64Array.of(each)),
    ),
    found: { value: smooth.value, certainty: smooth.certainty, how: smooth.how },
    L,
    mu,
    pair: {
      x1: state.x1,
      x2: state.x2,
      value1: a.value,
      value2: b.value,
      slope2: b.slope,
      tangent,
      quadratic: tangent + (L / 2) * distance ** 2,
    },
    worst: { ...place(convex.worst), violation: convex.worst.violation },
    steepest: { ...place(smooth.upperBound), needed: smooth.upperBound.needed },
    claims: [convexityClaim(convex), smoothnessClaim(smooth, L)],
  };
};

const at = async (f: theory.Objective, x: number) => {
  const { value, gradient } = await f.valueAndGradient(Float64Array.of(x));
  return { value, slope: gradient[0] ?? 0 };
};
