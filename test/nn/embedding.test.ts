import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { embedding, frozen, graph, linear, relu, sequential, tied } from "../../src/index.js";
import { buildModel, inputOf, outputOf, requireIds } from "../../src/nn/index.js";
import { compileLayer } from "./train-once.js";

const words = { words: { kind: "int", shape: [3] } } as const;

/** Loss `Σ sin(k)·y` of a network of ids at given weights, and its gradients. */
const lossOf = async (net: Parameters<typeof buildModel>[0]) => {
  const { training, parameters } = buildModel(net, words);
  const y = outputOf(training);
  const width = y.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);
  const weights = graph.constant(
    Float32Array.from({ length: width }, (_, k) => Math.sin(k + 1)),
    y.shape.slice(1),
  );
  const loss = graph.sum(y.mul(weights));
  const tensors = parameters.map(({ tensor }) => tensor);
  const gradients = graph.grad<readonly graph.Tensor[]>(loss, tensors);
  const program = await compile<string>(
    {
      inputs: [inputOf(training), ...tensors],
      outputs: {
        y,
        loss,
        ...Object.fromEntries(parameters.map(({ name }, i) => [`d ${name}`, gradients[i] ?? y])),
      },
    },
    { threads: 1 },
  );
  return { parameters, run: (values: Record<string, number[]>) => program.run(values) };
};

describe("embedding", () => {
  it("gives each id its row, and each row the gradients of its ids", async () => {
    const { run } = await lossOf(embedding(4, 2));
    const { y, "d weight": gradient } = await run({ words: [3, 0, 3], weight: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(y?.shape).toEqual([1, 3, 2]);
    expect([...(y?.data ?? [])]).toEqual([7, 8, 1, 2, 7, 8]);
    const sin = (k: number) => Math.sin(k);
    const expected = [sin(3), sin(4), 0, 0, 0, 0, sin(1) + sin(5), sin(2) + sin(6)];
    [...(gradient?.data ?? [])].forEach((g, i) => {
      expect(Number(g)).toBeCloseTo(expected[i] ?? Number.NaN, 6);
    });
  });

  it("has a weight whose vectors are made of single numbers, so that he() has variance 2", () => {
    const [weight] = buildModel(embedding(10, 4), words).parameters;
    expect(weight).toMatchObject({ shape: [10, 4], role: "weight", fanIn: 1, fanOut: 4 });
  });

  it("refuses ids out of range in data, naming example, position and layer", () => {
    const { training } = buildModel(sequential(embedding(4, 2), relu()), words);
    expect(() => requireIds(training, { words: Int32Array.of(0, 1, 2, 3, 0, 3) })).not.toThrow();
    expect(() => requireIds(training, { words: Int32Array.of(0, 1, 2, 3, 4, 3) })).toThrow(
      'input "words": position 1 of example 1 is 4, but embedding1 has ids from 0 to 3',
    );
    expect(() => requireIds(training, { words: [0n, -1n, 0n] }, (row) => 70 + row)).toThrow(
      'input "words": position 1 of example 70 is -1, but embedding1 has ids from 0 to 3',
    );
    const single = buildModel(embedding(2, 3), { kind: { kind: "int", shape: [] } }).training;
    expect(() => requireIds(single, { kind: [0, 2] })).toThrow(
      'input "kind": example 1 is 2, but the network has ids from 0 to 1',
    );
  });

  it("refuses numbers that are not whole, and sizes that are none", () => {
    expect(() => buildModel(sequential(embedding(4, 2)), [3])).toThrow(
      "in embedding1: embedding: expected whole numbers, got float32 [batch, 3]; give the data an input of int kind",
    );
    expect(() => embedding(0, 2)).toThrow("embedding: count must be a whole number of at least 1, got 0");
    expect(() => embedding(4, 2.5)).toThrow("embedding: size must be a whole number of at least 1, got 2.5");
  });
});

describe("tied", () => {
  it("has the other layer's weight, and adds both gradients", async () => {
    const ids = embedding(4, 2);
    const { run, parameters } = await lossOf(sequential(ids, tied(ids)));
    expect(parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ["embedding1.weight", [4, 2]],
      ["tied1.bias", [4]],
    ]);
    const at = { words: [3, 0, 1], "tied1.bias": [0.1, 0.2, 0.3, 0.4] };
    const weight = [0.3, -0.4, 1, 0.7, -0.2, 0.9, 0.6, -0.8];
    const { "d embedding1.weight": gradient, y } = await run({ ...at, "embedding1.weight": weight });
    expect(y?.shape).toEqual([1, 3, 4]);
    for (const [i, w] of weight.entries()) {
      const loss = async (step: number) => {
        const moved = weight.with(i, w + step);
        return Number((await run({ ...at, "embedding1.weight": moved })).loss?.data[0]);
      };
      const slope = ((await loss(0.01)) - (await loss(-0.01))) / 0.02;
      expect(Number(gradient?.data[i])).toBeCloseTo(slope, 3);
    }
  });

  it("goes back through a linear layer", async () => {
    const encoder = linear(1, { bias: false });
    const { use } = await compileLayer(sequential(encoder, tied(encoder, { bias: false })), [2]);
    // (1, 2)·(3, 4)ᵀ = 11, times (3, 4)
    expect((await use({ input: [1, 2], "linear1.weight": [3, 4] })).y).toEqual([33, 44]);
  });

  it("learns where it is not frozen", () => {
    const ids = embedding(4, 2);
    const frozenOf = (net: Parameters<typeof buildModel>[0]) =>
      buildModel(net, words).parameters.map(({ frozen: still }) => still);
    expect(frozenOf(sequential(frozen(ids), tied(ids)))).toEqual([false, false]);
    expect(frozenOf(sequential(frozen(ids), frozen(tied(ids)), linear(2)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is refused before the other layer, where that has no weight, and where sizes do not fit", () => {
    const encoder = linear(3);
    expect(() => buildModel(sequential(tied(encoder), encoder), [3])).toThrow(
      "in tied1: linear was not applied before in this network; what has its weights too comes after it",
    );
    const plain = relu();
    expect(() => buildModel(sequential(plain, tied(plain)), [3])).toThrow(
      'in tied1: relu1 has no parameter "weight"; it has none',
    );
    expect(() => buildModel(sequential(encoder, linear(5), tied(encoder)), [2])).toThrow(
      "in tied1: tied: inputs of shape [batch, 5] do not fit the weight [2, 3] backwards; its second size must be their last",
    );
  });
});
