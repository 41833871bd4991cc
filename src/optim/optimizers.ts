import type { Rate, Rule } from "./rule.js";
import { adadelta } from "./rules/adadelta.js";
import { adagrad } from "./rules/adagrad.js";
import { adaMax } from "./rules/adaMax.js";
import { adam, adamW } from "./rules/adam.js";
import { amsGrad } from "./rules/amsGrad.js";
import { gradientDescent } from "./rules/gradientDescent.js";
import { lamb } from "./rules/lamb.js";
import { lars } from "./rules/lars.js";
import { lion } from "./rules/lion.js";
import { momentum, nesterov } from "./rules/momentum.js";
import { muon } from "./rules/muon.js";
import { nAdam } from "./rules/nAdam.js";
import { rmsProp } from "./rules/rmsProp.js";

/** An optimiser with all settings but the learning rate at their defaults. */
export interface NamedOptimizer {
  /** As prose, tables and figures write it. */
  readonly title: string;
  /** A learning rate to begin with. */
  readonly learningRate: number;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
}

/** Every optimiser by its plain name, as the command line takes it. */
export const optimizers = {
  "gradient-descent": { title: "gradient descent", learningRate: 0.1, make: gradientDescent },
  momentum: { title: "momentum", learningRate: 0.05, make: momentum },
  nesterov: { title: "Nesterov", learningRate: 0.05, make: nesterov },
  adagrad: { title: "AdaGrad", learningRate: 0.01, make: adagrad },
  rmsprop: { title: "RMSProp", learningRate: 0.001, make: rmsProp },
  adam: { title: "Adam", learningRate: 0.001, make: adam },
  adamw: { title: "AdamW", learningRate: 0.001, make: adamW },
  adamax: { title: "AdaMax", learningRate: 0.002, make: adaMax },
  nadam: { title: "NAdam", learningRate: 0.001, make: nAdam },
  amsgrad: { title: "AMSGrad", learningRate: 0.001, make: amsGrad },
  adadelta: { title: "Adadelta", learningRate: 1, make: adadelta },
  lion: { title: "Lion", learningRate: 0.0001, make: lion },
  lars: { title: "LARS", learningRate: 1, make: lars },
  lamb: { title: "LAMB", learningRate: 0.002, make: lamb },
  muon: { title: "Muon", learningRate: 0.02, make: muon },
} as const satisfies Readonly<Record<string, NamedOptimizer>>;

export type OptimizerName = keyof typeof optimizers;

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];
