import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tableWording } from "../../src/cli/table-options.js";
import { tables } from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const lines = (of: (i: number) => string, count = 40): string =>
  `${Array.from({ length: count }, (_, i) => of(i)).join("\n")}\n`;

/** Forty rows that are right. */
const ok = (): string => `x,y\n${lines((i) => `${i % 7},${i * 1.5}`)}`;

const u16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

/** As they are typed on the command line: anything. */
type Options = Readonly<Record<string, unknown>> & { readonly target: string };

type Case = readonly [what: string, content: string | Uint8Array, options: Options];

/** Tables that nothing can be learned from as they are called, and what the one line that says so has to hold. */
const refused: readonly (readonly [...Case, said: string])[] = [
  ["empty file", "", { target: "y" }, "it has no rows"],
  ["blank lines only", "\n\n  \n", { target: "y" }, "it has no rows"],
  ["separators only", ",,\n,,\n", { target: "y" }, "nothing but blanks and separators"],
  ["header only", "x,y\n", { target: "y" }, "it has no rows after the header"],
  ["four rows", "x,y\n1,2\n2,3\n3,4\n4,5\n", { target: "y" }, "only 4 of 4 rows have a target"],
  ["one row", "x,y\n1,2\n", { target: "y" }, "only 1 of 1 rows"],
  ["no such target", ok(), { target: "z" }, 'no column "z" (--target)'],
  ["target in other case", ok(), { target: "Y" }, 'no column "Y" (--target)'],
  ["target with blank", ok(), { target: "y " }, 'no column "y " (--target)'],
  ["unknown ignore", ok(), { target: "y", ignore: ["q"] }, "(--ignore)"],
  ["unknown types", ok(), { target: "y", types: { q: "number" } }, "(--types)"],
  [
    "unknown type",
    ok(),
    { target: "y", types: { x: "integer" } },
    "--types x=integer: there is no such type",
  ],
  ["unknown group", ok(), { target: "y", group: "q" }, "(--group)"],
  ["unknown time", ok(), { target: "y", time: "q" }, "(--time)"],
  [
    "group and time",
    `x,g,t,y\n${lines((i) => `${i % 7},${i % 3},${i},${i * 1.5}`)}`,
    { target: "y", group: "g", time: "t" },
    "--group g and --time t",
  ],
  ["target ignored", ok(), { target: "y", ignore: ["y"] }, "--target y and --ignore y"],
  ["target groups", ok(), { target: "y", group: "y" }, "--target y and --group y"],
  ["wrong separator: semicolon said, comma used", ok(), { target: "y", delimiter: ";" }, "--delimiter"],
  ["two characters as separator", ok(), { target: "y", delimiter: ";;" }, "--delimiter is"],
  ["pipe", `x|y\n${lines((i) => `${i % 7}|${i * 1.5}`)}`, { target: "y" }, 'perhaps "|"'],
  ["short row", `${ok()}3\n`, { target: "y" }, "line 42 has 1 cell, line 1 has 2"],
  ["long row", `x,y\n1,2,3\n${lines((i) => `${i},1`)}`, { target: "y" }, "line 2 has 3 cells"],
  [
    "comment first",
    `# from a lab\nx,y\n${lines((i) => `${i % 7},${i}`)}`,
    { target: "y" },
    'line 1 begins with "#"',
  ],
  ["quote never closed", `x,y\n"1,2\n${lines((i) => `${i},1`)}`, { target: "y" }, "line 2 is never closed"],
  [
    "text after a quote",
    `x,y\n"a"b,2\n${lines((i) => `${i},1`)}`,
    { target: "y" },
    "line 2 has text after a closing quote",
  ],
  [
    "two equal names",
    `x,x,y\n${lines((i) => `${i},${i},${i * 2}`)}`,
    { target: "y" },
    'two columns are named "x"',
  ],
  [
    "two equal names after quotes",
    `x,"x",y\n${lines((i) => `${i},${i},${i * 2}`)}`,
    { target: "y" },
    'two columns are named "x"',
  ],
  ["NUL", `x,y\n1\0,2\n${lines((i) => `${i},1`)}`, { target: "y" }, 'line 2 has "1\\u0000"'],
  [
    "latin-1 said utf-8",
    Buffer.from(`x,y\n${lines((i) => `K\u00f6ln${i % 3},${i}`)}`, "latin1"),
    { target: "y", encoding: "utf-8" },
    "--encoding windows-1252",
  ],
  ["utf-16 said utf-8", u16(ok()), { target: "y", encoding: "utf-8" }, "line 1 is not UTF-8"],
  ["unknown encoding", ok(), { target: "y", encoding: "klingon" }, '--encoding is "klingon"'],
  ["utf-8 said utf-16", ok(), { target: "y", encoding: "utf-16le" }, "is not UTF-16 LE"],
  [
    "target all missing",
    `x,y\n${lines((i) => `${i},`)}`,
    { target: "y" },
    "holds no values; name another column by --target",
  ],
  [
    "target mostly missing",
    `x,y\n1,1\n2,2\n3,3\n4,4\n${lines((i) => `${i},`)}`,
    { target: "y" },
    "only 4 of 44 rows",
  ],
  ["target one class", `x,y\n${lines((i) => `${i},yes`)}`, { target: "y" }, 'only one class, "yes"'],
  ["target one value", `x,y\n${lines((i) => `${i},3.5`)}`, { target: "y" }, "is 3.5 in every row"],
  [
    "target another class in every row",
    `x,y\n${lines((i) => `${i % 9},name${i}`, 2000)}`,
    { target: "y" },
    "2000 classes in 2000 rows",
  ],
  [
    "target dates",
    `x,y\n${lines((i) => `${i % 9},2024-01-${String(1 + (i % 28)).padStart(2, "0")}`)}`,
    { target: "y" },
    "--task classification",
  ],
  [
    "target numbers with a word",
    `x,y\n${lines((i) => `${i % 9},${i === 30 ? "many" : i * 1.5}`)}`,
    { target: "y" },
    'line 32 has "many"',
  ],
  [
    "texts said regression",
    `x,y\n${lines((i) => `${i % 9},${i % 2 ? "a" : "b"}`)}`,
    { target: "y", task: "regression" },
    "0 of 40 cells",
  ],
  [
    "target infinite",
    `x,y\n${lines((i) => `${i % 9},${i === 5 ? "inf" : i * 1.5}`)}`,
    { target: "y" },
    'line 7, column "y": the number is not finite',
  ],
  [
    "target 1e999",
    `x,y\n${lines((i) => `${i % 9},${i === 5 ? "1e999" : i * 1.5}`)}`,
    { target: "y" },
    'line 7, column "y": the number is not finite',
  ],
  [
    "target in two currencies",
    `x,y\n${lines((i) => `${i % 9},${i % 2 ? "$" : "€"}${i * 2}`)}`,
    { target: "y" },
    "mixes units",
  ],
  [
    "target percent and plain",
    `x,y\n${lines((i) => `${i % 9},${i * 2}${i % 2 ? "%" : ""}`)}`,
    { target: "y" },
    "mixes units",
  ],
  [
    "number column with a word late",
    `x,y\n${lines((i) => `${i === 3999 ? "broken" : i % 9},${i * 1.5}`, 4000)}`,
    { target: "y" },
    'line 4001 has "broken"',
  ],
  [
    "number column, words said number",
    `x,y\n${lines((i) => `${i % 3 ? "a" : "b"},${i * 1.5}`)}`,
    { target: "y", types: { x: "number" } },
    "--types x=category",
  ],
  [
    "words said date",
    `x,y\n${lines((i) => `${i % 3 ? "a" : "b"},${i * 1.5}`)}`,
    { target: "y", types: { x: "date" } },
    "--types x=category",
  ],
  [
    "words said boolean, three",
    `x,y\n${lines((i) => `${["a", "b", "c"][i % 3]},${i * 1.5}`)}`,
    { target: "y", types: { x: "boolean" } },
    "more than two different values",
  ],
  [
    "infinite feature",
    `x,y\n${lines((i) => `${i === 5 ? "-inf" : i % 9},${i * 1.5}`)}`,
    { target: "y" },
    'line 7, column "x"',
  ],
  [
    "mixed units",
    `x,y\n${lines((i) => `${i % 2 ? "$" : "€"}${i % 9},${i * 1.5}`)}`,
    { target: "y" },
    "mixes units (€, $)",
  ],
  [
    "percent and plain",
    `x,y\n${lines((i) => `${i % 9}${i % 2 ? "%" : ""},${i * 1.5}`)}`,
    { target: "y" },
    "mixes units (%, none)",
  ],
  [
    "1,000 either",
    `x;y\n${lines((i) => `${1 + (i % 9)},00${i % 9};${i}`)}`,
    { target: "y" },
    "--decimal . or --decimal ,",
  ],
  [
    "commas and points, both as decimal",
    `x;y\n${lines((i) => `${i % 2 ? "1,5" : "2.75"};${i}`)}`,
    { target: "y" },
    "--decimal .",
  ],
  [
    "dates either way",
    `d,y\n${lines((i) => `${1 + (i % 12)}/${1 + (i % 11)}/2024,${i * 1.5}`)}`,
    { target: "y" },
    "--dates day-first or --dates month-first",
  ],
  [
    "dates with a word",
    "d,y\n" +
      lines((i) => `${i === 20 ? "soon" : `2024-02-${String(1 + (i % 28)).padStart(2, "0")}`},${i * 1.5}`),
    { target: "y" },
    'line 22 has "soon"',
  ],
  [
    "30 February",
    `d,y\n${lines((i) => `2024-02-${i === 20 ? "30" : String(1 + (i % 28)).padStart(2, "0")},${i * 1.5}`)}`,
    { target: "y" },
    'line 22 has "2024-02-30"',
  ],
  [
    "day-first said, month-first used",
    `d,y\n${lines((i) => `${1 + (i % 12)}/${13 + (i % 11)}/2024,${i * 1.5}`)}`,
    { target: "y", dates: "day-first" },
    "--dates month-first",
  ],
  [
    "only an identifier",
    `id,y\n${lines((i) => `${i},${(i * 7) % 5}`)}`,
    { target: "y" },
    "--types id=number takes it",
  ],
  ["only a constant", `x,y\n${lines((i) => `1,${i * 1.5}`)}`, { target: "y" }, "it has one value only"],
  ["only the target", `y\n${lines((i) => `${i * 1.5}`)}`, { target: "y" }, "--delimiter"],
  [
    "nothing but empty columns",
    `x,z,y\n${lines((i) => `,,${i * 1.5}`)}`,
    { target: "y" },
    "it holds no values",
  ],
  ["all ignored", ok(), { target: "y", ignore: ["x"] }, "as you said"],
  ["test takes all", ok(), { target: "y", test: 40 }, "--test 40: of 40 rows none"],
  ["test above all", ok(), { target: "y", test: 1000 }, "--test 1000"],
  ["test negative", ok(), { target: "y", test: -1 }, "--test -1: give a share"],
  ["validation takes all", ok(), { target: "y", validation: 39 }, "--validation 39"],
  [
    "two groups for three parts",
    `x,g,y\n${lines((i) => `${i % 7},${i % 2},${i * 1.5}`)}`,
    { target: "y", group: "g" },
    "3 parts need at least one each",
  ],
  [
    "one time",
    `x,t,y\n${lines((i) => `${i % 7},2024-01-01,${i * 1.5}`)}`,
    { target: "y", time: "t" },
    '--time t: column "t" says nothing',
  ],
  [
    "time with a gap",
    `x,t,y\n${lines((i) => `${i % 7},${i === 9 ? "" : i},${i * 1.5}`)}`,
    { target: "y", time: "t" },
    "row 10 has no time",
  ],
  [
    "time of words",
    `x,t,y\n${lines((i) => `${i % 7},${i % 2 ? "early" : "late"},${i * 1.5}`)}`,
    { target: "y", time: "t" },
    "--types t=date",
  ],
  [
    "header said, none there",
    lines((i) => `${i % 7},${i * 1.5}`),
    { target: "y", header: true },
    'two columns are named "0"',
  ],
  [
    "no header, named target",
    lines((i) => `${i % 7},${i * 1.5}`),
    { target: "y" },
    "the columns are column1, column2",
  ],
  ["header said to be none", ok(), { target: "y", header: false }, "--header says that it names"],
  ["names taken for data", `1,2\n${lines((i) => `${i % 7},${i * 1.5}`)}`, { target: "2" }, "--header says"],
];

