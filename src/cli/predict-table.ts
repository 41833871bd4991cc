import { extname } from "node:path";
import { UsageError } from "../errors.js";
import { writeFileSafely } from "../files.js";
import { listed } from "../shown.js";
import type { TableEncoder } from "../tables/encoder.js";
import { Differences, loadTableModel, predictTable } from "../tables/predict.js";
import { openTable } from "../tables/read/open.js";
import { predictionText } from "../tables/write.js";
import { type ModelFile, wholeModel } from "./model-file.js";
import { count, say, writeOutput } from "./output.js";
import { type ReadTableOptions, readingOf } from "./table-options.js";

export interface PredictTableOptions extends ReadTableOptions {
  readonly out?: string;
  readonly with?: readonly string[];
  readonly jsonLines?: boolean;
}

const formatOf = ({ out, jsonLines = false }: PredictTableOptions) => {
  const extension = out === undefined ? "" : extname(out).toLowerCase();
  if (extension === ".parquet")
    throw new UsageError(
      `--out ${out}: predictions are written as CSV or JSON Lines; name a .csv or .jsonl file`,
    );
  return jsonLines || extension === ".jsonl" || extension === ".ndjson" ? "json-lines" : "csv";
};

/** Answers the rows of a table, and writes predictions to a file or to the output. */
export const predictTableFile = async (
  model: ModelFile,
  encoder: TableEncoder,
  path: string,
  options: PredictTableOptions,
): Promise<void> => {
  const { out, with: wanted = [] } = options;
  const file = await openTable(path, readingOf(options));
  const differences = new Differences();
  const format = formatOf(options);
  const loaded = await loadTableModel(await wholeModel(model), encoder);
  let rows = 0;
  const writeTo = async (write: (text: string) => Promise<unknown>): Promise<void> => {
    let text: ReturnType<typeof predictionText> | undefined;
    for await (const answered of predictTable(loaded, file, differences)) {
      if (!text) {
        const { names } = answered.table;
        const kept = wanted.includes("all")
          ? names.filter((name) => !encoder.targets.some((target) => target.name === name))
          : wanted;
        const absent = kept.find((name) => !names.includes(name));
        if (absent !== undefined)
          throw new UsageError(`--with ${absent}: ${path} has no such column; it has ${listed(names)}`);
        text = predictionText(encoder, format, kept);
        await write(text.head);
      }
      await write(text.piece(answered));
      rows += answered.rows;
    }
  };
  try {
    if (out === undefined) await writeTo(writeOutput);
    else
      await writeFileSafely(out, async (handle) => {
        let position = 0;
        await writeTo(async (text) => {
          const bytes = new TextEncoder().encode(text);
          await handle.write([bytes], position);
          position += bytes.length;
        });
      });
  } finally {
    await loaded.session.release();
  }
  for (const note of [...file.notes, ...differences.notes]) say(`note: ${note}`, true);
  if (out !== undefined) say(`${count(rows)} rows answered: ${out}`, options.jsonLines);
};
