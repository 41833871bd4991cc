import { checkOneOf } from "../check.js";
import { SteepestError } from "../errors.js";
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
   * for images, where neighbouring pixels share a meaning and many are nearly constant. "channel": one of each for every channel of
   * `[channels, …]`, as is usual for pictures in colour.
   * @defaultValue "feature"
   */
  readonly per?: (typeof groupings)[number];
}

const groupings = ["feature", "channel", "all"] as const;

/** How many features have one mean and scale together: they lie side by side. */
const sharing = (dataset: Dataset, per: (typeof groupings)[number]): number => {
  const { field, size } = soleInput(dataset);
  if (per !== "channel") return per === "all" ? size : 1;
  const [first, ...others] = field.shape;
  const channels = field.image?.channels ?? (others.length > 0 ? first : undefined);
  if (channels !== undefined) return size / channels;
  throw new SteepestError(
    `standardise: inputs of shape [${field.shape.join(", ")}] have no channels; give data of shape [channels, …] or with an image layout, or standardise per "all" or "feature"`,
  );
};

/** No training value of a standardised feature is larger than this. */
const LARGEST = 10;

/** Examples read at a time. */
const CHUNK = 256;

/**
 * Fits the lecture's preprocessing `X -= mean; X /= std` on a dataset, which must be the training split only. The
 * moments are summed in float64, chunk by chunk, and merged by the formula of Chan, Golub and LeVeque (1983).
 *
 * Throws where there are no channels to standardise by.
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
  checkOneOf("standardise", "per", per, groupings);
  const { size: width } = soleInput(dataset);
  const together = sharing(dataset, per);
  const moments = Array.from({ length: width / together }, newMoments);
  const order = { batchSize: Math.min(CHUNK, dataset.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { inputs } of batches(dataset, order)) {
    const numbers = soleFloats(inputs);
    moments.forEach((feature, j) => {
      merge(feature, numbers, { start: j * together, together, width });
    });
  }
  const mean = new Float64Array(width);
  const scale = new Float32Array(width);
  for (let j = 0; j < width; j++) {
    const feature = moments[Math.floor(j / together)] ?? missing();
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

/** Adds the values of a feature to the moments: in every example of `width` numbers those `together` from `start` on. */
const merge = (
  moments: Moments,
  values: Float32Array,
  { start, together, width }: { readonly start: number; readonly together: number; readonly width: number },
): void => {
  let sum = 0;
  for (let from = start; from < values.length; from += width) {
    for (let i = from; i < from + together; i++) {
      const x = values[i] ?? missing();
      sum += x;
      if (x < moments.low) moments.low = x;
      if (x > moments.high) moments.high = x;
    }
  }
  const count = (values.length / width) * together;
  const mean = sum / count;
  let squares = 0;
  for (let from = start; from < values.length; from += width) {
    for (let i = from; i < from + together; i++) squares += ((values[i] ?? missing()) - mean) ** 2;
  }
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
