import { describe, expect, it } from "vitest";
import {
  batchNorm,
  blobs,
  dropout,
  fit,
  frozen,
  type Layer,
  l2,
  layer,
  linear,
  maxNorm,
  on,
  pretrained,
  relu,
  sequential,
} from "../../src/index.js";
import { buildModel, initialValues } from "../../src/nn/index.js";
import { compileLayer } from "./train-once.js";

const data = blobs({ n: 64, classes: 3, seed: 1 });
const options = { epochs: 2, batchSize: 16, seed: 3, threads: 1, preprocess: "none" } as const;
const inputs = [0.5, -1, 2, 0.25, 1, -3];

/** The gradients of a layer at its initial values. */
const gradientsOf = async (layer: Layer, shape: readonly number[], outputs = 6) => {
  const { model, train } = await compileLayer(layer, shape);
  const start = [...model.parameters, ...model.states].map(
    (kept) => [kept.name, [...initialValues(kept, 7)]] as const,
  );
  const drawn = model.training.draws.map(({ name }) => [name, inputs.map(() => 1)] as const);
  return {
    model,
    result: await train({ input: inputs, ...Object.fromEntries([...start, ...drawn]) }, outputs),
  };
};

describe("a frozen layer", () => {
  const body = () => sequential(linear(4), batchNorm(), relu(), dropout({ keep: 0.5 }));

  it("says so of its parameters, and keeps its names", () => {
    const { parameters, training } = buildModel(sequential(frozen(body()), linear(3)), [2]);
    expect(parameters.map(({ name, frozen: still }) => [name, still])).toEqual([
      ["sequential1.linear1.weight", true],
      ["sequential1.linear1.bias", true],
      ["sequential1.batchNorm1.gamma", true],
      ["sequential1.batchNorm1.beta", true],
      ["linear1.weight", false],
      ["linear1.bias", false],
    ]);
    expect(training.draws).toHaveLength(0);
    expect(training.updates.size).toBe(0);
    expect(training.requirements).toHaveLength(0);
    expect(training.layers.map(({ frozen: still }) => still)).toEqual([...Array(5).fill(true), false]);
  });

  it("passes gradients on as the layer in use does, and takes none", async () => {
    const plain = sequential(linear(2), linear(2));
    const [still, moving] = [
      await gradientsOf(sequential(linear(3), frozen(plain)), [3], 4),
      await gradientsOf(sequential(linear(3), plain), [3], 4),
    ];
    expect(still.result.dx).toEqual(moving.result.dx);
    for (const [name, gradient] of Object.entries(still.result).filter(([key]) => key.startsWith("d ")))
      expect([name, gradient]).toEqual([
        name,
        name.startsWith("d sequential1") ? gradient.map(() => 0) : moving.result[name],
      ]);
  });

  it("stands still in training, with penalties, constraints and running statistics", async () => {
    const [still, head] = [body(), linear(3)];
    const net = sequential(frozen(still), head);
    const run = await fit(net, data, { ...options, penalty: l2(0.1), constraint: maxNorm(0.1) });
    const { parameters, states } = buildModel(net, [2]);
    const weights = await run.weights();
    for (const kept of [...parameters.slice(0, 4), ...states])
      expect([kept.name, weights.get(kept.name)]).toEqual([kept.name, initialValues(kept, 3)]);
    const [first] = parameters.slice(4);
    expect(weights.get("linear1.weight")).not.toEqual(first && initialValues(first, 3));
    await run.release();
    await expect(
      fit(net, data, { ...options, penalty: on("sequential1.linear1.weight", l2(1)) }),
    ).rejects.toThrow(
      'penalty: no parameter matches "sequential1.linear1.weight"; the parameters are linear1.weight, linear1.bias',
    );
    await expect(fit(frozen(sequential(still, head)), data, options)).rejects.toThrow(
      "all parameters of the network are frozen; leave a layer to train",
    );
  });

  it("is a body of a pretrained model under a head that learns", async () => {
    const first = await fit(sequential(linear(4), relu(), linear(3)), data, options);
    const net = sequential(frozen(pretrained(await first.model())), relu(), linear(3));
    const tuned = await fit(net, data, options);
    const after = await tuned.weights();
    for (const [name, values] of await first.weights())
      expect([name, after.get(`pretrained1.${name}`)]).toEqual([name, values]);
    expect([...after.keys()].filter((name) => !name.startsWith("pretrained1."))).toEqual([
      "linear1.weight",
      "linear1.bias",
    ]);
    for (const run of [first, tuned]) await run.release();
  });

  it("adds no penalties of its own, and its states stay as they are", () => {
    const own = layer("own", (x, scope) => {
      const seen = scope.state("seen", [], 0);
      scope.update(seen, seen.add(1));
      scope.penalize(seen);
      return x;
    });
    const { training } = buildModel(sequential(own, frozen(own)), [2]);
    expect(training.penalties).toHaveLength(1);
    expect(training.updates.size).toBe(1);
    expect(buildModel(frozen(own), [2]).training.updates.size).toBe(0);
  });
});

describe("a layer that is frozen at one place and not at another", () => {
  it("learns from the place where it is not", async () => {
    const shared = linear(3, { bias: false });
    const twice = await gradientsOf(sequential(shared, frozen(shared)), [3]);
    expect(twice.model.parameters.map(({ name, frozen: still }) => [name, still])).toEqual([
      ["linear1.weight", false],
    ]);
    // The same numbers in two layers, of which the second takes no gradient.
    const [weight] = twice.model.parameters;
    const start = weight ? initialValues(weight, 7) : new Float32Array();
    const copies = await compileLayer(
      sequential(linear(3, { bias: false }), linear(3, { bias: false })),
      [3],
    );
    const values = { "linear1.weight": [...start], "linear2.weight": [...start] };
    const apart = await copies.train({ input: inputs, ...values }, 6);
    expect(twice.result["d linear1.weight"]).toEqual(apart["d linear1.weight"]);
  });

  it("adds both gradients where it is frozen nowhere", async () => {
    const shared = linear(3, { bias: false });
    const twice = await gradientsOf(sequential(shared, shared), [3]);
    const [weight] = twice.model.parameters;
    const start = [...(weight ? initialValues(weight, 7) : [])];
    const copies = await compileLayer(
      sequential(linear(3, { bias: false }), linear(3, { bias: false })),
      [3],
    );
    const apart = await copies.train({ input: inputs, "linear1.weight": start, "linear2.weight": start }, 6);
    const sum = apart["d linear1.weight"]?.map((g, i) => g + (apart["d linear2.weight"]?.[i] ?? 0));
    twice.result["d linear1.weight"]?.forEach((g, i) => {
      expect(g).toBeCloseTo(sum?.[i] ?? Number.NaN, 4);
    });
  });
});
