import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compile } from "../../src/engine/compile.js";
import { batch, grad, input, sum } from "../../src/graph/index.js";
import { normaliseChannels } from "../../src/graph/ops/normalisation.js";
import { batchNorm, buildModel, type Layer, layerNorm, outputOf, rmsNorm } from "../../src/index.js";
import { initialValues, projected } from "../../src/nn/index.js";
import { compileLayer, type Numbers, weightsFor } from "./train-once.js";

const numbers = z.array(z.number());
const { cases } = z
  .object({
    cases: z.array(
      z.object({
        name: z.string(),
        parameters: z.record(z.string(), numbers),
        steps: z.array(
          z.object({
            shape: numbers,
            x: numbers,
            y: numbers,
            dx: numbers,
            gradients: z.record(z.string(), numbers),
          }),
        ),
        states: z.record(z.string(), numbers),
        inference: numbers,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../reference/nn/torch.json", import.meta.url), "utf8")));

const layers: Readonly<Record<string, Layer>> = {
  batchNorm: batchNorm(),
  "batchNorm of images": batchNorm({ momentum: 0.3, epsilon: 1e-3 }),
  layerNorm: layerNorm(),
  rmsNorm: rmsNorm(),
};
/** PyTorch's names for ours. */
const torchNames: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  mean: "running_mean",
  variance: "running_var",
};

const expectClose = (given: Numbers | undefined, wanted: Numbers | undefined, tolerance = 2e-5) => {
  expect(given?.length).toBe(wanted?.length);
  given?.forEach((value, i) => {
    const other = wanted?.[i] ?? Number.NaN;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(other)));
  });
};

describe("agreement with PyTorch: outputs, gradients, running statistics, use", () => {
  it.each(cases)("$name", async ({ name, parameters, steps, states, inference }) => {
    const layer = layers[name];
    if (!layer) throw new Error(`no layer for ${name}`);
    const compiled = await compileLayer(layer, steps[0]?.shape.slice(1) ?? []);
    const { model } = compiled;
    const theta = Object.fromEntries(
      model.parameters.map((p) => [p.name, parameters[torchNames[p.name] ?? ""] ?? []]),
    );
    let running = Object.fromEntries(model.states.map((s) => [s.name, [...initialValues(s, 0)]]));
    for (const step of steps) {
      const result = await compiled.train({ input: step.x, ...theta, ...running });
      expectClose(result.y, step.y);
      expectClose(result.dx, step.dx);
      for (const p of model.parameters)
        expectClose(result[`d ${p.name}`], step.gradients[torchNames[p.name] ?? ""]);
      running = Object.fromEntries(model.states.map((s) => [s.name, result[`next ${s.name}`] ?? []]));
    }
    for (const s of model.states) expectClose(running[s.name], states[torchNames[s.name] ?? ""]);
    const used = await compiled.use({ input: steps[0]?.x ?? [], ...theta, ...running });
    expectClose(used.y, inference);
  });
});

it("gradients of normalisation with given statistics agree with finite differences", async () => {
  const x = input("x", [batch, 2, 3], "float64");
  const vectors = ["gamma", "beta", "mean", "variance"].map((name) => input(name, [2], "float64"));
  const [gamma = x, beta = x, mean = x, variance = x] = vectors;
  const weights = input("weights", [batch, 2, 3], "float64");
  const y = sum(normaliseChannels(x, { gamma, beta, mean, variance }, 1e-3).mul(weights));
  const gradients = grad(y, [x, ...vectors]);
  const inputs = [x, ...vectors, weights];
  const program = await compile<string>(
    { inputs, outputs: { y, ...Object.fromEntries(gradients.map((g, i) => [`g${i}`, g])) } },
    { threads: 1 },
  );
  const values: Record<string, number[]> = {
    x: weightsFor(12).map((v) => 2 * v + 0.3),
    gamma: [0.7, -1.2],
    beta: [0.1, 0.4],
    mean: [0.5, -0.2],
    variance: [0.8, 1.9],
    weights: weightsFor(24).slice(12),
  };
  const at = async (changed: Record<string, number[]>) => Number((await program.run(changed)).y?.data[0]);
  const result = await program.run(values);
  for (const [i, name] of ["x", "gamma", "beta", "mean", "variance"].entries()) {
    for (const [j, value] of (values[name] ?? []).entries()) {
      const moved = (delta: number) => ({ ...values, [name]: (values[name] ?? []).with(j, value + delta) });
      const slope = ((await at(moved(1e-5))) - (await at(moved(-1e-5)))) / 2e-5;
      expect(Number(result[`g${i}`]?.data[j])).toBeCloseTo(slope, 6);
    }
  }
});

it("recovers the identity with gamma = √variance and beta = mean", async () => {
  const compiled = await compileLayer(batchNorm({ epsilon: 1e-12 }), [2]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 }),
      async (noise) => {
        const x = noise.map((v, i) => v + 2 * Math.sin(3 * i) + (i % 2));
        const column = (j: number) => x.filter((_, i) => i % 2 === j);
        const mean = [0, 1].map((j) => column(j).reduce((a, b) => a + b / 4, 0));
        const variance = [0, 1].map((j) => column(j).reduce((a, b) => a + (b - (mean[j] ?? 0)) ** 2 / 4, 0));
        fc.pre(variance.every((v) => v > 1e-2));
        const theta = { gamma: variance.map(Math.sqrt), beta: mean, mean, variance };
        expectClose((await compiled.train({ input: x, ...theta })).y, x, 1e-5);
        expectClose((await compiled.use({ input: x, ...theta })).y, x, 1e-5);
      },
    ),
    { numRuns: 30 },
  );
});

