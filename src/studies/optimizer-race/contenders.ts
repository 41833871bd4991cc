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
  type Rate,
  type Rule,
  rmsProp,
} from "../../optim/index.js";

/** An optimiser in the race; only its learning rate is tuned. */
export interface Contender {
  readonly name: string;
  /** Whether the lecture teaches it; the others are drawn in grey. */
  readonly lecture: boolean;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
  /** For rules that act on matrices only, and leave vectors to another. */
  readonly matricesOnly?: boolean;
}

export const contenders: readonly Contender[] = [
  { name: "gradient descent", lecture: true, make: gradientDescent },
  { name: "momentum", lecture: true, make: momentum },
  { name: "AdaGrad", lecture: true, make: adagrad },
  { name: "RMSProp", lecture: true, make: rmsProp },
  { name: "Adam", lecture: true, make: adam },
  { name: "Nesterov", lecture: false, make: nesterov },
  {
    name: "RMSProp with momentum",
    lecture: false,
    make: ({ learningRate }) => rmsProp({ learningRate, momentum: 0.9 }),
  },
  { name: "AdaMax", lecture: false, make: adaMax },
  { name: "NAdam", lecture: false, make: nAdam },
  { name: "AMSGrad", lecture: false, make: amsGrad },
  { name: "AdamW", lecture: false, make: adamW },
  { name: "Adadelta", lecture: false, make: adadelta },
  { name: "Lion", lecture: false, make: lion },
  { name: "LARS", lecture: false, make: lars },
  { name: "LAMB", lecture: false, make: lamb },
  {
    name: "Muon",
    lecture: false,
    matricesOnly: true,
    make: ({ learningRate }) => muon({ learningRate, others: adamW({ learningRate: 0.003 }) }),
  },
];
