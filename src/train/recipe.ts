import type { Dataset } from "../data/dataset.js";
import type { Net } from "../nn/network.js";
import { requireKnown } from "../options.js";
import { type FitOptions, type Splits, trainingOptions } from "./options.js";

/** A whole experiment: data, network, and how it is trained. */
export interface Recipe extends Omit<FitOptions, "signal" | "checkpoint" | "resume"> {
  /** What the run is called. */
  readonly name: string;
  readonly data: Dataset | Splits | (() => Dataset | Splits | Promise<Dataset | Splits>);
  readonly network: Net;
}

export const recipeOptions = ["name", "data", "network", ...trainingOptions] as const;

/**
 * Types a recipe file, which `steepest train recipe.ts` runs:
 *
 * ```ts
 * import { adam, defineRecipe, digits, linear, relu, sequential } from "steepest";
 *
 * export default defineRecipe({
 *   name: "small",
 *   data: () => digits(),
 *   network: sequential(linear(64), relu(), linear(10)),
 *   optimizer: adam({ learningRate: 0.002 }),
 *   epochs: 5,
 * });
 * ```
 */
export const defineRecipe = (recipe: Recipe): Recipe => requireKnown("recipe", recipe, recipeOptions);
