import { describe, expect, it } from "vitest";
import { encodeAll } from "../../../src/data/csv/features.js";
import { readTable } from "../../../src/data/csv/table.js";
import { type CsvOptions, parseCsv } from "../../../src/data/csv.js";
import { refusal } from "./refusal.js";

const lines = (...rows: readonly string[]): string => `${rows.join("\n")}\n`;
const numbered = (count: number, row: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => row(i));
/** The columns of a table of x and y, whose y are 0, 1, 2, … */
const columnsOf = (cells: readonly string[], options: Partial<CsvOptions> = {}) =>
  parseCsv(lines("x,y", ...cells.map((cell, i) => `${cell},${i}`)), { target: "y", ...options }).columns;

const source = { name: "t.csv", option: (name: string) => name };

describe("a header", () => {
  const isHeaded = (...rows: readonly string[]) =>
    readTable(new TextEncoder().encode(lines(...rows)), "detect", ",", source).first === 1;

  it("is a name above numbers, of which half of the cells that are not missing suffice", () => {
    // In the second column a text recurs, so that the first decides.
    expect(isHeaded("a,b", "1,b", "2,c")).toBe(true);
    expect(isHeaded("3,b", "1,b", "2,c")).toBe(false);
    expect(isHeaded("a,b", "1,b", "w,c")).toBe(true);
    expect(isHeaded("a,b", "1,b", "w,c", "w,b")).toBe(false);
    expect(isHeaded("a,b", "1,b", "w,c", ",b")).toBe(true);
    expect(isHeaded("b,a", "b,1", "c,2")).toBe(true);
    expect(isHeaded("b,3", "b,1", "c,2")).toBe(false);
  });

  it("may stand above prices, dates and times, and be a text with digits, but no quantity", () => {
    for (const cell of ["$ 7", '"1,5"', "2024-01-31", "12:30", "7 %"]) {
      expect(isHeaded("a,b", `${cell},b`, `${cell},c`), cell).toBe(true);
      expect(isHeaded("q1,b", `${cell},b`, `${cell},c`), cell).toBe(true);
      expect(isHeaded(`${cell},b`, `${cell},b`, `${cell},c`), cell).toBe(false);
      // Nor does it help that what stands beside occurs once only.
      expect(isHeaded(`${cell},n`, `${cell},b`, `${cell},c`), cell).toBe(false);
    }
  });

  it("is told by the first 1000 rows below it", () => {
    const words = (count: number) => numbered(count, (i) => `${"uvw"[i % 3]},b`);
    const numbers = (count: number) => numbered(count, (i) => `${i},b`);
    expect(isHeaded("a,b", ...words(500), ...numbers(500))).toBe(true);
    expect(isHeaded("a,b", ...words(501), ...numbers(1500))).toBe(false);
    expect(isHeaded("a,b", ...words(500), ...numbers(500), ...words(1500))).toBe(true);
  });

  it("is of texts that differ from each other and from all below, where no column is numeric", () => {
    expect(isHeaded("a,b", "u,v", "w,v")).toBe(true);
    expect(isHeaded("a,b", "u,v", "a,w")).toBe(false);
    expect(isHeaded("a,b", "u,v", "w,b")).toBe(false);
    expect(isHeaded("a,b", "a,v", "w,v")).toBe(false);
    expect(isHeaded("a,b", "b,v", "w,a")).toBe(true);
    expect(isHeaded("a,a", "u,v", "w,v")).toBe(false);
    expect(isHeaded("a,", "u,v", "w,v")).toBe(false);
    expect(isHeaded("a,b", ",v", ",w")).toBe(true);
    expect(isHeaded("a,b", ",b", ",c")).toBe(false);
    // All rows are looked at for a text that recurs.
    expect(isHeaded("a,b", ...numbered(1500, (i) => `u,v${"w".repeat(i % 9)}`), "a,x")).toBe(false);
  });
});

