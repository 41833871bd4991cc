import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  gradientDescent,
  lamb,
  lars,
  lion,
  momentum,
  muon,
  nAdam,
  nesterov,
  rmsProp,
} from "../optim/index.js";
import type { Rate, Rule, Schedule } from "../optim/rule.js";
import { warmup } from "../optim/schedules/combine.js";
import { cosineDecay, exponentialDecay, linearDecay, stepDecay } from "../optim/schedules/decay.js";
import { oneCycle } from "../optim/schedules/oneCycle.js";

interface OptimizerChoice {
  /** The learning rate where none is given. */
  readonly learningRate: number;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
}

/** The optimisers by the name they have on the command line. */
export const optimizers: Readonly<Record<string, OptimizerChoice>> = {
  "gradient-descent": { learningRate: 0.1, make: gradientDescent },
  momentum: { learningRate: 0.05, make: momentum },
  nesterov: { learningRate: 0.05, make: nesterov },
  adagrad: { learningRate: 0.01, make: adagrad },
  rmsprop: { learningRate: 0.001, make: rmsProp },
  adam: { learningRate: 0.001, make: adam },
  adamw: { learningRate: 0.001, make: adamW },
  adamax: { learningRate: 0.002, make: adaMax },
  nadam: { learningRate: 0.001, make: nAdam },
  amsgrad: { learningRate: 0.001, make: amsGrad },
  adadelta: { learningRate: 1, make: adadelta },
  lion: { learningRate: 0.0001, make: lion },
  lars: { learningRate: 1, make: lars },
  lamb: { learningRate: 0.002, make: lamb },
  muon: { learningRate: 0.02, make: muon },
};

/** The schedules by the name they have on the command line; each starts from, or peaks at, the learning rate. */
export const schedules: Readonly<Record<string, (learningRate: number) => Schedule | number>> = {
  constant: (learningRate) => learningRate,
  cosine: (initial) => cosineDecay({ initial }),
  linear: (initial) => linearDecay({ initial }),
  step: (initial) => stepDecay({ initial, every: { fraction: 1 / 3 } }),
  exponential: (initial) => exponentialDecay({ initial, factor: 0.01, every: { fraction: 1 } }),
  "one-cycle": (peak) => oneCycle({ peak }),
  "warmup-cosine": (initial) => warmup(cosineDecay({ initial }), { fraction: 0.05 }),
};
