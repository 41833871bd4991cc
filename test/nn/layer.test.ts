import { describe, expect, it } from "vitest";
import {
  graph,
  he,
  type Layer,
  layer,
  linear,
  relu,
  type Scope,
  sequential,
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
    expect(model.training.masks).toHaveLength(1);
    expect(model.thinned.masks).toHaveLength(1);
    expect(model.inference.masks).toHaveLength(0);
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
