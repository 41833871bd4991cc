import { expect, it } from "vitest";
import { decayFactor, notNegative, positive, positiveCount, share } from "../../src/check.js";
import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  constantRate,
  cosineDecay,
  ema,
  exponentialDecay,
  gradientDescent,
  lamb,
  lars,
  linearDecay,
  lion,
  lookahead,
  momentum,
  muon,
  nAdam,
  nesterov,
  oneCycle,
  polyakAverage,
  type Rule,
  rateAt,
  restart,
  rmsProp,
  type Schedule,
  sequence,
  stepDecay,
  warmup,
} from "../../src/optim/index.js";
import { path } from "./evaluate.js";

/** Gradients from 1e-6, where every epsilon counts, to 1. */
const problem = {
  shape: [2, 2],
  start: [0.1, -0.2, 0.3, 0.4],
  gradients: Array.from({ length: 12 }, (_, t) => [1e-6, 1e-3 * (t + 1), 0.1, Math.cos(t)]),
};

const adamLike = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const rules: Record<string, readonly [Rule, Rule]> = {
  adadelta: [adadelta(), adadelta({ learningRate: 1, beta: 0.9, epsilon: 1e-6 })],
  adagrad: [
    adagrad(),
    adagrad({ learningRate: 0.01, epsilon: 1e-8, epsilonPlacement: "inside", initialAccumulator: 0 }),
  ],
  adam: [adam(), adam({ ...adamLike, learningRate: 1e-3, biasCorrection: true })],
  adamW: [adamW(), adamW({ ...adamLike, learningRate: 1e-3, weightDecay: 0.005 })],
  adaMax: [adaMax(), adaMax({ ...adamLike, learningRate: 2e-3 })],
  amsGrad: [amsGrad(), amsGrad({ ...adamLike, learningRate: 1e-3, biasCorrection: true })],
  gradientDescent: [gradientDescent(), gradientDescent({ learningRate: 0.01 })],
  lamb: [lamb(), lamb({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0 })],
  lars: [lars(), lars({ learningRate: 0.1, beta: 0.9, weightDecay: 0, trust: 1e-3 })],
  lion: [lion(), lion({ learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 })],
  momentum: [momentum(), momentum({ learningRate: 0.01, beta: 0.9 })],
  muon: [muon(), muon({ learningRate: 0.02, beta: 0.95, nesterov: true, iterations: 5, weightDecay: 0 })],
  nAdam: [nAdam(), nAdam({ ...adamLike, learningRate: 2e-3, momentumDecay: 0.004 })],
  nesterov: [nesterov(), nesterov({ learningRate: 0.01, beta: 0.9 })],
  rmsProp: [
    rmsProp(),
    rmsProp({
      learningRate: 1e-3,
      beta: 0.9,
      epsilon: 1e-8,
      epsilonPlacement: "inside",
      momentum: 0,
      centered: false,
    }),
  ],
  lookahead: [lookahead()(momentum()), lookahead({ every: 5, alpha: 0.5 })(momentum())],
};

it.each(Object.entries(rules))(
  "%s without options has the documented ones",
  (_name, [without, documented]) => {
    const end = path(without, problem);
    expect(end.flat().every(Number.isFinite)).toBe(true);
    expect(end).toEqual(path(documented, problem));
  },
);

it("schedules without options have the documented ones", () => {
  const rates = (schedule: Schedule) =>
    Array.from({ length: 30 }, (_, step) => rateAt(schedule, { step, steps: 30, stepsPerEpoch: 10 }));
  expect(rates(stepDecay({ initial: 1, every: 7 }))).toEqual(
    rates(stepDecay({ initial: 1, every: 7, factor: 0.1 })),
  );
  const late = (schedule: Schedule) =>
    [99, 100, 199, 200].map((step) => rateAt(schedule, { step, steps: 300, stepsPerEpoch: 10 }));
  expect(late(stepDecay({ initial: 1 }))).toEqual([1, 0.1, 0.1, 0.1 ** 2]);
  expect(rates(exponentialDecay({ initial: 1 }))).toEqual(
    rates(exponentialDecay({ initial: 1, factor: 0.95, every: { epochs: 1 } })),
  );
  expect(rates(linearDecay({ initial: 1 }))).toEqual(
    rates(linearDecay({ initial: 1, final: 0, over: { fraction: 1 } })),
  );
  expect(rates(oneCycle({ peak: 1 }))).toEqual(
    rates(oneCycle({ peak: 1, start: 1 / 25, final: 1 / 25e4, rise: 0.3 })),
  );
});

it("averages follow the iterates by the documented share", () => {
  const weights = (rule: Rule) =>
    Array.from({ length: 5 }, (_, step) =>
      rateAt(rule.average?.weight ?? constantRate(Number.NaN), { step, steps: 5, stepsPerEpoch: 5 }),
    );
  expect(weights(polyakAverage()(momentum()))).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]);
  expect(weights(polyakAverage({ start: 2 })(momentum()))).toEqual([1, 1, 1, 1 / 2, 1 / 3]);
  expect(weights(ema()(momentum()))).toEqual([1, ...Array(4).fill(1 - 0.999)]);
});

