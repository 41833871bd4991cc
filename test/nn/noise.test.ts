import { describe, expect, it } from "vitest";
import { blobs, fit, gaussianDropout, gaussianNoise, linear, relu, sequential } from "../../src/index.js";
import { buildModel } from "../../src/nn/index.js";
import { compileLayer } from "./train-once.js";

describe("Gaussian noise", () => {
  it("is added in training, scaled, and not in use", async () => {
    const { model, train, use } = await compileLayer(gaussianNoise(0.5), [2]);
    expect(model.training.draws.map(({ tensor: _, ...draw }) => draw)).toEqual([
      { kind: "normal", name: "normal1" },
    ]);
    const { y, dx } = await train({ input: [1, 2], normal1: [-2, 4] });
    expect(y).toEqual([0, 4]);
    expect(dx).toEqual([0, Math.fround(Math.sin(1))]);
    expect((await use({ input: [1, 2] })).y).toEqual([1, 2]);
  });

  it("multiplies with mean 1 and the variance of dropout", async () => {
    const { train, use } = await compileLayer(gaussianDropout({ keep: 0.2 }), [2]);
    // The standard deviation is √(0.8/0.2) = 2.
    expect((await train({ input: [1, 3], normal1: [1, -0.5] })).y).toEqual([3, 0]);
    expect((await use({ input: [1, 3] })).y).toEqual([1, 3]);
  });

  it("draws nothing where there is none, and refuses what cannot be", () => {
    for (const layer of [gaussianNoise(0), gaussianDropout({ keep: 1 })])
      expect(buildModel(layer, [2]).training.draws).toHaveLength(0);
    expect(() => gaussianNoise(-1)).toThrow(
      "gaussianNoise: sd is -1; expected a finite number that is not negative",
    );
    expect(() => gaussianDropout({ keep: 0 })).toThrow("gaussianDropout: keep must be in (0, 1], got 0");
  });

  it("is drawn afresh at every step of a training, from the seed", async () => {
    const weights = async (sd: number, seed: number) => {
      const net = sequential(gaussianNoise(sd), linear(8), relu(), linear(3));
      const run = await fit(net, blobs({ n: 64, classes: 3, seed: 1 }), { epochs: 2, seed, threads: 1 });
      const values = [...(await run.weights()).values()].flatMap((array) => [...array]);
      await run.release();
      return values;
    };
    const [once, again, without] = [await weights(0.3, 1), await weights(0.3, 1), await weights(0, 1)];
    expect(again).toEqual(once);
    expect(without).not.toEqual(once);
  });
});
