import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastJson, type Outcome, root, steepest, temporaryFolder } from "../support/cli.js";
import { killTrainings } from "../support/kills.js";

/** A recipe of three epochs of ten steps that sends itself Ctrl-C in the second. */
const recipe = (units = 8) => `import { blobs, defineRecipe, linear, relu, sequential } from "steepest";
import { existsSync, writeFileSync } from "node:fs";
export default defineRecipe({
  name: "stopped",
  data: () => ({ train: blobs({ n: 320, seed: 1 }), test: blobs({ n: 100, seed: 2 }) }),
  network: sequential(linear(${units}), relu(), linear(3)),
  epochs: 3,
  batchSize: 32,
  callbacks: [{ onStepEnd: ({ trainer }) => {
    if (trainer.steps !== 15 || existsSync("again")) return;
    writeFileSync("again", "");
    process.kill(process.pid, "SIGINT");
    return new Promise((resolve) => setTimeout(resolve, 20));
  } }],
});
`;

/** A run that was stopped in its second epoch, and the folder that it was begun in. */
const stopped = () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "recipe.ts"), recipe());
  const outcome = steepest(["train", "recipe.ts"], folder);
  const run = join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "");
  return { folder, run, outcome };
};

const refused = ({ code, stderr }: Outcome, message: RegExp): void => {
  expect(stderr.trimEnd()).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(code).toBe(1);
};

describe("steepest resume", () => {
  it("goes on with a training that was ended by Ctrl-C, and ends in the same bytes", () => {
    const { folder, run, outcome } = stopped();
    expect(outcome.code).toBe(130);
    expect(outcome.stdout).toContain(`npx steepest resume runs/`);
    // From anywhere: paths begin where it was trained.
    const resumed = steepest(["resume", run, "--json"], temporaryFolder());
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain("going on after 15 steps: epoch 2 of 3, step 6 of 10");
    expect(lastJson(resumed)).toMatchObject({ stopped: "completed", epochs: 3 });
    const whole = steepest(["train", "recipe.ts", "--out", "whole"], folder);
    expect(whole.code).toBe(0);
    const other = join(folder, "whole", readdirSync(join(folder, "whole"))[0] ?? "");
    expect(readFileSync(join(run, "model.onnx")).equals(readFileSync(join(other, "model.onnx")))).toBe(true);
    const metrics = readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n");
    expect(metrics.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3]);
    refused(steepest(["resume", run]), /: there is nothing to go on with: all its epochs are done$/);
  });

  it("tells what is needed to repeat a run", () => {
    const { run } = stopped();
    const config = JSON.parse(readFileSync(join(run, "config.json"), "utf8"));
    expect(config).toMatchObject({
      task: "recipe.ts",
      epochs: 3,
      seed: 0,
      node: process.version,
      data: { train: { examples: 320, "target target": "3 classes" }, test: { examples: 100 } },
      command: { task: "recipe.ts", options: {}, checkpointEvery: 5 },
    });
    expect(config.data.train.content).toMatch(/^[0-9a-f]{16}$/);
    expect(config.engine).toMatch(/^onnxruntime-node \(CPU\) \d/);
    expect(readFileSync(join(run, "recipe", "recipe.ts"), "utf8")).toBe(recipe());
  });

  it("refuses in one line what it cannot go on with", () => {
    const { folder, run } = stopped();
    const copy = (change: (run: string) => void): string => {
      const other = join(folder, `other-${readdirSync(folder).length}`);
      cpSync(run, other, { recursive: true });
      change(other);
      return other;
    };
    refused(
      steepest(["resume", folder]),
      /: no run folder: it holds no config\.json; `steepest train` makes them/,
    );
    refused(steepest(["resume", join(folder, "nowhere")]), /: no run folder: it holds no config\.json/);
    const damaged = copy((at) => {
      const files = readdirSync(join(at, "checkpoints")).filter((name) => name.startsWith("checkpoint"));
      const file = files.sort().at(-1) ?? "";
      truncateSync(join(at, "checkpoints", file), 400);
    });
    refused(
      steepest(["resume", damaged]),
      /checkpoint-\d+\.safetensors: .*; remove it to go on from checkpoint-\d+\.safetensors$/,
    );
    const foreign = copy((at) => writeFileSync(join(at, "config.json"), '{"task": "digits"}'));
    refused(steepest(["resume", foreign]), /config\.json: not as `steepest train` writes it/);
    const without = copy((at) => {
      const config = JSON.parse(readFileSync(join(at, "config.json"), "utf8"));
      writeFileSync(
        join(at, "config.json"),
        JSON.stringify({ ...config, command: { ...config.command, checkpointEvery: 0 } }),
      );
    });
    refused(steepest(["resume", without]), /it was trained with --checkpoint-every 0/);
    writeFileSync(join(folder, "recipe.ts"), recipe(9));
    refused(
      steepest(["resume", run]),
      /recipe\.ts has changed since the training began; what it was is in .*recipe\.ts$/,
    );
  });

  it("begins anew where a training was killed before its first checkpoint, and inspect says that it can go on", () => {
    const { run } = stopped();
    for (const name of ["model.onnx", "result.json", "report.html", "metrics.jsonl"]) rmSync(join(run, name));
    refused(steepest(["inspect", run]), /stopped before it ended, .*; go on with `npx steepest resume .*`$/);
    rmSync(join(run, "checkpoints"), { recursive: true });
    mkdirSync(join(run, "checkpoints"));
    const resumed = steepest(["resume", run, "--json"]);
    expect(resumed.code).toBe(0);
    expect(existsSync(join(run, "model.onnx"))).toBe(true);
    expect(readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n")).toHaveLength(3);
  });

  it("leaves no checkpoints where none are wanted", () => {
    const out = temporaryFolder();
    const { code } = steepest(["train", "toy", "--epochs", "2", "--checkpoint-every", "0", "--out", out]);
    expect(code).toBe(0);
    expect(readdirSync(join(out, readdirSync(out)[0] ?? ""))).not.toContain("checkpoints");
  });
});

// `npm run kills` does the same a hundred times.
it("trainings that are killed at any moment end in the same bytes, and their checkpoints can always be read", async () => {
  const command = join(root, "bin/steepest.js");
  const counts = await killTrainings(command, temporaryFolder(), 4);
  expect(counts).toMatchObject({ kills: 4, different: 0, unreadable: 0 });
});
