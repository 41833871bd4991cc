import { UsageError } from "../errors.js";
import { writeFileSafely } from "../files.js";
import { plainMetrics } from "../metrics/usual.js";
import { tableReport } from "../report/table-evaluation.js";
import type { TableRecord, TargetRecord } from "../report/table-record.js";
import { listed } from "../shown.js";
import type { TableEncoder } from "../tables/encoder.js";
import { readLabelled } from "../tables/labelled.js";
import { Differences, loadTableModel } from "../tables/predict.js";
import { openTable } from "../tables/read/open.js";
import { version } from "../version.js";
import { classesJson, classesText, importanceText, valuesText } from "./evaluation-text.js";
import { type ModelFile, wholeModel } from "./model-file.js";
import { count, say, sayJson } from "./output.js";
import { type ReadTableOptions, readingOf } from "./table-options.js";
import { tableRecordOf } from "./table-record.js";

export interface EvaluateTableOptions extends ReadTableOptions {
  readonly positive?: string;
  readonly report?: string;
  readonly json?: boolean;
}

/** Throws where no target has such a class among two. */
const requirePositive = ({ targets }: TableEncoder, positive: string | undefined): void => {
  if (positive === undefined) return;
  const classes = targets.flatMap((target) => (target.kind === "class" ? [target.classes] : []));
  if (classes.some((names) => names.length === 2 && names.includes(positive))) return;
  const why = classes.some((names) => names.includes(positive))
    ? "there are more than two classes, of which all are averaged; leave it out"
    : classes.length === 0
      ? "the model predicts values, not classes; leave it out"
      : `there is no such class, but ${listed(classes.flat(), 8)}`;
  throw new UsageError(`--positive ${positive}: ${why}`);
};

const targetText = (target: TargetRecord): readonly string[] => {
  const { scored, classes, importance } = target;
  return [
    ...(scored.kind === "class" ? classesText(scored, classes) : valuesText(scored)),
    ...(importance ? ["", ...importanceText(importance)] : []),
  ];
};

const targetJson = ({ scored, classes, importance }: TargetRecord) => ({
  ...(scored.kind === "class"
    ? classesJson(scored, classes)
    : { examples: scored.rows, metrics: plainMetrics(scored.metrics) }),
  ...(importance && { importance }),
});

const jsonOf = ({ targets }: TableRecord) => {
  const [only, ...others] = targets;
  return only && others.length === 0
    ? { target: only.name, ...targetJson(only) }
    : { targets: Object.fromEntries(targets.map((target) => [target.name, targetJson(target)])) };
};

/** Says how good a model's answers to the rows of a table are whose targets are known. */
export const evaluateTableFile = async (
  model: ModelFile,
  encoder: TableEncoder,
  path: string,
  options: EvaluateTableOptions,
): Promise<void> => {
  const { positive, report, json = false } = options;
  requirePositive(encoder, positive);
  const startedAt = new Date();
  const file = await openTable(path, readingOf(options));
  const differences = new Differences();
  const labelled = await readLabelled(encoder, file, differences);
  const { data, numbers } = labelled;
  const notes = [...file.notes, ...differences.notes, ...labelled.notes];
  for (const note of notes) say(`note: ${note}`, json);
  const loaded = await loadTableModel(await wholeModel(model), encoder);
  try {
    const table = await tableRecordOf(loaded, {
      rows: "rows",
      data,
      file,
      numbers,
      ...(positive !== undefined && { positive }),
    });
    say(`${model.path}: ${count(data.size)} rows of ${path}`, json);
    for (const target of table.targets) {
      if (table.targets.length > 1) say(`\n${target.name}`, json);
      for (const line of targetText(target)) say(line, json);
    }
    if (report !== undefined) {
      const page = await tableReport({
        title: `${model.path} on ${path}`,
        startedAt: startedAt.toISOString(),
        finishedAt: new Date().toISOString(),
        versions: { steepest: version, node: process.version },
        facts: { model: model.path, data: path, rows: data.size },
        notes,
        table,
      });
      await writeFileSafely(report, page);
      say(`report: ${report}`, json);
    }
    if (json) {
      sayJson({
        ...{ model: model.path, data: path, notes },
        ...jsonOf(table),
        ...(report !== undefined && { report }),
      });
    }
  } finally {
    await loaded.session.release();
  }
};