/** A value that no rule can have of each setting. */
const wrong: Readonly<Record<string, number>> = {
  learningRate: -1,
  beta: 1,
  beta1: 1,
  beta2: 1,
  epsilon: 0,
  weightDecay: -1,
  momentum: 1,
  momentumDecay: -1,
  initialAccumulator: -1,
  trust: 0,
  iterations: 0,
  every: 0,
  alpha: 1.5,
  decay: 1,
};

const settings: Record<string, readonly [(options: Record<string, number>) => unknown, readonly string[]]> = {
  adadelta: [adadelta, ["learningRate", "beta", "epsilon"]],
  adagrad: [adagrad, ["learningRate", "epsilon", "initialAccumulator"]],
  adam: [adam, ["learningRate", "beta1", "beta2", "epsilon"]],
  adamW: [adamW, ["weightDecay"]],
  adaMax: [adaMax, ["learningRate", "beta1", "beta2", "epsilon"]],
  amsGrad: [amsGrad, ["learningRate", "beta1", "beta2", "epsilon"]],
  ema: [ema, ["decay"]],
  gradientDescent: [gradientDescent, ["learningRate"]],
  lamb: [lamb, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"]],
  lars: [lars, ["learningRate", "beta", "weightDecay", "trust"]],
  lion: [lion, ["learningRate", "beta1", "beta2", "weightDecay"]],
  lookahead: [lookahead, ["every", "alpha"]],
  momentum: [momentum, ["learningRate", "beta"]],
  muon: [muon, ["learningRate", "beta", "iterations", "weightDecay"]],
  nAdam: [nAdam, ["learningRate", "beta1", "beta2", "epsilon", "momentumDecay"]],
  nesterov: [nesterov, ["learningRate", "beta"]],
  rmsProp: [rmsProp, ["learningRate", "beta", "epsilon", "momentum"]],
};

it.each(Object.entries(settings))("%s checks each of its settings", (name, [make, names]) => {
  for (const option of names) {
    const value = wrong[option] ?? Number.NaN;
    expect(() => make({ [option]: value })).toThrow(`${name}: ${option} is ${value}`);
  }
});

it.each(Object.entries(rules))("%s keeps nothing from one run to the next", (_name, [rule]) => {
  expect(path(rule, problem)).toEqual(path(rule, problem));
});

it("schedules check each of their settings", () => {
  const rate = { initial: 1, every: 5 };
  const refused: Record<string, () => unknown> = {
    "constantRate: value is -1": () => constantRate(-1),
    "stepDecay: initial is -1": () => stepDecay({ ...rate, initial: -1 }),
    "stepDecay: factor is 0": () => stepDecay({ ...rate, factor: 0 }),
    "stepDecay: every is 0": () => stepDecay({ ...rate, every: 0 }),
    "exponentialDecay: initial is -1": () => exponentialDecay({ ...rate, initial: -1 }),
    "exponentialDecay: factor is 0": () => exponentialDecay({ ...rate, factor: 0 }),
    "exponentialDecay: every.epochs is 0": () => exponentialDecay({ ...rate, every: { epochs: 0 } }),
    "cosineDecay: initial is -1": () => cosineDecay({ initial: -1 }),
    "cosineDecay: final is -1": () => cosineDecay({ initial: 1, final: -1 }),
    "linearDecay: over.fraction is 0": () => linearDecay({ initial: 1, over: { fraction: 0 } }),
    "oneCycle: peak is -1": () => oneCycle({ peak: -1, start: 1, final: 1 }),
    "oneCycle: start is -1": () => oneCycle({ peak: 1, start: -1, final: 1 }),
    "oneCycle: final is -1": () => oneCycle({ peak: 1, final: -1 }),
    "oneCycle: rise is 0": () => oneCycle({ peak: 1, rise: 0 }),
    "oneCycle: rise is 1": () => oneCycle({ peak: 1, rise: 1 }),
    "restart: every is 0": () => restart(constantRate(1), 0),
    "warmup: over is 0": () => warmup(1, 0),
    "sequence: lasts of phase 0 is 0": () => sequence({ rate: 1, lasts: 0 }, { rate: 1 }),
  };
  for (const [message, make] of Object.entries(refused)) expect(make, message).toThrow(message);
});

it("ranges of settings end where they say", () => {
  const accepted = (range: { holds: (value: number) => boolean }) =>
    [-1, -1e-9, 0, 1e-46, 0.5, 1, 1 + 1e-9, 1.5, 2, Number.POSITIVE_INFINITY, Number.NaN].filter(range.holds);
  expect(accepted(notNegative)).toEqual([0, 1e-46, 0.5, 1, 1 + 1e-9, 1.5, 2]);
  expect(accepted(positive)).toEqual([0.5, 1, 1 + 1e-9, 1.5, 2]);
  expect(accepted(decayFactor)).toEqual([0, 1e-46, 0.5]);
  expect(accepted(share)).toEqual([0, 1e-46, 0.5, 1]);
  expect(accepted(positiveCount)).toEqual([1, 2]);
});
