import type { Effort } from "../study.js";

/** How one row of the table is trained. Every number of it is here; what a recipe does not name is not used. */
export interface Recipe {
  /** At the first step; falls to 0 along half a cosine over all steps. */
  readonly learningRate: number;
  /** Of `momentum`: the effective rate is learningRate / (1 - beta). */
  readonly beta: number;
  readonly batchSize: number;
  readonly epochs: Readonly<Record<Effort, number>>;
  /** λ of λ·‖w‖² over all weights. */
  readonly l2?: number;
  /** λ of λ·‖w‖₁ by proximal steps, after this share of training. Under momentum the penalty that acts is (1 - beta)·λ. */
  readonly l1?: { readonly lambda: number; readonly after: number };
  /** weight·Σ KL(rho ‖ ρ̂) over the units of every hidden layer. */
  readonly klSparsity?: { readonly rho: number; readonly weight: number };
  /** Limit on the norm of every unit's incoming weights. */
  readonly maxNorm?: number;
  /** Probability that an input and a hidden unit is kept. */
  readonly keep?: { readonly input: number; readonly hidden: number };
}

export const rowNames = ["l2", "l2-l1", "l2-kl", "max-norm", "dropout-l2", "dropout-max-norm"] as const;

export type RowName = (typeof rowNames)[number];

/** A row of the lecture's table 9. */
export interface Row {
  /** As in the lecture. */
  readonly title: string;
  /** The lecture's test error in percent. */
  readonly lecture: number;
  readonly recipe: Recipe;
  /** Changes to the recipe that did no better on validation; trained beside it by `--select`. */
  readonly alternatives: readonly Partial<Recipe>[];
}
