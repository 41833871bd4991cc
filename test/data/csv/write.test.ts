import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textAt } from "../../../src/data/csv/scan.js";
import { csvCell, csvRow } from "../../../src/data/csv/write.js";
import { tables } from "../../../src/index.js";
import { temporaryFolder } from "../../support/cli.js";

const strange = [
  "a,b",
  'say "x"',
  "two\nlines",
  "carriage\rreturn",
  " blank",
  "blank ",
  "\ttab",
  "",
  "plain",
  "ä;ö",
];

describe("cells of CSV", () => {
  it("are in quotes only where they have to be", () => {
    expect(strange.map(csvCell)).toEqual([
      '"a,b"',
      '"say ""x"""',
      '"two\nlines"',
      '"carriage\rreturn"',
      '" blank"',
      '"blank "',
      '"\ttab"',
      "",
      "plain",
      "ä;ö",
    ]);
    expect(csvRow([1.5, "a", -3])).toBe("1.5,a,-3");
  });

  it("are read as they were written, also where a row is one empty cell", async () => {
    const path = join(temporaryFolder(), "strange.csv");
    writeFileSync(path, `${[csvRow(["text"]), ...strange.map((text) => csvRow([text]))].join("\n")}\n`);
    const file = await tables.openTable(path, { delimiter: ",", header: true });
    const read: string[] = [];
    for await (const table of file.pieces())
      for (let row = table.first; row < table.end; row++) read.push(textAt(table, row * table.width));
    // Blanks around a cell are left out, in quotes too.
    expect(read).toEqual(strange.map((text) => text.trim()));
  });
});
