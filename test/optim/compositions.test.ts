import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topologicalOrder } from "../../src/graph/index.js";
import {
  adam,
  adamW,
  chain,
  clipByValue,
  ema,
  gradientDescent,
  l1,
  l1l2,
  l1Subgradient,
  l2,
  lookahead,
  momentum,
  muon,
  polyakAverage,
  rule,
  traceRule,
  weightDecay,
} from "../../src/optim/index.js";
import { follow, type Problem, path } from "./evaluate.js";
import { distance, problems } from "./reference.js";

const bias = problems.find(({ shape }) => shape.length === 1) as Problem;
const plain = gradientDescent({ learningRate: 0.1 });

/** Gradients of ½(θ - c)² along the path of a rule, which `path` cannot know in advance: one step at a time. */
const minimise = (make: Parameters<typeof path>[0], centre: readonly number[], steps: number) => {
  let theta = centre.map(() => 1);
  for (let i = 0; i < steps; i++) {
    const gradients = [theta.map((x, k) => x - (centre[k] ?? 0))];
    theta = [...(path(make, { shape: [centre.length], start: theta, gradients })[0] ?? [])];
  }
  return theta;
};

describe("penalties", () => {
  it("l2 and decoupled decay are one under gradient descent", () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const list = fc.array(number, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        list,
        fc.array(list, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (start, gradients, lambda) => {
          const problem = { shape: [4], start, gradients };
          const penalised = path(chain(l2(lambda), plain), problem);
          const decayed = path(chain(plain, weightDecay(lambda)), problem);
          penalised.forEach((theta, i) => {
            expect(distance(theta, decayed[i] ?? [])).toBeLessThan(1e-12);
          });
        },
      ),
    );
  });

  it("l2 and decoupled decay differ under Adam", () => {
    const penalised = path(chain(l2(0.05), adam({ learningRate: 0.1 })), bias);
    const decayed = path(chain(adam({ learningRate: 0.1 }), weightDecay(0.05)), bias);
    expect(distance(penalised.at(-1) ?? [], decayed.at(-1) ?? [])).toBeGreaterThan(1e-3);
  });

  // The minimiser of ½(θ - c)² + λ₁|θ| + λ₂θ² is sign(c)·max(|c| - λ₁, 0) / (1 + 2λ₂).
  const centre = [2, 0.3, -0.2, -1];

  it("l1 ends at the minimiser, with exact zeros", () => {
    const theta = minimise(chain(plain, l1(0.5)), centre, 400);
    expect(distance(theta, [1.5, 0, 0, -0.5])).toBeLessThan(1e-9);
    expect(theta.slice(1, 3)).toStrictEqual([0, 0]);
  });

  it("l1 by subgradient comes close to zero without reaching it", () => {
    const theta = minimise(chain(l1Subgradient(0.5), plain), centre, 400);
    expect(distance(theta, [1.5, 0, 0, -0.5])).toBeLessThan(0.1);
    expect(theta.slice(1, 3).filter((x) => x === 0)).toEqual([]);
  });

  it("l1l2 ends at the minimiser", () => {
    const theta = minimise(chain(plain, l1l2({ l1: 0.5, l2: 0.25 })), centre, 400);
    expect(distance(theta, [1, 0, 0, -1 / 3])).toBeLessThan(1e-9);
  });

  it("follow schedules, such as an l1 that starts late", () => {
    const late = path(
      chain(
        plain,
        l1(({ step }) => (step < 10 ? 0 : 0.5)),
      ),
      bias,
    );
    const without = path(plain, bias);
    expect(late.slice(0, 10)).toEqual(without.slice(0, 10));
    expect(distance(late[10] ?? [], without[10] ?? [])).toBeGreaterThan(1e-3);
  });
});

