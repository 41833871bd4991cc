import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { textAt } from "../../src/data/csv/scan.js";
import type { Table } from "../../src/data/csv/table.js";
import { tables } from "../../src/index.js";
import { jsonLinesPieces } from "../../src/tables/read/json-lines.js";
import { inCode } from "../../src/wording.js";
import { temporaryFolder } from "../support/cli.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** The names of a table, its lines and the texts of its cells, row by row. */
const rowsOf = async (pieces: AsyncIterable<Table>) => {
  const rows: string[][] = [];
  const lines: number[] = [];
  let names: readonly string[] = [];
  for await (const table of pieces) {
    names = table.names;
    for (let row = table.first; row < table.end; row++) {
      lines.push(table.lines[row] ?? -1);
      rows.push(table.names.map((_, j) => textAt(table, row * table.width + j)));
    }
  }
  return { names, rows, lines };
};

const read = async (path: string) => rowsOf((await tables.openTable(path)).pieces());

/** A text that comes a few bytes at a time, read in pieces of at least so many. */
const inPieces = (text: string, pieceBytes: number) => {
  const bytes = new TextEncoder().encode(text);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.slice(at, at + 7);
  };
  return rowsOf(jsonLinesPieces(chunks(), { source: { name: "bad.jsonl", option: inCode }, pieceBytes }));
};

const jsonLines = `${[
  '{"name": "Ana, \\"A\\"", "size": 1.5, "sold": true}',
  "",
  '{"size": -2e-7, "name": "two\\nlines", "sold": null}',
  '{"name": "Köln", "sold": false}',
].join("\r\n")}\n`;

const same = {
  names: ["name", "size", "sold"],
  rows: [
    ['Ana, "A"', "1.5", "true"],
    ["two\nlines", "-2e-7", ""],
    ["Köln", "", "false"],
  ],
};

describe("tables of JSON Lines", () => {
  it("are read as CSV of the same values, whole, in pieces and packed, with the lines of the file", async () => {
    const path = file("three.jsonl", jsonLines);
    const packed = file("three.ndjson.gz", gzipSync(jsonLines));
    for (const found of [await read(path), await inPieces(jsonLines, 60), await read(packed)])
      expect(found).toEqual({ ...same, lines: [1, 3, 4] });
  });

  it("are refused in one line that says where", async () => {
    const messageOf = (reading: Promise<unknown>) =>
      reading.then(
        () => "read",
        (error: Error) => error.message.replace(/^.*bad\.jsonl: /, ""),
      );
    const refused = (content: string | Uint8Array) => messageOf(read(file("bad.jsonl", content)));
    expect(await refused('{"a": 1}\n{"a": 1\n')).toMatch(/^line 2 is not JSON \(/);
    expect(await refused('[\n{"a": 1}\n]\n')).toMatch(/^line 1 is not JSON .*one record a line$/);
    expect(await refused('[{"a": 1}]')).toMatch(/^line 1 holds .*without a list around them$/);
    expect(await refused('{"a": 1}\n\n3\n')).toMatch(/^line 3 holds "3", not values under names/);
    expect(await refused('{"a": 1, "b": {"c": 2}}')).toMatch(
      /^line 1, column "b": "\{\\?"c\\?":2\}" is no single value/,
    );
    expect(await messageOf(inPieces('{"a": 1}\n{"a": 2, "b": 3}\n', 9))).toMatch(
      /^line 2 has "b", which no row before/,
    );
    expect(await refused(Uint8Array.of(0x7b, 0xe4, 0x7d))).toMatch(/^from line 1 on it is not in UTF-8/);
    expect(await refused("\n \n")).toMatch(/^it has no rows/);
    expect(await refused("{}\n{}\n")).toMatch(/^its rows are empty/);
  });
});

describe("tables of Parquet", () => {
  const content = parquetWriteBuffer({
    columnData: [
      { name: "name", data: ['Ana, "A"', "two\nlines", "Köln"], type: "STRING" },
      { name: "size", data: [1.5, -2e-7, null], type: "DOUBLE" },
      { name: "sold", data: [true, null, false], type: "BOOLEAN" },
      {
        name: "day",
        data: [new Date("2024-05-01"), new Date("2024-05-01T10:30:00Z"), null],
        type: "TIMESTAMP",
      },
      { name: "count", data: [1n, 2n ** 40n, -3n], type: "INT64" },
    ],
  });

  it("are read as CSV of the same values", async () => {
    const { names, rows, lines } = await read(file("three.parquet", new Uint8Array(content)));
    expect(names).toEqual([...same.names, "day", "count"]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(same.rows);
    expect(rows.map((row) => row.slice(3))).toEqual([
      ["2024-05-01", "1"],
      ["2024-05-01T10:30:00.000Z", "1099511627776"],
      ["", "-3"],
    ]);
    expect(lines).toEqual([1, 2, 3]);
  });

  it("are refused where they are damaged or packed, and options of CSV are", async () => {
    const path = file("cut.parquet", new Uint8Array(content).subarray(0, 100));
    await expect(read(path)).rejects.toThrow(/not a Parquet file that can be read/);
    await expect(read(file("a.parquet.gz", "x"))).rejects.toThrow(/unpack it by gunzip/);
    await expect(tables.openTable(path, { delimiter: ";" })).rejects.toThrow(/`delimiter` is for CSV files/);
    await expect(tables.openTable(file("a.jsonl", "{}"), { header: false })).rejects.toThrow(
      /`header` is for CSV files/,
    );
  });
});

describe("a table in several formats", () => {
  it("is understood alike", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      size: i % 7,
      place: ["here", "there", "far"][i % 3] ?? "",
      when: `2024-03-${String(1 + (i % 28)).padStart(2, "0")}`,
      y: (i % 7) * 2 + (i % 3) / 8,
    }));
    const names = ["size", "place", "when", "y"] as const;
    const paths = [
      file(
        "t.csv",
        `${[names.join(","), ...rows.map((row) => names.map((name) => row[name]).join(","))].join("\n")}\n`,
      ),
      file("t.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join("")),
      file(
        "t.parquet",
        new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: "size", data: rows.map(({ size }) => size), type: "INT32" },
              { name: "place", data: rows.map(({ place }) => place), type: "STRING" },
              { name: "when", data: rows.map(({ when }) => new Date(when)), type: "TIMESTAMP" },
              { name: "y", data: rows.map(({ y }) => y), type: "DOUBLE" },
            ],
          }),
        ),
      ),
    ];
    const [csv, ...others] = await Promise.all(
      paths.map(async (path) => (await tables.loadTable(path, { target: "y" })).encoder),
    );
    expect(csv?.columns.map(({ kind }) => kind)).toEqual(["number", "category", "date"]);
    for (const encoder of others) expect(encoder).toEqual(csv);
  });
});
