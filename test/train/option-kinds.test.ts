import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { linear, moons, SteepestError } from "../../src/index.js";
import { fit } from "../../src/train/fit.js";
import type { FitOptions } from "../../src/train/options.js";
import { type TuneRateOptions, tuneRate } from "../../src/train/tune-rate.js";

const data = moons({ n: 20, seed: 0 });
const names = '"all", "feature", "centre", "none", or a function such as pca()';
const signal = "an AbortSignal, which is the .signal of an AbortController";
const share = "a share below 1 or a number of examples";
const seeds = "a whole number from 0 to 4294967295";

it.each<[object, string]>([
  [{ preprocess: false }, `preprocess must be ${names}, got false`],
  [{ preprocess: 0 }, `preprocess must be ${names}, got 0`],
  [{ preprocess: null }, `preprocess must be ${names}, got null`],
  [{ preprocess: ["none"] }, `preprocess must be ${names}, got a list of 1`],
  [{ preprocess: "standard" }, `preprocess must be ${names}, got "standard"`],
  [{ signal: new AbortController() }, `signal must be ${signal}, got an object`],
  [{ signal: true }, `signal must be ${signal}, got true`],
  [{ signal: {} }, `signal must be ${signal}, got an object`],
  [{ signal: { aborted: false } }, `signal must be ${signal}, got an object`],
  [{ engine: {} }, "engine must be an engine, which has a function load, got an object"],
  [{ engine: "cpu" }, 'engine must be an engine, which has a function load, got "cpu"'],
  [{ initialization: "lsuv" }, 'initialization must be a function such as lsuv(), got "lsuv"'],
  [{ onProgress: 3 }, "onProgress must be a function, got 3"],
  [{ seed: 2 ** 32 }, `seed must be ${seeds}, got 4294967296`],
  [{ seed: -1 }, `seed must be ${seeds}, got -1`],
  [{ seed: "1" }, `seed must be ${seeds}, got "1"`],
  [{ validation: "0.2" }, `validation must be ${share}, got "0.2"`],
  [{ validation: true }, `validation must be ${share}, got true`],
  [{ validation: -0.5 }, `validation must be ${share}, got -0.5`],
  [{ validation: 1.5 }, `validation must be ${share}, got 1.5`],
  [{ clipNorm: "1" }, 'clipNorm must be a positive number, got "1"'],
  [
    { earlyStopping: { patience: 1, minimumChange: "0.1" } },
    'earlyStopping.minimumChange must be a number that is not negative, got "0.1"',
  ],
])("fit refuses %o, which plain JavaScript lets through", async (options, message) => {
  const given = options as FitOptions;
  await expect(fit(linear(2), data, { validation: 0.5, ...given })).rejects.toThrow(SteepestError);
  await expect(fit(linear(2), data, { validation: 0.5, ...given })).rejects.toThrow(`fit: ${message}`);
});

it("tuneRate refuses the same", async () => {
  const options = { signal: new AbortController() } as object as TuneRateOptions;
  await expect(tuneRate(linear(2), data, options)).rejects.toThrow("signal must be an AbortSignal");
});

it("takes the signal of another realm, and the ends of what is allowed", async () => {
  const foreign: AbortSignal = runInNewContext(
    "({ aborted: true, addEventListener() {}, removeEventListener() {} })",
  );
  const run = await fit(linear(2), data, { signal: foreign, seed: 2 ** 32 - 1, validation: 1 });
  expect(run.stopped).toBe("aborted");
  expect(run.splits.validation?.size).toBe(1);
  await run.release();
});
