import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { rowsEnd } from "../../src/data/csv/scan.js";
import { readRows } from "../../src/data/rows.js";
import { fit, tables } from "../../src/index.js";
import { random } from "../../src/random/random.js";
import { temporaryFolder } from "../support/cli.js";

const { loadTable, planTable, loadTableModel, openTable, predictTable, Differences, parseEncoder } = tables;

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Houses with a gap, a date, a boolean, an identifier, and a price that follows from them. */
const houses = (rows: number): { readonly head: readonly string[]; readonly rows: string[][] } => {
  const draws = random(1, "houses");
  const cities = ["Ulm", "Köln", 'Bad "B"', "Hof; Nord"];
  return {
    head: ["key", "size", "city", "sold", "garden", "price"],
    rows: Array.from({ length: rows }, (_, i) => {
      const size = 50 + 100 * draws.uniform();
      const c = Math.floor(4 * draws.uniform());
      const garden = draws.uniform() < 0.5;
      const day = new Date(Date.UTC(2020, 0, 1 + Math.floor(900 * draws.uniform())))
        .toISOString()
        .slice(0, 10);
      const price = 2000 * size + 50_000 * c + (garden ? 30_000 : 0) + 5000 * draws.normal();
      return [
        `K-${i}`,
        i % 9 === 4 ? "" : size.toFixed(2),
        cities[c] ?? "",
        day,
        garden ? "yes" : "no",
        price.toFixed(0),
      ];
    }),
  };
};