/** Tables with a column that is known only once the answer is. */
const leaking: readonly Case[] = [
  [
    "a copy of the target",
    `x,c,y\n${lines((i) => `${i % 7},${(i * 13) % 29},${(i * 13) % 29}.0`)}`,
    { target: "y", task: "regression" },
  ],
  [
    "a coded copy of the class",
    `x,c,y\n${lines((i) => `${i % 7},${i % 3},${["a", "b", "c"][i % 3]}`)}`,
    { target: "y" },
  ],
  [
    "the target in other units",
    `x,c,y\n${lines((i) => `${i % 7},${((i * 13) % 29) * 2.54 + 1},${(i * 13) % 29}.5`)}`,
    { target: "y" },
  ],
];

const folder = temporaryFolder();
const load = (content: string | Uint8Array, options: Options) => {
  const path = join(folder, "given.csv");
  writeFileSync(path, content);
  return tables.loadTable(path, { ...(options as tables.TableOptions), wording: tableWording });
};

describe("a malformed table", () => {
  it.each(refused)("is refused in one line: %s", async (_, content, options, said) => {
    const message = await load(content, options).then(
      () => "it was taken",
      (error: Error) => error.message,
    );
    expect(message).toContain(said);
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(400);
  });

  it.each(leaking)("has a column pointed out: %s", async (_, content, options) => {
    const { notes } = await load(content, options);
    expect(notes.join("\n")).toContain('column "c" tells "y" all by itself');
    expect(notes.join("\n")).toContain("--ignore c");
  });
});
