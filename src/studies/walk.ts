import { compile } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { inputName } from "../graph/index.js";
import { type Rule, rateAt, traceRule } from "../optim/rule.js";
import type { Objective } from "../theory/index.js";

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
  /** Ends the walk by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows an update rule down an objective in float64: the rule's own graph, as the trainer compiles it, but in double
 * precision, so that a run can be watched far below what float32 resolves.
 */
export const walk = async (
  objective: Objective,
  rule: Rule,
  { start, steps, until = () => false, signal }: WalkOptions,
): Promise<Walk> => {
  if (start.length !== objective.dimension) {
    throw new SteepestError(
      `walk: the start has ${start.length} numbers, "${objective.name}" takes ${objective.dimension}`,
    );
  }
  const { theta, g, states, scalars, next } = traceRule(rule, [objective.dimension], "float64");
  const program = await compile<string>(
    {
      inputs: [theta, g, ...states.map((state) => state.input), ...scalars.map((scalar) => scalar.input)],
      outputs: Object.fromEntries(next.map(({ into, value }) => [`next ${inputName(into)}`, value])),
    },
    { threads: 1 },
  );
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
      if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
        return { points, values, diverged: true };
      }
      points.push(w);
      values.push(value);
      if (step === steps || until(value, w)) return { points, values, diverged: false };
      const time = { step, steps, stepsPerEpoch: 1 };
      const rates = scalars.map(({ input, rate }) => [inputName(input), [rateAt(rate, time)]] as const);
      const result = await program.run({ theta: w, g: gradient, ...memory, ...Object.fromEntries(rates) });
      const following = (name: string) => result[`next ${name}`]?.data as Float64Array;
      w = following("theta");
      memory = Object.fromEntries(states.map(({ name }) => [name, following(name)]));
    }
  } finally {
    await program.release();
  }
};
