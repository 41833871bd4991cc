import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import {
  batchNorm,
  blobs,
  type Constraint,
  dropout,
  type FitOptions,
  fit,
  gradientDescent,
  type Layer,
  linear,
  on,
  relu,
  sequential,
  take,
} from "../../src/index.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { foldBatchNormalization } from "../../src/onnx/fold.js";
import { classesOf, rowsOf } from "../support/rows.js";

const data = blobs({ n: 96, seed: 3 });
const classes = classesOf(data);

const train = (net: Layer, options: FitOptions = {}, over = data) =>
  fit(net, over, { epochs: 3, batchSize: 32, threads: 1, ...options });

/** Keeps all numbers at 1. */
const unitOnes: Constraint = {
  name: "ones",
  acts: { kind: "values", project: ({ theta }) => theta.mul(0).add(1) },
};

const firstInputs = async (n: number) => rowsOf(data, [...Array(n).keys()]).inputs;

it("training with batch normalisation and dropout: one seed, one model byte for byte; another seed, another model", async () => {
  const net = sequential(
    dropout({ keep: 0.9 }),
    linear(16),
    batchNorm(),
    relu(),
    dropout({ keep: 0.7 }),
    linear(classes),
  );
  const digest = async (seed: number) =>
    createHash("sha256")
      .update(await (await train(net, { seed })).model())
      .digest("hex");
  expect(await digest(7)).toBe(await digest(7));
  expect(await digest(8)).not.toBe(await digest(7));
});

it("without scale is batch normalisation whose gamma stays 1", async () => {
  const still = (layer: Layer) => sequential(linear(16), layer, relu(), linear(classes));
  const plain = await train(still(batchNorm({ scale: false })), {
    seed: 2,
    optimizer: gradientDescent({ learningRate: 0.1 }),
  });
  const weights = await plain.weights();
  expect([...weights.keys()].some((name) => name.endsWith("gamma"))).toBe(false);
  const held = on(({ role }) => role === "scale", unitOnes);
  const scaled = await train(still(batchNorm()), {
    seed: 2,
    optimizer: gradientDescent({ learningRate: 0.1 }),
    constraint: held,
  });
  for (const [name, values] of weights) {
    const same = (await scaled.weights()).get(name) ?? expect.unreachable();
    values.forEach((value, i) => void expect(value).toBeCloseTo(Number(same[i]), 5));
  }
});

describe("training batches", () => {
  const net = sequential(linear(4), batchNorm(), linear(classes));
  const steps = async (layers: Layer, n: number) =>
    (await train(layers, { epochs: 1 }, take(data, n))).epochs[0]?.steps;

  it("of one example are refused", async () => {
    await expect(train(net, { batchSize: 1 })).rejects.toThrow(
      /batchNorm1 takes statistics over the batch and needs at least 2 examples in it, but batchSize is 1; set batchSize to 2 or more/,
    );
  });

  it("are refused where there is one example in all", async () => {
    await expect(train(net, { preprocess: "none" }, take(data, 1))).rejects.toThrow(
      /there is 1 training example; give more/,
    );
  });

  it("are left out where only the last of an epoch holds one example", async () => {
    expect(await steps(net, 65)).toBe(2);
    expect(await steps(net, 66)).toBe(3);
    expect(await steps(linear(classes), 65)).toBe(3);
  });
});

it("running statistics approach those of the whole training set", async () => {
  const run = await train(
    batchNorm({ momentum: 0.1 }),
    {
      epochs: 60,
      preprocess: "none",
      optimizer: () => ({ name: "still", states: {}, update: ({ theta }) => ({ theta, states: {} }) }),
    },
    {
      ...data,
      targets: { target: { kind: "class", classes: 2, shape: [] } },
      read: (indices, into) => {
        data.read(indices, into);
        into.targets.target?.fill(0);
      },
    },
  );
  const inputs = await firstInputs(data.size);
  for (const j of [0, 1]) {
    const column = inputs.filter((_, i) => i % 2 === j);
    const mean = column.reduce((a, b) => a + b) / column.length;
    const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / (column.length - 1);
    expect(Math.abs(((await run.weights()).get("mean")?.[j] ?? 0) - mean)).toBeLessThan(
      0.15 * Math.sqrt(variance),
    );
    expect(((await run.weights()).get("variance")?.[j] ?? 0) / variance).toBeGreaterThan(0.85);
    expect(((await run.weights()).get("variance")?.[j] ?? 0) / variance).toBeLessThan(1.15);
  }
});

describe("folding on export", () => {
  const answers = async (bytes: Uint8Array, inputs: Float32Array) => {
    const session = await nodeEngine.load(bytes, { threads: 1 });
    const { logits } = await session.run({
      input: { dtype: "float32", data: inputs, shape: [inputs.length / 2, 2] },
    });
    await session.release();
    return logits?.data as Float32Array;
  };
  const operators = (bytes: Uint8Array) => decodeModel(bytes).graph.node?.map(({ opType }) => opType) ?? [];

  it.each([
    ["with bias", sequential(linear(16), batchNorm(), relu(), linear(8), batchNorm(), linear(classes)), 2],
    ["without bias", sequential(linear(16, { bias: false }), batchNorm(), relu(), linear(classes)), 1],
  ])("removes batch normalisation behind linear layers %s and keeps the output", async (_, net, count) => {
    const run = await train(net, { epochs: 5 });
    const bytes = await run.model();
    expect(operators(bytes)).not.toContain("BatchNormalization");
    expect(operators(bytes).filter((type) => type === "Gemm").length).toBe(count + 1);
    expect(decodeModel(bytes).graph.initializer?.map(({ name }) => name)).not.toContain("batchNorm1.gamma");
    const inputs = await firstInputs(50);
    const probabilities = (await run.predict(inputs)).data;
    const logits = await answers(bytes, inputs);
    for (let row = 0; row < 50; row++) {
      const z = [...logits.subarray(classes * row, classes * (row + 1))];
      const total = z.reduce((a, b) => a + Math.exp(b), 0);
      z.forEach((value, c) => {
        expect(Math.abs(Math.exp(value) / total - (probabilities[classes * row + c] ?? 0))).toBeLessThan(
          1e-5,
        );
      });
    }
  });

  it("leaves batch normalisation that does not follow a linear layer as it is", async () => {
    const run = await train(sequential(linear(6), relu(), batchNorm(), linear(classes)), { epochs: 1 });
    const bytes = await run.model();
    expect(operators(bytes)).toContain("BatchNormalization");
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });
});
