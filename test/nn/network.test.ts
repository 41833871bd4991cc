import { describe, expect, it } from "vitest";
import { graph, layer, linear, network, relu, type Scope, sequential, summary } from "../../src/index.js";
import { buildModel, inputOf, outputOf } from "../../src/nn/index.js";

const fields = {
  image: { kind: "float", shape: [4] },
  ids: { kind: "int", shape: [3] },
  seen: { kind: "bool", shape: [] },
} as const;

describe("a network of named inputs and outputs", () => {
  const [first, second] = [linear(5), linear(2)];
  const net = network<"image" | "ids" | "seen">(({ image, ids, seen }, scope) => {
    const features = graph.relu(scope.apply(first, image));
    const counts = graph.cast(ids, "float32");
    const weight = graph.reshape(graph.cast(seen, "float32"), ["batch", 1]);
    return {
      price: scope.apply(second, graph.concat([features, counts], 1)).mul(weight),
      kind: scope.apply(linear(3), features),
    };
  });

  it("is given each field in its type, and gives each output by its name", () => {
    const { training, inference, parameters, inputs } = buildModel(net, fields);
    expect(inputs).toEqual(fields);
    expect(Object.entries(training.inputs).map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ["image", ["batch", 4], "float32"],
      ["ids", ["batch", 3], "int64"],
      ["seen", ["batch"], "bool"],
    ]);
    for (const { outputs } of [training, inference]) {
      expect(Object.entries(outputs).map(([name, { shape }]) => [name, shape])).toEqual([
        ["price", ["batch", 2]],
        ["kind", ["batch", 3]],
      ]);
    }
    expect(parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ["linear1.weight", [4, 5]],
      ["linear1.bias", [5]],
      ["linear2.weight", [8, 2]],
      ["linear2.bias", [2]],
      ["linear3.weight", [5, 3]],
      ["linear3.bias", [3]],
    ]);
    expect(summary(net, fields).split("\n").at(-1)).toMatch(/^total +to \[batch, 2\], \[batch, 3\] +61 +51$/);
  });

  it("says of each parameter which layer asked for it under which name", () => {
    const { parameters } = buildModel(net, fields);
    expect(parameters[0]).toMatchObject({ owner: first, local: "weight" });
    expect(parameters[3]).toMatchObject({ owner: second, local: "bias" });
    // A layer made within the network is another at each time, and what the network asks for itself is its own.
    const own = network(({ x }, scope) => (x ? x.mul(scope.param("gain", [2], () => {})) : expect.fail()));
    expect(buildModel(own, { x: { kind: "float", shape: [2] } }).parameters[0]?.owner).toBe(own);
  });

  it("passes what stands before an input, whose parameters it does not rename", () => {
    const { training, parameters } = buildModel(linear(3), [2], { before: { input: (x) => x.mul(2) } });
    expect(outputOf(training).operation.inputs[0]?.operation.definition.name).toBe("mul");
    expect(parameters.map(({ name }) => name)).toEqual(["weight", "bias"]);
  });

  it("may return a single tensor, which is called output", () => {
    const single = network<"image">(({ image }, scope) => scope.apply(linear(1), image));
    const { inference } = buildModel(single, { image: fields.image });
    expect(Object.keys(inference.outputs)).toEqual(["output"]);
    expect(inputOf(inference).shape).toEqual(["batch", 4]);
    expect(() => inputOf(buildModel(net, fields).inference)).toThrow(
      "expected a network of one input, this one has image, ids, seen",
    );
    expect(() => outputOf(buildModel(net, fields).inference)).toThrow(
      "expected a network of one output, this one has price, kind",
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      "an input that the data does not have",
      () =>
        buildModel(
          network(({ imgae }) => ({ imgae }) as never),
          fields,
        ),
      'the network asks for the input "imgae", but the data has image, ids, seen; did you mean image?',
    ],
    [
      "a layer for several inputs",
      () => buildModel(sequential(linear(3), relu()), fields),
      "sequential takes one input, but the data has image, ids, seen; say what is done with each: network(({ image, ids, seen }, scope) => …)",
    ],
    [
      "a network as a layer",
      () => buildModel(sequential(net as never), [4]),
      "a layer takes one tensor; a network of named inputs is no layer, and can only be trained as a whole",
    ],
    [
      "nothing returned",
      () =>
        buildModel(
          network(() => undefined as never),
          fields,
        ),
      "the network returned undefined; return a tensor, or several by name as in { price, kind }",
    ],
    [
      "an output that is no tensor",
      () =>
        buildModel(
          network(({ image }) => ({ image, price: 3 }) as never),
          fields,
        ),
      'the network returned 3 as its output "price", expected a tensor',
    ],
    [
      "no function",
      () => network(linear as never) && network(3 as never),
      "network: expected a function of the inputs and a scope, got 3",
    ],
    ["no inputs", () => buildModel(net, {}), "a network needs at least one input"],
    [
      "a kind that there is not",
      () => buildModel(net, { image: { kind: "double", shape: [4] } } as never),
      'the input "image" is of kind "double"; expected float, int, bool',
    ],
    [
      "an input called like a parameter",
      () => buildModel(linear(1), { weight: { kind: "float", shape: [4] } }),
      'the input "weight" is called like a parameter of the network; rename it',
    ],
  ])("refuses %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("one layer object applied twice", () => {
  it("is one set of parameters, named after its first place", () => {
    const shared = linear(3);
    const net = sequential(sequential(shared, relu()), shared, linear(3));
    const { parameters, training } = buildModel(net, [3]);
    expect(parameters.map(({ name }) => name)).toEqual([
      "sequential1.linear1.weight",
      "sequential1.linear1.bias",
      "linear1.weight",
      "linear1.bias",
    ]);
    expect(training.layers.map(({ path }) => path)).toEqual([
      "sequential1.linear1",
      "sequential1.relu1",
      "sequential1",
      "sequential1.linear1",
      "linear1",
    ]);
    expect(() => buildModel(sequential(shared, linear(2), shared), [3])).toThrow(
      "in linear1: linear1.weight was created with shape [3, 3] and is asked for with [2, 3]; use two names, or two layers where one was applied twice",
    );
  });

  it("shares what is inside, and what it makes itself", () => {
    const block = layer("block", (x, scope) => scope.apply(linear(3), x));
    const both = sequential(block, sequential(linear(3), block));
    expect(buildModel(both, [3]).parameters.map(({ name }) => name)).toEqual([
      "block1.linear1.weight",
      "block1.linear1.bias",
      "sequential1.linear1.weight",
      "sequential1.linear1.bias",
    ]);
  });

  it("updates a state from where its first place left it", () => {
    const count = layer("count", (x, scope) => {
      const seen = scope.state("seen", [], 0);
      if (scope.mode === "train") scope.update(seen, seen.add(1));
      return x;
    });
    const { training, states } = buildModel(sequential(count, relu(), count), [2]);
    expect(states.map(({ name }) => name)).toEqual(["count1.seen"]);
    const [next] = training.updates.values();
    // (seen + 1) + 1
    expect(next?.operation.inputs[0]?.operation.inputs[0]).toBe(states[0]?.tensor);
  });
});

