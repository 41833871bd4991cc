import { describe, expect, it } from "vitest";
import { he, relu } from "../../src/nn/index.js";
import * as batchNorm from "../../src/studies/batch-norm.js";
import * as dropoutArchitectures from "../../src/studies/dropout-architectures.js";
import * as earlyStopping from "../../src/studies/early-stopping.js";
import { signals } from "../../src/studies/initialization/signals.js";
import * as initialization from "../../src/studies/initialization.js";
import * as preprocessing from "../../src/studies/preprocessing.js";
import type { StudyResult } from "../../src/studies/study.js";
import * as weightDecay from "../../src/studies/weight-decay.js";
import { failed, quick } from "./context.js";

/** Other work may share the processor. */
const sound = (result: StudyResult) => {
  expect(result.figure.svg).toMatch(/^<svg/);
  expect(result.notes.join(" ")).toMatch(/embedded digits/);
};

describe("studies of networks", () => {
  it("weight-decay: equal under gradient descent, not under Adam", async () => {
    const result = await weightDecay.measure({ steps: 60, epochs: 40 }, quick());
    expect(failed(result)).toEqual([]);
    sound(result);
  });

  it("initialization: zero gradients, identical units, and variances through the depth", async () => {
    const result = await initialization.measure(1, quick());
    expect(failed(result)).toEqual([]);
    expect(result.notes.length).toBeGreaterThan(0);
  });

  it("early-stopping: the best weights come back", async () => {
    const counts = { train: 1500, validation: 500, test: 1000 };
    const result = await earlyStopping.measure({ counts, epochs: 15, patience: 4 }, quick());
    expect(failed(result)).toEqual([]);
    sound(result);
  });

  it("batch-norm: what the layer computes, and a wider range of rates", async () => {
    const counts = { train: 600, validation: 200, test: 200 };
    const convolutional = { filters: [8, 16, 16], rates: [0.1, 1], epochs: 6 };
    const setting = { depths: [6], rates: [0.03, 0.3, 3], units: 32, counts, epochs: 4, convolutional };
    const result = await batchNorm.measure(setting, quick());
    // How much faster it learns depends on the size of the task; the other claims do not.
    expect(failed(result).filter((claim) => !claim.startsWith("Networks learn faster"))).toEqual([]);
    sound(result);
  });

  it("preprocessing: better conditioned, fewer steps", async () => {
    const counts = { train: 200, validation: 100, test: 100 };
    const result = await preprocessing.measure(
      { steps: 1000, counts, epochs: 2, ratesPerDecade: 0.25 },
      quick(),
    );
    expect(failed(result).filter((claim) => !claim.startsWith("A network"))).toEqual([]);
    sound(result);
  });

  it("dropout-architectures: a curve for each architecture, with and without", async () => {
    const counts = { train: 200, validation: 50, test: 100 };
    const setting = {
      architectures: [
        [32, 32],
        [32, 32, 32],
      ],
      counts,
      epochs: 3,
      batchSize: 50,
    };
    const result = await dropoutArchitectures.measure(setting, quick());
    expect(result.tables[0]?.rows.map(([name]) => name)).toEqual(["2 × 32", "3 × 32"]);
    // Three epochs are too few for dropout to pay, and the study must say so.
    expect(result.claims[0]?.verdict).not.toBe("held");
    sound(result);
  });
});

describe("signals through a stack", () => {
  it("follow V[o] = n_in·σ²·E[x²], where relu leaves half of the mean square", async () => {
    const stack = { widths: [256, 256, 256], activation: relu, init: he() };
    const { activations, gradients } = await signals(stack, 6, quick());
    for (const value of activations) expect(Math.abs(Math.log(value / 2))).toBeLessThan(0.25);
    // A unit that relu switches off passes no gradient: half of r's variance is left at the last layer.
    expect(gradients.at(-1)).toBeCloseTo(0.5, 1);
  });
});
