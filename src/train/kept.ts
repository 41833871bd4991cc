import type { EpochRecord } from "./events.js";
import type { Run } from "./run.js";

/** The epoch whose weights a run has; undefined where they are those that it began with. */
export const keptRecord = ({ epochs, keptEpoch }: Run): EpochRecord | undefined =>
  epochs.find(({ epoch }) => epoch === keptEpoch);

/** Which weights a run has, for a person. */
export const keptText = ({ epochs, keptEpoch, bestEpoch }: Run): string =>
  keptEpoch === 0
    ? "the initial ones"
    : `of epoch ${keptEpoch}${keptEpoch === bestEpoch ? ", the best on the validation part" : keptEpoch === epochs.length ? ", the last" : ""}`;
