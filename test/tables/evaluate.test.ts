import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { graph, input, tables, writeModel } from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const { Differences, loadTableModel, openTable, readLabelled, scoreTable, worstMistakes } = tables;
const { permutationImportance, partialDependence, rowsAt } = tables;

const file = (content: string, pieceBytes?: number) => {
  const path = join(temporaryFolder(), "rows.csv");
  writeFileSync(path, content);
  return openTable(path, pieceBytes === undefined ? {} : { pieceBytes });
};

const scale = { offset: 0, mean: 0, deviation: 1, median: 0, spread: 1, gaps: false };
const numbers = { kind: "number" as const, ...scale, decimal: "." as const, units: [""] };
const columns: tables.TableEncoder["columns"] = [
  { ...numbers, name: "x" },
  { ...numbers, name: "noise" },
  { kind: "category", name: "place", categories: ["here", "there"], missing: 0 },
];

/** Predicts y as 2·x + 10 for rows that are there. */
const valueEncoder: tables.TableEncoder = {
  version: 1,
  columns,
  targets: [{ kind: "value", name: "y", decimal: ".", units: [""], mean: 0, deviation: 1, whole: false }],
  ignored: [],
};

const modelOfValues = () => {
  const x = input("numbers", ["batch", 2]);
  const place = input("categories", ["batch", 1], "int64");
  const there = graph.cast(graph.equal(place, graph.scalar(2, "int64")), "float32");
  const output = graph.slice(x, { axis: 1, start: 0, end: 1 }).mul(2).add(there.mul(10));
  return loadTableModel(writeModel({ inputs: [x, place], outputs: { output } }), valueEncoder);
};

/** Predicts "no", "yes" with the probability of x for yes. */
const classEncoder: tables.TableEncoder = {
  ...valueEncoder,
  columns: columns.slice(0, 2),
  targets: [{ kind: "class", name: "y", classes: ["no", "yes"] }],
};

const modelOfClasses = () => {
  const x = input("numbers", ["batch", 2]);
  const yes = graph.slice(x, { axis: 1, start: 0, end: 1 });
  const probabilities = graph.concat([yes.neg().add(1), yes], 1);
  return loadTableModel(writeModel({ inputs: [x], outputs: { probabilities } }), classEncoder);
};

/** Forty rows in which y is what the model says, but for 1 in row 3 and 5 in row 7. */
const valueRows = (): string => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [x, there] = [i % 8, i % 3 === 0];
    return `${x},${there ? "there" : "here"},${(i * 7) % 5},${2 * x + (there ? 10 : 0) + (i === 3 ? 1 : i === 7 ? -5 : 0)}`;
  });
  return `x,place,noise,y\n${rows.join("\n")}\n`;
};

describe("labelled rows", () => {
  it("are those whose targets are known, in pieces as at once", async () => {
    const text = "y,x,noise\nyes,0.75,1\n,0.5,1\nmaybe,0.25,1\nno,0.125,\n";
    for (const pieceBytes of [undefined, 16]) {
      const differences = new Differences();
      const {
        data,
        numbers: kept,
        notes,
      } = await readLabelled(classEncoder, await file(text, pieceBytes), differences);
      expect([...kept]).toEqual([0, 3]);
      expect(data.size).toBe(2);
      const into = { inputs: { numbers: new Float32Array(4) }, targets: { target: new Int32Array(2) } };
      await data.read([0, 1], into);
      expect([...into.inputs.numbers]).toEqual([0.75, 1, 0.125, Number.NaN]);
      expect([...into.targets.target]).toEqual([1, 0]);
      expect(notes).toEqual([
        'column "y": 1 row has a class that the model does not know, such as "maybe" (it knows no, yes)',
        "2 of 4 rows have no target that the model knows, and are left out",
      ]);
    }
  });

  it("are refused where there is nothing to compare with", async () => {
    const read = async (text: string, encoder = classEncoder) =>
      readLabelled(encoder, await file(text), new Differences());
    await expect(read("x,noise\n1,2\n")).rejects.toThrow(/there is no column "y".*it has x, noise/);
    await expect(read("x,noise,y\n1,2,maybe\n")).rejects.toThrow(/such as "maybe".*give rows whose answers/);
    await expect(read("x,noise,y\n1,2,\n3,4,\n")).rejects.toThrow(/no row has a value in y/);
    await expect(read("x,noise,place,y\n1,2,here,3\n1,2,here,many\n", valueEncoder)).rejects.toThrow(
      /line 3, column "y": "many" is not the number/,
    );
    await expect(read("x,noise,place,y\n1,2,here,3 €\n", valueEncoder)).rejects.toThrow(/"y" is in "€"/);
  });
});

