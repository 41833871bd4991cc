import { missing } from "../../missing.js";
import { mean, standardError } from "../../statistics.js";
import { short } from "../shared/statistics.js";

/** Accuracies with and without augmentation, of trainings that share seed and pictures. */
export interface Gain {
  readonly examples: number;
  readonly without: readonly number[];
  readonly with: readonly number[];
  readonly gain: number;
  /** Standard error of the gain over what was drawn; unknown for a single training. */
  readonly error: number;
}

export const gainOf = (examples: number, without: readonly number[], withIt: readonly number[]): Gain => {
  const differences = without.map((value, i) => (withIt[i] ?? missing()) - value);
  const error = differences.length > 1 ? standardError(differences) : Number.POSITIVE_INFINITY;
  return { examples, without, with: withIt, gain: mean(differences), error };
};

/** In percent of the accuracy without augmentation, never less than in percentage points. */
export const relativeGain = ({
  without,
  gain,
  error,
}: Gain): { readonly gain: number; readonly error: number } => {
  const percent = 100 / mean(without);
  return { gain: gain * percent, error: error * percent };
};

/** The mean and, of several, its standard error. */
export const spread = (values: readonly number[]): string =>
  `${short(mean(values))}${values.length > 1 ? ` ± ${short(standardError(values))}` : ""}`;
