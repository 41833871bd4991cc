import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { lecturePage } from "../../scripts/lecture/page.js";
import { type StudyRecord, studyRecord } from "../../scripts/lecture/record.js";
import { sections } from "../../scripts/lecture/sections.js";
import { smaller } from "../../scripts/lecture/smaller.js";
import * as library from "../../src/index.js";
import { studies } from "../../src/studies/index.js";

const docs = (path: string) => new URL(`../../docs/${path}`, import.meta.url);

const kept = async (): Promise<Map<string, StudyRecord>> => {
  const names = (await readdir(docs("studies"))).filter((name) => name.endsWith(".json")).sort();
  const records = await Promise.all(
    names.map(async (name) => studyRecord.parse(JSON.parse(await readFile(docs(`studies/${name}`), "utf8")))),
  );
  return new Map(records.map((record) => [record.name, record]));
};

describe("docs/lecture.md", () => {
  it("says what the studies' records say: npm run docs:lecture makes it anew", async () => {
    expect(await readFile(docs("lecture.md"), "utf8")).toBe(lecturePage(sections, await kept()));
  });

  it("has a place for every study, and a figure for every record", async () => {
    const placed = sections.flatMap((section) => section.studies);
    expect([...placed].sort()).toEqual(studies.map(({ name }) => name).sort());
    const figures = await readdir(docs("figures"));
    for (const name of (await kept()).keys()) expect(figures).toContain(`${name}.svg`);
  });

  it("has the figures that are drawn from records as their studies draw them today", async () => {
    const records = await kept();
    for (const { name, load } of studies) {
      const { redraw } = await load();
      const record = records.get(name);
      if (!redraw || !record) continue;
      const figure = smaller((await redraw(record)).svg);
      expect(await readFile(docs(`figures/${name}.svg`), "utf8"), name).toBe(figure);
    }
  });

  it("has tables whose columns can be told apart", async () => {
    for (const { name, tables } of (await kept()).values())
      for (const { columns } of tables)
        expect([...new Set(columns.map((column) => column.trim()))], name).toEqual(columns);
  });

  it("names functions as they are imported", () => {
    const quoted = sections.flatMap(({ text }) => [
      ...text.matchAll(/`([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)?)(?:\([^`]*)?`/g),
    ]);
    expect(quoted.length).toBeGreaterThan(20);
    const found = (path: string) =>
      path
        .split(".")
        .reduce<unknown>((from, key) => (from as Readonly<Record<string, unknown>>)?.[key], library);
    for (const [, path = ""] of quoted) expect(found(path), path).toBeTypeOf("function");
  });

  it("shows a claim that did not hold as such, and names a study that was not run", () => {
    const record: StudyRecord = {
      name: "a",
      title: "A study",
      section: "S",
      describe: "Does it.",
      version: "0",
      effort: "quick",
      seed: 3,
      settings: { share: "0.5" },
      data: true,
      seconds: 1.2,
      learned: "That it does.",
      claims: [
        { claim: "x | y", measured: "2", verdict: "not held" },
        { claim: "z", measured: "3", verdict: "undecided" },
      ],
      tables: [],
      notes: ["n"],
    };
    const page = lecturePage(
      [{ title: "T", text: "t", studies: ["a", "b"], figures: [] }],
      new Map([["a", record]]),
    );
    expect(page).toContain("| x \\| y | 2 | **did not hold** |");
    expect(page).toContain("| z | 3 | *undecided* |");
    expect(page).toContain("That it does.");
    expect(page).toContain("1 studies, 2 claims, of which 0 held, 1 did not, and 1 stay undecided");
    expect(page).toContain(
      "`npx steepest study a --quick --data path/to/mnist --seed 3 --share 0.5` (2 seconds",
    );
    expect(page).toContain("No measurements of `b` are kept");
  });
});
