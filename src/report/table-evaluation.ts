import { type Markup, markup } from "../figures/markup.js";
import { classesHeadline } from "./classes.js";
import { confusedPairs, confusionMatrix, hasMatrix } from "./confusion.js";
import { count } from "./format.js";
import { card } from "./headline.js";
import { factsTable, type Maybe, type PageFacts, page, section } from "./layout.js";
import { metricLines } from "./metric-names.js";
import { tableSections } from "./table.js";
import type { TableRecord, TargetRecord } from "./table-record.js";

/** How good a model's answers to a table are, as plain data. */
export interface TableEvaluationRecord extends PageFacts {
  /** What was evaluated on what. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
  readonly table: TableRecord;
}

const headline = ({ scored, name }: TargetRecord, several: boolean): Markup => {
  const title = several && markup`<p class="note">${name}</p>`;
  if (scored.kind === "class") return markup`${title}${classesHeadline(scored)}`;
  const lines = metricLines(scored.metrics);
  const [rmse, , r2] = lines;
  return markup`${title}<div class="headline">${
    rmse && card(rmse.text, `${rmse.name} on ${count(scored.rows)} rows, in the target's units`, "main")
  }${r2 && card(r2.text, r2.name)}</div>`;
};

const confusions = async ({ scored, classes }: TargetRecord): Promise<Maybe> => {
  if (scored.kind !== "class") return undefined;
  const confusion = { classes, counts: scored.confusion };
  return hasMatrix(confusion)
    ? section("Which classes are confused", await confusionMatrix(confusion))
    : section("Most frequent mistakes", await confusedPairs(confusion));
};

/**
 * How good a model's answers to a table are, as one HTML page that needs nothing else: metrics, curves or residuals, the importance of columns, how answers depend
 * on them, the worst mistakes as rows, and the columns as they were understood. All text of the record is escaped.
 */
export const tableReport = async (record: TableEvaluationRecord): Promise<string> => {
  const { table, notes, facts } = record;
  const several = table.targets.length > 1;
  return page({
    ...record,
    head: markup`${table.targets.map((target) => headline(target, several))}${notes.map((note) => markup`<p class="note">${note}</p>`)}`,
    body: [
      ...(await Promise.all(table.targets.map(confusions))),
      ...(await tableSections(table, { pairs: true })),
      section("What was evaluated", factsTable(facts)),
    ],
  });
};
