import { missing } from "../../missing.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Where the largest of some numbers stands, the first of equal ones. */
const bestOf = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Accuracies (%) after each epoch. Lecture, "Early stopping". */
export const riseAndFallClaim = (train: readonly number[], validation: readonly number[]): Claim => {
  const best = bestOf(validation);
  const [highest, end] = [validation[best] ?? missing(), validation.at(-1) ?? missing()];
  const last = train.at(-1) ?? missing();
  return {
    claim: "Training accuracy keeps rising while validation accuracy rises and then falls",
    measured: `training ${short(train[0] ?? missing())} → ${short(train[best] ?? missing())} → ${short(last)} %; validation ${short(validation[0] ?? missing())} → ${short(highest)} (epoch ${best + 1}) → ${short(end)} %`,
    verdict: judged(
      highest > (validation[0] ?? missing()) &&
        highest - end > 1 &&
        [0, best].every((epoch) => (train[epoch] ?? missing()) < last - 1),
    ),
  };
};

/** A run that could end early. */
export interface StoppedRun {
  readonly bestEpoch: number;
  readonly lastEpoch: number;
  /** Epochs that it would have had. */
  readonly epochs: number;
  readonly patience: number;
  readonly isEarly: boolean;
}

export const stopsAfterBestClaim = ({
  bestEpoch,
  lastEpoch,
  epochs,
  patience,
  isEarly,
}: StoppedRun): Claim => ({
  claim: "Training stops after the maximum of validation accuracy",
  measured: `best epoch ${bestEpoch}, ${isEarly ? "stopped" : "ended"} after epoch ${lastEpoch} of ${epochs}`,
  verdict: isEarly ? judged(lastEpoch - bestEpoch === patience) : "undecided",
});

/** Test accuracies (%) of the weights that were kept and of the last ones. */
export const restoredGeneralisesClaim = (kept: number, toTheEnd: number): Claim => ({
  claim: "The restored network generalises better than the one trained to the end",
  measured: `test accuracy ${short(kept)} % against ${short(toTheEnd)} %`,
  verdict: judged(kept > toTheEnd),
});
