import type { Table } from "../data/csv/table.js";
import type { Dataset, Column as Numbers } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { listed, shown } from "../shown.js";
import { datasetOf } from "./dataset.js";
import { encodeRows } from "./encode.js";
import type { EncodedTarget, TableEncoder } from "./encoder.js";
import { readValues } from "./kinds/read.js";
import { columnsOf, type Differences, requireColumns, requireUnits } from "./predict.js";
import type { TableFile } from "./read/open.js";
import { targetName, targetNumbers } from "./targets.js";

/** Rows of a file whose targets are known, as a model takes them. */
export interface LabelledTable {
  readonly data: Dataset;
  /** The number in the file, from 0, of each row of `data`. */
  readonly numbers: Uint32Array;
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

/** Classes of a target that a model does not know: in how many rows, and one of them. */
type Strange = Map<string, { count: number; readonly example: string }>;

/** The numbers of a target in some rows, as in training: NaN where a value is missing, −1 where a class is missing or not known. */
const readTarget = (target: EncodedTarget, table: Table, path: string, strange: Strange): Numbers => {
  const j = table.names.indexOf(target.name);
  const as =
    target.kind === "class"
      ? ({ kind: "category" } as const)
      : ({ kind: "number", decimal: target.decimal, units: target.units } as const);
  const column = readValues(table, j, as);
  const numbers = targetNumbers(target, column);
  if (column.kind === "codes") {
    numbers.forEach((number, row) => {
      const code = column.codes[row] ?? missing();
      if (number >= 0 || code < 0) return;
      const seen = strange.get(target.name);
      if (seen) seen.count++;
      else strange.set(target.name, { count: 1, example: column.texts[code] ?? missing() });
    });
  }
  if (column.kind === "numbers" && target.kind === "value") {
    requireUnits(target, column.units);
    const [unread] = column.unread;
    if (unread)
      throw new SteepestError(
        `${path}: line ${unread.line}, column ${shown(target.name)}: ${shown(unread.text)} is not the number that the model predicts; correct or empty it`,
      );
  }
  return numbers;
};

const isKnown = ({ kind }: EncodedTarget, number: number): boolean =>
  kind === "class" ? number >= 0 : !Number.isNaN(number);

/** Collects chosen rows of columns that come piece by piece. */
class Chosen {
  readonly #parts = new Map<string, Numbers[]>();

  /** Adds the chosen of `size` rows. */
  add(columns: Readonly<Record<string, Numbers>>, rows: readonly number[], size: number): void {
    for (const [name, numbers] of Object.entries(columns)) {
      const width = numbers.length / size;
      const chosen = numbers.slice(0, rows.length * width);
      for (const [i, row] of rows.entries())
        chosen.set(numbers.subarray(row * width, (row + 1) * width), i * width);
      const known = this.#parts.get(name);
      if (known) known.push(chosen);
      else this.#parts.set(name, [chosen]);
    }
  }

  /** All of them, one behind the other. */
  get columns(): Readonly<Record<string, Numbers>> {
    return Object.fromEntries(
      [...this.#parts].map(([name, parts]) => {
        const size = parts.reduce((sum, { length }) => sum + length, 0);
        const all = parts[0] instanceof Int32Array ? new Int32Array(size) : new Float32Array(size);
        let at = 0;
        for (const part of parts) {
          all.set(part, at);
          at += part.length;
        }
        return [name, all];
      }),
    );
  }
}

const requireTargets = ({ targets }: TableEncoder, { names }: Table, path: string): void => {
  const absent = targets.find(({ name }) => !names.includes(name));
  if (absent)
    throw new SteepestError(
      `${path}: there is no column ${shown(absent.name)}, which the model predicts and its answers are compared with; it has ${listed(names, 8)}`,
    );
};

/**
 * Reads the rows of a file whose targets are known, encoded as in training. What is strange about the other columns is told to `differences`. Throws where a
 * target has no column, no row is left, and a value is no number.
 */
export const readLabelled = async (
  encoder: TableEncoder,
  file: TableFile,
  differences: Differences,
): Promise<LabelledTable> => {
  const { path } = file;
  const [inputs, targets] = [new Chosen(), new Chosen()];
  const numbers: number[] = [];
  const strange: Strange = new Map();
  let rows = 0;
  for await (const table of file.pieces()) {
    if (rows === 0) {
      requireTargets(encoder, table, path);
      differences.absent = requireColumns(encoder, table.names, path);
    }
    const size = table.end - table.first;
    const truths = encoder.targets.map((target) => readTarget(target, table, path, strange));
    const known = Array.from({ length: size }, (_, row) => row).filter((row) =>
      encoder.targets.every((target, i) => isKnown(target, truths[i]?.[row] ?? missing())),
    );
    const columns = columnsOf(encoder, table, differences);
    inputs.add(encodeRows(encoder, columns, size, differences.unknowns), known, size);
    targets.add(
      Object.fromEntries(
        encoder.targets.map((target, i) => [targetName(encoder.targets, target), truths[i] ?? missing()]),
      ),
      known,
      size,
    );
    for (const row of known) numbers.push(rows + row);
    rows += size;
  }
  const notes = encoder.targets.flatMap((target) => {
    const seen = strange.get(target.name);
    if (!seen || target.kind !== "class") return [];
    return [
      `column ${shown(target.name)}: ${seen.count} ${seen.count === 1 ? "row has a class" : "rows have classes"} that the model does not know, such as ${shown(seen.example)} (it knows ${listed(target.classes, 5)})`,
    ];
  });
  if (numbers.length === 0)
    throw new SteepestError(
      `${path}: ${notes[0] ?? `no row has a value in ${listed(encoder.targets.map(({ name }) => name))}`}; give rows whose answers are known`,
    );
  const left = rows - numbers.length;
  return {
    data: datasetOf(path, encoder, inputs.columns, targets.columns, numbers.length),
    numbers: Uint32Array.from(numbers),
    notes: [
      ...notes,
      ...(left > 0 ? [`${left} of ${rows} rows have no target that the model knows, and are left out`] : []),
    ],
  };
};
