import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  type Dataset,
  dataset,
  fit,
  gradientDescent,
  graph,
  layer,
  linear,
  maxNorm,
  momentum,
  moons,
  muon,
  onWeights,
  polynomial,
  relu,
  SteepestError,
  sequential,
  split,
  TrainingDiverged,
  weightDecay,
} from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const net = () => sequential(linear(16), relu(), linear(2));
const data = () => ({ train: moons({ n: 300, seed: 1 }), test: moons({ n: 200, seed: 2 }) });

const norm = (values: Iterable<number>): number => Math.hypot(...values);

describe("fit", () => {
  it("learns, and the exported model gives the same answers in plain ONNX Runtime on raw inputs", async () => {
    const run = await fit(net(), data(), {
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 40,
      batchSize: 32,
    });
    expect(run.test?.error).toBeLessThan(5);
    const path = join(temporaryFolder(), "model.onnx");
    await run.export(path);
    const session = await InferenceSession.create(new Uint8Array(readFileSync(path)));
    const inputs = Float32Array.of(0.5, -0.3, 1, 0.2, -1, 0.4);
    const { probabilities } = await session.run({ input: new Tensor("float32", inputs, [3, 2]) });
    const ours = (await run.predict(inputs)).data;
    expect(probabilities?.dims).toEqual([3, 2]);
    expect(ours).toHaveLength(6);
    ours.forEach((p, i) => {
      expect(probabilities?.data[i]).toBeCloseTo(p, 6);
    });
  });

  it("is a function of the seed, whatever the last batch's size", async () => {
    const weights = async (seed: number) => {
      const run = await fit(net(), data(), { epochs: 3, batchSize: 77, seed });
      return [...(await run.weights()).values()].flatMap((values) => [...values]);
    };
    const first = await weights(5);
    expect(await weights(5)).toEqual(first);
    expect(await weights(6)).not.toEqual(first);
  });

  it("fits values", async () => {
    const run = await fit(sequential(linear(32), relu(), linear(1)), polynomial({ n: 200, seed: 1 }), {
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 100,
      batchSize: 32,
    });
    const [first, last] = [run.epochs[0], run.epochs.at(-1)];
    expect(first?.train.error).toBeUndefined();
    expect(last?.train.loss).toBeLessThan(0.3 * (first?.train.loss ?? 0));
  });

  it("one step of gradient descent is theta - eta · gradient", async () => {
    // One example x = (1, 2), target 3, linear model without bias from weights (0, 0): the gradient of (w·x - 3)² is -6·x.
    const single = dataset({
      name: "one",
      inputs: Float32Array.of(1, 2),
      targets: [3],
      inputShape: [2],
    });
    const zeroStart = layer("start", (x, scope) =>
      x.matmul(scope.param("w", [2, 1], (values) => void values.fill(0))),
    );
    const run = await fit(zeroStart, single, {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      epochs: 1,
      preprocess: "none",
    });
    const w = (await run.weights()).get("w") ?? new Float32Array();
    expect(w[0]).toBeCloseTo(0.6, 6);
    expect(w[1]).toBeCloseTo(1.2, 6);
  });

  it("keeps the best weights when it stops early", async () => {
    const { train, validation } = split(blobs({ n: 400, noise: 0.9, seed: 3 }), { fraction: 0.5, seed: 1 });
    const run = await fit(
      sequential(linear(64), relu(), linear(3)),
      { train, validation, test: validation },
      { optimizer: adam({ learningRate: 0.05 }), epochs: 200, batchSize: 16, earlyStopping: { patience: 4 } },
    );
    expect(run.stopped).toBe("early");
    expect(run.epochs).toHaveLength((run.bestEpoch ?? 0) + 4);
    const best = Math.min(...run.epochs.map(({ validation }) => validation?.error ?? Infinity));
    expect(run.test?.error).toBeCloseTo(best, 5);
  });

  it("stops when told to, and keeps what was learned", async () => {
    const controller = new AbortController();
    let steps = 0;
    const run = await fit(net(), data(), {
      epochs: 1000,
      batchSize: 32,
      signal: controller.signal,
      callbacks: [
        {
          onStepEnd: () => {
            if (++steps === 25) controller.abort();
          },
        },
      ],
    });
    expect(run.stopped).toBe("aborted");
    expect(steps).toBe(25);
    expect(run.test?.loss).toBeGreaterThan(0);
  });

  it("names step and parameter when training diverges, and goes back to the last complete epoch", async () => {
    const failure = await fit(net(), data(), {
      optimizer: gradientDescent({ learningRate: 1e25 }),
      epochs: 5,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingDiverged);
    const { message, run } = failure as TrainingDiverged;
    expect(message).toMatch(
      /diverged at step \d+: the loss is .*, first in linear\d\.(weight|bias); try a smaller learning rate/,
    );
    expect([...(await run.weights()).values()].flatMap((v) => [...v]).every(Number.isFinite)).toBe(true);
  });

  it("goes back beyond an epoch that ended with weights that give no finite loss", async () => {
    const blowsUpAt = (last: number) =>
      gradientDescent({ learningRate: ({ step }) => (step === last ? 3e38 : 0.1) });
    // A step of an epoch each: the second ends badly, which the third, or the test at the end, finds out.
    for (const epochs of [2, 3]) {
      const failure = await fit(net(), data(), { optimizer: blowsUpAt(1), epochs, batchSize: 300 }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(TrainingDiverged);
      expect((failure as TrainingDiverged).run.stopped).toBe("diverged");
      expect((failure as TrainingDiverged).run.test?.loss).toBeLessThan(2);
    }
  });

  it("counts the steps of an epoch that was aborted", async () => {
    const controller = new AbortController();
    const run = await fit(net(), data(), {
      epochs: 3,
      batchSize: 30,
      signal: controller.signal,
      callbacks: [
        {
          onStepEnd: ({ epoch, step }) => {
            if (epoch === 2 && step === 3) controller.abort();
          },
        },
      ],
    });
    expect(run.stopped).toBe("aborted");
    expect(run.epochs.map(({ steps }) => steps)).toEqual([10, 13]);
  });

  it("refuses parts that do not belong together, and early stopping with nothing to watch", async () => {
    const wide = dataset({
      name: "wide",
      inputs: new Float32Array(12),
      targets: [0, 1, 0, 1],
      inputShape: [3],
      classes: 2,
    });
    await expect(fit(net(), { ...data(), test: wide })).rejects.toThrow(
      /test part wide has inputs of shape \[3\]/,
    );
    await expect(fit(net(), data(), { earlyStopping: { patience: 2 } })).rejects.toThrow(
      /earlyStopping watches the validation part, but there is none/,
    );
  });

  it("draws masks without a batch axis: the same for all examples", async () => {
    const shared = layer("shared", (x, scope) =>
      scope.thinned ? x.mul(scope.mask([16], { keep: 0.5, scale: 2 })) : x,
    );
    const run = await fit(sequential(linear(16), shared, linear(2)), data(), { epochs: 2, batchSize: 70 });
    expect(run.test?.loss).toBeGreaterThan(0);
    const { spread } = await run.predictAveraged([1, 0, 1, 0], { samples: 5 });
    expect(spread.data[0]).toBeGreaterThan(0);
    expect(spread.data[0]).toBe(spread.data[2]);
  });

  it("says that a network was released, and releases it once", async () => {
    const run = await fit(net(), data(), { epochs: 1 });
    (await run.predict([0, 1])).data;
    await run.release();
    await run.release();
    await expect(run.predict([0, 1])).rejects.toThrow(/was released/);
    expect((await run.weights()).size).toBe(4);
  });

  it("refuses to answer for inputs that are not finite", async () => {
    const run = await fit(net(), data(), { epochs: 1 });
    await expect(run.predict([0, 1, Number.NaN, 0])).rejects.toThrow(/input 0 of example 1 is NaN/);
  });

  it("keeps units within max-norm, and leaves biases alone", async () => {
    const run = await fit(net(), data(), {
      optimizer: momentum({ learningRate: 0.5 }),
      constraint: maxNorm(0.5),
      epochs: 5,
      batchSize: 16,
    });
    const weight = (await run.weights()).get("linear1.weight") ?? new Float32Array();
    const norms = Array.from({ length: 16 }, (_, unit) => norm([weight[unit] ?? 0, weight[16 + unit] ?? 0]));
    expect(Math.max(...norms)).toBeLessThanOrEqual(0.5 + 1e-6);
    expect(Math.max(...norms)).toBeGreaterThan(0.499);
  });

  it("limits the norm of all gradients together", async () => {
    const start = new Map<string, Float32Array>();
    const rate = 1;
    // After one step from known weights, the change is eta times the clipped gradient.
    const run = await fit(
      layer("probe", (x, scope) =>
        x.matmul(scope.param("a", [2, 2], (values) => void start.set("a", values.fill(1).slice()))).mul(1000),
      ),
      data(),
      { optimizer: gradientDescent({ learningRate: rate }), clipNorm: 0.01, epochs: 1, batchSize: 300 },
    );
    const change = ((await run.weights()).get("a") ?? new Float32Array()).map(
      (w, i) => w - (start.get("a")?.[i] ?? 0),
    );
    expect(norm(change)).toBeCloseTo(0.01, 5);
  });

  it("updates groups by different rules, matrix rules among them", async () => {
    const decayed = onWeights(weightDecay(0.1), adam({ learningRate: 0.02 }));
    for (const optimizer of [muon({ learningRate: 0.02 }), decayed]) {
      const run = await fit(net(), data(), { optimizer, epochs: 40, batchSize: 32 });
      expect(run.test?.error).toBeLessThan(8);
    }
  });

  it("reads datasets that decode in the background", async () => {
    const { train, test } = data();
    const slow: Dataset = {
      ...train,
      read: async (indices, into) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await train.read(indices, into);
      },
    };
    const options = { epochs: 2, batchSize: 50, preprocess: "none", seed: 1 } as const;
    const weights = async (train: Dataset) => [
      ...(await (await fit(net(), { train, test }, options)).weights()).values(),
    ];
    expect(await weights(slow)).toEqual(await weights(train));
  });

  it.each([
    [{ epochs: 0 }, /epochs.*at least 1, got 0/],
    [{ batchSize: 1.5 }, /batchSize.*1\.5/],
    [{ seed: -1 }, /seed/],
    [{ validation: 2.5 }, /validation.*2\.5/],
    [{ clipNorm: -1 }, /clipNorm.*-1/],
    [{ earlyStopping: { patience: 0 } }, /patience/],
  ])("refuses %j", async (options, message) => {
    await expect(fit(net(), data(), options)).rejects.toThrow(message);
  });

  it("refuses networks that do not suit the data, naming the layer", async () => {
    await expect(fit(linear(5), data())).rejects.toThrow(/5 outputs.*2 classes/);
    const square = layer("square", (x) => graph.matmul(x, x));
    await expect(fit(sequential(linear(3), square), data())).rejects.toThrow(
      /in square1: matmul.*\[batch, 3\]/,
    );
    await expect(fit(relu(), data())).rejects.toThrow(/no parameters/);
  });

  it("refuses what plain JavaScript lets through: layers not called, data not awaited", async () => {
    const untyped = (value: unknown) => value as never;
    const refusal = async (net: unknown, data: unknown) => {
      const error: unknown = await fit(untyped(net), untyped(data)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SteepestError);
      return (error as Error).message;
    };
    expect(await refusal(sequential(linear(2), untyped(relu)), data())).toMatch(
      /relu returned no tensor; did you mean relu\(\)\?/,
    );
    expect(await refusal(relu, data())).toMatch(/^relu returned no tensor; did you mean relu\(\)\?/);
    expect(await refusal(sequential(linear(2), untyped(undefined)), data())).toMatch(/layers.*got undefined/);
    expect(
      await refusal(
        layer("odd", () => untyped(3)),
        data(),
      ),
    ).toMatch(/odd returned no tensor; a layer/);
    expect(await refusal(sequential(untyped([relu()])), data())).toMatch(/layers.*got an array/);
    expect(await refusal(net(), Promise.resolve(data()))).toMatch(/data is a promise.*await/);
    expect(await refusal(net(), undefined)).toMatch(/data is undefined, not a dataset/);
    expect(await refusal(net(), { train: Promise.resolve() })).toMatch(/train part is a promise/);
    expect(await refusal(net(), { ...data(), test: [] })).toMatch(/test part is an empty list/);
  });
});