describe("words that are no words", () => {
  it("stand for nothing", () => {
    for (const gap of ["", "NA", "na", "N/A", "n/a", "NaN", "nan", "NULL", "null", "?"]) {
      expect(columnsOf(["1", "2", gap], { missing: "drop" }), gap).toEqual(["x"]);
      expect(parseCsv(lines("x,y", "1,0", "2,1", `${gap},2`), { target: "y", missing: "drop" }).n, gap).toBe(
        2,
      );
    }
    for (const word of ["nil", "none", "N", "NANA", "n/a/", "??", "nulll", "-", "+"]) {
      expect(refusal(lines("x,y", "1,0", "2,1", `${word},2`), { target: "y" }), word).toContain(
        "is not a number",
      );
    }
  });

  it("are infinite numbers, which are refused where they stand, in the first row too", () => {
    for (const word of [
      "inf",
      "Inf",
      "-inf",
      "+inf",
      "infinity",
      "-Infinity",
      "+INFINITY",
      "1e999",
      "-1e999",
    ]) {
      for (const rows of [
        [`${word},0`, "2,1", "3,2"],
        ["2,0", `${word},1`, "3,2"],
      ]) {
        const line = rows[0]?.startsWith(word) ? 2 : 3;
        expect(refusal(lines("x,y", ...rows), { target: "y" })).toContain(
          `line ${line}, column "x": "${word}" is not finite; replace it or leave it empty`,
        );
      }
    }
    for (const word of ["info", "infinit", "--inf", "in"]) {
      expect(refusal(lines("x,y", "1,0", "2,1", `${word},2`), { target: "y" }), word).toContain(
        "is not a number",
      );
    }
  });
});

describe("the separator", () => {
  const widthOf = (text: string, options: Partial<CsvOptions> = {}) =>
    refusal(text, { target: "nothing", header: true, ...options });

  it("is the most frequent of the first line that is not empty, where none cuts all rows alike", () => {
    const ragged = (first: string, before = "") => refusal(`${before}${first}\n1\n`, { target: "y" });
    expect(ragged("a,b;c,d")).toContain("line 1 has 3");
    expect(ragged("a;b,c;d;e")).toContain("line 1 has 4");
    expect(ragged("a\tb;c\td;e\tf")).toContain("line 1 has 4");
    // Equally often: comma before semicolon before tab.
    expect(ragged("a;b,c;d,e,f")).toContain("line 1 has 4");
    for (const before of ["\n", "\r\n", "\r", "  \n", "\n \n"]) {
      expect(ragged("a,b,c", before)).toMatch(/line [234] has 1 cell, line [123] has 3/);
    }
    // Blanks are no text, but tabulators among them are counted.
    expect(ragged("a,b,c", "\t\t\t\t\n")).toContain("line 1 has 5");
    expect(ragged("a,b\r1;2;3;4")).toContain("line 1 has 2");
  });

  it("is looked for in the whole rows of the first 65536 bytes", () => {
    const row = `${"a".repeat(98)},b\n`;
    // Row 656 is cut at byte 65536, and one beyond has another number of cells.
    const long = `${row.repeat(900)}c;d;e\n`;
    expect(widthOf(long)).toMatch(/line 901 has 1 cell, line 1 has 2/);
    const early = `${row.repeat(600)}c;d;e\n`;
    expect(widthOf(early)).toMatch(/line 601 has 1 cell, line 1 has 2/);
    // The last row that is looked at is whole: cut through, it would have one cell.
    const halves = `a;b\n${numbered(1500, (i) => `${"x".repeat(50)};${i % 10}`).join("\n")}\n`;
    for (const end of ["\n", "\r", "\r\n"]) {
      expect(parseCsv(halves.replaceAll("\n", end), { target: "b" }).n).toBe(1500);
    }
  });

  it("is named by a line of Excel's, and lines are counted with it", () => {
    const named = (mark: string, first = `sep=${mark}`) =>
      parseCsv(`${first}\na${mark}y\n1${mark}2\n3${mark}4\n`, { target: "y" });
    for (const mark of [";", ",", "\t", "|", "~", " "]) {
      expect([...named(mark).X], mark).toEqual([1, 3]);
    }
    expect([...named(";", '"sep=;"').X]).toEqual([1, 3]);
    expect([...named(";", "SEP=;").X]).toEqual([1, 3]);
    expect(refusal("sep=;\na;y\n1;2\nq;3\n5;6\n", { target: "y" })).toContain('line 4, column "a": "q"');
    expect(refusal("sep=;\r\na;y\r\n1;2\r\nq;3\r\n5;6\r\n", { target: "y" })).toContain(
      'line 4, column "a": "q"',
    );
  });
});

