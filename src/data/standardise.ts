import { checkOneOf } from "../check.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { batches } from "./batches.js";
import { type Dataset, soleInput } from "./dataset.js";
import { soleFloats } from "./rows.js";

/** Shift and scale of every input feature: x̂ⱼ = (xⱼ − meanⱼ) / scaleⱼ. Both have the input's size. */
export interface Standardisation {
  readonly mean: Float64Array;
  readonly scale: Float32Array;
}

/** What `standardise` fits. */
export interface StandardiseOptions {
  /**
   * "feature": each input feature has its own mean and scale. "all": one mean and scale for the whole input, the better choice
   * for images, where neighbouring pixels share a meaning and many are nearly constant.
   * @defaultValue "feature"
   */
  readonly per?: "feature" | "all";
}

/** No training value of a standardised feature is larger than this. */
const LARGEST = 10;

/** Examples read at a time. */
const CHUNK = 256;

/**
 * Fits the lecture's preprocessing `X -= mean; X /= std` on a dataset, which must be the training split only. The
 * moments are summed in float64, chunk by chunk, and merged by the formula of Chan, Golub and LeVeque (1983).
 *
 * The scale of feature j is max(sdⱼ, max|xⱼ − meanⱼ| / 10), so that a feature that is nearly always the same (a
 * border pixel inked in one image of thousands) cannot become larger than 10; a feature that never changes has scale
 * 1 and becomes 0. The standard deviation is the population's (divided by n).
 */
export const standardise = async (
  dataset: Dataset,
  options: StandardiseOptions = {},
): Promise<Standardisation> => {
  const { per = "feature" } = requireKnown("standardise", options, ["per"]);
  checkOneOf("standardise", "per", per, ["feature", "all"]);
  const { size: width } = soleInput(dataset);
  const features = per === "all" ? 1 : width;
  const moments = Array.from({ length: features }, newMoments);
  const order = { batchSize: Math.min(CHUNK, dataset.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { inputs } of batches(dataset, order)) {
    const numbers = soleFloats(inputs);
    moments.forEach((feature, j) => {
      merge(feature, numbers, j, features);
    });
  }
  const mean = new Float64Array(width);
  const scale = new Float32Array(width);
  for (let j = 0; j < width; j++) {
    const feature = moments[per === "all" ? 0 : j] ?? newMoments();
    // The mean of equal numbers is that number, without the rounding of their sum.
    mean[j] = feature.low === feature.high ? feature.low : feature.mean;
    scale[j] = scaleOf(feature);
  }
  return { mean, scale };
};

/** Running moments of one feature; `squares` is Σ(x − mean)². */
interface Moments {
  count: number;
  mean: number;
  squares: number;
  low: number;
  high: number;
}

const newMoments = (): Moments => ({ count: 0, mean: 0, squares: 0, low: Infinity, high: -Infinity });

/** Adds the values at `start`, `start + stride`, … to the moments. */
const merge = (moments: Moments, values: Float32Array, start: number, stride: number): void => {
  let sum = 0;
  for (let i = start; i < values.length; i += stride) {
    const x = values[i] ?? missing();
    sum += x;
    if (x < moments.low) moments.low = x;
    if (x > moments.high) moments.high = x;
  }
  const count = Math.ceil((values.length - start) / stride);
  const mean = sum / count;
  let squares = 0;
  for (let i = start; i < values.length; i += stride) squares += ((values[i] ?? missing()) - mean) ** 2;
  const total = moments.count + count;
  const shift = mean - moments.mean;
  moments.squares += squares + (shift * shift * moments.count * count) / total;
  moments.mean += (shift * count) / total;
  moments.count = total;
};

const scaleOf = ({ count, mean, squares, low, high }: Moments): number => {
  if (low === high) return 1;
  return Math.max(Math.sqrt(squares / count), Math.max(high - mean, mean - low) / LARGEST);
};
