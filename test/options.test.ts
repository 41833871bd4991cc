import { describe, expect, it } from "vitest";
import * as steepest from "../src/index.js";
import { moons, SteepestError } from "../src/index.js";
import { requireKnown } from "../src/options.js";

/** As plain JavaScript calls it. */
// biome-ignore lint/suspicious/noExplicitAny: a caller without types
type Untyped = Readonly<Record<string, (...given: readonly any[]) => any>>;
const library = steepest as unknown as Untyped;

const refusal = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
};

/** The call of a function of the library with the given arguments. */
const call =
  (name: string, ...given: readonly unknown[]) =>
  () =>
    library[name]?.(...given);

describe("options with names that there are not", () => {
  const optimisers =
    "adam adamW adaMax adadelta adagrad amsGrad gradientDescent lamb lars lion momentum nesterov muon nAdam rmsProp";

  it.each(optimisers.split(" "))("are refused by %s, lr being learningRate", async (name) => {
    expect(await refusal(call(name, { lr: 1 }))).toBe(
      `${name}: there is no option "lr"; did you mean learningRate?`,
    );
    expect(await refusal(call(name, { learning_rate: 1 }))).toMatch(/did you mean learningRate\?$/);
    expect(await refusal(call(name, 0.1))).toMatch(
      /expected options such as \{ learningRate: … \}, got 0\.1$/,
    );
    expect(await refusal(call(name, null))).toMatch(/got null$/);
  });

  it.each([
    ["dropout", { rate: 0.9 }, /^dropout: .*"rate"; did you mean keep, the probability that a unit is kept/],
    ["channelDropout", { p: 0.9 }, /^channelDropout: .*keep/],
    ["adam", { weight_decay: 0.1 }, /use adamW\(\)/],
    ["adamW", { weight_decay: 0.1 }, /^adamW: .*did you mean weightDecay\?/],
    ["adam", { betas: [0.9, 0.99] }, /did you mean beta1, and beta2\?/],
    ["adam", { amsgrad: true }, /use amsGrad\(\)/],
    ["momentum", { nesterov: true }, /use nesterov\(\)/],
    ["momentum", { momentum: 0.8 }, /did you mean beta\?/],
    ["rmsProp", { eps: 1e-6 }, /did you mean epsilon\?/],
    ["adam", { biasCorection: false }, /did you mean biasCorrection\?/],
    ["huber", { quux: 1 }, /^huber: there is no option "quux"; there is only delta$/],
    ["huber", [1], /got a list of 1$/],
    ["crossEntropy", { label_smoothing: 0.1 }, /did you mean labelSmoothing\?/],
    ["batchNorm", { eps: 1e-3 }, /did you mean epsilon\?/],
    ["layerNorm", { eps: 1e-3 }, /did you mean epsilon\?/],
    ["rmsNorm", { eps: 1e-3 }, /did you mean epsilon\?/],
    ["leakyRelu", { negative_slope: 0.2 }, /did you mean slope\?/],
    ["klSparsity", { weight: 1, roh: 0.1 }, /did you mean rho\?/],
    ["orthogonal", { gian: 2 }, /did you mean gain\?/],
    ["he", { distributon: "uniform" }, /^he: .*did you mean distribution\?/],
    ["centreAndScale", { mean: [0], std: [1] }, /did you mean scale\?/],
    ["projected", { mean: [0], matrix: [1], keepshape: true }, /did you mean keepShape\?/],
    ["ema", { decy: 0.9 }, /did you mean decay\?/],
    ["polyakAverage", { begin: 3 }, /there is only start/],
    ["lookahead", { k: 3 }, /did you mean every\?/],
    ["cosineDecay", { lr: 0.1 }, /^cosineDecay: .*did you mean initial\?/],
    ["linearDecay", { initial: 0.1, over: { epoch: 3 } }, /^linearDecay: over: .*did you mean epochs\?/],
    ["stepDecay", { initial: 0.1, gamma: 0.5 }, /did you mean factor\?/],
    ["exponentialDecay", { initial: 0.1, decay_rate: 0.5 }, /did you mean factor\?/],
    ["oneCycle", { max_lr: 0.1 }, /did you mean peak\?/],
    ["sequence", { rate: 0.1, last: 3 }, /^sequence: phase 0: .*did you mean lasts\?/],
    ["groups", [{ match: /w/, rules: 3 }], /^groups: group 0: .*did you mean rule\?/],
    ["pca", { n_components: 2 }, /did you mean components\?/],
    ["whiten", { methods: "zca" }, /did you mean method\?/],
    ["lsuv", { tolerence: 1 }, /did you mean tolerance\?/],
    ["moons", { size: 5 }, /^moons: there is no option "size"; did you mean n\?/],
    ["circles", { nois: 0 }, /^circles: .*did you mean noise\?/],
    ["spirals", { noize: 0 }, /^spirals: .*did you mean noise\?/],
    ["blobs", { centers: 3 }, /^blobs: .*did you mean classes\?/],
    ["polynomial", { coeficients: [1] }, /^polynomial: .*did you mean coefficients\?/],
    ["digits", { count: 5 }, /^digits: there is no option "count"; there are train, test, seed$/],
    ["writeModel", { inputs: [], outputs: {}, metdata: {} }, /^writeModel: .*did you mean metadata\?/],
  ])("are refused: %s(%j)", async (name, options, message) => {
    expect(await refusal(call(name, options))).toMatch(message);
  });

  it("are refused where they are not the first argument", async () => {
    const some = moons({ n: 4 });
    expect(await refusal(call("standardise", some, { par: "all" }))).toMatch(/did you mean per\?/);
    expect(await refusal(call("standardise", some, { per: "al" }))).toBe(
      'standardise: per is "al"; expected "feature" or "channel" or "all"',
    );
    expect(await refusal(call("readIdx", "none.idx", { most: 1 }))).toMatch(/^readIdx: .*"most"/);
    expect(await refusal(call("split", some, { count: 2, seed: 0, stratify: true }))).toMatch(
      /^split: .*did you mean stratified\?/,
    );
    const epoch = { batchSize: 2, seed: 0, epoch: 0, shufle: false };
    expect(await refusal(() => library.batches?.(some, epoch).next())).toMatch(/did you mean shuffle\?/);
    const image = { width: 2, height: 1, channels: 1, foo: 2 };
    const arrays = { name: "a", inputs: new Float32Array(2), targets: [0], inputShape: [2], image };
    expect(await refusal(call("dataset", arrays))).toMatch(/^dataset: image: there is no option "foo"/);
    const operator = { dimension: 1, apply: async (v: Float64Array) => v };
    const { lanczos } = steepest.theory as unknown as Untyped;
    expect(await refusal(() => lanczos?.(operator, { tol: 1 }))).toMatch(/did you mean tolerance\?/);
    expect(await refusal(call("linear", 3, { use_bias: false }))).toMatch(/^linear: .*did you mean bias\?/);
    expect(await refusal(call("truncatedNormal", 0.1, { limits: 3 }))).toMatch(/did you mean limit\?/);
    expect(await refusal(call("pretrained", new Uint8Array(), { ouput: "y" }))).toMatch(
      /did you mean output\?/,
    );
  });

  const net = () => library.linear?.(2);
  const data = moons({ n: 20, seed: 0 });
  it.each([
    [
      { lr: 0.1 },
      /^fit: there is no option "lr"; give it to the optimizer, as in adam\(\{ learningRate: 1e-3 \}\)$/,
    ],
    [{ batch_size: 8 }, /did you mean batchSize\?/],
    [{ optimiser: 1 }, /did you mean optimizer\?/],
    [{ weight_decay: 0.1 }, /did you mean penalty, such as l2\(1e-4\)\?/],
    [{ validationSplit: 0.1 }, /did you mean validation\?/],
    [
      { validation: 0.5, earlyStopping: { patience: 1, min_delta: 1 } },
      /^fit: earlyStopping: .*minimumChange/,
    ],
    [
      { validation: 0.5, earlyStopping: 3 },
      /^fit: earlyStopping: expected options such as \{ patience: … \}, got 3/,
    ],
    [{ sharpness: { each: 2 } }, /^fit: sharpness: /],
  ])("are refused by fit: %j", async (options, message) => {
    expect(await refusal(call("fit", net(), data, options))).toMatch(message);
  });

  it("are refused by what goes with fit", async () => {
    expect(await refusal(call("fit", net(), { train: data, val: data }))).toMatch(
      /^fit: data: .*did you mean validation\?/,
    );
    expect(await refusal(call("tuneRate", net(), data, { epochs: 3 }))).toMatch(
      /^tuneRate: there is no option/,
    );
    expect(await refusal(call("defineRecipe", { name: "r", data, network: net(), lr: 1 }))).toMatch(
      /^recipe: there is no option "lr"; give it to the optimizer/,
    );
    expect(await refusal(call("defineRecipe", { name: "r", data, model: net() }))).toMatch(/mean network\?/);
    const probe = library.layer?.("probe", (_: never, scope: never) =>
      (scope as { param: (...given: unknown[]) => unknown }).param("w", [2], () => {}, { rolle: "scale" }),
    );
    expect(await refusal(call("fit", probe, data))).toMatch(/param w: .*did you mean role\?/);
  });
});

it("keeps list and interface in step when compiled", () => {
  interface Two {
    readonly one?: number;
    readonly two?: number;
  }
  const given: Two = { one: 1 };
  expect(requireKnown("f", given, ["one", "two"])).toBe(given);
  // @ts-expect-error: "two" is missing
  requireKnown("f", given, ["one"]);
  // @ts-expect-error: there is no "three"
  requireKnown("f", given, ["one", "two", "three"]);
});
