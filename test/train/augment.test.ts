import { describe, expect, it } from "vitest";
import {
  adam,
  augment,
  augmented,
  type Callback,
  digits,
  type FitOptions,
  fit,
  gradientDescent,
  lenet5,
  linear,
  sequential,
  unflatten,
} from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const { train, test } = digits({ train: 120, test: 40, seed: 1 });
const moved = () => [augment.translate({ pixels: 3 }), augment.rotate({ degrees: 20 })];
const net = () => linear(10);
const options = (): FitOptions => ({
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 2,
  batchSize: 25,
  seed: 3,
  threads: 1,
  preprocess: "none",
});

const stopAt = (steps: number): Callback => ({
  onStepEnd: ({ trainer, stop }) => {
    if (trainer.steps === steps) stop();
  },
});

describe("fit with augment", () => {
  it("trains on the pictures that `augmented` makes, and on others than those given", async () => {
    const run = await fit(net(), train, { ...options(), augment: moved() });
    const changed = augmented(train, moved(), { seed: 3, workers: 0 });
    const same = await fit(net(), changed, options());
    expect(await run.weights()).toEqual(await same.weights());
    const plain = await fit(net(), train, options());
    expect(await run.weights()).not.toEqual(await plain.weights());
  });

  it("leaves the examples that are watched, and those that preprocessing is fitted to, as they are", async () => {
    const dark = () => [augment.brightness({ factor: [0.1, 0.2] })];
    const still = {
      ...options(),
      optimizer: gradientDescent({ learningRate: 0 }),
      preprocess: "all",
    } as const;
    const run = await fit(net(), { train, test }, { ...still, validation: 30, augment: dark() });
    const plain = await fit(net(), { train, test }, { ...still, validation: 30 });
    expect(run.epochs[0]?.train.loss).not.toBe(plain.epochs[0]?.train.loss);
    expect(run.epochs[0]?.validation).toEqual(plain.epochs[0]?.validation);
    expect(run.test).toEqual(plain.test);
  });

  it("goes on from a checkpoint in the same bytes, and not with another augmentation", async () => {
    const whole = await fit(net(), train, { ...options(), augment: moved(), callbacks: [{}] });
    const at = { checkpoint: { folder: temporaryFolder() } };
    await fit(net(), train, { ...options(), ...at, augment: moved(), callbacks: [stopAt(7)] });
    const other = [augment.translate({ pixels: 2 }), augment.rotate({ degrees: 20 })];
    await expect(
      fit(net(), train, { ...options(), ...at, resume: true, augment: other, callbacks: [{}] }),
    ).rejects.toThrow(/augmentation/);
    await expect(fit(net(), train, { ...options(), ...at, resume: true, callbacks: [{}] })).rejects.toThrow(
      /augmentation/,
    );
    const resumed = await fit(net(), train, {
      ...options(),
      ...at,
      resume: true,
      augment: moved(),
      callbacks: [{}],
    });
    expect(await resumed.weights()).toEqual(await whole.weights());
  });

  it("says what cannot be", async () => {
    const smaller = fit(net(), train, { ...options(), augment: [augment.randomCrop({ size: 20 })] });
    await expect(smaller).rejects.toThrow(/augment makes pictures of 20 x 20 from those of 28 x 28/);
    await expect(fit(net(), train, { ...options(), augment: "flips" as never })).rejects.toThrow(
      /expected a list of transformations, got "flips"/,
    );
  });

  it("ends with the pictures' threads idle when it is stopped in the middle", async () => {
    const deep = sequential(unflatten([1, 28, 28]), lenet5());
    const stopping = { ...options(), augment: moved(), callbacks: [stopAt(1)] };
    expect((await fit(deep, train, stopping)).stopped).toBe("stopped");
  });
});
