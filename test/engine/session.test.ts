import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { nodeEngine } from "../../src/engine/node.js";
import type { TrainedParameter } from "../../src/engine/training/graph.js";
import { openSession } from "../../src/engine/training/open.js";
import { DivergenceError, type TrainingSession } from "../../src/engine/training/session.js";
import { input, mean, sqrt, sum, type Tensor } from "../../src/graph/index.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { adam, chain, ema, gradientDescent, l2, momentum, muon, type Rule } from "../../src/optim/index.js";

const time = (step: number) => ({ step, steps: 10, stepsPerEpoch: 10 });

const parameter = (name: string, shape: readonly number[], rule: Rule, start = 1): TrainedParameter => ({
  name,
  tensor: input(name, shape),
  shape,
  initialize: (values) => void values.fill(start),
  rule,
});

const x = input("x", ["batch"]);

/** Trains on the loss given, whatever the data: `mean(x)` is 1. */
const withSession = async (
  parameters: readonly TrainedParameter[],
  loss: (...tensors: readonly Tensor[]) => Tensor,
  clipNorm: number | undefined,
  use: (session: TrainingSession) => Promise<void>,
): Promise<void> => {
  const session = await openSession(
    {
      loss: loss(...parameters.map(({ tensor }) => tensor)).mul(mean(x)),
      metrics: {},
      data: [x],
      parameters,
      states: [],
      draws: [],
      batchSize: 1,
      seed: 0,
      ...(clipNorm === undefined ? {} : { clipNorm }),
    },
    nodeEngine,
    { threads: 1 },
  );
  session.batch(1).x?.fill(1);
  try {
    await use(session);
  } finally {
    await session.release();
  }
};

const valuesOf = async (session: TrainingSession, name: string): Promise<number[]> => [
  ...((await session.values()).get(name) ?? []),
];

describe("clipping by the norm of all gradients", () => {
  const plain = gradientDescent({ learningRate: 1 });
  const heavy = momentum({ learningRate: 1 });
  const shaped = (rule: Rule, times: number): Rule =>
    times === 0 ? rule : { ...plain, forShape: () => shaped(rule, times - 1) };
  const itself: Rule = { ...plain, forShape: () => itself };

  it.each<[string, Rule]>([
    ["a plain rule", plain],
    ["a rule chosen by shape", muon({ others: plain })],
    ["a choice within a choice", muon({ others: { ...plain, forShape: () => plain } })],
    ["a choice within a choice, with states", muon({ others: { ...plain, forShape: () => heavy } })],
    ["many choices", shaped(heavy, 7)],
    ["a rule that chooses itself", itself],
    ["a composition of a choice within a choice", chain(l2(0), shaped(heavy, 2), ema())],
  ])("limits the step of %s", (_, rule) =>
    // The gradient of 3·θ₀ + 4·θ₁ is (3, 4), of norm 5.
    withSession(
      [parameter("a", [1], rule), parameter("b", [1], rule)],
      (a, b) =>
        sum(a as Tensor)
          .mul(3)
          .add(sum(b as Tensor).mul(4)),
      0.01,
      async (session) => {
        await session.step(1, time(0));
        const [[a = 0], [b = 0]] = [await valuesOf(session, "a"), await valuesOf(session, "b")];
        // The average, which is what `values` gives, starts at the first iterate.
        expect(a).toBeCloseTo(1 - 0.01 * 0.6, 6);
        expect(b).toBeCloseTo(1 - 0.01 * 0.8, 6);
      },
    ),
  );

  it("stops at a gradient that is not finite, before any update", () =>
    // The slope of √θ at 0 is infinite, where the loss is 0.
    withSession(
      [parameter("fine", [2], plain), parameter("steep", [2], plain, 0)],
      (fine, steep) => sum(fine as Tensor).add(sum(sqrt(steep as Tensor))),
      1,
      async (session) => {
        const error = await session.step(1, time(3)).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(DivergenceError);
        expect((error as DivergenceError).message).toMatch(
          /^training diverged at step 4: a gradient is not finite, first in steep/,
        );
        expect(await valuesOf(session, "fine")).toEqual([1, 1]);
        expect(await valuesOf(session, "steep")).toEqual([0, 0]);
      },
    ));
});

it("a step of a small batch adds up with one operator each: its largest batch is known", async () => {
  const types = async (batchSize: number) => {
    const models: Uint8Array[] = [];
    const w = parameter("w", [1], gradientDescent());
    const graph = {
      loss: mean(x.mul(w.tensor)),
      metrics: {},
      data: [x],
      parameters: [w],
      states: [],
      draws: [],
    };
    const engine: Engine = {
      name: "recording",
      load: (model, options) => {
        models.push(model);
        return nodeEngine.load(model, options);
      },
    };
    await (await openSession({ ...graph, batchSize, seed: 0 }, engine, { threads: 1 })).release();
    const nodes = models.flatMap((model) => decodeModel(model).graph.node ?? []);
    return nodes.map(
      ({ opType, attribute }) => `${opType} ${attribute?.find(({ name }) => name === "to")?.i ?? ""}`,
    );
  };
  const float64 = "Cast 11";
  expect(await types(128)).not.toContain(float64);
  expect(await types(10_000)).toContain(float64);
});

describe("a choice by shape", () => {
  it("gives parameters the states of the rule at its end", () =>
    withSession(
      [parameter("w", [2, 2], muon({ others: adam() })), parameter("b", [2], muon({ others: adam() }))],
      (w, b) => sum(w as Tensor).add(sum(b as Tensor)),
      undefined,
      async (session) => {
        await session.step(1, time(0));
        // The first step of Adam is the learning rate, whatever the gradient.
        for (const value of await valuesOf(session, "b")) expect(value).toBeCloseTo(1 - 1e-3, 6);
      },
    ));

  it.each<[string, Rule, string]>([
    [
      "no rule",
      muon({ others: adam as never }),
      "rule muon: for shape [3] it chose the function adam, which has to be called; expected an update rule such as adam()",
    ],
    [
      "ever new rules",
      ((): Rule => {
        const endless = (): Rule => ({ ...gradientDescent(), forShape: endless });
        return endless();
      })(),
      "rule gradientDescent: its forShape gives ever new rules for shape [3]; it must end at one without forShape",
    ],
  ])("that gives %s is refused", async (_, rule, message) => {
    const unused = async () => {};
    await expect(
      withSession([parameter("b", [3], rule)], (b) => sum(b as Tensor), undefined, unused),
    ).rejects.toThrow(message);
  });
});
