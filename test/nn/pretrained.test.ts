import { describe, expect, it } from "vitest";
import { adam, blobs, fit, linear, pretrained, relu, sequential } from "../../src/index.js";

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
