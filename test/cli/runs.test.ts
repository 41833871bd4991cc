import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { comparison, sparkLines } from "../../src/cli/run-folders/compare.js";
import { selected } from "../../src/cli/run-folders/list.js";
import { findRuns } from "../../src/cli/run-folders/read.js";
import { spark } from "../../src/cli/run-folders/spark.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

interface Written {
  readonly task?: string;
  readonly startedAt?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Validation errors after each epoch. */
  readonly errors?: readonly number[];
  readonly keptEpoch?: number;
  readonly test?: {
    readonly loss: number;
    readonly error?: number;
    readonly metrics?: Record<string, number>;
  };
  readonly stopped?: string;
  readonly content?: string;
}

/** A run folder as `steepest train` leaves it. */
const write = (root: string, name: string, run: Written): void => {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const { task = "digits", startedAt = "2026-11-27T10:00:00.000Z", settings = {}, errors = [4, 2, 3] } = run;
  const { keptEpoch = 2, test = { loss: 0.1, error: 2 }, stopped = "completed", content = "same" } = run;
  const epochs = errors.map((error, i) => ({
    epoch: i + 1,
    steps: 10 * (i + 1),
    train: { loss: error / 20, error: error / 2 },
    validation: { loss: error / 10, error },
    learningRate: 0.001,
    samplesPerSecond: 1000,
    seconds: i + 1,
  }));
  const data = { train: { examples: 900 }, test: { examples: 100, content } };
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ task, startedAt, ...settings, data, command: {} }),
  );
  writeFileSync(join(folder, "metrics.jsonl"), epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(""));
  if (stopped === "") return;
  writeFileSync(
    join(folder, "result.json"),
    JSON.stringify({ stopped, seconds: 3, keptEpoch, test, epochs }),
  );
};

describe("run folders", () => {
  const root = temporaryFolder();
  beforeAll(() => {
    write(root, "first", { settings: { optimizer: "adam", layers: "8" } });
    write(root, "second", {
      startedAt: "2026-11-27T12:00:00.000Z",
      settings: { optimizer: "momentum", layers: "8" },
      test: { loss: 0.05, error: 1, metrics: { rocAuc: 0.9 } },
      content: "other",
    });
    write(root, "sweep/trial", { startedAt: "2026-11-27T11:00:00.000Z", task: "mnist", test: { loss: 0.2 } });
    write(root, "under-way", { startedAt: "2026-11-27T09:00:00.000Z", stopped: "" });
    write(root, "broken", {});
    writeFileSync(join(root, "broken/result.json"), "{");
    mkdirSync(join(root, "nothing"));
  });
  const names = async (options: Parameters<typeof selected>[1]) =>
    selected(await findRuns(root), options).map(({ name }) => name);

  it("are found wherever they lie, newest first, whatever state they are in", async () => {
    const runs = selected(await findRuns(root), {});
    const [second, trial, , , underWay] = runs;
    expect(runs.map(({ name }) => name).filter((name) => name !== "broken")).toEqual([
      "second",
      "sweep/trial",
      "first",
      "under-way",
    ]);
    expect(second?.status).toBe("completed");
    expect(trial?.task).toBe("mnist");
    expect(underWay ?? runs.at(-1)).toBeDefined();
    expect(runs.find(({ name }) => name === "under-way")?.status).toBe("unfinished");
    expect(runs.find(({ name }) => name === "broken")).toMatchObject({
      status: "unreadable",
      problem: expect.stringContaining("result.json"),
    });
  });

  it("tell the numbers of the weights that were kept", async () => {
    const [run] = await findRuns(join(root, "second"));
    expect(run?.facts).toEqual({
      epochs: 3,
      keptEpoch: 2,
      "train.loss": 0.1,
      "train.error": 1,
      "validation.loss": 0.2,
      "validation.error": 2,
      "test.loss": 0.05,
      "test.error": 1,
      "test.rocAuc": 0.9,
      seconds: 3,
      samplesPerSecond: 1000,
    });
  });

  it("are sorted best first by a number, those without it last, and filtered", async () => {
    expect((await names({ sort: "test.error" })).slice(0, 2)).toEqual(["second", "first"]);
    expect((await names({ sort: "test.rocAuc" }))[0]).toBe("second");
    expect((await names({ sort: "test.error", reverse: true })).slice(0, 2)).toEqual(["first", "second"]);
    expect(await names({ task: "mnist" })).toEqual(["sweep/trial"]);
    expect(await names({ where: { optimizer: "adam", layers: "8" } })).toEqual(["first"]);
    expect(await names({ status: "unfinished" })).toEqual(["under-way"]);
    await expect(names({ sort: "test.eror" })).rejects.toThrow("did you mean test.error?");
    await expect(names({ where: { optimiser: "adam" } })).rejects.toThrow("did you mean optimizer?");
  });

  it("leaves out an epoch that is being written", async () => {
    const folder = temporaryFolder();
    write(folder, "run", { stopped: "" });
    const path = join(folder, "run/metrics.jsonl");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"epoch":4,"tr`);
    const [run] = await findRuns(folder);
    expect(run?.status).toBe("unfinished");
    expect(run?.facts.epochs).toBe(3);
  });

  it("are compared: what differs, what is best, whether they were tested on the same data", async () => {
    const all = await findRuns(root);
    const runs = ["first", "second"].flatMap((name) => all.filter((run) => run.name === name));
    const { different, same, results, curves, notes } = comparison(runs);
    expect(different).toEqual([{ name: "optimizer", values: ["adam", "momentum"] }]);
    expect(same).toEqual({ layers: "8" });
    expect(results.find(({ name }) => name === "test.error")).toEqual({
      name: "test.error",
      values: ["2.00 % (0.55 % to 7.00 %)", "1.00 % (0.18 % to 5.45 %)"],
      best: 1,
    });
    expect(results.find(({ name }) => name === "validation.error")).not.toHaveProperty("best");
    expect(curves.find(({ name }) => name === "validation.error")?.values).toEqual([
      [4, 2, 3],
      [4, 2, 3],
    ]);
    expect(notes).toEqual(["the runs were tested on different data: their test scores do not compare"]);
    expect(sparkLines(comparison(runs))).toEqual([
      "validation.error over the epochs, from 2.00 % (▁) to 4.00 % (█)",
      "  a  █▁▅",
      "  b  █▁▅",
    ]);
  });
});

