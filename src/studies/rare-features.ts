import { type Dataset, dataset } from "../data/index.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";

/** A problem whose features are equally important but not equally frequent. */
export interface RareFeatures {
  readonly train: Dataset;
  /** What learning rates are chosen on. */
  readonly validation: Dataset;
  readonly test: Dataset;
  /** The weights that made the labels, ±2. */
  readonly weights: Float32Array;
  /** How often each feature is 1. */
  readonly frequencies: Float32Array;
}

/**
 * One problem of many, numbered by `trial`. Binary features, feature j being 1 with a probability that falls from ½ like 1/j, and labels drawn from the logistic model
 * with weights of ±2: words in documents, where the rare ones say as much as the common ones.
 */
export const rareFeatures = ({
  features,
  examples,
  seed,
  trial = 0,
}: {
  readonly features: number;
  readonly examples: number;
  readonly seed: number;
  readonly trial?: number;
}): RareFeatures => {
  const signs = random(seed, "rare features: weights", trial);
  const weights = Float32Array.from({ length: features }, () => (signs.uniform() < 0.5 ? -2 : 2));
  const frequencies = Float32Array.from({ length: features }, (_, j) => 0.5 / (1 + j / 4));
  const part = (name: "train" | "validation" | "test"): Dataset => {
    const draws = random(seed, `rare features: ${name}`, trial);
    const inputs = new Float32Array(examples * features);
    const targets = new Float32Array(examples);
    for (let i = 0; i < examples; i++) {
      let logit = 0;
      for (let j = 0; j < features; j++) {
        if (draws.uniform() >= (frequencies[j] ?? missing())) continue;
        inputs[i * features + j] = 1;
        logit += weights[j] ?? missing();
      }
      targets[i] = draws.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    }
    return dataset({ name: `rare features ${name}`, inputs, targets, inputShape: [features] });
  };
  return {
    train: part("train"),
    validation: part("validation"),
    test: part("test"),
    weights,
    frequencies,
  };
};
