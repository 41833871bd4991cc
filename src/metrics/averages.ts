import { checkOneOf } from "../check.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { type Counts, countsOf } from "./counts.js";
import { type Metric, meanOf, type Rows, rowsFor } from "./metric.js";

/** How the numbers of several classes or labels become one. */
export interface AverageOptions {
  /**
   * "binary": that of the class `positive` alone. "macro": the mean over the classes. "weighted": the mean over the classes, each as
   * much as it has rows. "micro": of all classes counted together.
   *
   * @defaultValue "binary" for two classes or one label, else "macro"
   */
  readonly average?: "binary" | "macro" | "micro" | "weighted";
  /** The class that "binary" is about. @defaultValue 1, or the only label */
  readonly positive?: number;
}

const sumOf = (counts: readonly Counts[]): Counts => ({
  truePositive: counts.reduce((sum, { truePositive }) => sum + truePositive, 0),
  falsePositive: counts.reduce((sum, { falsePositive }) => sum + falsePositive, 0),
  falseNegative: counts.reduce((sum, { falseNegative }) => sum + falseNegative, 0),
});

const averageWithin = (
  name: string,
  { kind, width }: Rows,
  all: readonly Counts[],
  of: (counts: Counts) => number,
  { average, positive }: AverageOptions,
): number => {
  const single = width === (kind === "class" ? 2 : 1);
  const chosen = average ?? (single ? "binary" : "macro");
  if (chosen === "micro") return of(sumOf(all));
  if (chosen === "binary") {
    if (!single && positive === undefined) {
      throw new SteepestError(
        `${name}: average is "binary" and there are ${width} ${kind === "class" ? "classes" : "labels"}; say which is positive, or choose "macro"`,
      );
    }
    const counts = all[positive ?? width - 1];
    if (counts) return of(counts);
    throw new SteepestError(
      `${name}: positive is ${positive}; expected a whole number from 0 to ${width - 1}`,
    );
  }
  // A class that neither is nor is answered anywhere says nothing; a label is always asked for.
  const met = all.filter((counts) => kind === "labels" || Object.values(counts).some((weight) => weight > 0));
  if (chosen === "macro") return meanOf(met.map(of));
  const support = met.map(({ truePositive, falseNegative }) => truePositive + falseNegative);
  const total = support.reduce((a, b) => a + b, 0);
  return total === 0
    ? 0
    : met.reduce((sum, counts, i) => sum + ((support[i] ?? missing()) / total) * of(counts), 0);
};

/** A metric of the counts of each class or label, averaged. */
export const averaged = (name: string, of: (counts: Counts) => number, options: AverageOptions): Metric => {
  const { average } = requireKnown(name, options, ["average", "positive"]);
  if (average !== undefined) checkOneOf(name, "average", average, ["binary", "macro", "micro", "weighted"]);
  return {
    name,
    better: "higher",
    takes: ["class", "labels"],
    of: (measured) => {
      const rows = rowsFor(name, measured, ["class", "labels"]);
      return averageWithin(name, rows, countsOf(rows), of, options);
    },
  };
};

/** A share of nothing is 0. */
export const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