describe("a curve of blocks", () => {
  it("has the first and the last value, blanks where there is none, and a middle height where all are equal", () => {
    expect(spark([0, 1, 2, 3, 4, 5, 6, 7], { width: 8, range: [0, 7] })).toBe("▁▂▃▄▅▆▇█");
    expect(spark([7, 3, 3, 0], { width: 2, range: [0, 7] })).toBe("█▁");
    expect(spark([0, Number.NaN, 7], { width: 9, range: [0, 7] })).toBe("▁ █");
    expect(spark([5, 5], { width: 9, range: [5, 5] })).toBe("▅▅");
  });
});

describe("steepest runs and compare", () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    for (const seed of [1, 2]) {
      const { code } = steepest(["train", "toy", "--epochs", "2", "--seed", String(seed)], folder);
      expect(code).toBe(0);
    }
  });

  it("list what train made, for people and for programs", () => {
    const { stdout } = steepest(["runs"], folder);
    expect(stdout).toMatch(/^started +run +task +status +epochs +validation +test +time/);
    expect(stdout.match(/toy +completed +2 +[\d.]+ % +[\d.]+ %/g)).toHaveLength(2);
    const { runs } = lastJson(steepest(["runs", "--sort", "validation.error", "--json"], folder)) as {
      runs: { facts: Record<string, number>; settings: Record<string, string> }[];
    };
    expect(runs).toHaveLength(2);
    expect(runs[0]?.facts["validation.error"]).toBeLessThanOrEqual(runs[1]?.facts["validation.error"] ?? 0);
    expect(runs[0]?.settings.optimizer).toBe("adam");
  });

  it("put runs side by side, also on a page", () => {
    const { runs } = lastJson(steepest(["runs", "--json"], folder)) as { runs: { name: string }[] };
    const chosen = runs.map(({ name }) => name);
    const { stdout, code } = steepest(["compare", ...chosen, "--report", "both.html"], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("tested on different data");
    expect(stdout).toMatch(/settings that differ +a +b\n.*\nseed +2 +1/);
    const page = readFileSync(join(folder, "both.html"), "utf8");
    expect(page).toContain("validation.error over the epochs");
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(10);
    const refused = steepest(["compare", chosen[0] ?? "", chosen[0] ?? ""], folder);
    expect(refused.stderr).toMatch(/is given twice; give each run once\n$/);
    expect(refused.code).toBe(2);
  });

  it("say what is wrong where there is no run", () => {
    expect(steepest(["runs", "elsewhere"], folder).stderr).toMatch(/elsewhere: no such folder; /);
    expect(steepest(["compare", "x", "y"], folder).stderr).toMatch(
      /x: no run folder: it holds no config.json/,
    );
  });
});
