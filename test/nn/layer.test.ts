import { describe, expect, it } from "vitest";
import {
  conv2d,
  convTranspose2d,
  depthwiseConv2d,
  graph,
  he,
  type Layer,
  layer,
  layerCosts,
  linear,
  relu,
  type Scope,
  sequential,
  summary,
  zeros,
} from "../../src/index.js";
import { buildModel, constantInitializer, initialValues } from "../../src/nn/index.js";

describe("what a layer asks of its scope is checked, naming the layer", () => {
  const built = (apply: (x: Parameters<Layer>[0], scope: Scope) => unknown) => () =>
    buildModel(
      sequential(
        linear(4),
        layer("mine", (x, scope) => {
          apply(x, scope);
          return x;
        }),
      ),
      [3],
    );

  it.each([
    [
      "a next value of another shape than the state",
      built((x, scope) => scope.update(scope.state("mean", [4], 0), graph.mean(x, 0, { keepDims: true }))),
      "in mine1: update: the next mine1.mean has shape [1, 4], but the state [4]",
    ],
    [
      "a next value of what is no state",
      built((x, scope) => scope.update(x, x)),
      "in mine1: update: expected what scope.state returned",
    ],
    [
      "a penalty that is no scalar",
      built((x, scope) => scope.penalize(graph.mean(x, 0))),
      "in mine1: penalize: expected a scalar, got shape [4]",
    ],
    [
      "a penalty that is no tensor",
      built((_, scope) => scope.penalize(3 as never)),
      "in mine1: penalize: expected a scalar, got 3; take its sum or mean first",
    ],
    [
      "a parameter with the batch in its shape",
      built((x, scope) => scope.param("gain", x.shape as never, constantInitializer(1))),
      "in mine1: param: mine1.gain has shape [batch, 4]; give whole numbers, such as x.size(-1)",
    ],
    [
      "a mask in use",
      built((x, scope) => scope.mask(x.shape, { keep: 0.5, scale: 2 })),
      "in mine1: mask: a network in use has none; ask for it only where scope.thinned",
    ],
    [
      "a rate in use",
      built((_, scope) => scope.rate(1)),
      'in mine1: rate: a network in use has none; ask for it only where scope.mode === "train"',
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(message);
  });

  it("and what it may ask for is handed out", () => {
    const model = built((x, scope) => {
      scope.param("gain", [x.size(-1)], constantInitializer(1));
      scope.update(scope.state("mean", [4], 0), graph.mean(x, 0));
      if (scope.thinned) scope.mask(x.shape, { keep: 0.5, scale: 2 });
      if (scope.mode === "train") scope.penalize(graph.mean(x).mul(scope.rate(1)));
    })();
    expect(model.training.penalties).toHaveLength(1);
    expect(model.training.draws).toHaveLength(1);
    expect(model.thinned.draws).toHaveLength(1);
    expect(model.inference.draws).toHaveLength(0);
  });
});

it("an initialiser that was given, not called, is refused: it would leave the weights 0", () => {
  const start = (init: unknown) => () => {
    const [weight] = buildModel(sequential(linear(4, { init: init as never }), relu()), [3]).parameters;
    if (weight) initialValues(weight, 0);
  };
  expect(start(he)).toThrow(
    "in linear1.weight: he was given numbers, not options; where a function is wanted, give what a call makes: he()",
  );
  expect(start(zeros)).toThrow(
    "the initialiser of linear1.weight returned a function; give what a call makes, as in init: he()",
  );
});

it("a parameter is asked for again by its name, with the same shape", () => {
  const twice = (second: readonly number[]) => () =>
    buildModel(
      layer("mine", (x, scope) => {
        const gain = scope.param("gain", [3], constantInitializer(1));
        expect(scope.param("gain", second, constantInitializer(1))).toBe(gain);
        return x.mul(gain);
      }),
      [3],
    );
  expect(twice([3])().parameters).toHaveLength(1);
  expect(twice([1])).toThrow("gain was created with shape [3] and is asked for with [1]; use two names");
});

it("a parameter's role and fan follow from its shape, unless they are said", () => {
  const { parameters } = buildModel(
    layer("mine", (x, scope) => {
      scope.param("matrix", [3, 5], constantInitializer(1));
      scope.param("vector", [7], constantInitializer(1));
      scope.param("said", [3, 5], constantInitializer(1), { role: "scale", fan: { in: 11, out: 13 } });
      return x;
    }),
    [3],
  );
  expect(parameters.map(({ name, role, fanIn, fanOut }) => [name, role, fanIn, fanOut])).toEqual([
    ["matrix", "weight", 3, 5],
    ["vector", "bias", 7, 1],
    ["said", "scale", 11, 13],
  ]);
});

it("layers are numbered by kind, masks and rates within their layer", () => {
  const inner = () =>
    layer("inner", (x, scope) => {
      const masked = scope.thinned ? x.mul(scope.mask(x.shape, { keep: 0.5, scale: 2 })) : x;
      return scope.thinned ? masked.add(scope.normal(x.shape)) : masked;
    });
  const { training } = buildModel(sequential(inner(), relu(), inner()), [3]);
  expect(training.layers.map(({ path }) => path)).toEqual(["inner1", "relu1", "inner2"]);
  expect(training.draws.map(({ tensor: _, ...draw }) => draw)).toEqual([
    { name: "inner1.mask1", kind: "bernoulli", keep: 0.5, scale: 2 },
    { name: "inner1.normal2", kind: "normal" },
    { name: "inner2.mask3", kind: "bernoulli", keep: 0.5, scale: 2 },
    { name: "inner2.normal4", kind: "normal" },
  ]);
});

it("a summary lists the layers with their parameters and multiply-adds", () => {
  expect(summary(sequential(linear(40), relu(), linear(10, { bias: false })), [784])).toBe(
    [
      "layer    output          parameters                   numbers  multiply-adds",
      "linear1  [batch, 40]     weight [784, 40], bias [40]   31,400         31,360",
      "relu1    [batch, 40]",
      "linear2  [batch, 10]     weight [40, 10]                  400            400",
      "total    to [batch, 10]                                31,800         31,760",
    ].join("\n"),
  );
});

describe("costs of layers", () => {
  const counts = (net: Layer, shape: readonly number[]) =>
    layerCosts(net, shape).map(({ path, numbers, multiplyAdds }) => [path, numbers, multiplyAdds]);

  it("are those of convolutions over what their filters see", () => {
    const net = sequential(
      conv2d(8, { stride: 2 }),
      depthwiseConv2d({ bias: false }),
      convTranspose2d(4, { kernel: 2, stride: 2, groups: 2, bias: false }),
    );
    expect(counts(net, [3, 8, 6])).toEqual([
      ["conv2d1", 8 * 27 + 8, 8 * 4 * 3 * 27],
      ["depthwiseConv2d1", 8 * 9, 8 * 4 * 3 * 9],
      ["convTranspose2d1", 8 * 2 * 4, 8 * 4 * 3 * 2 * 4],
    ]);
  });

  it("are counted once for parameters and everywhere for products where a layer is applied twice", () => {
    const shared = linear(5, { bias: false });
    expect(counts(sequential(shared, relu(), shared), [5])).toEqual([
      ["linear1", 25, 50],
      ["relu1", 0, 0],
    ]);
  });

  it("of a layer with others in it are without theirs; what is in none is the network's", () => {
    const inner = layer("outer", (x, scope) =>
      scope.apply(linear(4, { bias: false }), x).matmul(scope.param("own", [4, 2], he())),
    );
    expect(counts(sequential(inner), [3])).toEqual([
      ["outer1.linear1", 12, 12],
      ["outer1", 8, 8],
    ]);
    const before = layer("before", (x, scope) =>
      scope.apply(linear(4, { bias: false }), x.matmul(scope.param("own", [3, 2], he()))),
    );
    expect(counts(sequential(before), [3])).toEqual([
      ["before1.linear1", 8, 8],
      ["before1", 6, 6],
    ]);
    expect(counts(linear(4), [3])).toEqual([["", 16, 12]]);
  });
});
