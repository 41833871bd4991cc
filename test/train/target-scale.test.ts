import { expect, it } from "vitest";
import { dataset, fit, huber, type Loss, linear, meanSquaredError } from "../../src/index.js";
import { recordOf } from "../../src/train/record.js";

/** Two targets: zeros and ones, and as far around `mean`, each half of the examples. Their standard deviation is `deviation`. */
const run = (mean: number, deviation: number, loss: Loss = meanSquaredError()) => {
  const targets = [-1, 1, -1, 1].flatMap((sign) => [(1 + sign) / 2, mean + sign * deviation]);
  const data = dataset({ name: "prices", inputs: Float32Array.of(0, 1, 2, 3), inputShape: [1], targets });
  return fit(linear(2), data, { epochs: 1, loss });
};

it("says in one line that targets are far from the scale of a network, and what helps", async () => {
  const far = await run(200_000, 50_000);
  expect(far.targetScale).toBe(
    "target 1 of 2: mean 200,000, standard deviation 50,000, far from 0 and 1 where a network begins: subtract the mean and divide by the standard deviation before training",
  );
  const options = { title: "far", startedAt: new Date(), config: {} };
  expect((await recordOf(far, options)).configuration.targets).toBe(far.targetScale);
});

it.each([
  ["wide", 0, 101, true],
  ["narrow", 0, 0.009, true],
  ["away", 10.5, 1, true],
  ["away below 0", -10.5, 1, true],
  ["as wide as usual", 0, 99, false],
  ["as narrow as usual", 0, 0.011, false],
  ["as far away as usual", 9.5, 1, false],
  ["all equal", 100_000, 0, false],
] as const)("%s", async (_, mean, deviation, said) => {
  expect((await run(mean, deviation)).targetScale !== undefined).toBe(said);
  expect((await run(mean, deviation, huber())).targetScale !== undefined).toBe(said);
});