describe("what is asked for twice under one name", () => {
  const asking = (ask: (scope: Scope) => unknown) => () =>
    buildModel(
      sequential(
        layer("mine", (x, scope) => {
          ask(scope);
          return x;
        }),
      ),
      [3],
    );
  const fill = (values: Float32Array) => void values.fill(1);

  it.each<[string, (scope: Scope) => unknown, string]>([
    [
      "two initialisers",
      (scope) => [scope.param("w", [3], fill), scope.param("w", [3], (values) => void values.fill(2))],
      "in mine1: param: mine1.w is asked for twice with different initialisers; use two names",
    ],
    [
      "two roles",
      (scope) => [scope.param("w", [3], fill), scope.param("w", [3], fill, { role: "scale" })],
      "in mine1: mine1.w was created as a bias and is asked for as a scale; use two names",
    ],
    [
      "a state updated from the value that it had before",
      (scope) => {
        const state = scope.state("s", [], 0);
        scope.update(state, state.add(1));
        scope.update(state, state.add(2));
      },
      "in mine1: update: mine1.s was updated in this step already; ask scope.state for it again, which gives that value",
    ],
  ])("%s", (_, ask, message) => {
    expect(asking(ask)).toThrow(message);
  });

  it("is the same parameter otherwise", () => {
    const build = asking((scope) => expect(scope.param("w", [3], fill)).toBe(scope.param("w", [3], fill)));
    expect(build).not.toThrow();
  });
});
