import { expect, it } from "vitest";
import { compileKernel } from "../../../src/engine/kernel/index.js";
import { sqrt } from "../../../src/graph/index.js";
import { type Rule, rule, type Time, traceRule } from "../../../src/optim/rule.js";
import { runKernel } from "./run.js";

const f = Math.fround;
const COUNT = 101;
const learningRate = f(0.01);

/** Runs a few updates through the kernel; gradients differ from step to step. */
const train = (updateRule: Rule, theta: readonly number[], gradients: readonly (readonly number[])[]) => {
  const { theta: input, g, states, scalars, next } = traceRule(updateRule, [COUNT]);
  const source = {
    arrays: [input, g, ...states.map((state) => state.input)],
    scalars: scalars.map((scalar) => scalar.input),
    stores: next.map((store) => ({ ...store, flushDenormals: store.into !== input })),
  };
  expect(compileKernel(source).reduces).toBe(false);
  let arrays: ArrayLike<number>[] = [theta, theta, ...states.map(() => theta.map(() => 0))];
  gradients.forEach((gradient, step) => {
    const time: Time = { step, steps: 10, stepsPerEpoch: 5 };
    arrays[1] = gradient;
    const rates = scalars.map(({ rate }) => (typeof rate === "number" ? rate : rate(time)));
    arrays = runKernel(source, arrays, rates);
  });
  return arrays;
};

const theta = Array.from({ length: COUNT }, (_, i) => f(Math.sin(i)));
const gradients = [1, 2, 3].map((step) => theta.map((_, i) => f(Math.cos(i * step) * 2)));

it("makes momentum updates", () => {
  const momentum = rule("momentum", { m: 0 }, ({ theta, g, m, at }) => {
    const next = m.mul(0.9).add(g);
    return { theta: theta.sub(next.mul(at(learningRate))), m: next };
  });
  const [actual, , state] = train(momentum, theta, gradients);
  const [x, m] = [[...theta], theta.map(() => 0)];
  for (const gradient of gradients) {
    for (let i = 0; i < COUNT; i++) {
      m[i] = f(f((m[i] ?? 0) * f(0.9)) + (gradient[i] ?? 0));
      x[i] = f((x[i] ?? 0) - f((m[i] ?? 0) * learningRate));
    }
  }
  expect(Array.from(actual ?? [])).toEqual(x);
  expect(Array.from(state ?? [])).toEqual(m);
});

it("makes Adam updates with bias correction", () => {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const adam = rule("adam", { m: 0, v: 0 }, ({ theta, g, m, v, at }) => {
    const nextM = m.mul(beta1).add(g.mul(1 - beta1));
    const nextV = v.mul(beta2).add(g.mul(g).mul(1 - beta2));
    const mHat = nextM.mul(at(({ step }) => 1 / (1 - beta1 ** (step + 1))));
    const vHat = nextV.mul(at(({ step }) => 1 / (1 - beta2 ** (step + 1))));
    return { theta: theta.sub(mHat.mul(at(learningRate)).div(sqrt(vHat).add(epsilon))), m: nextM, v: nextV };
  });
  const [actual] = train(adam, theta, gradients);
  // Plain float64: agreement up to float32 rounding.
  const [x, m, v] = [[...theta], theta.map(() => 0), theta.map(() => 0)];
  gradients.forEach((gradient, step) => {
    for (let i = 0; i < COUNT; i++) {
      const g = gradient[i] ?? 0;
      m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * g;
      v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * g * g;
      const mHat = (m[i] ?? 0) / (1 - beta1 ** (step + 1));
      const vHat = (v[i] ?? 0) / (1 - beta2 ** (step + 1));
      x[i] = (x[i] ?? 0) - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
    }
  });
  x.forEach((value, i) => {
    expect(Math.abs((actual?.[i] ?? 0) - value)).toBeLessThan(3e-7);
  });
});
