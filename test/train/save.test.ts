import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blobs, fit, linear, loadModel, pretrained } from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const data = () => ({ train: blobs({ n: 90, seed: 1 }), test: blobs({ n: 60, seed: 2 }) });

describe("run.save", () => {
  it("writes a run folder as the command line does", async () => {
    const folder = join(temporaryFolder(), "first");
    const run = await fit(linear(3), data(), {
      epochs: 3,
      seed: 2,
      checkpoint: { folder: join(folder, "checkpoints") },
    });
    expect(await run.save(folder, { title: "Three blobs", settings: { units: 3 } })).toBe(folder);
    for (const name of [
      "model.onnx",
      "report.html",
      "result.json",
      "metrics.jsonl",
      "config.json",
      "checkpoints",
    ]) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("Three blobs");
    expect(readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n")).toHaveLength(3);
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    expect(config).toMatchObject({ units: 3, node: process.version, data: { train: { examples: 90 } } });
    const again = await fit(pretrained(await loadModel(join(folder, "model.onnx"))), data(), { epochs: 1 });
    expect(again.epochs).toHaveLength(1);
    await expect(run.save(folder)).rejects.toThrow(`${folder} holds a run already; choose another folder`);
  });
});