describe("averages and lookahead", () => {
  it("leave the iterates as they are", () => {
    expect(path(chain(plain, ema()), bias)).toEqual(path(plain, bias));
    expect(chain(plain, ema()).average?.state).toBe("average");
    expect(traceRule(chain(plain, polyakAverage(), l1(0.1)), [5]).average).toBe("average");
    expect(plain.average).toBeUndefined();
  });

  it("lookahead puts the parameter on the slow weights exactly at every k-th step", () => {
    follow(chain(momentum(), lookahead({ every: 3 })), bias).forEach(({ theta, slow }, step) => {
      if (step % 3 === 2) expect(theta).toEqual(slow);
      else expect(theta).not.toEqual(slow);
    });
  });

  it.each([
    ["listed before it", chain(plain, ema({ decay: 0.5 }), l1(1))],
    ["listed after it", chain(plain, l1(1), ema({ decay: 0.5 }))],
  ])("average what a proximal step leaves, %s", (_, rule) => {
    let average: readonly number[] | undefined;
    for (const step of follow(rule, bias)) {
      const theta = step.theta ?? [];
      average = average?.map((a, i) => (a + (theta[i] ?? Number.NaN)) / 2) ?? theta;
      expect(distance(step.average ?? [], average)).toBeLessThan(1e-12);
    }
  });

  it("average what lookahead leaves when they come after it", () => {
    const run = follow(chain(plain, lookahead({ every: 2 }), polyakAverage()), bias);
    const mean = bias.start.map(
      (_, i) => run.reduce((total, { theta }) => total + (theta?.[i] ?? Number.NaN), 0) / run.length,
    );
    expect(distance(run.at(-1)?.average ?? [], mean)).toBeLessThan(1e-12);
  });
});

