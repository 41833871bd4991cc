import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planFor } from "../../src/cli/plan.js";
import type { LearnTableOptions } from "../../src/cli/table-options.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

describe("a table on the command line", () => {
  it("is learned without a recipe, and the model answers another table into a file", () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 90 }, (_, i) => {
      const kind = ["ant", "bee", "cat"][i % 3];
      return `${(i % 3) + ((i * 7) % 10) / 20},${["red", "blue", "grey"][(i + (i % 5 === 0 ? 1 : 0)) % 3]},${kind}`;
    });
    const table = join(folder, "animals.csv");
    writeFileSync(table, `weight,colour,kind\n${rows.join("\n")}\n`);
    const trained = steepest([
      "train",
      table,
      "--target",
      "kind",
      "--epochs",
      "30",
      "--out",
      join(folder, "runs"),
      "--json",
    ]);
    expect(trained.stderr).toMatch(/"kind" is predicted as one of 3 classes \(ant, bee, cat\)/);
    expect(trained.code).toBe(0);
    const { testError, model, run, beside } = lastJson(trained);
    expect(testError).toBeLessThan(20);
    expect(trained.stderr).toMatch(
      /the network +[\d.]+ % +[\d.]+ % to [\d.]+ %\nlogistic regression \(λ = [\d.]+\)/,
    );
    expect(trained.stderr).toMatch(/always "(ant|bee|cat)", the most frequent class/);
    expect(trained.stderr).toMatch(/steepest predict .*model.onnx new.csv --out predictions.csv/);
    expect((beside as { models: unknown[] }).models).toHaveLength(3);
    expect(readFileSync(join(String(run), "report.html"), "utf8")).toContain("Beside simpler models");
    const saved = JSON.parse(readFileSync(join(String(run), "result.json"), "utf8"));
    expect(saved.beside).toEqual(beside);
    const report = readFileSync(join(String(run), "report.html"), "utf8");
    for (const title of [
      "Which columns it needs",
      "How its answers depend on them",
      "The columns as they were",
    ])
      expect(report).toContain(title);
    const { test } = JSON.parse(readFileSync(join(String(run), "result.json"), "utf8"));
    expect(test.metrics.accuracy).toBeCloseTo(1 - Number(testError) / 100, 9);

    const page = join(folder, "<page>.html");
    const evaluated = steepest(["evaluate", String(run), table, "--report", page, "--json"]);
    expect(evaluated.code).toBe(0);
    expect(evaluated.stderr).toMatch(/90 rows of .*animals\.csv/);
    expect(evaluated.stderr).toMatch(/balanced accuracy +\d/);
    expect(evaluated.stderr).toMatch(/rise of log loss where it is shuffled\n(weight|colour) +\d/);
    expect(lastJson(evaluated)).toMatchObject({ target: "kind", examples: 90, report: page });
    const said = readFileSync(page, "utf8");
    for (const title of ["Precision over recall", "Can its probabilities be trusted?", "Worst mistakes"])
      expect(said).toContain(title);
    expect(steepest(["evaluate", String(run), table, "--tta", "flip"]).stderr).toMatch(
      /--tta is for pictures, and the model is one of tables/,
    );

    const fresh = join(folder, "fresh.csv");
    writeFileSync(fresh, 'colour;name;weight\nred;"A; 1";0,1\nblue;B;1,1\npink;C;2,2\n');
    const out = join(folder, "predictions.csv");
    const predicted = steepest(["predict", String(model), fresh, "--out", out, "--with", "name"]);
    // Decimal commas are not what the column held in training.
    expect(predicted.stderr).toMatch(/"colour": 1 cell holds a category/);
    expect(predicted.code).toBe(0);
    const [head, first] = readFileSync(out, "utf8").split("\n");
    expect(head).toBe("name,kind,kind=ant,kind=bee,kind=cat");
    expect(first).toMatch(/^A; 1,(ant|bee|cat),/);

    const lines = steepest(["predict", String(model), table, "--json-lines"])
      .stdout.trim()
      .split("\n");
    expect(lines).toHaveLength(90);
    const right = lines.filter((line, i) => JSON.parse(line).kind === ["ant", "bee", "cat"][i % 3]);
    expect(right.length).toBeGreaterThan(70);
  }, 60_000);

  it("is solved for by --model linear, whose model answers as every other", () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 13},${(7 * i) % 11}`);
    const path = join(folder, "line.csv");
    writeFileSync(
      path,
      [
        "x,y,z",
        ...rows.map((row) => `${row},${2 * Number(row.split(",")[0]) - Number(row.split(",")[1]) + 5}`),
      ].join("\n"),
    );
    const trained = steepest(
      ["train", path, "--target", "z", "--task", "regression", "--model", "linear", "--json"],
      folder,
    );
    expect(trained.stderr).toContain("ridge regression · solved on");
    const predicted = steepest(["predict", String(lastJson(trained).model), path, "--json-lines"], folder);
    for (const [i, line] of predicted.stdout.trim().split("\n").entries()) {
      const [x = 0, y = 0] = rows[i]?.split(",").map(Number) ?? [];
      expect(Math.abs(JSON.parse(line).z - (2 * x - y + 5))).toBeLessThan(0.05);
    }
    const refused = steepest(["train", path, "--target", "z", "--model", "linear", "--epochs", "3"], folder);
    expect(refused.stderr).toMatch(
      /--epochs is not for --model linear, which is solved for; leave it out\n$/,
    );
    expect(refused.code).toBe(2);
  }, 60_000);

  it("refuses options of tables by their names where there is none", async () => {
    const all: readonly (readonly [LearnTableOptions, string])[] = [
      [{ target: "y" }, "--target"],
      [{ task: "regression" }, "--task"],
      [{ types: { a: "number" } }, "--types"],
      [{ ignore: ["a"] }, "--ignore"],
      [{ decimal: "," }, "--decimal"],
      [{ dates: "day-first" }, "--dates"],
      [{ delimiter: ";" }, "--delimiter"],
      [{ encoding: "utf-8" }, "--encoding"],
      [{ header: true }, "--header"],
      [{ header: false }, "--no-header"],
      [{ test: 0.1 }, "--test"],
      [{ group: "a" }, "--group"],
      [{ time: "a" }, "--time"],
      [{ weightClasses: true }, "--weight-classes"],
    ];
    for (const [options, name] of all)
      await expect(planFor("digits", options)).rejects.toThrow(`${name} is for tables (digits is none)`);
  });

  it("says what is missing or not for tables", () => {
    const path = join(temporaryFolder(), "a.csv");
    writeFileSync(path, "x,y\n1,2\n3,4\n");
    expect(steepest(["train", path]).stderr).toMatch(
      /say which column is to be predicted: --target <column>/,
    );
    expect(steepest(["train", path, "--target", "z"]).stderr).toMatch(/no column "z" \(--target\)/);
    expect(steepest(["train", "digits", "--target", "y"]).stderr).toMatch(/--target is for tables/);
    expect(steepest(["train", path, "--target", "y", "--keep", "0.5"]).stderr).toMatch(
      /--keep is not for tables/,
    );
    expect(steepest(["train", join(path, "b.csv"), "--target", "y"]).stderr).toMatch(/no such file/);
  });
});
