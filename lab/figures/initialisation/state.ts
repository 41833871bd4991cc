import { choice, range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

/** "fixed": normal weights of one σ in every layer. */
export type Rule = "fixed" | "leCun" | "xavier" | "he";

export type Nonlinearity = "none" | "tanh" | "relu" | "sigmoid" | "leakyRelu" | "gelu" | "silu";

export interface State {
  readonly activation: Nonlinearity;
  readonly rule: Rule;
  readonly sigma: number;
  readonly depth: number;
  /** Units of the input, and of the last layer; those between lie on a geometric sequence. */
  readonly inputs: number;
  readonly outputs: number;
  /** What all weights of the small network start at. */
  readonly equal: number;
  readonly seed: number;
}

export const names: Readonly<Record<Rule, string>> = {
  fixed: "N(0, σ²), the same σ everywhere",
  leCun: "LeCun, σ² = 1/n_in",
  xavier: "Xavier, σ² = 2/(n_in + n_out)",
  he: "He, σ² = 2/n_in",
};

export const sigmas = { min: 0.001, max: 1 } as const;

const units = { min: 32, max: 256, step: 16 } as const;

export const fields: Fields<State> = {
  activation: choice("a", "nonlinearity", "relu", {
    none: "none",
    tanh: "tanh",
    relu: "relu",
    sigmoid: "sigmoid",
    leakyRelu: "leaky relu",
    gelu: "gelu",
    silu: "silu",
  }),
  rule: choice("r", "weights", "leCun", names),
  sigma: range("w", "σ", 0.05, { ...sigmas, logarithmic: true }),
  depth: range("d", "layers", 10, { min: 2, max: 20 }),
  inputs: range("n", "units of the input", 128, units),
  outputs: range("m", "units of the last layer", 128, units),
  equal: range("c", "equal weights start at", 0.5, { min: 0, max: 1, step: 0.05 }),
  seed: seed(),
};

/** Units of the input and of every layer. */
export const widthsOf = ({ depth, inputs, outputs }: State): readonly number[] =>
  Array.from({ length: depth + 1 }, (_, i) => Math.round(inputs * (outputs / inputs) ** (i / depth)));

/** Geometric mean of the inputs of layers 2, 3, …, through which V[o] changes. */
export const meanInputs = (state: State): number => {
  const between = widthsOf(state).slice(1, -1);
  return Math.exp(between.reduce((sum, n) => sum + Math.log(n), 0) / between.length);
};