describe("a model of a table", () => {
  it("is scored on values, and its worst rows are found in the file", async () => {
    const opened = await file(valueRows(), 40);
    const model = await modelOfValues();
    const { data, numbers: kept } = await readLabelled(valueEncoder, opened, new Differences());
    const [scored] = await scoreTable(model, data);
    expect(scored?.scored.metrics).toMatchObject({
      rmse: { value: expect.closeTo(Math.sqrt(26 / 40), 5) },
      mae: { value: expect.closeTo(6 / 40, 5) },
      largestError: { value: 5 },
    });
    const worst = scored ? worstMistakes(scored) : [];
    expect(worst).toEqual([
      { row: 7, truth: 9, answered: 14, off: 5 },
      { row: 3, truth: 17, answered: 16, off: 1 },
    ]);
    const rows = await rowsAt(
      opened,
      worst.map(({ row }) => kept[row] ?? -1),
    );
    expect(rows.map(({ line, cells }) => [line, cells.get("place"), cells.get("y")])).toEqual([
      [9, "here", "9"],
      [5, "there", "17"],
    ]);
    await model.session.release();
  });

  it("is scored on classes, about the class that is called positive", async () => {
    const model = await modelOfClasses();
    const rows = "x,noise,y\n0.9,1,yes\n0.8,1,no\n0.3,1,no\n0.4,1,yes\n0.6,1,yes\n";
    const { data } = await readLabelled(classEncoder, await file(rows), new Differences());
    const [yes] = await scoreTable(model, data);
    expect(yes?.scored.metrics).toMatchObject({
      accuracy: { value: 0.6 },
      recall: { value: expect.closeTo(2 / 3, 9) },
    });
    const [no] = await scoreTable(model, data, { positive: "no" });
    expect(no?.scored.metrics).toMatchObject({ accuracy: { value: 0.6 }, recall: { value: 0.5 } });
    expect((yes ? worstMistakes(yes, 1) : [])[0]).toEqual({
      ...{ row: 1, truth: "no", answered: "yes" },
      off: expect.closeTo(0.8, 6),
    });
    await model.session.release();
  });

  it("needs the columns that it uses, and none else", async () => {
    const model = await modelOfValues();
    const { data } = await readLabelled(valueEncoder, await file(valueRows()), new Differences());
    const [importance] = (await permutationImportance(model, data, { seed: 1 })) ?? [];
    expect(importance?.measure).toBe("root-mean-square error");
    const names = importance?.columns.map(({ name }) => name);
    expect(names?.slice(0, 2).sort()).toEqual(["place", "x"]);
    expect(importance?.columns[2]).toEqual({ name: "noise", rise: 0, deviation: 0 });
    // Two rows at random differ in x by √(2·5.25) on average, and the answers by twice that.
    const x = importance?.columns.find(({ name }) => name === "x");
    expect(x?.rise).toBeGreaterThan(4.5);
    expect(x?.rise).toBeLessThan(8);
    await model.session.release();
  });

  it("depends on a column as it does", async () => {
    const model = await modelOfValues();
    const { data } = await readLabelled(valueEncoder, await file(valueRows()), new Differences());
    const [x, place] = await partialDependence(model, data, ["x", "place"]);
    const there = 14 / 40;
    expect(x?.points.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { at, answers } of x?.points ?? [])
      expect(answers[0]?.[0]).toBeCloseTo(2 * Number(at) + 10 * there, 4);
    expect(place?.points.map(({ at }) => at)).toEqual(["here", "there"]);
    const [here = Number.NaN, away = Number.NaN] = place?.points.map(({ answers }) => answers[0]?.[0]) ?? [];
    expect(here).toBeCloseTo(7, 4);
    expect(away - here).toBeCloseTo(10, 4);
    await model.session.release();
  });
});
