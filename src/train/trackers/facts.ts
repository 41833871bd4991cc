import type { EpochRecord, Score } from "../events.js";

/** Numbers that were measured of one part of the data, by name: "loss", "error", those of outputs such as "kind.loss", and metrics by theirs. */
const scoreFacts = ({
  loss,
  error,
  outputs = {},
  metrics = {},
}: Score): Record<string, number | undefined> => ({
  loss,
  error,
  ...Object.fromEntries(
    Object.entries(outputs).flatMap(([name, of]) => [
      [`${name}.loss`, of.loss],
      [`${name}.error`, of.error],
    ]),
  ),
  ...metrics,
});

const without = (facts: Readonly<Record<string, number | undefined>>, prefix = ""): Record<string, number> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[prefix + name, value]])),
  );

/** All numbers of a part of the data as "validation.loss", "validation.error", "validation.auc". */
export const partFacts = (part: "train" | "validation" | "test", score: Score | undefined) =>
  score ? without(scoreFacts(score), `${part}.`) : {};

/** All numbers of an epoch by name, in a fixed order; those that were not measured are left out. */
export const epochFacts = ({
  epoch,
  steps,
  train,
  validation,
  ...others
}: EpochRecord): Readonly<Record<string, number>> => ({
  epoch,
  steps,
  ...partFacts("train", train),
  ...partFacts("validation", validation),
  ...without(others),
});
