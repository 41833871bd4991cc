import { range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  readonly patience: number;
  readonly examples: number;
  readonly wrong: number;
  readonly units: number;
  readonly rate: number;
  readonly epochs: number;
  readonly seed: number;
}

export const fields: Fields<State> = {
  patience: range("p", "patience, in epochs", 10, { min: 1, max: 60 }),
  examples: range("n", "training examples", 80, { min: 20, max: 400, step: 10 }),
  wrong: range("w", "share of labels drawn at random", 0.3, { min: 0, max: 0.6, step: 0.05 }),
  units: range("h", "units of each of two hidden layers", 64, { min: 2, max: 128 }),
  rate: range("e", "learning rate of Adam", 0.01, { min: 1e-4, max: 0.1, logarithmic: true }),
  epochs: range("t", "epochs to the end", 80, { min: 10, max: 150 }),
  seed: seed(),
};
