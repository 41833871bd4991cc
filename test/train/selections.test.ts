import { describe, expect, it } from "vitest";
import {
  batchNorm,
  dropout,
  fit,
  gradientDescent,
  graph,
  groups,
  type Layer,
  type Loss,
  l2,
  layer,
  layerNorm,
  linear,
  moons,
  nonNegative,
  on,
  onWeights,
  rmsNorm,
  sequential,
} from "../../src/index.js";

/** A loss without slope: parameters change by what is composed with the rule alone. */
const flat: Loss = { name: "flat", target: "class", of: (z) => graph.mean(z.mul(0)) };
const data = moons({ n: 40, seed: 1 });
const net = () => sequential(linear(4), batchNorm(), layerNorm(), rmsNorm(), linear(2));
const optimizer = gradientDescent({ learningRate: 0.25 });
const once = { loss: flat, optimizer, epochs: 1, batchSize: 40 };

/** By how much each parameter was multiplied in one step; undefined for one that is all zeros. */
const factors = async (options: Parameters<typeof fit>[2]) => {
  const still = await fit(net(), data, { ...once, optimizer: gradientDescent({ learningRate: 0 }) });
  const before = await still.weights();
  const run = await fit(net(), data, { ...once, ...options });
  const after = await run.weights();
  return Object.fromEntries(
    run.parameters.map(({ name }) => {
      const [start, end] = [before.get(name)?.[0] ?? Number.NaN, after.get(name)?.[0] ?? Number.NaN];
      return [name, start === 0 && end === 0 ? undefined : Math.round(1e5 * (end / start)) / 1e5];
    }),
  );
};

// A step of 0.25 on λ·θ² with λ = 0.5 multiplies θ by 1 - 0.25·2·0.5.
const shrunk = 0.75;
const zeros = {
  "linear1.bias": undefined,
  "batchNorm1.beta": undefined,
  "layerNorm1.beta": undefined,
  "linear2.bias": undefined,
};

describe("penalties", () => {
  it("are on weights alone unless told otherwise: not on the gains of normalisations, nor on biases", async () => {
    const expected = {
      ...zeros,
      "linear1.weight": shrunk,
      "linear2.weight": shrunk,
      "batchNorm1.gamma": 1,
      "layerNorm1.gamma": 1,
      "rmsNorm1.gamma": 1,
    };
    expect(await factors({ penalty: l2(0.5) })).toEqual(expected);
    expect(await factors({ optimizer: onWeights(l2(0.5), optimizer) })).toEqual(expected);
  });

  it("are on what has the role that is chosen", async () => {
    const expected = {
      ...zeros,
      "linear1.weight": 1,
      "linear2.weight": 1,
      "batchNorm1.gamma": shrunk,
      "layerNorm1.gamma": shrunk,
      "rmsNorm1.gamma": shrunk,
    };
    expect(await factors({ penalty: on(({ role }) => role === "scale", l2(0.5)) })).toEqual(expected);
    const scales = groups([{ match: ({ role }) => role === "scale", rule: l2(0.5)(optimizer) }], optimizer);
    expect(await factors({ optimizer: scales })).toEqual(expected);
  });

  it("leave weights alone that a constraint would change, where it is on others", async () => {
    const run = await fit(net(), data, {
      ...once,
      constraint: on(({ role }) => role === "scale", nonNegative()),
    });
    expect((await run.weights()).get("linear1.weight")?.some((w) => w < 0)).toBe(true);
    const constrained = await fit(net(), data, { ...once, constraint: nonNegative() });
    expect((await constrained.weights()).get("linear1.weight")?.some((w) => w < 0)).toBe(false);
  });
});

describe("masks", () => {
  /** The difference of two dropouts of the same inputs: 0 where their masks are equal. */
  const difference = (one: Layer, two: Layer) =>
    layer("difference", (x, scope) =>
      scope
        .apply(one, x)
        .sub(scope.apply(two, x))
        .add(scope.param("b", [2], (values) => void values.fill(0))),
    );
  const square: Loss = { name: "square", target: "class", of: (z) => graph.mean(graph.square(z)) };
  const still = { optimizer: gradientDescent({ learningRate: 0 }), loss: square, epochs: 1 };

  it("of one layer are not those of another, in training and where thinned networks are averaged", async () => {
    const run = await fit(difference(dropout(), dropout()), data, still);
    expect(run.epochs[0]?.train.loss).toBeGreaterThan(0.1);
    const { spread } = await run.predictAveraged(new Float32Array(200).fill(1), { samples: 20 });
    expect(Math.max(...spread.data)).toBeGreaterThan(0.1);
  });

  it("spread with n - 1: two samples of 0 and 2 are √2 from each other's mean", async () => {
    const net = layer("net", (x, scope) =>
      scope.apply(dropout({ keep: 0.5 }), x).add(scope.param("b", [2], (values) => void values.fill(0))),
    );
    const run = await fit(net, data, { ...still, preprocess: "none" });
    const { mean, spread } = await run.predictAveraged(new Float32Array(200).fill(1), { samples: 2 });
    const seen = new Set(Array.from(spread.data, (s, i) => `${mean.data[i]}: ${s.toFixed(6)}`));
    expect([...seen].sort()).toEqual(["0: 0.000000", "1: 1.414214", "2: 0.000000"]);
  });
});
