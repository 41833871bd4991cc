import { type OptimizerName, optimizerNames } from "../optim/optimizers.js";
import type { Schedule } from "../optim/rule.js";
import { warmup } from "../optim/schedules/combine.js";
import { cosineDecay, exponentialDecay, linearDecay, stepDecay } from "../optim/schedules/decay.js";
import { oneCycle } from "../optim/schedules/oneCycle.js";
import { choiceNamed } from "./names.js";

/** The optimiser of that name, also by the names that other libraries give it. Throws listing those there are. */
export const optimizerNamed = (name: string): OptimizerName =>
  choiceNamed("--optimizer", optimizerNames, name, {
    sgd: "gradient-descent",
    gd: "gradient-descent",
    sgdmomentum: "momentum",
    heavyball: "momentum",
    nag: "nesterov",
    nesterovmomentum: "nesterov",
  });

/** The schedules by the name they have on the command line; each starts from, or peaks at, the learning rate. */
export const schedules = {
  constant: (learningRate) => learningRate,
  cosine: (initial) => cosineDecay({ initial }),
  linear: (initial) => linearDecay({ initial }),
  step: (initial) => stepDecay({ initial, every: { fraction: 1 / 3 } }),
  exponential: (initial) => exponentialDecay({ initial, factor: 0.01, every: { fraction: 1 } }),
  "one-cycle": (peak) => oneCycle({ peak }),
  "warmup-cosine": (initial) => warmup(cosineDecay({ initial }), { fraction: 0.05 }),
} as const satisfies Readonly<Record<string, (learningRate: number) => Schedule | number>>;

export type ScheduleName = keyof typeof schedules;

export const scheduleNames = Object.keys(schedules) as ScheduleName[];

/** The schedule of that name, also by other names of it. Throws listing those there are. */
export const scheduleNamed = (name: string): ScheduleName =>
  choiceNamed("--schedule", scheduleNames, name, {
    none: "constant",
    fixed: "constant",
    cosinedecay: "cosine",
    cosineannealing: "cosine",
    steplr: "step",
    warmup: "warmup-cosine",
  });
