import { sqrt, type Tensor } from "../../graph/index.js";
import type { Schedule } from "../rule.js";

/** An exponentially decaying average, one value later: `β·average + (1 - β)·value`. */
export const decayingAverage = (average: Tensor, value: Tensor, beta: number): Tensor =>
  average.mul(beta).add(value.mul(1 - beta));

/**
 * `1 / (1 - β^t)` at the t-th update: what an average that started at 0 is multiplied by to become unbiased (Kingma & Ba
 * 2014, section 3).
 */
export const biasCorrectionOf =
  (beta: number): Schedule =>
  ({ step }) =>
    1 / (1 - beta ** (step + 1));

/** Where ε stands under a division by √s: `√(s + ε)`, as in the lecture, or `√s + ε`, as in PyTorch. */
export type EpsilonPlacement = (typeof epsilonPlacements)[number];

export const epsilonPlacements = ["inside", "outside"] as const;

/** `√(s + ε)` or `√s + ε`. */
export const rootWithEpsilon = (s: Tensor, epsilon: number, placement: EpsilonPlacement): Tensor =>
  placement === "inside" ? sqrt(s.add(epsilon)) : sqrt(s).add(epsilon);
