import { type Markup, markup } from "../figures/markup.js";
import type { ScoredClasses } from "../metrics/index.js";
import { classesHeadline, classTable, curveSections, metricTable, reliabilitySection } from "./classes.js";
import { confusedPairs, confusionMatrix, hasMatrix } from "./confusion.js";
import { number } from "./format.js";
import { columns, factsTable, type PageFacts, page, section } from "./layout.js";

/** An example that was answered wrongly. */
export interface WorstExample {
  /** Its name: a file, a row. */
  readonly example: string;
  readonly truth: string;
  readonly predicted: string;
  /** The probability, or score, of the wrong answer. */
  readonly certainty: number;
}

/** How good a model's answers to labelled data are, as plain data. */
export interface EvaluationRecord extends PageFacts {
  /** What was evaluated on what. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
  readonly classes: readonly string[];
  readonly scored: ScoredClasses;
  /** The surest mistakes, the worst first. */
  readonly worst: readonly WorstExample[];
}

const worstTable = (worst: readonly WorstExample[]): Markup =>
  markup`<div class="scroll"><table><thead><tr><th>example</th><th>true class</th><th>answered</th><th class="n">certainty</th></tr></thead><tbody>${worst.map(
    ({ example, truth, predicted, certainty }) =>
      markup`<tr><td>${example}</td><td>${truth}</td><td class="wrong">${predicted}</td><td class="n">${number(certainty)}</td></tr>`,
  )}</tbody></table></div>`;

/**
 * How good a model's answers are, as one HTML page that needs nothing else: metrics, scores of each class, confusions, ROC,
 * precision-recall and reliability curves, and the worst mistakes. All text of the record is escaped.
 */
export const evaluationReport = async (record: EvaluationRecord): Promise<string> => {
  const { scored, classes, worst, notes, facts } = record;
  const confusion = { classes, counts: scored.confusion };
  const matrix = hasMatrix(confusion)
    ? section("Which classes are confused", await confusionMatrix(confusion))
    : undefined;
  const often = section("Most frequent mistakes", await confusedPairs(confusion));
  return page({
    ...record,
    head: markup`${classesHeadline(scored)}${notes.map((note) => markup`<p class="note">${note}</p>`)}`,
    body: [
      columns([section("Metrics", metricTable(scored, classes))], [matrix ?? often]),
      await curveSections(scored, classes),
      columns(
        [await reliabilitySection(scored, classes)],
        [section("Each class", classTable(scored.classes, classes)), matrix && often],
      ),
      worst.length > 0 && section("Worst mistakes", worstTable(worst)),
      section("What was evaluated", factsTable(facts)),
    ],
  });
};
