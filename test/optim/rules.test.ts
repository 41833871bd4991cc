import { describe, expect, it } from "vitest";
import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  chain,
  clipByValue,
  ema,
  gradientDescent,
  l1,
  l1l2,
  l1Subgradient,
  l2,
  lamb,
  lars,
  lion,
  lookahead,
  momentum,
  muon,
  nAdam,
  nesterov,
  polyakAverage,
  type Rule,
  rmsProp,
} from "../../src/optim/index.js";
import { follow } from "./evaluate.js";
import { distance, keptSteps, problems, trajectories } from "./reference.js";

const plain = gradientDescent({ learningRate: 0.1 });
const heavy = { learningRate: 0.05, beta: 0.8 };
const moments = { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };
const quick = { ...moments, beta2: 0.7 };
const rms = { learningRate: 0.03, beta: 0.8 };

const torch: Record<string, Rule> = {
  gradientDescent: plain,
  "gradientDescent l2": chain(l2(0.03), plain),
  momentum: momentum(heavy),
  nesterov: nesterov(heavy),
  "adagrad outside": adagrad({ learningRate: 0.3, epsilon: 1e-3, epsilonPlacement: "outside" }),
  "adagrad accumulator": adagrad({
    learningRate: 0.3,
    epsilon: 1e-3,
    epsilonPlacement: "outside",
    initialAccumulator: 0.2,
  }),
  "rmsProp outside": rmsProp({ ...rms, epsilon: 1e-3, epsilonPlacement: "outside" }),
  "rmsProp centered": rmsProp({ ...rms, epsilon: 1e-3, epsilonPlacement: "outside", centered: true }),
  "rmsProp momentum": rmsProp({ ...rms, epsilon: 1e-3, epsilonPlacement: "outside", momentum: 0.7 }),
  "rmsProp centered momentum": rmsProp({
    ...rms,
    epsilon: 1e-3,
    epsilonPlacement: "outside",
    momentum: 0.7,
    centered: true,
  }),
  adam: adam(moments),
  "adam l2": chain(l2(0.03), adam(moments)),
  "adam defaults": adam(),
  adamW: adamW({ ...moments, weightDecay: 0.05 }),
  "adamW defaults": adamW(),
  amsGrad: amsGrad(quick),
  adaMax: adaMax(quick),
  nAdam: nAdam({ ...moments, momentumDecay: 0.1 }),
  "nAdam defaults": nAdam(),
  adadelta: adadelta({ learningRate: 0.7, beta: 0.8, epsilon: 1e-3 }),
  polyakAverage: chain(plain, polyakAverage()),
};

const optax: Record<string, Rule> = {
  momentum: momentum(heavy),
  nesterov: nesterov(heavy),
  "adagrad inside": adagrad({ learningRate: 0.3, epsilon: 1e-2, initialAccumulator: 0.2 }),
  "rmsProp inside": rmsProp({ ...rms, epsilon: 1e-2 }),
  "rmsProp outside": rmsProp({ ...rms, epsilon: 1e-2, epsilonPlacement: "outside" }),
  "rmsProp inside centered": rmsProp({ ...rms, epsilon: 1e-2, centered: true }),
  "rmsProp inside momentum": rmsProp({ ...rms, epsilon: 1e-2, momentum: 0.7 }),
  adam: adam(moments),
  adamW: adamW({ ...moments, weightDecay: 0.05 }),
  adaMax: adaMax(quick),
  nAdam: nAdam({ ...moments, momentumDecay: Number.POSITIVE_INFINITY }),
  lion: lion({ learningRate: 0.02, beta1: 0.8, beta2: 0.95, weightDecay: 0.05 }),
  "lion defaults": lion(),
  adadelta: adadelta({ learningRate: 0.7, beta: 0.8, epsilon: 1e-3 }),
  lars: lars({ learningRate: 2, trust: 0.01, beta: 0.8 }),
  lamb: lamb({ ...moments, weightDecay: 0.05 }),
  muon: muon({ beta: 0.9, nesterov: false }),
  "muon weightDecay": muon({ beta: 0.9, nesterov: false, weightDecay: 0.05 }),
  clipByValue: chain(clipByValue(0.5), plain),
  lookahead: chain(plain, lookahead({ every: 4, alpha: 0.3 })),
};

const onnx: Record<string, Rule> = {
  "Momentum standard": chain(l2(0.03), momentum(heavy)),
  "Momentum nesterov": chain(l2(0.03), nesterov(heavy)),
  Adagrad: chain(
    l2(0.03),
    adagrad({
      learningRate: ({ step }) => 0.05 / (1 + 0.1 * (step + 1)),
      epsilon: 1e-3,
      epsilonPlacement: "outside",
    }),
  ),
  Adam: adam(moments),
};

const numpy: Record<string, Rule> = {
  gradientDescent: plain,
  momentum: momentum(heavy),
  adagrad: adagrad({ learningRate: 0.3, epsilon: 1e-2 }),
  rmsProp: rmsProp({ ...rms, epsilon: 1e-2 }),
  "adam slide": adam({ ...moments, biasCorrection: false }),
  "amsGrad paper": amsGrad({ ...quick, biasCorrection: false }),
  "lars paper": lars({ learningRate: 2, trust: 0.01, beta: 0.8, weightDecay: 0.05 }),
  l1: chain(plain, l1(0.4)),
  l1l2: chain(plain, l1l2({ l1: 0.4, l2: 0.3 })),
  l1Subgradient: chain(l1Subgradient(0.2), plain),
  ema: chain(plain, ema({ decay: 0.9 })),
  "polyakAverage late": chain(plain, polyakAverage({ start: 10 })),
  "muon nesterov": muon({ beta: 0.9 }),
};

describe.each([
  ["torch", torch, 1e-8],
  ["optax", optax, 1e-8],
  // The settings are float32 attributes of the nodes.
  ["onnx", onnx, 1e-6],
  ["numpy", numpy, 1e-10],
] as const)("follows the trajectories of %s", (source, rules, tolerance) => {
  const expected = trajectories(source);

  it("for every one that there is", () => {
    expect(Object.keys(rules).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(rules))("%s", (name, rule) => {
    const steps = expected[name] ?? [];
    expect(steps.length).toBeGreaterThan(0);
    steps.forEach((kept, which) => {
      const problem = problems[which];
      if (problem === undefined) throw new Error(`the problem has no parameter ${which}`);
      const run = follow(rule, problem);
      kept.forEach((theta, i) => {
        const arrays = run[(keptSteps[i] ?? 0) - 1];
        expect(distance(arrays?.[rule.average?.state ?? "theta"] ?? [], theta)).toBeLessThan(tolerance);
      });
    });
  });
});
