import { fail, type Source } from "../../data/csv/source.js";
import type { Table } from "../../data/csv/table.js";
import { SteepestError } from "../../errors.js";
import { openFile } from "../../files.js";
import { unreadable } from "../../unreadable.js";
import type { ShowRead } from "./bytes.js";
import { recordTables } from "./records.js";

/** Rows that are read at a time. */
const ROWS = 20_000;

/** Cuts a Parquet file into tables of some rows each, in order; their lines are the numbers of the rows, from 1. Throws where it is damaged or holds nested values. */
export async function* parquetPieces(
  path: string,
  { source, show }: { readonly source: Source; readonly show: ShowRead | undefined },
): AsyncGenerator<Table, void, void> {
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const opened = await openFile(path).catch((error: unknown) => {
    throw unreadable(path, "a table (CSV, JSON Lines or Parquet)", error);
  });
  const damaged = (error: unknown): never => {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new SteepestError(
      `${path}: not a Parquet file that can be read (${reason.replace(/^parquet /, "")}); fetch it again`,
      { cause: error },
    );
  };
  try {
    const file = {
      byteLength: opened.size,
      slice: async (start: number, end: number = opened.size): Promise<ArrayBuffer> => {
        const into = new Uint8Array(end - start);
        await opened.read(into, start);
        return into.buffer;
      },
    };
    const metadata = await parquetMetadataAsync(file).catch(damaged);
    const rows = Number(metadata.num_rows);
    if (rows === 0) fail(source, "it has no rows");
    const tableOf = recordTables(source);
    for (let rowStart = 0; rowStart < rows; rowStart += ROWS) {
      const rowEnd = Math.min(rows, rowStart + ROWS);
      const records = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd }).catch(
        damaged,
      );
      show?.(Math.floor((opened.size * rowEnd) / rows));
      yield tableOf(
        records,
        Uint32Array.from(records, (_, i) => rowStart + i + 1),
      );
    }
  } finally {
    await opened.close();
  }
}
