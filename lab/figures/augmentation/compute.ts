import { augment } from "steepest";
import { perSampleClaim, reproducibleClaim } from "steepest/claims";
import { mean } from "../../../src/statistics.js";
import type { Computed } from "../../parts/definition.js";
import { brightnessAlong, chosen, house, type Sample, samplesOf } from "./samples.js";
import type { State } from "./state.js";
import { SIDE } from "./transformations.js";

export interface Result extends Computed {
  readonly original: Uint8Array;
  readonly samples: readonly Sample[];
  /** Mean brightness of every sample, and how far its pixels are from those of the picture on average. */
  readonly means: readonly number[];
  readonly changes: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.every((value, i) => value === b[i]);

export const compute = async (state: State): Promise<Result> => {
  const original = house();
  const samples = samplesOf(original, state);
  const again = samplesOf(original, state);
  const recipe = augment.augmentation(chosen(state).map(({ make, set }) => make(set)));
  const picture = { width: SIDE, height: SIDE, channels: 3, pixels: original };
  const replayed = samples.map(({ drawn }) => Uint8Array.from(recipe.replay(picture, drawn).pixels));
  return {
    original,
    samples,
    means: samples.map(({ pixels }) => mean(pixels)),
    changes: samples.map(({ pixels }) =>
      mean(pixels.map((value, i) => Math.abs(value - (original[i] ?? 0)))),
    ),
    before: brightnessAlong(original, state.row),
    after: brightnessAlong(samples[0]?.pixels ?? original, state.row),
    claims: [
      perSampleClaim(samples.map(({ drawn }) => JSON.stringify(drawn))),
      reproducibleClaim(
        samples.length,
        samples.filter(({ pixels }, i) => {
          const [second, third] = [again[i]?.pixels, replayed[i]];
          return second && third && same(pixels, second) && same(pixels, third);
        }).length,
      ),
    ],
  };
};
