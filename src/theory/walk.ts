import { SteepestError } from "../errors.js";
import { givenText, requireFloat64 } from "../given.js";
import { inputName } from "../graph/index.js";
import { missing } from "../missing.js";
import { isRule, type Rule, rateAt, traceRule } from "../optim/rule.js";
import { requireKnown } from "../options.js";
import { allFinite } from "../vector.js";
import type { Objective } from "./objective.js";
import { float64, lazyProgram } from "./program.js";

/** What a walk left behind; entry t belongs to w_t. */
export interface Walk {
  readonly points: readonly Float64Array[];
  /** `f(w_t)`. */
  readonly values: readonly number[];
  /** Whether it ended because a value or gradient was no longer finite, which is not recorded. */
  readonly diverged: boolean;
}

export interface WalkOptions {
  readonly start: Float64Array;
  readonly steps: number;
  /** Ends the walk at a point, before its update. */
  readonly until?: (value: number, w: Float64Array) => boolean;
  /** Changes the gradient of a step (0, 1, …) before the rule sees it, as noise would. */
  readonly disturb?: (gradient: Float64Array, step: number) => Float64Array;
  /** Ends the walk by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows an update rule down an objective in float64: the rule's own graph, as the trainer compiles it, but in double
 * precision, so that a run can be watched far below what float32 resolves. Schedules see one step as one epoch.
 *
 * ```ts
 * const ravine = theory.quadraticObjective(theory.matrix([[1, 0], [0, 25]]), new Float64Array(2));
 * const { values } = await theory.walk(ravine, momentum({ learningRate: 0.02, beta: 0.75 }), { start: Float64Array.of(-9.5, 1.6), steps: 30 });
 * ```
 * Throws where the start does not have one number for each of the objective's.
 */
export const walk = async (objective: Objective, rule: Rule, options: WalkOptions): Promise<Walk> => {
  const names = ["start", "steps", "until", "disturb", "signal"] as const;
  const { start, steps, until, disturb, signal } = requireKnown("walk", options, names);
  if (!isRule(rule)) {
    throw new SteepestError(`walk: expected an update rule such as adam(), got ${givenText(rule)}`);
  }
  requireFloat64("walk: start", start);
  if (start.length !== objective.dimension) {
    throw new SteepestError(
      `walk: the start has ${start.length} numbers, "${objective.name}" takes ${objective.dimension}`,
    );
  }
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new SteepestError(`walk: steps is ${steps}; give a whole number that is not negative`);
  }
  const { theta, g, states, scalars, next } = traceRule(rule, [objective.dimension], "float64");
  const program = lazyProgram<string>({
    inputs: [theta, g, ...states.map((state) => state.input), ...scalars.map((scalar) => scalar.input)],
    outputs: Object.fromEntries(next.map(({ into, value }) => [`next ${inputName(into)}`, value])),
    work: objective.dimension * next.length,
  });
  try {
    let memory: Record<string, Float64Array> = Object.fromEntries(
      states.map(({ name, initial }) => [
        name,
        initial === "theta" ? start.slice() : new Float64Array(objective.dimension).fill(initial),
      ]),
    );
    let w = start;
    const points: Float64Array[] = [];
    const values: number[] = [];
    for (let step = 0; ; step++) {
      signal?.throwIfAborted();
      const { value, gradient } = await objective.valueAndGradient(w);
      if (!Number.isFinite(value) || !allFinite(gradient)) return { points, values, diverged: true };
      points.push(w);
      values.push(value);
      if (step === steps || until?.(value, w)) return { points, values, diverged: false };
      const time = { step, steps, stepsPerEpoch: 1 };
      const rates = scalars.map(({ input, rate }) => [inputName(input), [rateAt(rate, time)]] as const);
      const given = disturb?.(gradient, step) ?? gradient;
      const result = await program.run({ theta: w, g: given, ...memory, ...Object.fromEntries(rates) });
      const following = (name: string) => float64(result[`next ${name}`] ?? missing());
      w = following("theta");
      memory = Object.fromEntries(states.map(({ name }) => [name, following(name)]));
    }
  } finally {
    await program.release();
  }
};
