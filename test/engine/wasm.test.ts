import { digits, fit, linear, relu, sequential, wasm } from "steepest";
import { expect, it } from "vitest";

// The engine of pages runs in Node too, on this thread.
const train = async (seed: number) => {
  const run = await fit(sequential(linear(16), relu(), linear(10)), digits({ train: 200, test: 50 }), {
    epochs: 3,
    batchSize: 20,
    seed,
    engine: wasm({ threads: 1 }),
  });
  const losses = run.epochs.map((epoch) => epoch.train.loss);
  await run.release();
  return losses;
};

it("trains several networks at once as one after another", async () => {
  const apart = [await train(1), await train(2), await train(3)];
  expect(await Promise.all([train(1), train(2), train(3)])).toEqual(apart);
});

it("says what cannot be asked for", () => {
  expect(() => wasm({ threads: 2 })).toThrow(/is not cross-origin isolated/);
  expect(() => wasm({ threads: 0 })).toThrow(/give a whole number from 1 to 64/);
});
