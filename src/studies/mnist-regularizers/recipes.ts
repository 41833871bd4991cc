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

/** Hidden layers: those of the table's source for `full`, smaller ones else. */
export const widthsOf: Readonly<Record<Effort, readonly number[]>> = {
  quick: [256, 256],
  default: [512, 512],
  full: [1024, 1024, 2048],
};

/** How many examples are used at most. */
export const examplesOf: Readonly<Record<Effort, { readonly train: number; readonly test: number }>> = {
  quick: { train: 2000, test: 2000 },
  default: { train: 60_000, test: 10_000 },
  full: { train: 60_000, test: 10_000 },
};

const plain = {
  learningRate: 0.1,
  beta: 0.9,
  batchSize: 100,
  epochs: { quick: 15, default: 10, full: 30 },
} as const;

const thinned = {
  learningRate: 0.05,
  beta: 0.95,
  batchSize: 100,
  keep: { input: 0.8, hidden: 0.5 },
  epochs: { quick: 40, default: 20, full: 100 },
} as const;

/** The rows of the lecture's table in its order. */
export const rows: Readonly<Record<RowName, Row>> = {
  l2: {
    title: "L2",
    lecture: 1.62,
    recipe: { ...plain, l2: 1e-4 },
    alternatives: [{ l2: 3e-5 }, { l2: 1e-5 }, { l2: 1e-5, learningRate: 0.3 }],
  },
  "l2-l1": {
    title: "L2 + L1 applied towards the end of training",
    lecture: 1.6,
    recipe: { ...plain, l2: 1e-4, l1: { lambda: 1e-4, after: 0.5 } },
    alternatives: [{ l1: { lambda: 1e-4, after: 0.8 } }],
  },
  "l2-kl": {
    title: "L2 + KL-sparsity",
    lecture: 1.55,
    recipe: { ...plain, l2: 1e-4, klSparsity: { rho: 0.05, weight: 1e-4 } },
    alternatives: [{ klSparsity: { rho: 0.05, weight: 1e-3 } }],
  },
  "max-norm": {
    title: "Max-norm",
    lecture: 1.35,
    recipe: { ...plain, learningRate: 0.3, maxNorm: 1.5 },
    alternatives: [{ maxNorm: 2 }, { maxNorm: 3 }],
  },
  "dropout-l2": {
    title: "Dropout + L2",
    lecture: 1.25,
    recipe: { ...thinned, l2: 1e-5 },
    alternatives: [],
  },
  "dropout-max-norm": {
    title: "Dropout + Max-norm",
    lecture: 1.05,
    recipe: { ...thinned, maxNorm: 2.5 },
    alternatives: [],
  },
};

/** For the notes. */
export const howChosen = "";
