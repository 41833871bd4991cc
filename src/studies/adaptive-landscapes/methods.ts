import { meaning } from "../../figures/index.js";
import { adagrad, adam, gradientDescent, type Rate, type Rule, rmsProp } from "../../optim/index.js";

/** An update rule with what this study needs to know of it. */
export interface Method {
  readonly name: string;
  readonly colour: string;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
  /** The rate of the picture: small enough for the steps to be seen. */
  readonly drawn: { readonly nice: number; readonly notAsNice: number };
  /** Rates to choose from on the sparse problem: these, in half decades. */
  readonly sparse: readonly [low: number, high: number];
}

/** Gradient descent, and the lecture's three rules with a rate per parameter. */
export const methods: readonly Method[] = [
  {
    name: "gradient descent",
    colour: meaning.gradientDescent,
    make: gradientDescent,
    drawn: { nice: 0.1, notAsNice: 0.0195 },
    sparse: [0.1, 30],
  },
  {
    name: "AdaGrad",
    colour: meaning.adaGrad,
    make: adagrad,
    drawn: { nice: 1, notAsNice: 1 },
    sparse: [0.03, 3],
  },
  {
    name: "RMSProp",
    colour: meaning.rmsProp,
    make: rmsProp,
    drawn: { nice: 0.1, notAsNice: 0.1 },
    sparse: [0.003, 0.3],
  },
  {
    name: "Adam",
    colour: meaning.adam,
    make: adam,
    drawn: { nice: 0.1, notAsNice: 0.1 },
    sparse: [0.003, 0.3],
  },
];

/** A learning rate as one writes it, three digits. */
export const rounded = (rate: number): number => Number(rate.toPrecision(3));

/** From low to high, `perDecade` to a factor of ten. */
export const rates = (low: number, high: number, perDecade: number): number[] =>
  Array.from({ length: Math.round(perDecade * Math.log10(high / low)) + 1 }, (_, i) =>
    rounded(low * 10 ** (i / perDecade)),
  );
