import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Rows } from "./metric.js";

/** Rows of one answer, and how much of their weight is of the class, and not. */
export interface Tie {
  readonly answer: number;
  readonly positive: number;
  readonly negative: number;
}

/** The rows from the largest answer for a class or label to the smallest, those of equal answers together. */
export interface Ranking {
  readonly ties: readonly Tie[];
  /** The weight of all rows of the class. */
  readonly positive: number;
  readonly negative: number;
}

const rankingOf = (rows: Rows, column: number): Ranking => {
  const isPositive = (row: number) =>
    rows.kind === "class" ? rows.target(row) === column : rows.target(row, column) === 1;
  const order = Uint32Array.from({ length: rows.count }, (_, row) => row).sort(
    (a, b) => rows.answer(b, column) - rows.answer(a, column),
  );
  const ties: { answer: number; positive: number; negative: number }[] = [];
  let last: number | undefined;
  for (const row of order) {
    if (rows.weightOf(row) === 0) continue;
    const score = rows.answer(row, column);
    if (score !== last) ties.push({ answer: score, positive: 0, negative: 0 });
    const tie = ties.at(-1) ?? missing();
    if (isPositive(row)) tie.positive += rows.weightOf(row);
    else tie.negative += rows.weightOf(row);
    last = score;
  }
  const sum = (of: "positive" | "negative") => ties.reduce((total, tie) => total + tie[of], 0);
  return { ties, positive: sum("positive"), negative: sum("negative") };
};

/**
 * The ranking of one class against the rest, or of a label. Throws where it has no rows of the class, or where `negatives` are needed
 * only such.
 */
export const rankingFor = (name: string, rows: Rows, column: number, negatives: boolean): Ranking => {
  const ranking = rankingOf(rows, column);
  const what = rows.kind === "class" ? "class" : "label";
  if (ranking.positive === 0) {
    throw new SteepestError(
      `${name} is undefined: none of ${rows.count} rows is of ${what} ${column}; give a part with some`,
    );
  }
  if (negatives && ranking.negative === 0) {
    throw new SteepestError(
      `${name} is undefined: all ${rows.count} rows are of ${what} ${column}; give a part with others`,
    );
  }
  return ranking;
};

/** The ranking of each class against the rest, or of each label; of two classes only that of the second. Throws as `rankingFor`. */
export const rankings = (name: string, rows: Rows, negatives: boolean): Ranking[] => {
  const columns =
    rows.kind === "class" && rows.width === 2 ? [1] : Array.from({ length: rows.width }, (_, j) => j);
  return columns.map((column) => rankingFor(name, rows, column, negatives));
};
