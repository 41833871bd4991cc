import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  fit,
  graph,
  linear,
  pretrained,
  relu,
  sequential,
  unitNorm,
  writeModel,
} from "../../src/index.js";

const data = (noise: number) => ({
  train: blobs({ n: 300, noise, seed: 1 }),
  test: blobs({ n: 300, noise, seed: 2 }),
});

describe("pretrained", () => {
  it("goes on where the exported model ended", async () => {
    const first = await fit(sequential(linear(16), relu(), linear(3)), data(0.3), {
      epochs: 30,
      batchSize: 32,
    });
    const model = first.model();
    const again = await fit(pretrained(model), data(0.3), {
      optimizer: adam({ learningRate: 1e-9 }),
      epochs: 1,
      preprocess: "none",
    });
    expect(again.parameters.map(({ name }) => name)).toEqual([
      "linear1.weight",
      "linear1.bias",
      "linear2.weight",
      "linear2.bias",
    ]);
    expect(again.test?.loss).toBeCloseTo(first.test?.loss ?? 0, 4);
    const tuned = await fit(pretrained(model), data(0.5), { epochs: 20, batchSize: 32, preprocess: "none" });
    expect(tuned.epochs.at(-1)?.train.loss).toBeLessThan(tuned.epochs[0]?.train.loss ?? 0);
  });

  it("has its units where its products have them: constraints reach the rows of weights [out, in]", async () => {
    const x = graph.input("input", ["batch", 2]);
    const one = graph.input("one", [5, 2]);
    const two = graph.input("two", [4, 5]);
    const three = graph.input("three", [4, 3]);
    const hidden = graph.relu(x.matmul(one, { transposeB: true }));
    const logits = hidden.matmul(graph.transpose(two)).matmul(three);
    const values = (count: number) => Float32Array.from({ length: count }, (_, i) => 1 + ((i * i) % 5));
    const model = writeModel({
      inputs: [x],
      outputs: { logits },
      initializers: new Map([
        [one, values(10)],
        [two, values(20)],
        [three, values(12)],
      ]),
    });
    const run = await fit(pretrained(model), data(0.3), { epochs: 1, constraint: unitNorm(), threads: 1 });
    const weights = run.weights();
    const norms = (name: string, units: number, of: (i: number) => number) =>
      Array.from({ length: units }, (_, unit) =>
        Math.hypot(...(weights.get(name) ?? []).filter((_, i) => of(i) === unit)),
      );
    for (const norm of [
      ...norms("one", 5, (i) => Math.floor(i / 2)),
      ...norms("two", 4, (i) => Math.floor(i / 5)),
      ...norms("three", 3, (i) => i % 3),
    ]) {
      expect(norm).toBeCloseTo(1, 5);
    }
  });

  it("is a layer among others, and says what does not fit", async () => {
    const model = (await fit(sequential(linear(8), relu(), linear(3)), data(0.3), { epochs: 1 })).model();
    const net = sequential(pretrained(model), relu(), linear(3));
    const run = await fit(net, data(0.3), {
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 40,
      batchSize: 32,
    });
    expect(run.parameters[0]?.name).toBe("pretrained1.linear1.weight");
    expect(run.test?.error).toBeLessThan(20);
    await expect(fit(sequential(linear(5), pretrained(model)), data(0.3))).rejects.toThrow(
      /in pretrained1: pretrained: the model's input "input" is float32 \[batch, 2\].*\[batch, 5\]/,
    );
    await expect(fit(pretrained(model, { output: "scores" }), data(0.3))).rejects.toThrow(
      /no output "scores".*logits/,
    );
  });
});
