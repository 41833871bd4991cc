import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  dataset,
  fit,
  graph,
  type Layer,
  linear,
  loadModel,
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
    const model = await first.model();
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
    const weights = await run.weights();
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
    const first = await fit(sequential(linear(8), relu(), linear(3)), data(0.3), { epochs: 1 });
    const model = await first.model();
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

  it("asks what several inputs are given, and gives it", async () => {
    const [a, b] = [graph.input("a", ["batch", 2]), graph.input("b", ["batch", 2])];
    const w = graph.input("w", [2, 3]);
    const model = writeModel({
      inputs: [a, b],
      outputs: { logits: a.sub(b).matmul(w) },
      initializers: new Map([[w, Float32Array.of(1, 2, 3, 4, 5, 6)]]),
    });
    await expect(fit(pretrained(model), data(0.3))).rejects.toThrow(
      /the model has 2 inputs \("a" is float32 \[batch, 2\]; "b" is float32 \[batch, 2\]\).*inputs: \(x\) => \(\{ "a": …, "b": … \}\)/,
    );
    await expect(fit(pretrained(model, { inputs: (x) => ({ a: x }) }), data(0.3))).rejects.toThrow(
      /gives nothing to the input "b"/,
    );
    await expect(
      fit(pretrained(model, { inputs: (x) => ({ a: x, b: x, c: x }) }), data(0.3)),
    ).rejects.toThrow(/no input "c"/);
    // b - a is the same as a - b with weights of the other sign.
    const frozen = { optimizer: adam({ learningRate: 1e-12 }), epochs: 1, preprocess: "none" } as const;
    const loss = async (net: Layer) => (await fit(net, data(0.3), frozen)).test?.loss;
    const zero = (x: graph.Tensor) => x.mul(0);
    const forward = await loss(pretrained(model, { inputs: (x) => ({ a: x, b: zero(x) }) }));
    const backward = await loss(pretrained(model, { inputs: (x) => ({ a: zero(x), b: x.neg() }) }));
    expect(forward).not.toBeCloseTo(Math.log(3), 2);
    expect(backward).toBeCloseTo(forward ?? 0, 5);
  });

  it("does not take what every object has for what an input is given", async () => {
    const [a, b] = [graph.input("a", ["batch", 2]), graph.input("toString", ["batch", 2])];
    const model = writeModel({ inputs: [a, b], outputs: { logits: a.sub(b) } });
    await expect(fit(pretrained(model, { inputs: (x) => ({ a: x }) }), data(0.3))).rejects.toThrow(
      /gives nothing to the input "toString"/,
    );
  });

  it("says of a model without inputs, and of weights that are not float32, what they are", async () => {
    const x = graph.input("x", ["batch", 2], "float64");
    const w = graph.input("w", [2, 3], "float64");
    const logits = graph.cast(x, "float64").matmul(w);
    const model = writeModel({
      inputs: [x],
      outputs: { logits },
      initializers: new Map([[w, new Float64Array(6)]]),
    });
    const widened = pretrained(model, { inputs: (given) => ({ x: graph.cast(given, "float64") }) });
    await expect(fit(widened, data(0.3))).rejects.toThrow(
      /weight "w" is float64 \[2, 3\] and cannot be trained.*in float32/,
    );
    const one = graph.input("one", [1, 3]);
    const still = writeModel({
      inputs: [],
      outputs: { y: one.mul(2) },
      initializers: new Map([[one, new Float32Array(3)]]),
    });
    await expect(fit(pretrained(still), data(0.3))).rejects.toThrow(/the model has no inputs/);
  });

  it("takes a batch where the model was exported for a fixed number of examples, but no other sizes", async () => {
    const x = graph.input("x", [5, 2]);
    const w = graph.input("w", [2, 3]);
    const fixed = writeModel({
      inputs: [x],
      outputs: { logits: x.matmul(w) },
      initializers: new Map([[w, new Float32Array(6)]]),
    });
    const run = await fit(pretrained(fixed), data(0.3), { epochs: 2 });
    expect(run.test?.error).toBeLessThan(60);
    const wrong = (of: (x: graph.Tensor) => graph.Tensor) =>
      fit(pretrained(fixed, { inputs: (given) => ({ x: of(given) }) }), data(0.3));
    await expect(wrong((given) => given.matmul(graph.full([2, 3], 1)))).rejects.toThrow(
      /\[5, 2\].*given float32 \[batch, 3\]/,
    );
    await expect(wrong(() => graph.full([4, 2], 1))).rejects.toThrow(/\[5, 2\].*given float32 \[4, 2\]/);
    await expect(wrong((given) => graph.cast(given, "float64"))).rejects.toThrow(/given float64/);
  });

  /** Attention as exporters write it: rotated halves of heads, and heads joined with the batch to transpose all keys at once. */
  const attention = () => {
    const x = graph.input("x", ["batch", 6]);
    const [w, out] = [graph.input("w", [2, 4]), graph.input("out", [4, 3])];
    const rows = graph.reshape(graph.reshape(x, ["3*batch", 2]).matmul(w), ["batch", 3, 2, 2]);
    const heads = graph.transpose(rows, [0, 2, 1, 3]);
    const half = (start: number) => graph.slice(heads, { axis: 3, start, end: start + 1 });
    const rotated = graph.concat([half(1).neg(), half(0)], 3);
    const keys = graph.transpose(graph.reshape(rotated, ["2*batch", 3, 2]), [0, 2, 1]);
    const scores = heads.matmul(graph.reshape(keys, ["batch", 2, 2, 3]));
    const mixed = graph.softmax(scores, -1).matmul(heads);
    const joined = graph.reshape(graph.transpose(mixed, [0, 2, 1, 3]), ["batch", 3, 4]);
    const values = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(3 * i + 1));
    return writeModel({
      inputs: [x],
      outputs: { logits: graph.mean(joined, [1]).matmul(out) },
      initializers: new Map([
        [w, values(8)],
        [out, values(12)],
      ]),
    });
  };

  it("trains attention, with slices whose gradients are pads and the batch joined with heads", async () => {
    const wide = graph.constant([1, 0, 1, 0, 0.5, 0, 0, 1, 0, 1, 0, 1], [2, 6]);
    const net = sequential((x: graph.Tensor) => x.matmul(wide), pretrained(attention()));
    const run = await fit(net, data(0.3), {
      epochs: 15,
      optimizer: adam({ learningRate: 0.02 }),
      batchSize: 32,
    });
    expect(run.epochs.at(-1)?.train.loss).toBeLessThan(0.7 * (run.epochs[0]?.train.loss ?? 0));
  });

  const cases = fileURLToPath(new URL("../../../shared/cases/onnx", import.meta.url));
  it.skipIf(!existsSync(cases)).each(["rotary-causal.onnx", "vit-block-sdpa-batch-times-heads.onnx"])(
    "trains PyTorch's %s",
    async (name) => {
      const train = dataset({
        name: "waves",
        inputs: Float32Array.from(
          { length: 60 * 80 },
          (_, i) => Math.sin(i) + Number(i % 3 === Math.floor(i / 80) % 3),
        ),
        targets: Array.from({ length: 60 }, (_, i) => i % 3),
        inputShape: [5, 16],
        names: ["a", "b", "c"],
      });
      const net = pretrained(await loadModel(join(cases, name)));
      const run = await fit(
        net,
        { train },
        { epochs: 20, optimizer: adam({ learningRate: 0.01 }), batchSize: 20 },
      );
      expect(run.epochs.at(-1)?.train.loss).toBeLessThan(0.8 * (run.epochs[0]?.train.loss ?? 0));
    },
  );

  it("feeds whole numbers to a model of token ids, and trains what they look up", async () => {
    const ids = graph.input("input_ids", ["batch", 2], "int64");
    const table = graph.input("table", [4, 3]);
    const model = writeModel({
      inputs: [ids],
      outputs: { logits: graph.mean(graph.gather(table, ids), [1]) },
      initializers: new Map([[table, new Float32Array(12)]]),
    });
    const train = dataset({
      name: "tokens",
      inputs: Float32Array.from({ length: 120 }, (_, i) => (i >> 1) % 3),
      targets: Array.from({ length: 60 }, (_, i) => i % 3),
      inputShape: [2],
      names: ["a", "b", "c"],
    });
    await expect(fit(pretrained(model), { train })).rejects.toThrow(
      /"input_ids" is int64 \[batch, 2\], but .* float32 .*inputs: \(x\) => \(\{ "input_ids": graph\.cast\(x, "int64"\) \}\)/,
    );
    const net = pretrained(model, { inputs: (x) => ({ input_ids: graph.cast(x, "int64") }) });
    const run = await fit(
      net,
      { train },
      { epochs: 30, optimizer: adam({ learningRate: 0.1 }), batchSize: 20 },
    );
    expect(run.epochs.at(-1)?.train.error).toBe(0);
  });
});
