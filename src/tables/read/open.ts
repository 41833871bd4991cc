import { type Encoding, encodings } from "../../data/csv/encoding.js";
import { fail, failUse, type Source } from "../../data/csv/source.js";
import type { Table } from "../../data/csv/table.js";
import { kindOf, openFile } from "../../files.js";
import { requireKnown } from "../../options.js";
import { shown } from "../../shown.js";
import { inCode, type Wording } from "../../wording.js";
import { bytesOf, type ShowRead } from "./bytes.js";
import { csvPieces } from "./csv.js";
import { jsonLinesPieces } from "./json-lines.js";
import { parquetPieces } from "./parquet.js";

/** How a file is read into a table. */
export interface ReadOptions {
  /** Whether the first row of a CSV file names the columns. @defaultValue "detect" */
  readonly header?: boolean | "detect";
  /** The character between cells of a CSV file. @defaultValue what cuts its first rows into equally many cells */
  readonly delimiter?: string;
  /** How the bytes of a CSV file stand for characters. @defaultValue "detect" */
  readonly encoding?: Encoding | "detect";
  /** Bytes that are read into cells at a time. @defaultValue 16 MiB */
  readonly pieceBytes?: number;
  /** Called with the bytes read so far, and how many there are, also when the file is read a second time. */
  readonly onRead?: (read: number, of: number) => void;
  /** How messages write options. @defaultValue as in a call of the library */
  readonly wording?: Wording;
}

export const readOptions = [
  "header",
  "delimiter",
  "encoding",
  "pieceBytes",
  "onRead",
  "wording",
] as const satisfies readonly (keyof ReadOptions)[];

/** A file of rows under named columns, which can be read several times, some rows at a time. */
export interface TableFile {
  readonly path: string;
  readonly source: Source;
  /** Its rows in order, cut into cells, which are valid as long as they are referred to. */
  readonly pieces: () => AsyncIterable<Table>;
  /** What was decided about the file while it was read, each once. */
  readonly notes: ReadonlySet<string>;
}

/** What a file of a table is, by its name. */
const formatOf = (path: string): "csv" | "json-lines" | "parquet" =>
  /\.(jsonl|ndjson)(\.gz)?$/i.test(path) ? "json-lines" : /\.parquet(\.gz)?$/i.test(path) ? "parquet" : "csv";

const sizeOf = async (path: string): Promise<number> => {
  const file = await openFile(path);
  await file.close();
  return file.size;
};

/**
 * Opens a table: JSON Lines (`.jsonl`, `.ndjson`), Parquet (`.parquet`), all else as CSV; all but Parquet also packed by gzip. Values of JSON Lines and Parquet are told as
 * those texts of CSV would be that they are written as. Throws where there is no such file, and options do not suit it; what is wrong in it is told while it is read.
 */
export const openTable = async (path: string, given: ReadOptions = {}): Promise<TableFile> => {
  const {
    header = "detect",
    delimiter,
    encoding = "detect",
    pieceBytes = 2 ** 24,
    onRead,
    wording = inCode,
  } = requireKnown("openTable", given, readOptions);
  const source = { name: path, option: wording };
  if (encoding !== "detect" && !encodings.includes(encoding)) {
    failUse(
      source,
      `${wording("encoding")} is ${shown(String(encoding))}; choose from detect, ${encodings.join(", ")}`,
    );
  }
  const kind = await kindOf(path);
  if (!kind) return fail(source, "no such file; give the path of a table (CSV, JSON Lines or Parquet)");
  if (kind === "folder") return fail(source, "it is a folder; give the path of a table in it");
  const format = formatOf(path);
  const surplus = (["delimiter", "encoding", "header"] as const).find((name) => given[name] !== undefined);
  if (format !== "csv" && surplus !== undefined)
    failUse(source, `${wording(surplus)} is for CSV files; leave it out`);
  if (format === "parquet" && /\.gz$/i.test(path))
    return fail(source, "Parquet files pack their values themselves; unpack it by gunzip");
  const size = onRead && (await sizeOf(path));
  const notes = new Set<string>();
  const show: ShowRead | undefined = onRead && ((bytes) => onRead(bytes, size ?? bytes));
  const note = (text: string) => void notes.add(text);
  return {
    path,
    source,
    notes,
    pieces: () =>
      format === "parquet"
        ? parquetPieces(path, { source, show })
        : format === "json-lines"
          ? jsonLinesPieces(bytesOf(path, show), { source, pieceBytes })
          : csvPieces(bytesOf(path, show), { source, header, delimiter, encoding, pieceBytes, note }),
  };
};
