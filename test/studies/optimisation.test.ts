import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { studies } from "../../src/studies/index.js";
import { runStudy } from "../../src/studies/run.js";
import type { StudyResult } from "../../src/studies/study.js";

const out = mkdtempSync(join(tmpdir(), "studies-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const run = async (name: string, settings: Readonly<Record<string, string>> = {}) => {
  const entry = studies.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`no study ${name}`);
  return runStudy(await entry.load(), { effort: "quick", out, settings });
};

const failed = ({ claims }: StudyResult) => claims.filter(({ verdict }) => verdict !== "held");

describe("a study's files", () => {
  it("that cannot be written are noticed before the study runs", async () => {
    const file = join(out, "in the way");
    writeFileSync(file, "");
    const never = { name: "n", title: "T", section: "S", describe: "D.", run: () => expect.fail("it ran") };
    await expect(runStudy(never, { out: file })).rejects.toThrow("a file of that name is in the way");
    rmSync(file);
  });

  it("stay as they were when the study is ended early, whose claims are not judged", async () => {
    const json = join(out, "preprocessing-quick.json");
    const earlier = '{ "asked": { "effort": "quick", "seed": 0 } }';
    writeFileSync(json, earlier);
    const entry = studies.find(({ name }) => name === "preprocessing");
    const study = await entry?.load();
    if (!study) throw new Error("no such study");
    const ended = new AbortController();
    const done = await runStudy(study, {
      effort: "quick",
      out,
      signal: ended.signal,
      log: () => ended.abort(),
    });
    expect(done.files).toBeUndefined();
    expect(done.result.claims).toEqual([]);
    expect(done.result.learned).toBeUndefined();
    expect(done.result.notes[0]).toMatch(/^Ended early/);
    expect(readFileSync(json, "utf8")).toBe(earlier);
    rmSync(json);
  });
});

