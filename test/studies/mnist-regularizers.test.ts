import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Candidate, collect, trainMissing } from "../../src/studies/mnist-regularizers/candidates.js";
import { partsOf } from "../../src/studies/mnist-regularizers/data.js";
import { type Recipe, rowNames, rows } from "../../src/studies/mnist-regularizers/recipes.js";
import { askedFor } from "../../src/studies/mnist-regularizers/settings.js";
import { claimsOf, type RowOutcomes, tableOf } from "../../src/studies/mnist-regularizers/table.js";
import { network, optionsOf, towardsTheEnd } from "../../src/studies/mnist-regularizers/train.js";
import { mnistRegularizers } from "../../src/studies/mnist-regularizers.js";
import type { StudyContext } from "../../src/studies/study.js";
import { fit } from "../../src/train/index.js";
import { rowsOf } from "../support/rows.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "regularizers-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const context = (settings: Record<string, string> = {}, lines: string[] = []): StudyContext => ({
  effort: "quick",
  seed: 0,
  folder,
  settings,
  log: (line) => void lines.push(line),
});

const short: Recipe["epochs"] = { quick: 1, default: 1, full: 1 };
const small = (heldOut?: number) => partsOf({}, { train: 300, test: 100 }, heldOut);

describe("the table", () => {
  it("keeps what was trained, and a further call adds a seed without repeating the first", async () => {
    const first = await mnistRegularizers.run(context({ rows: "l2,max-norm", seeds: "1", threads: "1" }));
    expect(first.tables[0]?.rows.map((row) => row[0])).toEqual(rowNames.map((row) => rows[row].title));
    expect(first.tables[0]?.rows.map((row) => row[1])).toEqual([
      "1.62",
      "1.60",
      "1.55",
      "1.35",
      "1.25",
      "1.05",
    ]);
    expect(first.tables[0]?.rows.map((row) => row[3])).toEqual([1, 0, 0, 1, 0, 0]);
    expect(first.notes.join(" ")).toMatch(/embedded digits.*not comparable/);

    // A kept error that no training would give shows whether it is used or trained anew.
    const kept = (await readdir(folder)).find((name) => name.startsWith("l2-")) ?? "";
    const content = JSON.parse(await readFile(join(folder, kept), "utf8"));
    await writeFile(join(folder, kept), JSON.stringify({ ...content, error: 60 }));
    const lines: string[] = [];
    const second = await mnistRegularizers.run(context({ rows: "l2", seeds: "1,2", threads: "1" }, lines));
    expect(lines.join("\n")).toMatch(/L2, seed 1: 60.00 % \(kept/);
    expect(second.tables[0]?.rows.map((row) => row[3])).toEqual([2, 0, 0, 1, 0, 0]);
    const [l2] = second.numbers.rows as { ours: number; outcomes: { seed: number; error: number }[] }[];
    expect(l2?.outcomes.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(l2?.outcomes[1]?.error).toBeLessThan(20);
    expect(l2?.ours).toBeCloseTo((60 + (l2?.outcomes[1]?.error ?? 0)) / 2);
    const all = (second.numbers.rows as { outcomes: { seconds: number }[] }[]).flatMap((row) => row.outcomes);
    expect(all).toHaveLength(3);
    expect(second.seconds).toBeCloseTo(all.reduce((sum, { seconds }) => sum + seconds, 0));
    expect(second.figure.svg).toContain("Dropout + Max-norm");
  });

  const outcomes = (errors: Partial<Record<(typeof rowNames)[number], number[]>>): RowOutcomes[] =>
    rowNames.map((row) => ({
      row,
      epochs: 30,
      outcomes: (errors[row] ?? []).map((error, seed) => ({
        error,
        seed,
        loss: 1,
        trainLoss: 1,
        seconds: 60,
      })),
    }));

  it("shows the mean over the seeds, their number and their spread", () => {
    const table = tableOf(outcomes({ "max-norm": [1.3, 1.5] }), true);
    expect(table.rows[3]).toEqual(["Max-norm", "1.35", "1.40", 2, "1.30 … 1.50", 30, 0.95, 60]);
    expect(table.rows[0]).toEqual(["L2", "1.62", "–", 0, "–", 30, 0.9, "–"]);
  });

  it("claims the lecture's figures in its own setting only, and of rows that were trained only", () => {
    const errors = outcomes({ l2: [1.9], "max-norm": [1.43], "dropout-max-norm": [1] });
    expect(claimsOf(errors, true).map(({ verdict }) => verdict)).toEqual([
      "held",
      "held",
      "not held",
      "undecided",
      "held",
    ]);
    // Four seeds leave half as much open.
    const more = outcomes({ "max-norm": [1.37, 1.38, 1.38, 1.39] });
    expect(claimsOf(more, true).map(({ verdict }) => verdict)).toEqual(["held"]);
    expect(claimsOf(errors, false)).toHaveLength(1);
    expect(claimsOf(errors, false)[0]?.claim).toContain("of the 3 rows trained");
    expect(claimsOf(outcomes({ l2: [1.5] }), false)).toHaveLength(0);
    const worse = outcomes({ l2: [1], "dropout-l2": [0.8], "dropout-max-norm": [1.2] });
    expect(claimsOf(worse, false)[0]?.verdict).toBe("not held");
  });
});

describe("kept results", () => {
  const candidate = (change: Partial<Recipe> = {}): Candidate => ({
    row: "l2",
    name: "small",
    recipe: { ...rows.l2.recipe, epochs: short, ...change },
  });

  it("reports a damaged file, leaves it out, and trains its row anew", async () => {
    const common = { parts: await small(), share: 1 };
    await trainMissing([candidate()], { seeds: [1, 2], threads: 1, ...common }, context());
    const [name = ""] = await readdir(folder);
    for (const damage of ["{", '{"error": 400}', ""]) {
      await writeFile(join(folder, name), damage);
      const { trained, problems } = await collect([candidate()], common, context());
      expect(trained[0]?.outcomes).toHaveLength(1);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(name);
    }
    await trainMissing([candidate()], { seeds: [1, 2], threads: 1, ...common }, context());
    const { trained, problems } = await collect([candidate()], common, context());
    expect([trained[0]?.outcomes.length, problems.length]).toEqual([2, 0]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it("counts for the recipe, data and network that they were trained with alone", async () => {
    const common = { parts: await small(), share: 1 };
    await trainMissing([candidate()], { seeds: [1], threads: 1, ...common }, context());
    const found = async (each: Candidate, where = common, effort: StudyContext["effort"] = "quick") =>
      (await collect([each], where, { folder, effort })).trained[0]?.outcomes.length;
    expect(await found(candidate())).toBe(1);
    expect(await found(candidate({ learningRate: 0.2 }))).toBe(0);
    expect(await found(candidate(), { parts: await small(50), share: 1 })).toBe(0);
    expect(await found(candidate(), common, "full")).toBe(0);
    const longer = candidate({ epochs: { quick: 4, default: 4, full: 4 } });
    expect(await found(longer)).toBe(0);
    expect(await found(longer, { ...common, share: 0.25 })).toBe(1);
  });

  it("keeps nothing of a training that was ended early", async () => {
    const ended = new AbortController();
    const stop = { ...context(), signal: ended.signal, log: () => ended.abort() };
    await trainMissing([candidate()], { seeds: [1, 2], threads: 1, parts: await small(), share: 1 }, stop);
    expect(await readdir(folder)).toHaveLength(0);
  });
});

describe("selection", () => {
  it("holds out the last training examples and never reads the test set", async () => {
    const whole = await small();
    const parts = await small(60);
    expect([parts.train.size, parts.measured.size, parts.part]).toEqual([240, 60, "validation"]);
    const picture = async (data: typeof parts.train, index: number) => {
      const { inputs, targets } = rowsOf(data, [index]);
      return [...inputs, ...targets];
    };
    expect(await picture(parts.measured, 0)).toEqual(await picture(whole.train, 240));
    expect(await picture(parts.train, 239)).toEqual(await picture(whole.train, 239));
    await expect(small(300)).rejects.toThrow(/--select 300.*300 training examples/);
  });

  it("trains a recipe and its alternatives", async () => {
    const result = await mnistRegularizers.run(context({ rows: "l2-l1", select: "400", threads: "1" }));
    const count = 1 + rows["l2-l1"].alternatives.length;
    expect(result.tables[0]?.rows).toHaveLength(count);
    expect(result.tables[0]?.title).toMatch(/1600 training examples, 400 held out/);
    for (const [name, error, , seeds] of result.tables[0]?.rows ?? []) {
      expect(name).toMatch(/^L2 \+ L1/);
      expect(Number(error)).toBeLessThan(25);
      expect(seeds).toBe(1);
    }
  });
});

describe("recipes", () => {
  it("switch L1 on towards the end of training only", async () => {
    const schedule = towardsTheEnd(0.5, 0.8);
    const at = (step: number) => schedule({ step, steps: 100, stepsPerEpoch: 10 });
    expect([0, 50, 79, 80, 99].map(at)).toEqual([0, 0, 0, 0.5, 0.5]);

    const epochs = 4;
    const { train } = await small();
    const weights = async (recipe: Recipe) => {
      const run = await fit(network(recipe, [32]), { train }, { ...optionsOf(recipe), epochs, seed: 1 });
      const all = [...(await run.weights())]
        .filter(([name]) => name.endsWith("weight"))
        .flatMap(([, w]) => [...w]);
      await run.release();
      return { losses: run.epochs.map((each) => each.train.loss), zeros: all.filter((w) => w === 0).length };
    };
    const without = await weights(rows.l2.recipe);
    const late = await weights({ ...rows.l2.recipe, l1: { lambda: 0.1, after: 0.5 } });
    // 3 steps an epoch: the first 6 of 12 are the same bit for bit, and so is the loss before the 7th update.
    expect(late.losses.slice(0, 2)).toEqual(without.losses.slice(0, 2));
    expect(late.losses[2]).not.toBe(without.losses[2]);
    expect(without.zeros).toBe(0);
    expect(late.zeros).toBeGreaterThan(100);
    expect(rows["l2-l1"].recipe.l1?.after).toBeGreaterThanOrEqual(0.5);
  });

  it("lower the mean activation by KL-sparsity", async () => {
    const { train } = await small();
    const { inputs } = rowsOf(train);
    const units = 32;
    const meanActivation = async (recipe: Recipe) => {
      const run = await fit(
        network(recipe, [units]),
        { train },
        { ...optionsOf(recipe), epochs: 10, seed: 1 },
      );
      const values = [...(await run.weights())].map(([name, value]) => [name, value.slice()] as const);
      await run.release();
      const weight = values.find(([name]) => name.endsWith("linear1.weight"))?.[1] ?? new Float32Array();
      const bias = values.find(([name]) => name.endsWith("linear1.bias"))?.[1] ?? new Float32Array();
      let sum = 0;
      for (let row = 0; row < 300; row++)
        for (let unit = 0; unit < units; unit++) {
          let a = bias[unit] ?? Number.NaN;
          for (let i = 0; i < 784; i++)
            a += ((inputs[row * 784 + i] ?? 0) / 255) * (weight[i * units + unit] ?? Number.NaN);
          sum += Math.max(0, a);
        }
      return sum / (300 * units);
    };
    const { recipe } = rows["l2-kl"];
    const weighted = (weight: number) => meanActivation({ ...recipe, klSparsity: { rho: 0.05, weight } });
    const without = await weighted(0);
    // Far above the recipe's weight, which the few units and steps of this network would not show.
    expect(await weighted(0.01)).toBeLessThan(0.9 * without);
    expect(await weighted(0.1)).toBeLessThan(0.7 * without);
  });
});

describe("settings", () => {
  it("are the rows and seeds to train", () => {
    expect(askedFor(context())).toEqual({
      rows: rowNames,
      seeds: [0],
      heldOut: undefined,
      share: 1,
      threads: undefined,
    });
    expect(
      askedFor(context({ rows: "max-norm, l2", seeds: "3,1,3", select: "500", share: "0.5", threads: "1" })),
    ).toEqual({
      rows: ["max-norm", "l2"],
      seeds: [3, 1],
      heldOut: 500,
      share: 0.5,
      threads: 1,
    });
  });

  it.each([
    [{ rows: "l3" }, /--rows: there is no row "l3"; there are l2, l2-l1/],
    [{ rows: "" }, /--rows: there is no row ""/],
    [{ seeds: "1,-2" }, /--seeds: expected a whole number of at least 0.*"-2"/],
    [{ seeds: "4294967296" }, /--seeds/],
    [{ select: "0" }, /--select: expected a whole number of at least 1.*"0"/],
    [{ select: "0.2" }, /--select/],
    [{ share: "0" }, /--share: expected a number above 0 and at most 1, got "0"/],
    [{ share: "1.5" }, /--share/],
    [{ threads: "0" }, /--threads: expected a whole number of at least 1.*"0"/],
  ])("are refused with the word that is wrong: %j", async (settings, message) => {
    await expect(mnistRegularizers.run(context(settings))).rejects.toThrow(message);
  });
});
