import { describe, expect, it } from "vitest";
import { type CsvOptions, parseCsv } from "../../../src/data/csv.js";
import { refusal } from "./refusal.js";

/** The column x of a file of x and y, cut by semicolons. */
const column = (cells: readonly string[], options: Partial<CsvOptions> = {}) => {
  const text = ["x;y", ...cells.map((cell, i) => `${cell};${i}`)].join("\n");
  return parseCsv(text, { target: "y", delimiter: ";", ...options });
};
const refused = (cells: readonly string[], options: Partial<CsvOptions> = {}) =>
  refusal(["x;y", ...cells.map((cell, i) => `${cell};${i}`)].join("\n"), {
    target: "y",
    delimiter: ";",
    ...options,
  });

describe("numbers as people write them", () => {
  it.each<[string, readonly string[], readonly number[]]>([
    ["decimal commas", ["0,5", "-1,25", "3", "2,5e3"], [0.5, -1.25, 3, 2500]],
    ["points between thousands", ["1.234,5", "12.345", "0,5"], [1234.5, 12345, 0.5]],
    ["several points", ["1.234.567", "1.000", "5"], [1234567, 1000, 5]],
    ["commas between thousands", ["1,234.5", "12,345", "7"], [1234.5, 12345, 7]],
    ["several commas", ["1,234,567", "1,000", "0"], [1234567, 1000, 0]],
    ["groups as in India", ["12,34,567", "1,000", "0"], [1234567, 1000, 0]],
    ["blanks", ["1 234", "12\u00a0345.5", "1\u202f000\u202f000"], [1234, 12345.5, 1e6]],
    ["apostrophes", ["1'234", "1’234’567.5", "0"], [1234, 1234567.5, 0]],
    ["percent", ["12%", "3.5 %", "-1%"], [12, 3.5, -1]],
    ["currency", ["$ 7", "$-1,234.50", "($3.50)", "-$2", "5"], [7, -1234.5, -3.5, -2, 5]],
    ["brackets of accountants", ["(12)", "5"], [-12, 5]],
    ["currency behind", ["7 €", "1.234,50 €", "-0,5€"], [7, 1234.5, -0.5]],
    ["codes of currencies", ["USD 7", "8 USD", "9"], [7, 8, 9]],
    ["a minus of typography", ["−5", "−0.5", "3"], [-5, -0.5, 3]],
  ])("reads %s", (_, cells, values) => {
    expect([...column(cells).X]).toEqual(values);
  });

  it("says what it left out, with an example", () => {
    expect(column(["$ 1,234.50", "$ 7"]).notes).toEqual([
      'column "x" read without "$": "$ 1,234.50" is 1234.5',
      'column "x" read without the marks between thousands: "$ 1,234.50" is 1234.5',
    ]);
    expect(column(["12%", "7 %"]).notes).toEqual(['column "x" read without "%": "12%" is 12']);
    expect(column(["0,5", "1,5"]).notes).toEqual(['column "x" read with decimal commas']);
    expect(column(["0.5", "1.5"]).notes).toEqual([]);
  });

  it("refuses what means two things, naming the option and both values", () => {
    expect(refused(["1,000", "2,500"])).toContain(
      'column "x" holds numbers such as "1,000", which is 1000 with decimal: "." and 1 with decimal: ","; choose',
    );
    expect([...column(["1,000", "2,500"], { decimal: "." }).X]).toEqual([1000, 2500]);
    expect([...column(["1,000", "2,500"], { decimal: "," }).X]).toEqual([1, 2.5]);
  });

  it("takes plain numbers with a point for what they are, unless another column has decimal commas", () => {
    expect([...column(["1.234", "5.678"]).X]).toEqual([1.234, 5.678]);
    expect(column(["1.234", "5.678"]).notes).toEqual([
      'column "x" with numbers such as "1.234" read with decimal points, as nothing says that they stand between thousands (decimal: ",")',
    ]);
    expect(parseCsv("x,y\n1.234,1\n5.678,2\n", { target: "y" }).notes).toEqual([]);
    expect(refused(["1.234", "1,000"])).toContain('holds numbers such as "1,000"');
    const beside = (b: readonly string[]) =>
      parseCsv(["a;b;y", `1.234;${b[0]};1`, `5.678;${b[1]};2`].join("\n"), { target: "y" });
    expect([...beside(["0,5", "1,5"]).X]).toEqual([1234, 0.5, 5678, 1.5]);
    expect([...beside(["0.5", "1.5"]).X]).toEqual([1.234, 0.5, 5.678, 1.5]);
    expect(() => beside(["1,000", "2,000"])).toThrow('column "b" holds numbers such as "1,000"');
  });

  it("lets another column's numbers decide in quotes between commas too, but not two that disagree", () => {
    const table = (b: string) => `a,b,y\n"1,000",${b},1\n"2,000",3,2\n`;
    expect([...parseCsv(table("0.5"), { target: "y" }).X]).toEqual([1000, 0.5, 2000, 3]);
    expect([...parseCsv(table('"0,5"'), { target: "y" }).X]).toEqual([1, 0.5, 2, 3]);
    const both = 'a,b,c,y\n"1,000",0.5,"0,5",1\n"2,000",3,2,2\n';
    expect(refusal(both, { target: "y" })).toContain('column "a" holds numbers such as "1,000"');
  });

  it("refuses numbers of two units, and cells that are no number", () => {
    expect(refused(["5%", "0.05"])).toContain(
      'column "x" mixes "5%" and "0.05"; give every value in one unit',
    );
    expect(refused(["$5", "7 €"])).toContain('column "x" mixes "$5" and "7 €"');
    expect(refused(["0,5", "1,5", "2.5.1"])).toContain('line 4, column "x": "2.5.1" is not a number (2 of 3');
    for (const cell of ["1,23", "1,2345", "1,,000", "0,123", ",", "--5", "5-", "$$5", "1e5,5", "%", "$5%"]) {
      expect(refused(["1", "2", cell], { decimal: "." }), cell).toContain(`"${cell}" is not a number`);
    }
    for (const cell of ["1.23", "1.2345", "1.000.00", "0.123", "1 2345"]) {
      expect(refused(["1", "2", cell], { decimal: "," }), cell).toContain(`"${cell}" is not a number`);
    }
  });

  it("takes a column for numbers from half of its cells on, and for classes below", () => {
    expect(refused(["1", "2", "a", "b"])).toContain('"a" is not a number (2 of 4 values are)');
    expect(column(["1", "a", "b"]).columns).toEqual(["x=1", "x=a", "x=b"]);
    expect(column(["1", "2", "a", "b", "c"]).columns).toHaveLength(5);
    // Missing cells count for neither.
    expect(refused(["1", "a", "", "NA", "?"])).toContain('"a" is not a number (1 of 2 values are)');
  });

  it("leaves words what they are where most have no digits, and says that some have", () => {
    const texts = ["Smith, J.", "A-1,5", "route 66", "one", "two", "3 kg", "1/2", "–"];
    const data = column(texts);
    expect(data.columns).toEqual(texts.toSorted().map((text) => `x=${text}`));
    expect(data.notes).toEqual([
      'column "x" taken for classes, although 4 of 8 values hold digits, such as "1/2"',
      'column "x" encoded as 8 columns of 0 and 1',
    ]);
  });

  const unread = [
    ...[
      "# kg",
      "#.5k",
      "0x1#",
      "1.5D+1#",
      "#°C",
      "~#",
      "<#",
      "#*",
      "'#",
      "#/50",
      "1-#",
      "# лв",
      "Lei #",
      "#d 0h",
      "5‰#",
    ],
    ...[
      "1. März 199#",
      "2024-W1#",
      "199#Q1",
      "%#",
      "#.-",
      "１#",
      "“#”",
      "2024-01-0# 10:00 CET",
      "2024-01-01T2#:75",
    ],
    ...["2024-13-0#", "2#\v", "2#\f"],
  ];
  it.each(unread)(
    "refuses a column of %j instead of making a class of each, also where they recur",
    (form) => {
      const cells = Array.from({ length: 60 }, (_, i) => form.replace("#", String(i % 7)));
      const message = refused(cells);
      expect(message).toContain('column "x" holds digits, such as "');
      expect(message).toContain(
        "(60 of 60 values hold digits); write plain numbers (`decimal`) or dates (`dates`), ",
      );
      expect(message).toContain("or name it in `categorical` (classes) or `ignore`");
      expect(column(cells, { categorical: ["x"] }).d).toBe(7);
      // as a target too
      const rows = cells.map((cell, i) => `${i};${cell}`);
      expect(refusal(["x;y", ...rows].join("\n"), { target: "y", delimiter: ";" })).toContain(
        'column "y" holds digits',
      );
    },
  );

  it("says which decimal mark would do, and that digits of other scripts are none", () => {
    expect(refused(["1,5", "2,25", "3,5"], { decimal: "." })).toContain(
      'such as "1,5", but not numbers or dates that can be read (3 of 3 values hold digits); choose decimal: ","',
    );
    expect(refused(["１", "２", "３"])).toContain('column "x" holds digits, such as "１"');
  });

  it("takes codes that recur for classes, and says so; not codes that do not", () => {
    const codes = column(["A1", "B2", "A1", "B2"]);
    expect([...codes.X]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
    expect(codes.notes[0]).toBe(
      'column "x" taken for classes, although 4 of 4 values hold digits, such as "A1"',
    );
    expect(column(["Q1", "Q2", "Q1", "Q2", "none"]).d).toBe(3);
    expect(refused(["A1", "B2", "C3"])).toContain('column "x" holds digits, such as "A1"');
  });

  it("says where whole numbers are rounded", () => {
    expect(column(["9007199254740993", "9007199254740992", "5"]).notes).toEqual([
      'column "x" has more digits than float64 holds, so different ones may become equal: "9007199254740993" is 9007199254740992',
    ]);
    for (const cells of [
      ["9007199254740992", "5"],
      ["1e300", "5"],
      ["123456789012345680000", "5"],
      ["0.12345678901234567", "5"],
    ]) {
      expect(column(cells).notes, cells[0]).toEqual([]);
    }
    expect(column(["-1234567890123456789012345", "5"]).notes.join()).toContain("more digits");
  });
});

/** Days from 1970-01-01 as the machine's own calendar has them. */
const days = (iso: string) => Date.parse(iso) / 864e5;

describe("dates and times", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["ISO dates", ["2024-01-31", "1969-12-31", "2000-02-29"], ["2024-01-31", "1969-12-31", "2000-02-29"]],
    ["leap days", ["2024-02-29", "2023-02-28"], ["2024-02-29", "2023-02-28"]],
    [
      "ISO times",
      ["2024-01-31T06:00Z", "2024-01-31 18:30:15.5"],
      ["2024-01-31T06:00Z", "2024-01-31T18:30:15.5Z"],
    ],
    [
      "zones",
      ["2024-01-31T00:30+02:00", "2024-01-31T00:30-0130"],
      ["2024-01-30T22:30Z", "2024-01-31T02:00Z"],
    ],
    ["months", ["2024-01", "2023-12"], ["2024-01-01", "2023-12-01"]],
    ["slashes, year first", ["2024/1/31", "2023/12/1"], ["2024-01-31", "2023-12-01"]],
    ["points", ["1.2.2024", "02.03.2024"], ["2024-02-01", "2024-03-02"]],
    ["day first, as one date says", ["1/2/2024", "31/1/2024"], ["2024-02-01", "2024-01-31"]],
    ["month first, as one date says", ["1/2/2024", "1/31/2024"], ["2024-01-02", "2024-01-31"]],
    [
      "names of months",
      ["31 Jan 2024", "Feb 1, 2024", "1-March-2024"],
      ["2024-01-31", "2024-02-01", "2024-03-01"],
    ],
    ["mail", ["Wed, 31 Jan 2024 06:00:00 GMT", "1 Feb 2024"], ["2024-01-31T06:00Z", "2024-02-01"]],
    [
      "clocks of twelve hours",
      ["1.2.2024 12:15 AM", "1.2.2024 1:00 pm"],
      ["2024-02-01T00:15Z", "2024-02-01T13:00Z"],
    ],
  ])("reads %s as days since 1970-01-01", (_, cells, expected) => {
    const data = column(cells);
    expect(data.columns).toEqual(["x"]);
    expect([...data.X]).toEqual(expected.map(days));
    expect(data.notes[0]).toMatch(/^column "x": dates read as days since 1970-01-01/);
  });

  it("reads dates of three numbers with any of their marks, days and months of one digit, weekdays and times", () => {
    const dates = [
      "2024-1-5",
      "2024/01/05",
      "2024.1.05",
      "5.1.2024",
      "05.01.2024",
      "Fri, 2024-01-05",
      "5 Jan 2024",
    ];
    expect([...column(dates).X]).toEqual(dates.map(() => days("2024-01-05")));
    expect([...column(["2024-01-05T12:00", "2024-01-05 06:00:00Z", "Mon 5.1.2024 18:00"]).X]).toEqual(
      [0.5, 0.25, 0.75].map((time) => days("2024-01-05") + time),
    );
    for (const wrong of [
      "2024-1/5",
      "2024-001-5",
      "0999-01-05",
      "3000-01-05",
      "5.1.202",
      "2024-01-055",
      "2024-01-05x",
    ])
      expect(refused(["2024-01-05", "2024-01-06", wrong]), wrong).toContain(`"${wrong}" is not a date`);
  });

  it("says which of day and month comes first, and which date told it", () => {
    const told = (cells: readonly string[], options = {}) => column(cells, options).notes[0];
    const read = 'column "x": dates read as days since 1970-01-01';
    expect(told(["1/2/2024", "13/04/2024"])).toBe(`${read}, the day first, since "13/04/2024"`);
    expect(told(["1/2/2024", "04/13/2024"])).toBe(`${read}, the month first, since "04/13/2024"`);
    expect(told(["1/2/2024", "13/04/2024"], { dates: "day-first" })).toBe(read);
    expect(told(["2024-01-02", "2024-04-13"])).toBe(read);
  });

  it("says where plain numbers look like dates without marks", () => {
    const compact = column(["20240130", "20240131", "", "20240201"], { missing: "drop" });
    expect([...compact.X]).toEqual([20240130, 20240131, 20240201]);
    expect(compact.notes).toContain(
      'column "x" read as plain numbers, although they look like dates: "20240130"; write 2024-01-31 for days that are one apart',
    );
    for (const cells of [
      ["202401", "202402"],
      ["20240130101500", "20240131000000"],
    ]) {
      expect(column(cells).notes.join(), cells[0]).toContain("look like dates");
    }
    for (const cells of [
      ["20240130", "20241330"],
      ["2019", "2020"],
      ["20240130", "7"],
      ["20240130.5", "20240131"],
    ]) {
      expect(column(cells).notes, cells[0]).toEqual([]);
    }
  });

  it("asks which of day and month comes first where no date says it", () => {
    expect(refused(["1/2/2024", "3/4/2024"])).toContain(
      'column "x" looks like dates such as "1/2/2024", of which day or month may come first; choose dates: "day-first" or dates: "month-first"',
    );
    expect([...column(["1/2/2024", "3/4/2024"], { dates: "month-first" }).X]).toEqual(
      ["2024-01-02", "2024-03-04"].map(days),
    );
    expect([...column(["1/1/2024", "2/2/2024"]).X]).toEqual(["2024-01-01", "2024-02-02"].map(days));
    expect(refused(["1/2/2024", "1/31/2024"], { dates: "day-first" })).toContain(
      'line 3, column "x": "1/31/2024" is not a date with the day first',
    );
  });

  it("refuses days that the calendar does not have, other text, and years of two digits", () => {
    expect(refused(["2024-01-01", "2023-02-29"])).toContain(
      'line 3, column "x": "2023-02-29" is not a date (1 of 2 values are)',
    );
    expect(refused(["2024-01-01", "soon"])).toContain('"soon" is not a date');
    expect(refused(["2024-01-01", "2024-01-01 25:00"])).toContain('"2024-01-01 25:00" is not a date');
    expect(refused(["1/2/24", "3/4/24"])).toContain("dates whose years have two digits");
    expect(refused(["31-Jan-24", "1-Feb-24"])).toContain("dates whose years have two digits");
  });

  it("leaves missing dates missing", () => {
    expect(refused(["2024-01-01", "", "2024-01-03"])).toContain(
      '1 missing value in "x" (1, first in line 3)',
    );
    expect([...column(["2024-01-01", "", "2024-01-03"], { missing: "mean" }).X]).toEqual(
      ["2024-01-01", "2024-01-02", "2024-01-03"].map(days),
    );
  });

  it("reads times as hours", () => {
    expect([...column(["12:30", "0:15", "23:59:60"].slice(0, 2)).X]).toEqual([12.5, 0.25]);
    expect([...column(["1:00 PM", "12:00 AM"]).X]).toEqual([13, 0]);
    expect([...column(["00:00:36", "100:00"]).X]).toEqual([0.01, 100]);
    expect(column(["12:30", "0:15"]).notes[0]).toBe('column "x": times read as hours');
    expect(refused(["12:30", "12:60"])).toContain('"12:60" is not a time');
  });

  it("tells a header by dates and amounts below it, and keeps a first row of them", () => {
    expect(parseCsv("when;y\n2024-01-01;1,5\n2024-01-02;2,5\n", { target: "y" }).columns).toEqual(["when"]);
    expect(parseCsv("2024-01-01;1,5\n2024-01-02;2,5\n", { target: "column2" }).n).toBe(2);
  });
});

it("refuses a choice that does not exist, and a misspelt option", () => {
  expect(refused(["1"], { decimal: "comma" as "," })).toContain(
    '`decimal` is "comma"; choose from detect, ., ,',
  );
  expect(refused(["1"], { decimals: "," } as object)).toContain("did you mean decimal?");
});
