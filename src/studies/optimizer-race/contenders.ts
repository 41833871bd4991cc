import { adamW, muon, type Rate, type Rule, rmsProp } from "../../optim/index.js";
import { type OptimizerName, optimizerNames, optimizers } from "../../optim/optimizers.js";

/** An optimiser in the race; only its learning rate is tuned. */
export interface Contender {
  readonly name: string;
  /** Whether the lecture teaches it; the others are variants. */
  readonly lecture: boolean;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
  /** For rules that act on matrices only, and leave vectors to another. */
  readonly matricesOnly?: boolean;
}

const taught: readonly OptimizerName[] = ["gradient-descent", "momentum", "adagrad", "rmsprop", "adam"];

const named = (name: OptimizerName): Contender => ({
  name: optimizers[name].title,
  lecture: taught.includes(name),
  make: optimizers[name].make,
});

/** Muon's vectors are trained at one rate throughout, so that what is tuned is Muon. */
const matrices: Contender = {
  ...named("muon"),
  matricesOnly: true,
  make: ({ learningRate }) => muon({ learningRate, others: adamW({ learningRate: 0.003 }) }),
};

/** The lecture's methods first, then every other optimiser there is. */
export const contenders: readonly Contender[] = [
  ...taught.map(named),
  ...optimizerNames.filter((name) => name !== "muon" && !taught.includes(name)).map(named),
  {
    name: "RMSProp with momentum",
    lecture: false,
    make: ({ learningRate }) => rmsProp({ learningRate, momentum: 0.9 }),
  },
  matrices,
];