describe("classes", () => {
  it("are an identifier where they are more than fifty and more than one for every two rows", () => {
    const of = (classes: number, rows: number) => {
      const cells = numbered(
        rows,
        (i) =>
          `c${String.fromCharCode(97 + ((i % classes) % 26))}${"x".repeat(Math.floor((i % classes) / 26))}`,
      );
      try {
        return columnsOf(cells).length;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(of(50, 50)).toBe(50);
    expect(of(51, 102)).toBe(51);
    expect(of(51, 101)).toContain(
      'column "x" has 51 different texts in 101 rows, like an identifier (the first is "ca"); name it in `ignore`',
    );
  });

  it("are codes where they recur twice on average, or where at most half of the cells have digits", () => {
    const refused = (cells: readonly string[]) =>
      refusal(lines("x,y", ...cells.map((cell, i) => `${cell},${i}`)), { target: "y" });
    expect(columnsOf(["A1", "A1", "B2", "B2"])).toHaveLength(2);
    expect(refused(["A1", "B2", "B2"])).toContain("(3 of 3 values hold digits)");
    expect(columnsOf(["A1", "B2", "u", "v"])).toHaveLength(4);
    expect(refused(["A1", "B2", "u"])).toContain('holds digits, such as "A1"');
    // Missing cells count for neither.
    expect(
      refusal(lines("x,y", "A1,0", "B2,1", "u,2", ",3", ",4"), { target: "y", missing: "drop" }),
    ).toContain("(2 of 3 values hold digits)");
    expect(refused(["A1", "A1", "1-2", "1-2"])).toContain('such as "1-2"');
  });

  it("are ordered as numbers where all are, else as texts", () => {
    const of = (...cells: string[]) => columnsOf(cells, { categorical: ["x"] }).map((name) => name.slice(2));
    expect(of("10", "9", "-1", "1e1")).toEqual(["-1", "9", "10", "1e1"]);
    expect(of("10", "9", "-1", "a")).toEqual(["-1", "10", "9", "a"]);
  });

  it("are told apart however many there are", () => {
    const cells = numbered(3000, (i) => `k${(i * 7) % 1000}`);
    const { X, d, columns } = parseCsv(lines("x,y", ...cells.map((cell, i) => `${cell},${i}`)), {
      target: "y",
      categorical: ["x"],
    });
    expect(columns).toEqual([...new Set(cells)].sort().map((cell) => `x=${cell}`));
    cells.forEach((cell, i) => {
      const row = X.subarray(i * d, (i + 1) * d);
      expect([row.indexOf(1), row.lastIndexOf(1)]).toEqual([
        columns.indexOf(`x=${cell}`),
        columns.indexOf(`x=${cell}`),
      ]);
    });
  });

  it("stay classes where a number among them could mean two things", () => {
    expect(columnsOf(["u", "v", "w", '"1,000"'])).toEqual(["x=1,000", "x=u", "x=v", "x=w"]);
  });
});

describe("missing values", () => {
  it("name up to five columns", () => {
    const of = (columns: number) =>
      refusal(
        lines(
          [...numbered(columns, (j) => `c${j}`), "y"].join(","),
          [...numbered(columns, () => "1"), "1"].join(","),
          [...numbered(columns, () => ""), "2"].join(","),
          [...numbered(columns, (j) => (j === 0 ? "" : "2")), "3"].join(","),
        ),
        { target: "y" },
      );
    expect(of(1)).toBe(
      't.csv: 2 missing values in "c0" (2, first in line 3); choose missing: "drop" or missing: "mean"',
    );
    expect(of(5)).toContain('6 missing values in "c0" (2, first in line 3), "c1" (1, first in line 3), ');
    expect(of(5)).toContain('"c4" (1, first in line 3); choose');
    expect(of(6)).toContain('"c4" (1, first in line 3) and 1 more columns; choose');
    expect(refusal(lines("x,y", "1,1", ",2"), { target: "y" })).toContain("1 missing value in");
  });

  it("are filled with the mean of the others, or the most frequent class, of equals the first", () => {
    const filled = parseCsv(lines("x,c,y", "1,u,0", "2,v,1", "6,v,2", "7,u,3", ",,4", ",,5"), {
      target: "y",
      missing: "mean",
    });
    expect([...filled.X.subarray(12)]).toEqual([4, 1, 0, 4, 1, 0]);
    expect(filled.notes.slice(0, 2)).toEqual([
      'column "x": 2 missing values filled with the mean 4',
      'column "c": 2 missing values filled with the most frequent, "u"',
    ]);
    const later = parseCsv(lines("c,y", "u,0", "v,1", "v,2", ",3"), { target: "y", missing: "mean" });
    expect([...later.X.subarray(6)]).toEqual([0, 1]);
  });

  it("leave the classes of the rows that stay", () => {
    const { columns, X, notes } = parseCsv(lines("c,x,y", "u,1,0", "v,,1", "w,3,2", "u,4,3", "v,5,"), {
      target: "y",
      missing: "drop",
    });
    expect(columns).toEqual(["c=u", "c=w", "x"]);
    expect([...X]).toEqual([1, 0, 1, 0, 1, 3, 1, 0, 4]);
    expect(notes).toContain("2 of 5 rows dropped for missing values");
  });
});

describe("notes", () => {
  it("are told column by column up to three, then together", () => {
    const of = (columns: number) =>
      parseCsv(
        lines(
          [...numbered(columns, (j) => `c${j}`), "x", "y"].join(","),
          ...[1, 2].map((i) => [...numbered(columns, () => "7"), i, i].join(",")),
        ),
        {
          target: "y",
        },
      ).notes;
    expect(of(3)).toEqual(['column "c0" is constant', 'column "c1" is constant', 'column "c2" is constant']);
    expect(of(4)).toEqual(['4 columns are constant: "c0", "c1", "c2", "c3"'.replaceAll('"', "")]);
  });

  it("tell of decimal commas only where there are fractions", () => {
    const notes = (...cells: string[]) =>
      parseCsv(lines("x;y", ...cells.map((cell, i) => `${cell};${i}`)), { target: "y", decimal: "," }).notes;
    expect(notes("0,5", "2")).toEqual(['column "x" read with decimal commas']);
    expect(notes("1", "2")).toEqual([]);
    expect(notes("1,0", "2,0")).toEqual([]);
  });
});

it("a table of more numbers than memory holds is refused before it is made", () => {
  const wide = (d: number) =>
    Array.from(
      { length: d },
      (_, j) => ({ kind: "numeric", name: `c${j}`, values: Float64Array.of(1, 2) }) as const,
    );
  expect(() => encodeAll(wide(1), 2 ** 30 + 1, source)).toThrow(
    "t.csv: 1073741825 rows of 1 features are more numbers than memory holds; leave columns out with ignore",
  );
  expect(() => encodeAll(wide(3), 2 ** 29, source)).toThrow(/536870912 rows of 3 features/);
});
