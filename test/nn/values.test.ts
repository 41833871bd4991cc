import { describe, expect, it } from "vitest";
import {
  batchNorm,
  blobs,
  fit,
  from,
  graph,
  linear,
  named,
  network,
  relu,
  sequential,
  withValues,
} from "../../src/index.js";
import { buildModel, initialValues, type Model } from "../../src/nn/index.js";

/** How all parameters and states start, by name. */
const starts = ({ parameters, states }: Model, seed = 0) =>
  Object.fromEntries([...parameters, ...states].map((kept) => [kept.name, [...initialValues(kept, seed)]]));

describe("initial values that are given", () => {
  it("are those of a weight and of a bias", () => {
    const net = linear(2, { init: from([1, 2, 3, 4]), biasInit: from(Float32Array.of(5, 6)) });
    expect(starts(buildModel(net, [2]))).toEqual({ weight: [1, 2, 3, 4], bias: [5, 6] });
  });

  it("are those of whatever is named in a layer, states too; the rest starts as usual", () => {
    const body = sequential(linear(2), batchNorm());
    const values = { "batchNorm1.mean": [7, 8], "linear1.bias": [9, 10] };
    const plain = starts(buildModel(sequential(body, relu()), [2]));
    expect(starts(buildModel(sequential(withValues(body, values), relu()), [2]))).toEqual({
      ...plain,
      "sequential1.linear1.bias": [9, 10],
      "sequential1.batchNorm1.mean": [7, 8],
    });
    // What is said last of a name holds.
    const twice = withValues(withValues(body, values), { "linear1.bias": [0, 1] });
    expect(starts(buildModel(twice, [2]))).toMatchObject({
      "linear1.bias": [0, 1],
      "batchNorm1.mean": [7, 8],
    });
  });

  it("may be those that a training ended with", async () => {
    const net = sequential(linear(3), batchNorm(), linear(3));
    const options = { epochs: 1, preprocess: "none", threads: 1 } as const;
    const run = await fit(net, blobs({ n: 64, classes: 3, seed: 1 }), options);
    const weights = await run.weights();
    await run.release();
    const again = starts(buildModel(withValues(net, weights), [2]), 5);
    expect(again).toEqual(Object.fromEntries([...weights].map(([name, values]) => [name, [...values]])));
  });

  it("are given to a network of named inputs as well", () => {
    const net = network<"a" | "b">(({ a, b }, scope) => scope.apply(linear(1), graph.concat([a, b], 1)));
    const fields = { a: { kind: "float", shape: [1] }, b: { kind: "float", shape: [1] } } as const;
    const values = new Map([["linear1.weight", [3, 4]]]);
    expect(starts(buildModel(withValues(net, values), fields))["linear1.weight"]).toEqual([3, 4]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a name that the layer does not have",
      () => buildModel(sequential(withValues(linear(2), { wieght: [1] })), [2]),
      'in linear1: withValues: linear1 has no parameter or state "wieght"; it has weight, bias',
    ],
    [
      "a name that the network does not have",
      () => buildModel(withValues(sequential(relu()), { weight: [1] }), [2]),
      'withValues: the network has no parameter or state "weight"; it has none',
    ],
    [
      "too few values",
      () => starts(buildModel(sequential(withValues(linear(2), { weight: [1, 2, 3] })), [2])),
      "in linear1.weight: from: 3 values do not fill shape [2, 2]; give 4",
    ],
    [
      "values at a later place only",
      () => {
        const shared = linear(2);
        return buildModel(sequential(shared, withValues(shared, { bias: [1, 2] })), [2]);
      },
      "in linear1: withValues: linear1.bias starts otherwise where its layer is applied first; give its values there",
    ],
    [
      "no values",
      () => withValues(linear(2), 3 as never),
      "withValues: expected values by name, as await run.weights() gives them, got 3",
    ],
    [
      "values that are still to come",
      () => withValues(linear(2), Promise.resolve(new Map()) as never),
      "withValues: expected values by name, as await run.weights() gives them, got a promise",
    ],
    ["no numbers", () => from(["1"] as never), 'from: the list has "1" as its number 0; give numbers only'],
  ])("are refused: %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("a named layer", () => {
  it("is called so wherever parameters are named, beside others that are numbered", () => {
    const net = sequential(
      named("encoder", sequential(linear(2), relu())),
      linear(3),
      named("head", linear(1)),
    );
    expect(buildModel(net, [2]).parameters.map(({ name }) => name)).toEqual([
      "encoder.linear1.weight",
      "encoder.linear1.bias",
      "linear1.weight",
      "linear1.bias",
      "head.weight",
      "head.bias",
    ]);
  });

  it("is refused where its name cannot be one, or is taken", () => {
    expect(() => named("a.b", relu())).toThrow('named: expected a name without dots, got "a.b"');
    expect(() => named("", relu())).toThrow("named: expected a name without dots, got");
    const twice = sequential(named("a", linear(2)), named("a", linear(2)));
    expect(() => buildModel(twice, [2])).toThrow('two layers are called "a"; give one another name');
    const counted = sequential(named("linear1", linear(2)), linear(2));
    expect(() => buildModel(counted, [2])).toThrow('two layers are called "linear1"');
  });
});