describe("chain", () => {
  it("reads from the gradient to the parameter", () => {
    const clippedLast = path(chain(l2(3), clipByValue(0.1), plain), bias);
    const clippedFirst = path(chain(clipByValue(0.1), l2(3), plain), bias);
    const step = (paths: typeof clippedLast) => Math.abs((paths[0]?.[0] ?? 0) - (bias.start[0] ?? 0));
    expect(step(clippedLast)).toBeCloseTo(0.01, 12);
    expect(step(clippedFirst)).toBeGreaterThan(0.02);
  });

  it("stays elementwise", () => {
    const whole = chain(
      clipByValue(1),
      l2(1e-3),
      l1Subgradient(1e-3),
      adam(),
      weightDecay(0.1),
      l1l2({ l1: 0.1, l2: 0.1 }),
      lookahead(),
      ema(),
    );
    const traced = traceRule(whole, [3, 4]);
    const operators = topologicalOrder(traced.next.map(({ value }) => value)).map(
      (x) => x.operation.definition.name,
    );
    const elementwise = "input scalar add sub mul div neg sqrt sign clip minimum maximum".split(" ");
    expect(operators.filter((name) => !elementwise.includes(name))).toEqual([]);
  });

  it("reaches into rules that depend on the shape", () => {
    const composed = chain(l2(0.1), muon({ others: adamW() }), weightDecay(0.2));
    expect(path(composed, bias)).toEqual(path(chain(l2(0.1), adamW(), weightDecay(0.2)), bias));
    expect(traceRule(composed, [3, 4]).states.map(({ name }) => name)).toEqual(["m"]);
  });

  it.each([
    [() => chain(l2(1)), /chain: expected exactly one rule among compositions, got none/],
    [() => chain(plain, momentum()), /chain: expected exactly one rule .* got gradientDescent, momentum/],
    [() => chain(plain, l2(1)), /acts on the gradient stands after the rule gradientDescent; list it before/],
    [() => chain(ema(), plain), /acts after the step stands before the rule gradientDescent; list it after/],
    [() => chain(plain, ema(), polyakAverage()), /polyakAverage: the rule .* already has a state "average"/],
    [() => chain(plain, lookahead(), lookahead()), /lookahead: the rule .* already has a state "slow"/],
    [
      () =>
        chain(
          rule("mine", { average: 0 }, (x) => x),
          ema(),
        ),
      /ema: the rule mine already has a state/,
    ],
    [
      () =>
        traceRule(
          chain(
            rule("mine", {}, ({ theta }) => ({ theta })),
            weightDecay(1),
          ),
          [2],
        ),
      /weightDecay: the rule mine does not tell its learning rate/,
    ],
    [() => clipByValue(0), /clipByValue: limit is 0; expected a finite number above 0/],
    [() => l2(-1), /l2: lambda is -1/],
    [() => l1(Number.NaN), /l1: lambda is NaN/],
    [() => l2(undefined as never), /l2: lambda is undefined; expected .*, or a schedule that gives one/],
    [() => adam({ learningRate: "0.1" as never }), /adam: learningRate is "0.1"; expected a finite number/],
    [() => l1Subgradient(-1), /l1Subgradient: lambda is -1/],
    [() => weightDecay(Number.POSITIVE_INFINITY), /weightDecay: lambda is Infinity/],
    [() => l1l2({ l1: 1, l2: -2 }), /l1l2: l2 is -2/],
    [() => ema({ decay: 1 }), /ema: decay is 1; expected a number from 0 up to, but not including, 1/],
    [() => polyakAverage({ start: -1 }), /polyakAverage: start is -1/],
    [() => lookahead({ every: 2.5 }), /lookahead: every is 2.5; expected a whole number of at least 1/],
    [() => lookahead({ alpha: 1.5 }), /lookahead: alpha is 1.5; expected a number from 0 to 1/],
  ])("refuses what cannot work: %s", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("rules by shape", () => {
  it("muon takes filters as matrices with a row for each, where asked to", () => {
    const [outputs, inputs] = [3, 8];
    const matrix = Array.from({ length: inputs * outputs }, (_, i) => Math.sin(1 + i * i));
    const slopes = Array.from({ length: 4 }, (_, t) => matrix.map((x, i) => x + Math.cos(i * (t + 2))));
    const rows = (list: readonly number[]) =>
      Array.from(
        { length: outputs * inputs },
        (_, i) => list[(i % inputs) * outputs + Math.floor(i / inputs)] ?? Number.NaN,
      );
    const settings = { learningRate: 0.1, beta: 0.6, weightDecay: 0.1 };
    const known = path(muon(settings), { shape: [inputs, outputs], start: matrix, gradients: slopes });
    const filters = { start: rows(matrix), gradients: slopes.map(rows) };
    const found = path(muon({ ...settings, filters: true }), { ...filters, shape: [outputs, 2, 2, 2] });
    found.forEach((each, t) => void expect(distance(each, rows(known[t] ?? []))).toBeLessThan(1e-12));
    // Where there are more filters than numbers in each, the step is longer by √(outputs / inputs).
    const wide = path(muon({ ...settings, filters: true }), {
      start: matrix,
      gradients: slopes,
      shape: [8, 3, 1],
    });
    const same = path(muon(settings), {
      start: rows(matrix).map(Number),
      gradients: slopes.map(rows),
      shape: [outputs, inputs],
    });
    wide.forEach((each, t) => void expect(distance(rows(each), same[t] ?? [])).toBeLessThan(1e-12));
    const others = path(adamW(), { ...filters, shape: [outputs, 2, 2, 2] });
    expect(path(muon(), { ...filters, shape: [outputs, 2, 2, 2] })).toEqual(others);
  });

  it("stay one object for each rule inside, so that parameters are still updated together", () => {
    const composed = chain(clipByValue(1), l2(1e-4), muon(), ema());
    const [bias, filters, matrix, other] = [[3], [2, 2, 3, 3], [4, 5], [6, 7]].map((shape) =>
      composed.forShape?.(shape),
    );
    expect(bias).toBeDefined();
    expect(filters).toBe(bias);
    expect(other).toBe(matrix);
    expect(matrix).not.toBe(bias);
    expect(matrix?.name).toBe("ema(clipByValue(l2(muon)))");
  });
});