describe("studies of optimisation, quick", () => {
  it("descent-lemma: no violation up to 1/L, named violations at 2.1/L; its files are written whole", async () => {
    const { result, files, seconds } = await run("descent-lemma");
    expect(failed(result)).toEqual([]);
    const rows = result.numbers.rows as { multiple: number; violations: number; smallest: number }[];
    expect(rows.map(({ multiple }) => multiple)).toEqual([0.5, 1, 1.5, 1.9, 2.1]);
    // On a quadratic the decrease is at least 2 - eta·L times the promise, and along the top eigenvector no more.
    for (const { multiple, smallest } of rows) expect(smallest).toBeGreaterThan(2 - multiple - 1e-4);
    expect(rows.at(-1)?.smallest).toBeCloseTo(-0.1, 3);

    expect(seconds).toBeGreaterThan(0);
    if (!files) throw new Error("the study was ended early");
    const record = JSON.parse(readFileSync(files.json, "utf8"));
    expect(record).toMatchObject({ name: "descent-lemma", effort: "quick", seed: 0, claims: result.claims });
    expect(Array.isArray(record.numbers.examples[0].runs[0].values)).toBe(true);
    expect(readFileSync(files.svg, "utf8")).toBe(result.figure.svg);
    expect(readFileSync(files.png).subarray(1, 4).toString()).toBe("PNG");
    expect(readdirSync(out).filter((name) => name.includes("part"))).toEqual([]);
  });

  it("convergence-rates: bounds hold, O(1/T) is seen, and the linear rate where X has full rank", async () => {
    const { result } = await run("convergence-rates");
    expect(failed(result)).toEqual([]);
    const { convex, stronglyConvex } = result.numbers as {
      convex: { mu: number; exponentOfGap: { exponent: number } };
      stronglyConvex: { L: number; mu: number; iterationsPerDecade: number; promised: number };
    };
    expect(convex.mu).toBe(0);
    expect(convex.exponentOfGap.exponent).toBeCloseTo(-1.1, 1);
    expect(stronglyConvex.L / stronglyConvex.mu).toBeCloseTo(100, 3);
    expect(stronglyConvex.iterationsPerDecade).toBeLessThan(stronglyConvex.promised);
  });

  it("momentum-ravine: steps within 10 % of theory at condition number 1000", async () => {
    const { result } = await run("momentum-ravine");
    expect(failed(result)).toEqual([]);
    const rows = result.numbers.rows as { steps: number; predicted: number; rate: number; theory: number }[];
    expect(rows).toHaveLength(4);
    for (const { steps, predicted } of rows) expect(Math.abs(steps / predicted - 1)).toBeLessThan(0.1);
    // (κ - 1)/(κ + 1) is met exactly in the plane; ln(10⁻⁶)/(2·ln(999/1001)) = 3453.9.
    expect(rows[0]).toMatchObject({ steps: 3454, predicted: 3454 });
    expect(rows[0]?.rate).toBeCloseTo(999 / 1001, 9);
  });

  it("adaptive-landscapes: adaptive rates do not see the stretching, gradient descent does", async () => {
    const { result } = await run("adaptive-landscapes");
    // What each method learns from rare features is a measurement, which may or may not hold at the quick setting.
    expect(result.claims.map(({ verdict }) => verdict).slice(0, 2)).toEqual(["held", "held"]);
    expect(result.claims).toHaveLength(5);
    const learned = result.numbers.rareFeatures as {
      method: string;
      rates: number[];
      testLosses: number[];
    }[];
    for (const { testLosses } of learned) expect(Math.max(...testLosses)).toBeLessThan(Math.log(2));
    // The best rate of every method lies inside of what was tried, here and on the landscapes.
    const [gd, adagrad, rmsProp, adam] = learned.map(({ rates }) => [Math.min(...rates), Math.max(...rates)]);
    for (const [inside, low, high] of [
      [gd, 0.1, 30],
      [adagrad, 0.03, 3],
      [rmsProp, 0.003, 0.3],
      [adam, 0.003, 0.3],
    ] as const) {
      expect(inside?.[0]).toBeGreaterThan(low);
      expect(inside?.[1]).toBeLessThan(high);
    }
    const ends = result.numbers.landscapes as { nice: { learningRate: number } }[];
    for (const { nice } of ends) expect(nice.learningRate).toBeLessThan(10);
    const landscapes = result.numbers.landscapes as { method: string; difference: number }[];
    const adaptive = landscapes.filter(({ method }) => method !== "gradient descent");
    expect(adaptive.map(({ difference }) => difference)).toEqual([0, 0, 0]);
    expect(landscapes.find(({ method }) => method === "gradient descent")?.difference).toBeGreaterThan(0);
  });

  it("batch-cost: time grows with b and d, and not with m for batches", async () => {
    const { result } = await run("batch-cost");
    const sweeps = result.numbers.sweeps as { vary: string; promised: number; fit: { exponent: number } }[];
    expect(sweeps).toHaveLength(7);
    // Wide limits: other processes share this machine. The study itself asks for 0.25.
    for (const { promised, fit } of sweeps) expect(Math.abs(fit.exponent - promised)).toBeLessThan(0.6);
  });

  it("optimizer-race: tunes every rate by itself and says what held", async () => {
    const settings = {
      problems: "ravine,logistic-regression",
      optimizers: "gradient-descent,momentum,adagrad,adam,muon",
    };
    const { result } = await run("optimizer-race", settings);
    expect(failed(result)).toEqual([]);
    expect(result.claims).toHaveLength(2);
    const entries = result.numbers.entries as {
      contender: string;
      problem: string;
      result: number;
      learningRate: number;
      tried: [number, number][];
    }[];
    // Muon trains matrices only, and the ravine has none.
    expect(entries).toHaveLength(9);
    for (const { result, learningRate, tried } of entries) {
      expect(tried).toHaveLength(9);
      expect(result).toBe(Math.min(...tried.map(([, reached]) => reached)));
      expect(tried.find(([rate]) => rate === learningRate)?.[1]).toBe(result);
    }
    // Gradient descent on the ravine diverges above 2/L = 0.02.
    const plain = entries.find(
      ({ contender, problem }) => contender === "gradient descent" && problem === "ravine",
    );
    expect(plain?.learningRate).toBeLessThan(0.02);
    await expect(run("optimizer-race", { optimizers: "adam,sgdd" })).rejects.toThrow(
      /no "sgdd"; choose from .*momentum/,
    );
  });

  it("optimizer-race: measures the chosen rate of a network on draws that it was not chosen on", async () => {
    const { result } = await run("optimizer-race", { problems: "digits", optimizers: "adam" });
    const [adam] = result.numbers.entries as {
      learningRate: number;
      result: number;
      deviation: number;
      test: number;
      tried: [number, number][];
    }[];
    const chosenOn = adam?.tried.find(([rate]) => rate === adam.learningRate)?.[1];
    expect(chosenOn).toBe(Math.min(...(adam?.tried.map(([, reached]) => reached) ?? [])));
    expect(adam?.result).not.toBe(chosenOn);
    expect(adam?.deviation).toBeGreaterThan(0);
    expect(adam?.test).toBeGreaterThan(0);
    expect(String(result.tables[0]?.rows[0]?.[1])).toMatch(/^0\.\d+ ± 0\.\d+$/);
  });
});

describe("the list of studies", () => {
  it("loads each under its own name, with what a reader needs", async () => {
    expect(new Set(studies.map(({ name }) => name)).size).toBe(studies.length);
    for (const { name, load } of studies) {
      const study = await load();
      expect(study.name).toBe(name);
      for (const text of [study.title, study.section, study.describe]) expect(text.length).toBeGreaterThan(5);
    }
  });
});
