import { fail, type Source } from "../../data/csv/source.js";
import type { Table } from "../../data/csv/table.js";
import { joined } from "../../joined.js";
import { shown } from "../../shown.js";
import { recordTables, type TableRecord } from "./records.js";

const LINE_END = 10;

const textOf = (bytes: Uint8Array, line: number, source: Source): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail(source, `from line ${line} on it is not in UTF-8, which JSON Lines are; save it so`);
  }
};

/** The record of a line. */
const recordOf = (text: string, line: number, source: Source): TableRecord => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const whole = line === 1 && /^\s*\[/.test(text) ? "; a list of records has to be one record a line" : "";
    fail(source, `line ${line} is not JSON (${reason})${whole}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as TableRecord;
  const advice = Array.isArray(value) ? "; give one record a line, without a list around them" : "";
  return fail(source, `line ${line} holds ${shown(text)}, not values under names such as {"a": 1}${advice}`);
};

/** Cuts a file of JSON Lines into tables of some rows each, in order. Throws naming the line that is no record. */
export async function* jsonLinesPieces(
  chunks: AsyncIterable<Uint8Array>,
  { source, pieceBytes }: { readonly source: Source; readonly pieceBytes: number },
): AsyncGenerator<Table, void, void> {
  const tableOf = recordTables(source);
  let held: Uint8Array[] = [];
  let size = 0;
  let line = 1;
  let any = false;
  const cut = (bytes: Uint8Array): Table | undefined => {
    const records: TableRecord[] = [];
    const lines: number[] = [];
    for (const text of textOf(bytes, line, source).split("\n")) {
      if (text.trim() !== "") {
        records.push(recordOf(text, line, source));
        lines.push(line);
      }
      line++;
    }
    any ||= records.length > 0;
    return records.length === 0 ? undefined : tableOf(records, Uint32Array.from(lines));
  };
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    const end = chunk.lastIndexOf(LINE_END);
    if (size < pieceBytes || end < 0) continue;
    const bytes = joined(held);
    const rest = chunk.length - 1 - end;
    held = [bytes.slice(bytes.length - rest)];
    size = rest;
    const table = cut(bytes.subarray(0, bytes.length - rest - 1));
    if (table) yield table;
  }
  const table = cut(joined(held));
  if (table) yield table;
  if (!any) fail(source, "it has no rows; give a record a line");
}
