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
import type { Layer } from "../../src/nn/layer.js";
import { fit } from "../../src/train/fit.js";
import type { FitOptions } from "../../src/train/options.js";
import { type TuneRateOptions, tuneRate } from "../../src/train/tune-rate.js";

const data = moons({ n: 20, seed: 0 });
const names = '"all", "channel", "feature", "centre", "none", or a function such as pca()';
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
  [{ callbacks: 3 }, "callbacks must be a list, as in [{ onEpochEnd: () => … }], got 3"],
  [{ callbacks: [3] }, "callbacks[0] must be an object such as { onEpochEnd: () => … }, got 3"],
  [{ callbacks: [{ onStepEnd: 3 }] }, "callbacks[0].onStepEnd must be a function, got 3"],
  [
    { callbacks: [{ onBatchEnd: () => {} }] },
    'callbacks[0]: there is no option "onBatchEnd"; did you mean onEpochEnd?',
  ],
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
  await expect(fit(untyped<Layer>(net), data, options)).rejects.toThrow(SteepestError);
  await expect(fit(untyped<Layer>(net), data, options)).rejects.toThrow(new RegExp(message));
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
  };
  const instead = "give a list of lists of numbers, or { input }";
  await refused(undefined, `predict: inputs is undefined; ${instead}`);
  await refused(null, `inputs is null; ${instead}`);
  await refused(3, `inputs is 3; ${instead}`);
  await refused("12", `inputs is "12"; ${instead}`);
  await refused([[1]], "input has 1 numbers, which are not a whole number of examples; give 2 for each");
  await refused([[1, 2], [3]], "predict: input[1] has 1 elements, but the first 2; give equally many");
  await refused([1, "2"], 'input 1 of example 0 is "2"; give a number');
  await refused([1, 2, true, 4], "input 0 of example 1 is true; give a number");
  await refused([1, Number.NaN], "predict: input 1 of example 0 is NaN; fill or drop it first");
  await refused([], "predict: input is empty; give at least one example");
  await refused([1, 2, 3], "input has 3 numbers, which are not a whole number of examples");
  await refused({ inputs: [1, 2] }, 'predict: there is no input "inputs"; did you mean input?');
  await refused({}, 'predict: the input "input" is missing; give input');
  const nested = await run.predict([
    [1, 2],
    [3, 4],
  ]);
  expect(nested).toEqual(await run.predict({ input: [1, 2, 3, 4] }));
  expect(nested.shape).toEqual([2, nested.row(0).length]);
  expect([...nested.row(1)]).toEqual([...(await run.predict([3, 4])).data]);
  expect(() => nested.row(2)).toThrow("row 2 was asked for; there are 2, from 0");
  await run.release();
});
