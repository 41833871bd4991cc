import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** How far the layer's outputs on a batch are from mean 0 and variance 1, the worst feature of all. */
export interface StandardOutputs {
  readonly features: number;
  readonly examples: number;
  readonly worstMean: number;
  readonly worstVariance: number;
}

/** Outputs with γ = 1 and β = 0. Lecture, "Batch Normalization". */
export const standardOutputsClaim = ({
  features,
  examples,
  worstMean,
  worstVariance,
}: StandardOutputs): Claim => ({
  claim: "Outputs have zero mean and unit variance over the batch",
  measured: `${features} ${features === 1 ? "feature" : "features"} of a batch of ${examples}: means at most ${short(worstMean)}, variances within ${short(worstVariance)} of 1`,
  // The ε in the root takes its share of small variances.
  verdict: judged(worstMean < 1e-5 && worstVariance < 2e-3),
});

/** Outputs with γ = √(Var + ε) and β = E against the inputs, as a share of the largest of these. Lecture, "Batch Normalization". */
export const identityClaim = (error: number): Claim => ({
  claim: "gamma = √Var[x] and beta = E[x] recover the identity",
  measured: `largest difference between output and input, relative to the largest input: ${short(error)} (float32)`,
  verdict: judged(error < 1e-6),
});

/** What running statistics are worth in use. */
export interface RunningStatistics {
  /** How many examples were answered one by one and together, and by how much the answers differ at most. */
  readonly examples: number;
  readonly independence: number;
  /** How far running means are from those of the training set, in its standard deviations, and variances, as a share; the worst of all. */
  readonly worstMean: number;
  readonly worstVariance: number;
}

/** Running statistics in the place of the batch's. Lecture, "Batch Normalization". */
export const runningStatisticsClaim = ({
  examples,
  independence,
  worstMean,
  worstVariance,
}: RunningStatistics): Claim => ({
  claim: "In use running statistics take the place of the batch's",
  measured: `answers to ${examples} examples one by one and together differ by at most ${short(independence)}; running means are within ${short(worstMean)} standard deviations and variances within ${short(100 * worstVariance)} % of the training set's`,
  verdict: judged(independence < 1e-5 && worstMean < 0.1 && worstVariance < 0.1),
});

/**
 * One learning rate, with and without: training losses at the end (Infinity where training diverged), and the one below which a network has learnt. Where
 * both have, or neither, the rate tells nothing. Lecture, "Batch Normalization".
 */
export const higherRateClaim = (rate: number, plain: number, normalised: number, learnt: number): Claim => {
  const [without, with_] = [plain < learnt, normalised < learnt];
  const text = (loss: number) => (Number.isFinite(loss) ? short(loss) : "∞ (diverged)");
  return {
    claim: "Networks with it stand higher learning rates",
    measured: `at a rate of ${short(rate)} the training loss ends at ${text(plain)} without and ${text(normalised)} with it (learnt: below ${short(learnt)})`,
    verdict: without === with_ ? "undecided" : judged(with_),
  };
};
