import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastJson, root, steepest, temporaryFolder } from "../support/cli.js";

const mnistFolder = join(root, "../shared/data/mnist");

describe("steepest train", () => {
  it("trains on the embedded digits and leaves a run folder whose model answers about a picture", () => {
    const out = temporaryFolder();
    const trained = steepest(["train", "--epochs", "3", "--out", out, "--json"]);
    expect(trained.stderr).toMatch(/epoch 3\/3/);
    expect(trained.code).toBe(0);
    expect(trained.stdout.trim().split("\n")).toHaveLength(1);
    const result = lastJson(trained);
    expect(result.testError).toBeLessThan(2.5);
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining(["testError", "seconds", "samplesPerSecond", "run", "model"]),
    );

    const run = String(result.run);
    for (const name of ["config.json", "metrics.jsonl", "model.onnx", "report.html", "result.json"]) {
      expect(existsSync(join(run, name)), name).toBe(true);
    }
    expect(readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n")).toHaveLength(3);
    const report = readFileSync(join(run, "report.html"), "utf8");
    expect(report).toMatch(/data:image\/png/);
    expect(report).not.toMatch(/(src|href)="https?:/);

    const predicted = steepest(["predict", String(result.model), join(run, "example.png"), "--json"]);
    expect(predicted.code).toBe(0);
    const [prediction] = lastJson(predicted).predictions as {
      class: string;
      probabilities: Record<string, number>;
    }[];
    expect(prediction?.class).toBe("0");
    const sum = Object.values(prediction?.probabilities ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);

    const inspected = steepest(["inspect", String(result.model), "--json"]);
    const facts = lastJson(inspected);
    expect(facts.parameterCount).toBe(784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10);
    expect(facts.multiplyAdds).toBe(784 * 512 + 512 * 512 + 512 * 10);
    expect(facts.products).toMatchObject([
      { weights: "linear1.weight", output: ["batch", 512], multiplyAdds: 784 * 512 },
      { weights: "linear2.weight", multiplyAdds: 512 * 512 },
      { weights: "linear3.weight", multiplyAdds: 512 * 10 },
    ]);
    expect(facts.inputs).toEqual([{ name: "input", dtype: "float32", shape: ["batch", 784] }]);
  });

  it("says what the tasks do by default", () => {
    const { stdout } = steepest(["train", "--help"]);
    expect(stdout).toMatch(/ digits {3}--layers 512,512 --keep 0\.8 --epochs 10 --batch-size 128\n/);
    expect(stdout).toMatch(/ toy {6}--layers 32,32 --keep 1 --epochs 60 --batch-size 32\n/);
  });

  it("gives the same bytes for the same seed and others for another", () => {
    const model = (seed: string) => {
      const args = ["train", "toy", "--epochs", "5", "--keep", "0.8", "--seed", seed, "--json"];
      const { model } = lastJson(steepest([...args, "--out", temporaryFolder()]));
      return readFileSync(String(model)).toString("base64");
    };
    const first = model("7");
    expect(model("7")).toBe(first);
    expect(model("8")).not.toBe(first);
  });

  it.skipIf(!existsSync(mnistFolder))(
    "reaches 2 % on MNIST in five epochs (needs MNIST beside the checkout)",
    () => {
      const args = ["train", "mnist", "--data", mnistFolder, "--epochs", "5", "--seed", "1", "--json"];
      const result = lastJson(steepest([...args, "--out", temporaryFolder()]));
      expect(result.testError).toBeLessThanOrEqual(2);
    },
    300_000,
  );

  it("finishes its work when nobody reads the output any more", () => {
    const out = temporaryFolder();
    const command = `"${process.execPath}" "${join(root, "bin/steepest.js")}" train toy --epochs 40 --out "${out}" | head -n 1`;
    const { stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(stderr).toBe("");
    const [run] = readdirSync(out);
    expect(readdirSync(join(out, String(run)))).toContain("report.html");
  });

  it("runs a recipe written in TypeScript, wherever it lies", () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "recipe.ts"),
      `import { adam, blobs, defineRecipe, linear, relu, sequential } from "steepest";
      const units: number = 16;
      export default defineRecipe({
        name: "my-blobs",
        data: () => ({ train: blobs({ n: 300, seed: 1 }), test: blobs({ n: 300, seed: 2 }) }),
        network: sequential(linear(units), relu(), linear(3)),
        optimizer: adam({ learningRate: 0.01 }),
        epochs: 20,
        batchSize: 32,
      });`,
    );
    const result = steepest(["train", "recipe.ts", "--epochs", "10", "--json"], folder);
    expect(result.stderr).toMatch(/epoch 10\/10/);
    expect(lastJson(result).testError).toBeLessThan(5);
    expect(readdirSync(join(folder, "runs"))[0]).toMatch(/-my-blobs$/);
  });
});

describe("steepest train --model", () => {
  it("trains LeNet on the embedded digits", () => {
    const args = [
      "train",
      "digits",
      "--model",
      "lenet",
      "--epochs",
      "1",
      "--json",
      "--out",
      temporaryFolder(),
    ];
    const trained = steepest(args);
    expect(trained.code).toBe(0);
    expect(trained.stderr).toContain("network lenet · optimizer adam");
    expect(lastJson(trained).testError).toBeLessThan(8);
  });

  it.each<[string[], string]>([
    [
      ["digits", "--model", "alexnet"],
      "--model alexnet: there is no such network; there are dense, lenet, vgg, resnet20",
    ],
    [
      ["toy", "--model", "lenet"],
      "--model lenet is for pictures, which the task's examples are not; leave it out",
    ],
    [["digits", "--model", "lenet", "--keep", "0.5"], "--keep is for --model dense; lenet has its own"],
  ])("%j is refused", (args, message) => {
    const { code, stderr } = steepest(["train", ...args, "--out", temporaryFolder()]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
