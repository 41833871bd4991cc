import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { grad } from "../../src/graph/index.js";
import {
  activityL1,
  activityL2,
  adam,
  blobs,
  buildModel,
  type FitOptions,
  fit,
  inputOf,
  klSparsity,
  type Layer,
  linear,
  outputOf,
  relu,
  sequential,
  sigmoid,
  tanh,
} from "../../src/index.js";
import { classesOf, rowsOf } from "../support/rows.js";

const data = blobs({ n: 128, seed: 3 });
const classes = classesOf(data);

/** The value of a layer's penalty, and its gradient with respect to the activations. */
const penaltyOf = async (layer: Layer, shape: readonly number[], x: readonly number[], rate = 1) => {
  const { training } = buildModel(layer, shape);
  const [penalty] = training.penalties;
  const [scalar] = training.rates;
  if (!penalty || !scalar) throw new Error("the layer has no penalty");
  const [slope] = grad(penalty, [inputOf(training)]);
  const program = await compile<string>({
    inputs: [inputOf(training), scalar.tensor],
    outputs: { penalty, ...(slope ? { slope } : {}) },
  });
  const result = await program.run({ input: x, [scalar.name]: [rate] });
  return { value: Number(result.penalty?.data[0]), slope: Array.from(result.slope?.data ?? [], Number) };
};

describe("penalties on activations", () => {
  it("activity L1 and L2 are means over the batch of sums over units", async () => {
    const l1 = await penaltyOf(activityL1(0.5), [3], [1, -2, 0, 3, 0, -1], 0.5);
    expect(l1.value).toBeCloseTo((0.5 * (3 + 4)) / 2, 6);
    expect(l1.slope).toEqual([0.25, -0.25, 0, 0.25, 0, -0.25]);
    const l2 = await penaltyOf(activityL2(1), [3], [1, -2, 0, 3, 0, -1], 0.5);
    expect(l2.value).toBeCloseTo((0.5 * (5 + 10)) / 2, 6);
    expect(l2.slope).toEqual([0.5, -1, 0, 1.5, 0, -0.5]);
  });

  it("klSparsity wants units active a twentieth of the time, in [0, 1], unless told otherwise", async () => {
    const half = 0.05 * Math.log(0.05 / 0.5) + 0.95 * Math.log(0.95 / 0.5);
    const { value } = await penaltyOf(klSparsity({ weight: 2 }), [2], [0.2, 0.5, 0.8, 0.5], 2);
    expect(value).toBeCloseTo(2 * 2 * half, 5);
  });

  it("KL-sparsity is the divergence of the mean activation from rho, 0 where it is rho", async () => {
    const kl = (rho: number, p: number) =>
      rho * Math.log(rho / p) + (1 - rho) * Math.log((1 - rho) / (1 - p));
    const { value } = await penaltyOf(klSparsity({ rho: 0.2, weight: 1 }), [2], [0.1, 0.9, 0.3, 0.5], 1);
    // mean activations enter as 1e-4 + (1 - 2e-4)·mean
    const floored = (p: number) => 1e-4 + (1 - 2e-4) * p;
    expect(value).toBeCloseTo(kl(0.2, 0.2) + kl(0.2, floored(0.7)), 5);
    const { value: rectified } = await penaltyOf(
      klSparsity({ rho: 0.2, weight: 1, range: "positive" }),
      [1],
      [0, 2],
      3,
    );
    expect(rectified).toBeCloseTo(3 * kl(0.2, floored((1 - Math.exp(-2)) / 2)), 5);
    const { value: always, slope } = await penaltyOf(
      klSparsity({ weight: 1, range: "positive" }),
      [1],
      [0, 0],
      1,
    );
    expect(always).toBeCloseTo(kl(0.05, 1e-4), 5);
    expect(slope.every((g) => Number.isFinite(g) && g < 0)).toBe(true);
  });

  it("KL-sparsity counts channels of images over all positions", async () => {
    const { value } = await penaltyOf(
      klSparsity({ rho: 0.25, weight: 1 }),
      [2, 1, 2],
      [1, 0, 0, 0.5, 0, 0, 0, 0.5],
      1,
    );
    expect(Math.abs(value)).toBeLessThan(1e-3);
  });

  it("leave the network in use as it is, and refuse bad settings", () => {
    const { inference } = buildModel(klSparsity({ weight: 1 }), [3]);
    expect(outputOf(inference)).toBe(inputOf(inference));
    expect(inference.penalties).toHaveLength(0);
    expect(() => activityL1(-1)).toThrow(
      "activityL1: weight is -1; expected a finite number that is not negative",
    );
    expect(() => klSparsity({ weight: -0.1 })).toThrow("klSparsity: weight is -0.1");
    expect(() => klSparsity({ weight: 1, range: "relu" as never })).toThrow(
      'klSparsity: range is "relu"; expected "unit" or "positive"',
    );
    expect(() => klSparsity({ rho: 0, weight: 1 })).toThrow("must lie inside (0, 1), got 0");
  });
});