it("needs two examples per batch for features, and only one for images, whose positions are many", () => {
  expect(buildModel(batchNorm(), [3]).training.requirements).toEqual([{ layer: "", examples: 2 }]);
  expect(buildModel(batchNorm(), [3, 2, 2]).training.requirements).toEqual([]);
});

it("refuses inputs without features, and settings that cannot be", () => {
  expect(() => buildModel(batchNorm(), [])).toThrow(
    "expected inputs of shape [batch, features, …], got [batch]",
  );
  expect(() => batchNorm({ momentum: 1.5 })).toThrow("batchNorm: momentum is 1.5");
  expect(() => layerNorm({ epsilon: 0 })).toThrow("layerNorm: epsilon is 0");
  expect(() => rmsNorm({ epsilon: -1 })).toThrow("rmsNorm: epsilon is -1");
});

it("starts as normalisation alone: gamma 1, beta 0, running statistics 0 and 1", () => {
  for (const layer of [batchNorm(), layerNorm(), rmsNorm()]) {
    const { parameters, states } = buildModel(layer, [3]);
    for (const parameter of parameters) {
      const start = parameter.name === "gamma" ? 1 : 0;
      expect([...initialValues(parameter, 0)]).toEqual([start, start, start]);
    }
    expect(states.map((state) => [state.name, ...initialValues(state, 0)])).toEqual(
      states.length === 0
        ? []
        : [
            ["mean", 0, 0, 0],
            ["variance", 1, 1, 1],
          ],
    );
  }
});

describe("fixed linear maps", () => {
  const [mean, matrix] = [Float32Array.of(1, -1), Float32Array.of(1, 2, 3, 4, 5, 6)];

  it("are (x - mean)·M, of as many columns as M has", async () => {
    const { use, model } = await compileLayer(projected({ mean, matrix }), [2]);
    expect(outputOf(model.inference).shape).toEqual([batch, 3]);
    // (3, 1) - (1, -1) = (2, 2), times the rows (1, 2, 3) and (4, 5, 6)
    expectClose((await use({ input: [3, 1] })).y, [10, 14, 18]);
  });

  it("keep the input's shape where asked to, and fit their input", () => {
    const square = { mean: new Float32Array(4), matrix: new Float32Array(16) };
    const shapeOf = (keepShape: boolean) =>
      outputOf(buildModel(projected({ ...square, keepShape }), [2, 2]).inference).shape;
    expect([shapeOf(true), shapeOf(false)]).toEqual([
      [batch, 2, 2],
      [batch, 4],
    ]);
    expect(() => buildModel(projected({ mean, matrix }), [3])).toThrow("2 means and 6 matrix elements");
    expect(() => buildModel(projected({ mean, matrix: matrix.subarray(1) }), [2])).toThrow(
      "2 means and 5 matrix elements do not fit inputs of shape [batch, 2]",
    );
  });
});

it("batchNorm without shift has no beta, and mean 0 in training", async () => {
  const layer = await compileLayer(batchNorm({ shift: false }), [2]);
  expect(layer.model.parameters.map(({ name }) => name)).toEqual(["gamma"]);
  const x = [1, 10, 3, 40, 8, 70];
  const { y = [] } = await layer.train({ input: x, gamma: [1, 2], mean: [0, 0], variance: [1, 1] });
  for (const feature of [0, 1]) {
    const own = y.filter((_, i) => i % 2 === feature);
    expect(own.reduce((a, b) => a + b)).toBeCloseTo(0, 5);
    expect(own.reduce((a, b) => a + b * b) / 3).toBeGreaterThan(0.1);
  }
  const used = await layer.use({ input: x, gamma: [1, 2], mean: [3, 40], variance: [4, 25] });
  expect(used.y?.[0]).toBeCloseTo(-1, 4);
  expect(used.y?.[1]).toBeCloseTo(-12, 4);
});
