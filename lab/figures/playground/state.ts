import { choice, type Point, point, points, range, seed, text } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export const nonlinearities = {
  tanh: "tanh",
  relu: "ReLU",
  leakyRelu: "leaky ReLU",
  sigmoid: "sigmoid",
  gelu: "GELU",
  silu: "SiLU",
  softplus: "softplus",
  hardSigmoid: "hard sigmoid",
  hardSwish: "hard swish",
  none: "none",
} as const;

/** Update rules by the names of the library's functions. */
export const rules = {
  gradientDescent: "gradient descent",
  momentum: "momentum",
  nesterov: "Nesterov",
  adagrad: "AdaGrad",
  rmsProp: "RMSProp",
  adam: "Adam",
  adamW: "AdamW",
  amsGrad: "AMSGrad",
  adaMax: "AdaMax",
  nAdam: "NAdam",
  adadelta: "Adadelta",
  lion: "Lion",
  lars: "LARS",
  lamb: "LAMB",
  muon: "Muon",
} as const;

export const schedules = {
  constant: "constant",
  cosineDecay: "cosine decay",
  linearDecay: "linear decay",
  oneCycle: "one cycle",
} as const;

export const penalties = { none: "none", l2: "L2", l1: "L1", weightDecay: "weight decay" } as const;

export const initialisers = {
  he: "He",
  xavier: "Xavier",
  leCun: "LeCun",
  orthogonal: "orthogonal",
  small: "N(0, 0.01²)",
  large: "N(0, 1)",
  zeros: "all zero",
} as const;

export const normalisations = { none: "none", batchNorm: "batch", layerNorm: "layer" } as const;

export const sources = {
  moons: "two moons",
  circles: "two circles",
  blobs: "two clouds",
  spirals: "two spirals",
  drawn: "drawn by hand",
} as const;

export interface State {
  readonly data: keyof typeof sources;
  readonly noise: number;
  readonly layers: string;
  readonly nonlinearity: keyof typeof nonlinearities;
  readonly rule: keyof typeof rules;
  readonly rate: number;
  readonly schedule: keyof typeof schedules;
  readonly batch: number;
  readonly epochs: number;
  readonly penalty: keyof typeof penalties;
  readonly lambda: number;
  readonly bound: number;
  readonly keep: number;
  readonly normalisation: keyof typeof normalisations;
  readonly init: keyof typeof initialisers;
  readonly seed: number;
  /** Where the network is asked. */
  readonly probe: Point;
  /** Points of either class, where they are drawn by hand. */
  readonly a: readonly Point[];
  readonly b: readonly Point[];
}

/** The plane that is seen. */
export const plane = { x: [-1.8, 2.4], y: [-1.6, 1.6] } as const;

const limits = [plane.x, plane.y] as const;

/** At most so many points of a class are drawn by hand. */
export const most = 60;

/** No bound on the weights. */
export const unbounded = 8;

export const fields: Fields<State> = {
  data: choice("d", "data", "moons", sources),
  noise: range("n", "noise", 0.2, { min: 0, max: 0.5, step: 0.01 }),
  layers: text("h", "units of the hidden layers", "8-6", "8-6, or nothing for none"),
  nonlinearity: choice("f", "nonlinearity", "tanh", nonlinearities),
  rule: choice("o", "optimiser", "adam", rules),
  rate: range("e", "learning rate", 0.02, { min: 1e-4, max: 3, logarithmic: true }),
  schedule: choice("sc", "schedule", "constant", schedules),
  batch: range("b", "batch size", 20, { min: 1, max: 160 }),
  epochs: range("t", "epochs", 40, { min: 1, max: 120 }),
  penalty: choice("p", "penalty", "none", penalties),
  lambda: range("l", "its strength λ", 0.003, { min: 1e-5, max: 1, logarithmic: true }),
  bound: range("mn", "max-norm of a unit's weights (at 8 none)", unbounded, {
    min: 0.25,
    max: unbounded,
    step: 0.25,
  }),
  keep: range("k", "dropout: share of units kept", 1, { min: 0.2, max: 1, step: 0.05 }),
  normalisation: choice("bn", "normalisation", "none", normalisations),
  init: choice("i", "initialiser", "he", initialisers),
  seed: seed(),
  probe: point("q", "where the network is asked", [0.5, 0.25], limits),
  a: points(
    "pa",
    "points of class 1",
    [
      [-0.8, 0.6],
      [-0.4, 0.9],
      [0, 0.7],
      [0.9, -0.6],
    ],
    limits,
    most,
  ),
  b: points(
    "pb",
    "points of class 2",
    [
      [0.6, 0.8],
      [1, 0.5],
      [-0.6, -0.5],
      [-0.2, -0.8],
    ],
    limits,
    most,
  ),
};

/** The units of each hidden layer, as typed. Throws where that is something else. */
export const unitsOf = ({ layers }: Pick<State, "layers">): number[] => {
  const units = layers.split(/[-–, ]+/).flatMap((part) => (part === "" ? [] : [Number(part)]));
  if (units.length > 4 || units.some((each) => !(Number.isInteger(each) && each >= 1 && each <= 32))) {
    throw new Error(
      `the hidden layers are "${layers}"; give the units of up to 4 layers, 1 to 32 each, as in 8-6`,
    );
  }
  return units;
};
