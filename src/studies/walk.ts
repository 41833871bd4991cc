import { compile } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { input, inputName, type Tensor } from "../graph/index.js";
import { type Rule, rateAt, ruleForShape } from "../optim/rule.js";
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
}

/**
 * Follows an update rule down an objective in float64: the rule's own graph, as the trainer compiles it, but in double
 * precision, so that a run can be watched far below what float32 resolves.
 */
export const walk = async (
  objective: Objective,
  general: Rule,
  { start, steps, until = () => false }: WalkOptions,
): Promise<Walk> => {
  if (start.length !== objective.dimension) {
    throw new SteepestError(
      `walk: the start has ${start.length} numbers, "${objective.name}" takes ${objective.dimension}`,
    );
  }
  const shape = [objective.dimension];
  const rule = ruleForShape(general, shape);
  const theta = input("theta", shape, "float64");
  const g = input("g", shape, "float64");
  const states = Object.keys(rule.states).map((name) => [name, input(name, shape, "float64")] as const);
  const rates: { readonly scalar: Tensor; readonly rate: Parameters<typeof rateAt>[0] }[] = [];
  const outputs = rule.update({
    theta,
    g,
    states: Object.fromEntries(states),
    at: (rate) => {
      const scalar = input(`scalar${rates.length}`, [], "float64");
      rates.push({ scalar, rate });
      return scalar;
    },
  });
  const program = await compile<string>(
    {
      inputs: [theta, g, ...states.map(([, state]) => state), ...rates.map(({ scalar }) => scalar)],
      outputs: {
        "next theta": outputs.theta,
        ...Object.fromEntries(states.map(([name, state]) => [`next ${name}`, outputs.states[name] ?? state])),
      },
    },
    { threads: 1 },
  );
  try {
    let memory: Record<string, Float64Array> = Object.fromEntries(
      Object.entries(rule.states).map(([name, initial]) => [
        name,
        initial === "theta" ? start.slice() : new Float64Array(objective.dimension).fill(initial),
      ]),
    );
    let w = start;
    const points: Float64Array[] = [];
    const values: number[] = [];
    for (let step = 0; ; step++) {
      const { value, gradient } = await objective.valueAndGradient(w);
      if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
        return { points, values, diverged: true };
      }
      points.push(w);
      values.push(value);
      if (step === steps || until(value, w)) return { points, values, diverged: false };
      const time = { step, steps, stepsPerEpoch: 1 };
      const scalars = rates.map(({ scalar, rate }) => [inputName(scalar), [rateAt(rate, time)]] as const);
      const next = await program.run({ theta: w, g: gradient, ...memory, ...Object.fromEntries(scalars) });
      const result = (name: string) => next[`next ${name}`]?.data as Float64Array;
      w = result("theta");
      memory = Object.fromEntries(states.map(([name]) => [name, result(name)]));
    }
  } finally {
    await program.release();
  }
};
