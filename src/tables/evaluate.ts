import type { Dataset } from "../data/dataset.js";
import { readRows } from "../data/rows.js";
import { largestIn } from "../extremes.js";
import {
  type Measured,
  type ScoredClasses,
  type ScoredValues,
  scoreClasses,
  scoreValues,
} from "../metrics/index.js";
import { missing } from "../missing.js";
import type { EncodedTarget } from "./encoder.js";
import { answerRows, type TableModel } from "./predict.js";
import { targetName } from "./targets.js";

/** How good a model's answers to one target are. */
export interface ScoredTarget {
  readonly target: EncodedTarget;
  /** What it answered, probabilities or values, and what is true. */
  readonly measured: Measured;
  readonly scored: ScoredClasses | ScoredValues;
}

export interface ScoreTableOptions {
  /** Of two classes the one that precision, recall, F1 and the curves are about. @defaultValue the second */
  readonly positive?: string;
}

const scoreOf = (target: EncodedTarget, measured: Measured, positive: string | undefined) => {
  if (target.kind === "value") return scoreValues(measured);
  const found = positive === undefined ? -1 : target.classes.indexOf(positive);
  return scoreClasses(measured, found < 0 ? {} : { positive: found });
};

/** Asks a model about all rows of a dataset of its kind, and says how good its answers are, target by target. */
export const scoreTable = async (
  model: TableModel,
  data: Dataset,
  { positive }: ScoreTableOptions = {},
): Promise<readonly ScoredTarget[]> => {
  const rows = await readRows(data);
  const answers = await answerRows(model, rows.inputs, data.size);
  const { targets } = model.encoder;
  return answers.map(({ target, data: numbers, width }) => {
    const measured: Measured = {
      kind: target.kind,
      width,
      answers: numbers,
      targets: rows.targets[targetName(targets, target)] ?? missing(),
    };
    return { target, measured, scored: scoreOf(target, measured, positive) };
  });
};

/** A row that was answered wrongly. */
export interface Mistake {
  /** Its number among those that were answered. */
  readonly row: number;
  /** A class, or a value. */
  readonly truth: string | number;
  readonly answered: string | number;
  /** How wrong it is: the probability of the wrong class, or the distance from the true value. */
  readonly off: number;
}

const mistakeAt = (target: EncodedTarget, { width, answers, targets }: Measured, row: number): Mistake => {
  const truth = targets[row] ?? missing();
  if (target.kind === "value") {
    const answered = answers[row] ?? missing();
    return { row, truth, answered, off: Math.abs(answered - truth) };
  }
  const best = largestIn(answers, row * width, width);
  return {
    row,
    truth: target.classes[truth] ?? missing(),
    answered: target.classes[best] ?? missing(),
    off: best === truth ? 0 : (answers[row * width + best] ?? missing()),
  };
};

/** The rows that were answered wrongly with the largest probability, or are furthest from their true values: the worst first. */
export const worstMistakes = ({ target, measured }: ScoredTarget, most = 20): readonly Mistake[] =>
  Array.from({ length: measured.answers.length / measured.width }, (_, row) =>
    mistakeAt(target, measured, row),
  )
    .filter(({ off }) => off > 0)
    .sort((a, b) => b.off - a.off)
    .slice(0, most);