it("KL-sparsity refuses activations that are known to leave its range", () => {
  const behind = (activation: Layer, range: "unit" | "positive") => () =>
    buildModel(sequential(linear(3), activation, klSparsity({ weight: 1, range })), [2]);
  expect(behind(relu(), "unit")).toThrow(
    'klSparsity: behind relu activations do not stay in [0, 1]; set range: "positive"',
  );
  expect(behind(tanh(), "positive")).toThrow("behind tanh activations do not stay in [0, ∞); put it behind");
  expect(behind((x) => x, "unit")).toThrow("behind gemm activations");
  expect(behind(relu(), "positive")).not.toThrow();
  expect(behind(sigmoid(), "unit")).not.toThrow();
});

const train = (penalty: Layer, activation: Layer, options: FitOptions = {}) =>
  fit(sequential(linear(24), activation, penalty, linear(classes)), data, {
    epochs: 20,
    batchSize: 32,
    threads: 1,
    ...options,
  });

/** Mean hidden activation over the data, after training. */
const meanActivation = async (penalty: Layer, activation: Layer, map: (a: number) => number) => {
  const run = await train(penalty, activation, {
    epochs: 60,
    preprocess: "none",
    optimizer: adam({ learningRate: 0.02 }),
  });
  const weights = await run.weights();
  const [w = new Float32Array(), b = new Float32Array()] = run.parameters.map(({ name }) =>
    weights.get(name),
  );
  const { inputs: x } = rowsOf(data);
  let sum = 0;
  for (let i = 0; i < data.size; i++) {
    for (let j = 0; j < 24; j++) {
      sum += map((x[2 * i] ?? 0) * (w[j] ?? 0) + (x[2 * i + 1] ?? 0) * (w[24 + j] ?? 0) + (b[j] ?? 0));
    }
  }
  return sum / (24 * data.size);
};

it("KL-sparsity brings mean activations of sigmoid and relu units near rho", async () => {
  const squash = (z: number) => 1 / (1 + Math.exp(-z));
  const rectify = (z: number) => 1 - Math.exp(-Math.max(0, z));
  const free = await meanActivation(activityL1(0), sigmoid(), squash);
  const sparse = await meanActivation(klSparsity({ rho: 0.1, weight: 1 }), sigmoid(), squash);
  expect(free).toBeGreaterThan(0.3);
  expect(sparse).toBeLessThan(0.16);
  expect(
    await meanActivation(klSparsity({ rho: 0.1, weight: 1, range: "positive" }), relu(), rectify),
  ).toBeLessThan(0.16);
});

describe("weights of penalties that follow a schedule", () => {
  it("are evaluated at every step", async () => {
    const times: number[] = [];
    await train(
      activityL1(({ step }) => times.push(step)),
      relu(),
      { epochs: 2 },
    );
    expect(times).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("applied towards the end change nothing before, and the loss from then on", async () => {
    const late = await train(
      activityL1(({ step, steps }) => (step >= steps / 2 ? 10 : 0)),
      relu(),
      { epochs: 4 },
    );
    const never = await train(activityL1(0), relu(), { epochs: 4 });
    expect(late.epochs.slice(0, 2).map((e) => e.train.loss)).toEqual(
      never.epochs.slice(0, 2).map((e) => e.train.loss),
    );
    expect(late.epochs[2]?.train.loss).toBeGreaterThan(2 * (never.epochs[2]?.train.loss ?? 0));
  });

  it("that become negative are refused, naming the layer", async () => {
    await expect(
      train(
        activityL2(({ step }) => 1 - step),
        relu(),
      ),
    ).rejects.toThrow(/activityL2: weight is -1 at step 2/);
  });
});
