import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type CsvOptions, parseCsv, readCsv } from "../../src/data/csv.js";
import { SteepestError } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

const failure = (text: string, options: CsvOptions): string => {
  try {
    parseCsv(text, options, "t.csv");
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    const { message } = error as Error;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("accepted");
};

describe("parseCsv", () => {
  it("reads numbers row by row and the target by name, wherever its column is", () => {
    const data = parseCsv("a,y,b\n1,10,2\n3,20,-4e1\n", { target: "y" });
    expect([...data.X]).toEqual([1, 2, 3, -40]);
    expect([...data.y]).toEqual([10, 20]);
    expect(data).toMatchObject({ n: 2, d: 2, columns: ["a", "b"], target: { kind: "numeric", name: "y" } });
    expect(data.notes).toEqual([]);
  });

  it("encodes categorical columns as one column per class, in order, and says so", () => {
    const data = parseCsv("colour,x,y\nred,1,1\nblue,2,2\nred,3,4\n", { target: "y" });
    expect(data.columns).toEqual(["colour=blue", "colour=red", "x"]);
    expect([...data.X]).toEqual([0, 1, 1, 1, 0, 2, 0, 1, 3]);
    expect(data.notes).toEqual(['column "colour" encoded as 2 columns of 0 and 1']);
  });

  it("gives class numbers for a categorical target; `categorical` makes classes of numbers", () => {
    expect(parseCsv("x,y\n1,no\n2,yes\n3,no\n", { target: "y" })).toMatchObject({
      y: Float64Array.of(0, 1, 0),
      target: { kind: "categorical", name: "y", classes: ["no", "yes"] },
    });
    expect(parseCsv("x,y\n1,10\n2,9\n", { target: "y", categorical: ["y"] })).toMatchObject({
      y: Float64Array.of(1, 0),
      target: { classes: ["9", "10"] },
    });
  });

  it("reads columns as numbers that `categorical` does not name", () => {
    const data = parseCsv("x,k,y\n1,5,1\n2,6,2\n3,5,4\n", { target: "y", categorical: ["k"] });
    expect(data.columns).toEqual(["x", "k=5", "k=6"]);
    expect([...data.X]).toEqual([1, 1, 0, 2, 0, 1, 3, 1, 0]);
  });

  it("detects the header by text above numbers, or by names that occur once only", () => {
    const headless = parseCsv("1,2\n3,4\n", { target: "column2" });
    expect(headless).toMatchObject({ n: 2, columns: ["column1"] });
    expect(parseCsv("2019,2020\n1,2\n3,4\n", { target: "2020", header: true }).n).toBe(2);
    expect(parseCsv("a,b\nu,v\nw,v\nu,z\n", { target: "b" }).n).toBe(3);
    expect(parseCsv("u,v\nu,z\nw,v\n", { target: "column2" }).n).toBe(3);
    expect(parseCsv("a,b\nc,d\n", { target: "column2", header: false }).n).toBe(2);
  });

  it("detects semicolons and tabs; takes quotes, blanks, a byte order mark and Windows line ends", () => {
    expect([...parseCsv("a;y\r\n1;2\r\n3;4\r\n", { target: "y" }).X]).toEqual([1, 3]);
    expect([...parseCsv("a\ty\n1\t2\n3\t4", { target: "y" }).X]).toEqual([1, 3]);
    const quoted = parseCsv('\uFEFF"a, b" , y\n 1 ,2\n\n"3",4\n', { target: "y" });
    expect(quoted.columns).toEqual(["a, b"]);
    expect([...quoted.X]).toEqual([1, 3]);
    expect([...parseCsv("a|y\n1|2\n3|4\n", { target: "y", delimiter: "|" }).X]).toEqual([1, 3]);
  });

  it.each(["", "NA", "NaN", "?", "null", "n/a"])("treats %j as missing, with a policy", (gap) => {
    const text = `x,c,y\n1,u,1\n${gap},v,2\n5,${gap},3\n6,v,${gap}\n`;
    const message = failure(text, { target: "y" });
    expect(message).toContain(
      '3 missing values in "x" (1, first in line 3), "c" (1, first in line 4), "y" (1,',
    );
    expect(message).toContain('choose missing: "drop" or missing: "mean"');

    const filled = parseCsv(text, { target: "y", missing: "mean" });
    expect(filled.columns).toEqual(["x", "c=u", "c=v"]);
    expect([...filled.X]).toEqual([1, 1, 0, 3, 0, 1, 5, 1, 0]);
    expect(filled.notes).toEqual(
      expect.arrayContaining([
        "1 of 4 rows dropped for a missing target",
        'column "x": 1 missing value filled with the mean 3',
        'column "c": 1 missing value filled with the most frequent, "u"',
      ]),
    );
  });

  it("says nothing of dropped rows where gaps were filled", () => {
    const { notes } = parseCsv("x,y\n1,1\n,2\n5,4\n", { target: "y", missing: "mean" });
    expect(notes).toEqual(['column "x": 1 missing value filled with the mean 3']);
  });

  it("drops rows with missing values, and the classes that vanish with them", () => {
    const data = parseCsv("x,c,y\n1,u,1\n,w,2\n5,v,3\n", { target: "y", missing: "drop" });
    expect(data).toMatchObject({ n: 2, columns: ["x", "c=u", "c=v"] });
    expect(data.notes[0]).toBe("1 of 3 rows dropped for missing values");
  });

  it("notes constant columns and leaves out ignored ones", () => {
    const data = parseCsv("id,x,k,y\na1,1,7,1\na2,2,7,2\n", { target: "y", ignore: ["id"] });
    expect(data.columns).toEqual(["x", "k"]);
    expect(data.notes).toEqual(['column "k" is constant']);
  });

  it.each([
    ["x,y\n1,2\nabc,3\n4,5\n", 't.csv: line 3, column "x": "abc" is not a number (2 of 3'],
    ["x,y\n1,2\n-inf,3\n", 't.csv: line 3, column "x": "-inf" is not finite'],
    ["x,y\n1,2\n1e999,3\n", 't.csv: line 3, column "x": "1e999" is not finite'],
    ["x,y\n1,2\n3\n", "t.csv: line 3 has 1 cell, line 1 has 2"],
    ["x,z\n1,2\n", 't.csv: there is no column "y" (`target`); the columns are x, z'],
    ["", "t.csv: it has no rows"],
    ["x,y\n", "t.csv: it has no rows after the header"],
    ["x,x,y\n1,2,3\n", 't.csv: two columns are named "x"'],
    ["y\n1\n2\n", 't.csv: no columns besides the target "y"'],
    ["x,y\n1,2\n3,2\n", 't.csv: the target "y" is 2 in every row'],
    ["x,y\n1,a\n3,a\n", 't.csv: the target "y" has only one class, "a"'],
    ["x,y\n1,2\n?,3\n4,?\n", 't.csv: 2 missing values in "x" (1, first in line 3), "y"'],
    ['x,y\n"1,2\n3,4\n', "t.csv: not CSV: the quote opened in line 2 is never closed"],
  ])("refuses %j", (text, message) => {
    expect(failure(text, { target: "y" })).toContain(message);
  });

  it("refuses a header without rows, all rows dropped, empty columns, identifiers and unknown columns", () => {
    expect(failure("x,y\n", { target: "y", header: true })).toContain("no rows after the header");
    expect(failure("x,y\n1,\n,2\n", { target: "y", missing: "drop" })).toContain("every row has a missing");
    expect(failure("x,z,y\n1,,1\n2,,3\n", { target: "y", missing: "mean" })).toContain(
      'column "z" has no values',
    );
    expect(failure("x,y\n1,2\n3,4\n", { target: "y", ignore: ["q"] })).toContain('no column "q"');
    expect(failure("x,y\n1,2\n3,4\n", { target: "y", categorical: ["q"] })).toContain('no column "q"');
    const people = Array.from({ length: 80 }, (_, i) => `person ${"x".repeat(i)},${i}`).join("\n");
    expect(failure(`name,y\n${people}\n`, { target: "y" })).toContain('column "name" has 80 different texts');
  });

  it("gives back every table of numbers that is written as text", () => {
    const row = fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.integer());
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 20 }),
        fc.constantFrom(",", ";", "\t"),
        (rows, by) => {
          fc.pre(rows.some(([, , y]) => y !== rows[0]?.[2]));
          const text = [["u", "v", "y"], ...rows].map((cells) => cells.join(by)).join("\n");
          const { X, y } = parseCsv(text, { target: "y" });
          // Text keeps the sign of zero from being seen, hence + 0.
          expect(Array.from(X, (x) => x + 0)).toEqual(rows.flatMap(([u, v]) => [u + 0, v + 0]));
          expect([...y]).toEqual(rows.map((cells) => cells[2]));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("readCsv", () => {
  it("reads quotes of a file as those of a text, and leaves given bytes as they are", async () => {
    const path = join(folder, "quotes.csv");
    const text = 'c,y\n"a ""b"" c",1\n"""",2\n"d""",3\n';
    const columns = ['c="', 'c=a "b" c', 'c=d"'];
    writeFileSync(path, text);
    expect((await readCsv(path, { target: "y" })).columns).toEqual(columns);
    const bytes = Buffer.from(text);
    expect(parseCsv(bytes, { target: "y" }).columns).toEqual(columns);
    expect(bytes.toString()).toBe(text);
    expect(() => parseCsv(3 as never, { target: "y" })).toThrow("CSV: it is 3, not a text or its bytes");
  });

  it("reads a file and names it in every error", async () => {
    const path = join(folder, "data.csv");
    writeFileSync(path, "x,y\n1,2\n3,4\n");
    expect((await readCsv(path, { target: "y" })).n).toBe(2);
    await expect(readCsv(path, { target: "z" })).rejects.toThrow(`${path}: there is no column "z"`);
    await expect(readCsv(join(folder, "no.csv"), { target: "y" })).rejects.toThrow("no.csv: no such file");
    await expect(readCsv(folder, { target: "y" })).rejects.toThrow(
      `${folder}: it is a folder; give the path of a CSV file`,
    );
  });
});
