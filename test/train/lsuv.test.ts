import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { mean, square, type Tensor } from "../../src/graph/index.js";
import { inputName } from "../../src/graph/tensor.js";
import {
  blobs,
  buildModel,
  dataset,
  dropout,
  fit,
  gradientDescent,
  he,
  initialValues,
  type Layer,
  type LsuvOptions,
  layer,
  linear,
  lsuv,
  orthogonal,
  relu,
  residual,
  sequential,
  tanh,
} from "../../src/index.js";
import { inputOf, normal, zeros } from "../../src/nn/index.js";

const inputs = new Float32Array(64 * 10).map((_, i) => 3 * Math.sin(i * i) + 0.5);

/** Variances of what every linear layer computes on the inputs, after adjusting initial weights. */
const variancesAfter = async (net: Layer, options?: LsuvOptions) => {
  const model = buildModel(net, [10]);
  const values = new Map(model.parameters.map((p) => [p.name, initialValues(p, 4)]));
  await lsuv(options)({ model, inputs, values });
  const outputs = model.inference.layers.filter(({ path }) => /linear\d+$/.test(path));
  const variance = (x: Tensor) => mean(square(x.sub(mean(x))));
  const program = await compile<string>({
    inputs: [inputOf(model.inference), ...model.parameters.map(({ tensor }) => tensor)],
    outputs: Object.fromEntries(outputs.map(({ path, output }) => [path, variance(output)])),
  });
  const result = await program.run({
    ...Object.fromEntries(values),
    [inputName(inputOf(model.inference))]: inputs,
  });
  return outputs.map(({ path }) => Number(result[path]?.data[0]));
};

describe("layer-sequential unit variance", () => {
  it.each([
    [
      "relu, from orthonormal weights",
      sequential(...Array.from({ length: 6 }, () => [linear(20, { init: orthogonal() }), relu()]).flat()),
    ],
    [
      "tanh, from tiny weights",
      sequential(...Array.from({ length: 6 }, () => [linear(20, { init: normal(1e-3) }), tanh()]).flat()),
    ],
    [
      "dropout and residual blocks",
      sequential(dropout(), linear(10), residual(linear(10), relu(), linear(10))),
    ],
  ])("%s: every layer's outputs have variance 1", async (_, net) => {
    const variances = await variancesAfter(net);
    expect(variances.length).toBeGreaterThanOrEqual(3);
    for (const variance of variances) expect(Math.abs(variance - 1)).toBeLessThan(0.02);
  });

  it("needs one attempt where a layer is linear in its weights: they are divided by the root of the variance", async () => {
    const net = sequential(linear(6, { init: normal(3) }), relu(), linear(6, { init: normal(0.01) }));
    for (const variance of await variancesAfter(net, { attempts: 1 })) expect(variance).toBeCloseTo(1, 4);
  });

  it("reaches the weights of a network that is one layer, and of a layer whose output is a product of two", async () => {
    const low = layer("low", (x, scope) => {
      const down = scope.param("down", [x.size(-1), 4], normal(0.1));
      return x.matmul(down).matmul(scope.param("up", [4, 8], normal(0.1)));
    });
    const data = dataset({
      name: "waves",
      inputs,
      inputShape: [10],
      targets: inputs.slice(0, 64 * 8),
    });
    for (const net of [linear(8, { init: normal(1e-3) }), low]) {
      const run = await fit(net, data, {
        epochs: 1,
        batchSize: 64,
        threads: 1,
        preprocess: "none",
        optimizer: gradientDescent({ learningRate: 0 }),
        initialization: lsuv(),
      });
      const outputs = (await run.predict(inputs)).data;
      const mean = outputs.reduce((a, b) => a + b, 0) / outputs.length;
      const variance = outputs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / outputs.length;
      expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    }
  });

  it("refuses weights that are all zero, naming the layer", async () => {
    await expect(variancesAfter(sequential(linear(5), linear(5, { init: zeros() })))).rejects.toThrow(
      "lsuv: on the first batch the outputs of linear2 have variance 0",
    );
    await expect(variancesAfter(relu())).rejects.toThrow("lsuv: the network has no weights");
    expect(() => lsuv({ tolerance: 0 })).toThrow("lsuv: tolerance is 0");
  });

  it("changes where fit starts: a deep network with tiny weights learns with it, and not without", async () => {
    const deep = sequential(
      ...Array.from({ length: 8 }, () => [linear(16, { init: normal(0.02) }), relu()]).flat(),
      linear(3, { init: he() }),
    );
    const loss = async (options: { initialization?: ReturnType<typeof lsuv> }) =>
      (
        await fit(deep, blobs({ n: 600, classes: 3 }), { epochs: 8, seed: 1, threads: 1, ...options })
      ).epochs.at(-1)?.train.loss ?? Number.NaN;
    expect(await loss({})).toBeGreaterThan(1.05);
    expect(await loss({ initialization: lsuv() })).toBeLessThan(0.8);
  });
});
