import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlain } from "../../../src/data/csv/plain.js";
import { parseCsv } from "../../../src/data/csv.js";
import { refusal } from "./refusal.js";

const y = { target: "y" };

describe("rows and cells", () => {
  it("takes line feeds, carriage returns and both as line ends, also mixed, and skips empty lines", () => {
    const expected = [1, 3, 5, 7];
    for (const ends of [
      ["\n"],
      ["\r\n"],
      ["\r"],
      ["\r\n", "\n"],
      ["\r", "\r\n"],
      ["\n\n", "\r\r\n", "\n \n"],
    ]) {
      const end = (i: number) => ends[i % ends.length];
      const text = ["x,y", "1,2", "3,4", "5,6", "7,8"].map((row, i) => `${row}${end(i)}`).join("");
      expect([...parseCsv(text, y).X], JSON.stringify(ends)).toEqual(expected);
    }
  });

  it("counts lines by any of them, and by those within quotes", () => {
    expect(refusal("x,y\r\n1,2\r3,4\n\nabc,5\n6,7\n", y)).toContain('line 5, column "x": "abc"');
    expect(refusal('n,x,y\n"a\r\n\r\n\n",1,2\nb,3,4\nc,abc,5\n', y)).toContain('line 7, column "x": "abc"');
    expect(refusal('x,y\n1,2\n3,"4\n5,6\n', y)).toContain(
      "not CSV: the quote opened in line 3 is never closed",
    );
  });

  it("reads whole numbers of any length, with blanks or without, as the machine does", () => {
    const texts = [
      "0",
      "007",
      "999999999",
      "1000000000",
      "4294967295",
      "4294967296",
      "123456789012",
      " 12 ",
      '"34"',
    ];
    const read = parseCsv(["x,y", ...texts.map((text, i) => `${text},${i}`)].join("\n"), y);
    expect([...read.X]).toEqual(texts.map((text) => Number(text.replaceAll('"', ""))));
    // What only begins with digits is no number.
    expect(parseCsv("x,y\n12a,1\n12a,2\n12b,3\n12b,4\n", { ...y, categorical: ["x"] }).columns).toEqual([
      "x=12a",
      "x=12b",
    ]);
  });

  it("takes separators, line ends and doubled quotes within quotes, and quotes within a cell", () => {
    const data = parseCsv('a,y\n"x, ""y""\n z",1\n"",2\n 5" pipe ,3\n"""",4\n', { ...y, missing: "drop" });
    expect(data.columns).toEqual(['a="', 'a=5" pipe', 'a=x, "y"\n z']);
    expect(data.n).toBe(3);
    // The same text in and out of quotes is one class.
    expect(parseCsv('a,y\n"u",1\nu,2\n" u ",3\nv,4\n', y).columns).toEqual(["a=u", "a=v"]);
    expect(refusal('a,y\n"u"v,1\n', y)).toContain('line 2 has text after a closing quote, "v,1"');
  });

  it("reads UTF-8 of every length", () => {
    const names = ["ä", "€", "🙂", "日本語"];
    const text = `n,y\n${names.map((name, i) => `${name},${i}`).join("\n")}\n`;
    expect(parseCsv(text, y).columns).toEqual(names.toSorted().map((name) => `n=${name}`));
  });

  it("finds the separator that cuts rows into equally many cells, tab and semicolon before the comma", () => {
    expect([...parseCsv("0,5;0,25;0,75\n1,5;2,25;3,75\n", { target: "column3" }).X]).toEqual([
      0.5, 0.25, 1.5, 2.25,
    ]);
    expect([...parseCsv("a\ty\n0,5\t1\n1,5\t2\n", y).X]).toEqual([0.5, 1.5]);
    expect(parseCsv("a,y\nu;v,1\nw,2\n", y).columns).toEqual(["a=u;v", "a=w"]);
    expect(parseCsv('a,y\n"u;\n;v",1\nw,2\n', y).columns).toEqual(["a=u;\n;v", "a=w"]);
    // Where none does, the most frequent in the first line cuts, and the row that differs is named.
    expect(refusal("a,b,y\n1,2,3\n4,5\n", y)).toContain("line 3 has 2 cells, line 1 has 3");
    for (const delimiter of ["", ";;", '"', "\n", "§", "0", "9"]) {
      expect(refusal("a,y\n1,2\n", { ...y, delimiter })).toContain("`delimiter` is");
    }
  });

  it("takes the separator from a first line sep=, and counts that line", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const data = parseCsv(["sep=;", "a;y", "1,5;1", "2,5;2"].join(end), y);
      expect([...data.X]).toEqual([1.5, 2.5]);
      expect(data.notes[0]).toBe("the first line, sep=;, read as the separator of cells, not as data");
    }
    expect([...parseCsv('"sep=|"\na|y\n1|1\n3|2\n', y).X]).toEqual([1, 3]);
    expect([...parseCsv("sep=\t\na\ty\n1\t1\n3\t2\n", y).X]).toEqual([1, 3]);
    expect([...parseCsv("sep=;\na,y\n1,1\n3,2\n", { ...y, delimiter: "," }).X]).toEqual([1, 3]);
    expect(refusal("sep=;\na;y\n1;2\n3;4\nabc;5\n", y)).toContain('line 5, column "a": "abc"');
    expect(parseCsv("sep=x,y\nu,1\nv,2\n", y).columns).toEqual(["sep=x=u", "sep=x=v"]);
  });

  it("says what may be the reason that a column is absent or rows differ", () => {
    const one = "it has one column only: say with `delimiter` what separates cells";
    expect(refusal("a|y\n1|2\n3|4\n", y)).toContain(`the columns are a|y; ${one}, perhaps "|"`);
    expect(refusal("a y\n1 2\n3 4\n", y)).toContain(`${one}, perhaps " "`);
    expect(refusal("y\n1\n2\n", y)).toContain(`give at least one input; ${one}`);
    expect([...parseCsv("a y\n1 2\n3 4\n", { ...y, delimiter: " " }).X]).toEqual([1, 3]);

    expect(refusal("# made by me\na,y\n1,2\n", y)).toContain(
      'line 2 has 2 cells, line 1 has 1; line 1 begins with "#" like a comment: remove it',
    );
    expect(refusal("a,y\n1,2\n# end\n", y)).toContain('line 3 begins with "#"');

    const years = "country,2019,2020\nDE,1,2\nFR,3,4\n";
    expect(refusal(years, { target: "2020" })).toContain(
      'there is no column "2020" (`target`); the columns are column1, column2, column3; the first row holds "2020" but was taken for data: `header` says',
    );
    expect([...parseCsv(years, { target: "2020", header: true }).y]).toEqual([2, 4]);
    expect(refusal(years, { target: "2021" })).not.toContain("first row");
  });

  it("refuses a file of blanks and separators", () => {
    for (const text of ["  \n \t\n\n", "\t\t\n\t\t\n", ",\n,\n", ";;", '"",""\n']) {
      expect(refusal(text, y), JSON.stringify(text)).toMatch(
        /it (has no rows|holds nothing but blanks and separators)/,
      );
    }
  });

  it("shows control characters escaped, and long texts shortened", () => {
    expect(refusal("a,y\n1,2\n2,3\n\u001b[31mRED\u0007,4\n", y)).toContain(
      '"\\u001b[31mRED\\u0007" is not a number',
    );
    expect(refusal("a,y\n1\u0000,2\n2,3\n", y)).toContain(
      'line 2, column "a": "1\\u0000" is not a number (1 of 2',
    );
    expect(refusal("a\u202e,y\n1,2\n", { target: "z" })).toContain("the columns are a\\u202e, y");
    expect(refusal(`a,y\n1,2\nx${"y".repeat(1e5)},3\n`, y)).toContain(
      `"x${"y".repeat(38)}…" (100001 characters)`,
    );
    expect(refusal(`a,y\n1,2\n${"7".repeat(2e5)},3\n`, y)).toContain("is not finite");
    const wide = Array.from({ length: 2e4 }, (_, j) => `c${j}`);
    expect(refusal(`${wide.join()}\n${wide.map((_, j) => j).join()}\n`, y)).toContain(
      "the columns are c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 19990 more",
    );
  });

  it("says the same of many columns in one line", () => {
    const names = Array.from({ length: 300 }, (_, j) => `c${j}`);
    const rows = [1, 2].map((value) => [...names.map(() => "7"), value].join());
    expect(parseCsv([[...names, "y"].join(), ...rows].join("\n"), y).notes).toEqual([
      "300 columns are constant: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 290 more",
    ]);
    const many = [1, 2].map((value) => [...names.map(() => (value === 1 ? "u" : "")), value].join());
    expect(refusal([[...names, "y"].join(), ...many].join("\n"), y)).toContain(
      '300 missing values in "c0" (1, first in line 3), "c1" (1, first in line 3), ',
    );
  });
});

describe("readPlain", () => {
  const read = (text: string, decimal = ".") => {
    const bytes = new TextEncoder().encode(text);
    return readPlain(bytes, 0, bytes.length, decimal.charCodeAt(0));
  };

  it("rounds every number as the machine does", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(read(String(x))).toBe(Number(String(x)));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?\d{0,25}\.\d{1,25}(e[+-]?\d{1,3})?$/), (text) => {
        expect(read(text)).toBe(Number(text));
        expect(read(text.replace(".", ","), ",")).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
    for (const text of ["9007199254740993", "9007199254740992", "1e23", "1e22", "8.5e-23", "123456789e-22"]) {
      expect(read(text)).toBe(Number(text));
    }
  });

  it.each(["", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1_000", "- 1", "1 2", "٣"])(
    "takes %j for no number",
    (text) => {
      expect(read(text)).toBeNaN();
    },
  );
});
