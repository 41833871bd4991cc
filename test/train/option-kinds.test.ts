import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import {
  adam,
  batchNorm,
  dropout,
  groups,
  l2,
  linear,
  lsuv,
  moons,
  normal,
  on,
  pca,
  SteepestError,
  sequential,
} from "../../src/index.js";
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

/** As plain JavaScript gives what types refuse. */
const untyped = <T>(value: unknown): T => value as T;

it.each<[string, unknown, object, string]>([
  ["optimizer", linear(2), { optimizer: adam }, "optimizer: .*, got the function adam, which has to be"],
  ["preprocess", linear(2), { preprocess: pca }, "preprocess: .*, got the function pca, which has to be"],
  ["initialization", linear(2), { initialization: lsuv }, "initialization: .*, got the function lsuv, which"],
  [
    "network",
    linear,
    {},
    "layer: expected what a call makes, got the function linear, which has to be called",
  ],
  ["layer", sequential(untyped(linear)), {}, "layer: .*, got the function linear, which has to be called"],
  [
    "dropout",
    sequential(linear(2), untyped(dropout)),
    {},
    "got the function dropout, which has to be called",
  ],
  ["batchNorm", sequential(untyped(batchNorm), linear(2)), {}, "got the function batchNorm, which has to be"],
  ["init", linear(2, { init: untyped(normal) }), {}, "normal: sigma must be .*, got a Float32Array$"],
])("%s: a function that was not called is named", async (_, net, options, message) => {
  await expect(fit(untyped(net), data, options)).rejects.toThrow(SteepestError);
  await expect(fit(untyped(net), data, options)).rejects.toThrow(new RegExp(message));
});

it("an option that a function of one's own misspells is refused as it is anywhere", async () => {
  const optimizer = () => adam(untyped({ lr: 1 }));
  await expect(fit(linear(2), data, { optimizer })).rejects.toThrow('adam: there is no option "lr"');
});

it("parameters are chosen by an expression of another realm, and by nothing that is no choice", async () => {
  const match: RegExp = runInNewContext("/weight/");
  for (const options of [
    { penalty: on(match, l2(0.1)) },
    { optimizer: groups([{ match, rule: adam() }], adam()) },
  ]) {
    await (await fit(linear(2), data, { epochs: 1, ...options })).release();
  }
  await expect(fit(linear(2), data, { penalty: on(untyped(3), l2(0.1)) })).rejects.toThrow(
    "match: expected a parameter's name, a regular expression or a function, got 3",
  );
});

it("predict says what it was given instead of numbers", async () => {
  const run = await fit(linear(2), data, { epochs: 1 });
  const refused = async (inputs: unknown, message: string) => {
    await expect(run.predict(untyped(inputs))).rejects.toThrow(SteepestError);
    await expect(run.predict(untyped(inputs))).rejects.toThrow(message);
    await expect(run.predictAveraged(untyped(inputs))).rejects.toThrow(message);
  };
  await refused(
    undefined,
    "expected the numbers of raw examples, one after another in a list or typed array",
  );
  await refused(null, "or typed array, got null");
  await refused(3, "or typed array, got 3");
  await refused("12", 'or typed array, got "12"');
  await refused(
    [[1, 2]],
    "number 0 of input 0 is a list of 2; give finite numbers, one after another without",
  );
  await refused([[1]], "number 0 of input 0 is a list of 1; give finite numbers, one after another without");
  await refused([1, "2"], 'number 1 of input 0 is "2"; give finite numbers');
  await refused([1, 2, true, 4], "number 0 of input 1 is true; give finite numbers");
  await refused([1n, 2n], "number 0 of input 0 is 1n; give finite numbers");
  await refused([1, Number.NaN], "number 1 of input 0 is NaN; give finite numbers");
  await refused([], "0 numbers are not a whole number of inputs of 2 (shape [2])");
  await refused([1, 2, 3], "3 numbers are not a whole number of inputs of 2 (shape [2])");
  await run.release();
});
