import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import { allFinite, dot, largestOf, minus, norm, plus } from "../vector.js";
import type { Objective, ValueAndGradient } from "./objective.js";

export interface SampleOptions {
  /** Number of pairs. @defaultValue 200 */
  readonly samples?: number;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Centre of the region to look at, such as w_0. @defaultValue the origin */
  readonly around?: Float64Array;
  /** Size of that region: standard deviation of each coordinate. Where it is given, estimates keep to the region. @defaultValue 1 */
  readonly radius?: number;
  /** Further points at which curvature is looked at, such as the iterates `visited` by a run. @defaultValue none */
  readonly points?: readonly Float64Array[];
}

/** A point with the value and the gradient there. */
export interface Point extends ValueAndGradient {
  readonly x: Float64Array;
}

export type Pair = readonly [Point, Point];

/** Evaluates an objective at x. Throws where the result is not finite: x lies outside its domain. */
export const evaluate = async (objective: Objective, x: Float64Array): Promise<Point> => {
  const { value, gradient } = await objective.valueAndGradient(x);
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
    throw new SteepestError(
      `objective "${objective.name}": value ${value} or its gradient is not finite at w = [${Array.from(x.subarray(0, 6), (xi) => xi.toPrecision(4))}${x.length > 6 ? ", …" : ""}]; choose around and radius inside its domain`,
    );
  }
  return { x, value, gradient };
};

/** `radius`, `samples` and `around` with their defaults, checked. */
export const region = (objective: Objective, options: SampleOptions): Required<SampleOptions> => {
  const {
    samples = 200,
    seed = 0,
    around = new Float64Array(objective.dimension),
    radius = 1,
    points = [],
  } = requireKnown(`objective "${objective.name}"`, options, [
    "samples",
    "seed",
    "around",
    "radius",
    "points",
  ]);
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw new SteepestError(`samples is ${samples}; give a whole number of pairs >= 1`);
  }
  if (!(radius > 0 && radius < Infinity)) {
    throw new SteepestError(`radius is ${radius}; give a positive finite number`);
  }
  if (around.length !== objective.dimension) {
    throw new SteepestError(
      `around has ${around.length} elements; objective "${objective.name}" has dimension ${objective.dimension}`,
    );
  }
  return { samples, seed, around, radius, points };
};

/**
 * The points at which an estimate takes the Hessian whatever is drawn: `around`, `points`, and the origin, unless f is not finite there or
 * the radius given leaves it out.
 */
export const pointsOf = async (objective: Objective, options: SampleOptions): Promise<Float64Array[]> => {
  const { around, points, radius } = region(objective, options);
  const isOutside = options.radius !== undefined && around.some((x) => Math.abs(x) > 3 * radius);
  if (isOutside) return [around, ...points];
  const origin = new Float64Array(objective.dimension);
  const { value, gradient } = await objective.valueAndGradient(origin);
  const inside = Number.isFinite(value) && allFinite(gradient);
  const first = inside && around.some((x) => x !== 0) ? [around, origin] : [around];
  return [...first, ...points];
};

/**
 * Pairs of points x₁, x₂ of a region, with values and gradients. x₂ is drawn from N(around, radius²); x₁ likewise for half
 * of the pairs, else at a distance of 10⁻³ to 1 times that in a random direction or along a coordinate, so that
 * both large and small features of f are met. Pairs that rounding makes equal are left out; throws where that is all of them.
 */
export const samplePairs = async (
  objective: Objective,
  purpose: string,
  options: SampleOptions,
): Promise<Pair[]> => {
  const { samples, seed, around, radius } = region(objective, options);
  const stream = random(seed, purpose);
  const normal = () => {
    const v = new Float64Array(objective.dimension);
    stream.fillNormal(v, 0, radius);
    return v;
  };
  const coordinate = () => {
    const v = new Float64Array(objective.dimension);
    v[stream.integer(objective.dimension)] = radius * stream.normal();
    return v;
  };
  const pairs: Pair[] = [];
  for (let i = 0; i < samples; i++) {
    const x2 = plus(around, normal());
    const distance = 10 ** (-3 * stream.uniform());
    const x1 =
      i % 2 === 0 ? plus(around, normal()) : plus(x2, i % 4 === 1 ? normal() : coordinate(), distance);
    if (x1.some((x, j) => x !== x2[j])) {
      pairs.push([await evaluate(objective, x1), await evaluate(objective, x2)]);
    }
  }
  if (pairs.length === 0) {
    throw new SteepestError(
      `radius ${radius} is lost beside numbers as large as those of around (${largestOf(around)}): no two points differ; give a larger one`,
    );
  }
  return pairs;
};

/** Both orders of each pair, with what the inequalities are made of: Δ = x₁ - x₂ and `f(x₁) - f(x₂) - ∇f(x₂)ᵀΔ`. */
export const bothOrders = (pairs: readonly Pair[]) =>
  pairs
    .flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
    .map(([first, second]) => {
      const step = minus(first.x, second.x);
      const slope = dot(second.gradient, step);
      return { first, second, distance: norm(step), slope, excess: first.value - second.value - slope };
    });

/**
 * Rounding error that `f(x₁) - f(x₂) - ∇f(x₂)ᵀΔ` may have where no L is known:
 * `γ·(|f(x₁)| + |f(x₂)| + |∇f(x₂)ᵀΔ| + ‖∇f(x₁)‖‖x₁‖ + ‖∇f(x₂)‖‖x₂‖ + ‖∇f(x₂)‖‖Δ‖ + floor)`, the last three being what
 * relative errors of size γ in x and in the gradient do.
 */
export const pairRoundoff = (
  { rounding: { gamma, floor } }: Objective,
  { first, second, distance, slope }: ReturnType<typeof bothOrders>[number],
): number =>
  gamma *
  (Math.abs(first.value) +
    Math.abs(second.value) +
    Math.abs(slope) +
    norm(first.gradient) * norm(first.x) +
    norm(second.gradient) * (norm(second.x) + distance) +
    floor);