const csv = ({ head, rows }: ReturnType<typeof houses>, order = head): string => {
  const places = order.map((name) => head.indexOf(name));
  const cell = (text: string) => (/[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [order, ...rows.map((row) => places.map((j) => row[j] ?? ""))]
    .map((row) => `${row.map(cell).join(",")}\n`)
    .join("");
};

const answered = async (model: tables.TableModel, path: string, pieceBytes?: number) => {
  const differences = new Differences();
  const answers: number[] = [];
  const opened = await openTable(path, pieceBytes === undefined ? {} : { pieceBytes });
  for await (const piece of predictTable(model, opened, differences))
    answers.push(...(piece.answers[0]?.data ?? []));
  return { answers, notes: differences.notes };
};

describe("a table from file to answers", () => {
  const made = houses(300);
  const path = file("houses.csv", csv(made));
  let task: tables.TableTask;
  let model: tables.TableModel;
  let trained: Float32Array;
  let r2 = 0;

  beforeAll(async () => {
    task = await loadTable(path, { target: "price", seed: 3 });
    const plan = planTable(task, { change: { epochs: 40, members: 2, hidden: [32] } });
    const run = await fit(plan.network, task.splits, plan.options);
    r2 = 1 - (run.test?.loss ?? 1);
    const { inputs } = await readRows(task.all);
    trained = Object.values(await run.predict(inputs))[0]?.data ?? new Float32Array(0);
    model = await loadTableModel(await run.model(), parseEncoder(JSON.stringify(task.encoder), "test"));
    await run.release();
  });

  it("understands columns, leaves out identifiers, and learns", () => {
    expect(task.encoder.columns.map(({ kind, name }) => `${name}: ${kind}`)).toEqual([
      "size: number",
      "city: category",
      "sold: date",
      "garden: boolean",
    ]);
    expect(task.encoder.ignored).toMatchObject([{ name: "key" }]);
    expect(r2).toBeGreaterThan(0.8);
  });

  it("answers rows of a file as fit does, in any order of columns, without the target, whole or in pieces", async () => {
    const { answers, notes } = await answered(model, path);
    expect(notes).toEqual([]);
    expect(answers).toHaveLength(300);
    const largest = Math.max(...trained.map(Math.abs));
    for (const [i, value] of answers.entries())
      expect(Math.abs(value - (trained[i] ?? 0)) / largest).toBeLessThan(1e-6);
    const shuffled = file("shuffled.csv", csv(made, ["garden", "sold", "city", "size"]));
    expect((await answered(model, shuffled)).answers).toEqual(answers);
    expect((await answered(model, shuffled, 200)).answers).toEqual(answers);
    expect((await answered(model, file("packed.csv.gz", gzipSync(csv(made))))).answers).toEqual(answers);
  });

  it("tells unknown categories, unreadable cells and columns that are absent", async () => {
    const strange = file(
      "strange.csv",
      "city,size,garden,sold\nRom,70,yes,2020-05-05\nUlm,big,no,2020-05-05\n",
    );
    const { answers, notes } = await answered(model, strange);
    expect(answers.every(Number.isFinite)).toBe(true);
    expect(notes.join("\n")).toMatch(
      /"city": 1 cell holds a category that the model has not learned, such as "Rom"/,
    );
    expect(notes.join("\n")).toMatch(/"size": 1 cells are not what it held in training .* "big" in line 3/);
    const narrow = await answered(model, file("narrow.csv", "city,size,garden\nUlm,70,yes\n"));
    expect(narrow.notes.join("\n")).toMatch(/no column sold/);
    await expect(answered(model, file("other.csv", "a,size\n1,2\n"))).rejects.toThrow(
      /of the 4 columns .* it has 1/,
    );
  });

  it("reads the same table in pieces of any size", async () => {
    for (const pieceBytes of [97, 1000]) {
      const again = await loadTable(path, { target: "price", seed: 3, pieceBytes });
      expect(again.encoder).toEqual(task.encoder);
      expect(again.parts).toEqual(task.parts);
    }
  });

  it("encodes what it was fitted to on the training rows alone", async () => {
    const rare = houses(60);
    const other = await loadTable(
      file(
        "rare.csv",
        csv({
          ...rare,
          rows: rare.rows.map((row, i) =>
            i < 59 ? row : [...row.slice(0, 2), "Only here", ...row.slice(3)],
          ),
        }),
      ),
      { target: "price", test: 0.3 },
    );
    const city = other.encoder.columns.find(({ name }) => name === "city");
    const isTrained = other.parts.train.includes(59);
    expect(city?.kind === "category" && city.categories.includes("Only here")).toBe(isTrained);
  });
});

describe("rows of parts", () => {
  const table = `who,when,x,kind\n${Array.from({ length: 60 }, (_, i) => `p${i % 12},2024-01-${String(1 + Math.floor(i / 3)).padStart(2, "0")},${(i * 37) % 11},${i % 3 === 0 ? "a" : "b"}`).join("\n")}\n`;
  const path = file("parts.csv", table);
  const rowsOf = (which: Uint32Array, of: (row: number) => number) => new Set([...which].map(of));

  it("keep classes in their shares", async () => {
    const { parts } = await loadTable(path, { target: "kind", test: 15, validation: 15 });
    expect([...parts.test].filter((row) => row % 3 === 0)).toHaveLength(5);
    expect([...parts.validation].filter((row) => row % 3 === 0)).toHaveLength(5);
    expect(new Set([...parts.train, ...parts.validation, ...parts.test]).size).toBe(60);
  });

  it("share no group", async () => {
    const { parts, encoder } = await loadTable(path, { target: "kind", group: "who" });
    const [train, validation, test] = [parts.train, parts.validation, parts.test].map((part) =>
      rowsOf(part, (row) => row % 12),
    );
    expect([train, validation, test].every((groups) => (groups?.size ?? 0) > 0)).toBe(true);
    expect((train?.size ?? 0) + (validation?.size ?? 0) + (test?.size ?? 0)).toBe(12);
    expect(encoder.columns.map(({ name }) => name)).not.toContain("who");
  });

  it("do not look into the future, nor cut a moment in two", async () => {
    const { parts } = await loadTable(path, { target: "kind", time: "when" });
    const day = (row: number) => Math.floor(row / 3);
    expect(Math.max(...rowsOf(parts.train, day))).toBeLessThan(Math.min(...rowsOf(parts.validation, day)));
    expect(Math.max(...rowsOf(parts.validation, day))).toBeLessThan(Math.min(...rowsOf(parts.test, day)));
  });
});

describe("what a table cannot be", () => {
  const column = (cells: readonly string[], head = "x,y") =>
    `${head}\n${cells.map((cell, i) => `${cell},${i % 2}`).join("\n")}\n`;
  const many = (count: number, cell: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => cell(i));
  const cases: readonly (readonly [
    what: string,
    text: string,
    options: Partial<tables.TableOptions>,
    message: RegExp,
  ])[] = [
    [
      "no such target",
      "a,b\n1,2\n3,4\n",
      { target: "price" },
      /there is no column "price" \(`target`\); the columns are a, b/,
    ],
    [
      "a target of one class",
      column(many(30, (i) => `${i}`)).replaceAll(",1\n", ",0\n"),
      { task: "classification" },
      /"y" has only one class, "0"/,
    ],
    [
      "a target of one value",
      column(many(30, (i) => `${i % 7}`)).replaceAll(",1\n", ",0\n"),
      { task: "regression" },
      /"y" is 0 in every row/,
    ],
    ["a target without values", "x,y\n1,\n2,\n3,\n", {}, /the target "y" holds no values/],
    [
      "few rows with a target",
      "x,y\n1,1\n2,0\n3,\n",
      {},
      /only 2 of 3 rows have a target; give at least five/,
    ],
    [
      "a text among numbers, far down",
      column(many(3000, (i) => (i === 2500 ? "oops" : `${i % 91}.5`))),
      {},
      /"x" is of numbers \(2999 of 3000 cells\), but line 2502 has "oops".*`types`|types/,
    ],
    [
      "numbers that mean two things",
      column(many(40, (i) => `"${1 + (i % 9)},000"`)),
      {},
      /"1,000", which is 1000 with "\." and 1 with ","/,
    ],
    [
      "dates that mean two things",
      column(many(40, (i) => `${1 + (i % 9)}/${1 + (i % 7)}/2024`)),
      {},
      /day or month may come first/,
    ],
    ["mixed units", column(many(40, (i) => (i % 2 ? `€ ${i}.5` : `$ ${i}.5`))), {}, /"x" mixes units/],
    [
      "an infinite number",
      column(many(40, (i) => (i === 7 ? "inf" : `${i}.5`))),
      {},
      /line 9, column "x": the number is not finite/,
    ],
    [
      "nothing to learn from",
      column(many(40, () => "7")),
      {},
      /no column besides the target can be learned from: "x": it has one value only/,
    ],
    ["rows of other lengths", "x,y\n1,2\n1,2,3\n", {}, /line 3 has 3 cells, line 1 has 2/],
    [
      "a quote without end",
      `x,y\n${'"1,2\n'.repeat(1)}3,4\n`,
      {},
      /the quote opened in line 2 is never closed/,
    ],
    ["two columns of one name", "x,x,y\n1,2,3\n", {}, /two columns are named "x"/],
    ["an empty file", "", {}, /it has no rows/],
    ["no rows", "x,y\n", { header: true }, /no rows after the header/],
    ["another separator", "x|y\n1|2\n3|4\n5|6\n", {}, /there is no column "y".*`delimiter`/],
    [
      "a type that is none",
      column(many(40, (i) => `${i}`)),
      { types: { x: "numeric" as "number" } },
      /there is no such type; choose from number/,
    ],
    [
      "a time that is none",
      column(many(40, (i) => (i % 3 ? "red" : "blue"))),
      { time: "x" },
      /holds neither dates nor numbers/,
    ],
    [
      "one group",
      `g,x,y\n${many(20, (i) => `a,${i * i},${i % 2}`).join("\n")}\n`,
      { group: "g" },
      /has 1 groups/,
    ],
    [
      "a test as large as the table",
      column(many(30, (i) => `${i * i}`)),
      { test: 30 },
      /none would be left to train on/,
    ],
    ["other bytes", "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007", {}, /not CSV/],
  ];
  it.each(cases)("%s", async (what, text, options, message) => {
    const path = file(`${what.replaceAll(" ", "-")}.csv`, text);
    const error: unknown = await loadTable(path, { target: "y", ...options }).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain("\n");
  });

  it("a copy of the target is pointed out", async () => {
    const { notes } = await loadTable(
      file(
        "leak.csv",
        `x,copy,y\n${many(60, (i) => `${(i * 31) % 17},${2 * i * i + 1},${i * i}`).join("\n")}\n`,
      ),
      { target: "y" },
    );
    expect(notes.join("\n")).toMatch(/column "copy" tells "y" all by itself/);
  });

  it("a damaged gzip file is one", async () => {
    const packed = gzipSync(column(many(4000, (i) => `${(i * 7919) % 1009}`)));
    await expect(loadTable(file("cut.csv.gz", packed.subarray(0, 500)), { target: "y" })).rejects.toThrow(
      /gzip file is damaged or cut off/,
    );
  });
});

describe("rowsEnd", () => {
  const end = (text: string) => rowsEnd(new TextEncoder().encode(text), 44);
  it("ends after the last whole row, whatever stands in quotes", () => {
    expect(end("a,b\nc,d")).toBe(4);
    expect(end('a,"x\ny"\nc')).toBe(8);
    expect(end('a,"x""\ny"\nc')).toBe(10);
    expect(end('a,"x\n')).toBe(0);
    expect(end('5" pipe,2\nrest')).toBe(10);
    expect(end("a,b\r\nc")).toBe(5);
    // A line feed may follow in the next part.
    expect(end("a,b\r")).toBe(0);
  });
});
