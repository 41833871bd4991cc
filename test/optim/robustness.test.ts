import { SingularValueDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import { topologicalOrder } from "../../src/graph/autodiff.js";
import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  gradientDescent,
  lamb,
  lars,
  lion,
  momentum,
  muon,
  nAdam,
  nesterov,
  type Rule,
  rmsProp,
  rule,
  traceRule,
} from "../../src/optim/index.js";
import { path } from "./evaluate.js";

const makers: Record<string, (options: { learningRate: number }) => Rule> = {
  adadelta,
  adagrad,
  adam,
  adaMax,
  adamW,
  amsGrad,
  gradientDescent,
  lamb,
  lars,
  lion,
  momentum,
  muon,
  nAdam,
  nesterov,
  rmsProp,
  "rmsProp centered": ({ learningRate }) =>
    rmsProp({ learningRate, centered: true, epsilonPlacement: "outside" }),
};
const everyRule = Object.entries(makers);

describe.each(everyRule)("%s", (_name, make) => {
  it.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the learning rate %d", (learningRate) => {
    expect(() => make({ learningRate })).toThrow(SteepestError);
    expect(() => make({ learningRate })).toThrow(
      `: learningRate is ${learningRate}; expected a finite number that is not negative`,
    );
  });

  it("stays where it is without gradient, and finite from zero parameters", () => {
    const nothing = { shape: [2, 2], start: [0, 0, 0, 0], gradients: Array(5).fill([0, 0, 0, 0]) };
    expect(path(make({ learningRate: 0.1 }), nothing).at(-1)).toEqual([0, 0, 0, 0]);
    const pushed = { ...nothing, gradients: Array(20).fill([0.1, 0.1, -1e-3, 0]) };
    const end = path(make({ learningRate: 0.1 }), pushed).at(-1) ?? [];
    expect(end.every(Number.isFinite)).toBe(true);
    expect(end[0]).toBeLessThan(0);
  });

  it("stays finite under a steady gradient, whose variance rounds to either side of 0", () => {
    const gradients = Array(400).fill([0.1, 3.3, -1e-3, 123.4]);
    const end =
      path(make({ learningRate: 0.01 }), { shape: [4], start: [1, 1, 1, 1], gradients }).at(-1) ?? [];
    expect(end.every(Number.isFinite)).toBe(true);
  });
});

describe("checks", () => {
  it.each([
    [
      () => momentum({ beta: 1 }),
      /momentum: beta is 1; expected a number from 0 up to, but not including, 1/,
    ],
    [() => nesterov({ beta: -0.1 }), /nesterov: beta is -0.1/],
    [() => adagrad({ epsilon: 0 }), /adagrad: epsilon is 0; expected a finite number above 0/],
    [() => adagrad({ initialAccumulator: -1 }), /adagrad: initialAccumulator is -1/],
    [() => rmsProp({ momentum: 1 }), /rmsProp: momentum is 1/],
    [() => rmsProp({ epsilon: -1 }), /rmsProp: epsilon is -1/],
    [
      () => adagrad({ epsilonPlacement: "out" as never }),
      /adagrad: epsilonPlacement is "out"; expected "inside" or "outside"/,
    ],
    [() => rmsProp({ epsilonPlacement: "" as never }), /rmsProp: epsilonPlacement is ""/],
    [() => adam({ beta1: 1 }), /adam: beta1 is 1/],
    [() => adam({ beta2: Number.NaN }), /adam: beta2 is NaN/],
    [() => adam({ epsilon: 1e-46 }), /adam: epsilon is 1e-46; expected a finite number above 0 in float32/],
    [() => adam({ epsilon: 0 }), /adam: epsilon is 0/],
    [() => adamW({ weightDecay: -1 }), /adamW: weightDecay is -1/],
    [() => adamW({ beta1: 1 }), /^adamW: beta1 is 1/],
    [() => amsGrad({ beta2: 1 }), /amsGrad: beta2 is 1/],
    [() => adaMax({ beta1: 2 }), /adaMax: beta1 is 2/],
    [() => nAdam({ momentumDecay: -1 }), /nAdam: momentumDecay is -1/],
    [() => lion({ weightDecay: -1 }), /lion: weightDecay is -1/],
    [() => adadelta({ beta: 1 }), /adadelta: beta is 1/],
    [() => lars({ trust: 0 }), /lars: trust is 0/],
    [() => lamb({ weightDecay: Number.NaN }), /lamb: weightDecay is NaN/],
    [() => muon({ iterations: 0 }), /muon: iterations is 0; expected a whole number of at least 1/],
    [() => rule("mine", { g: 0 }, (x) => x), /rule mine: a state cannot be called "g"/],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });

  it("names the step at which a schedule fails", () => {
    const failing = momentum({ learningRate: ({ step }) => 1 - 0.5 * step, beta: ({ step }) => step / 10 });
    const problem = { shape: [1], start: [0], gradients: Array(12).fill([1]) };
    expect(() => path(failing, problem)).toThrow(
      "momentum: learningRate is -0.5 at step 3; its schedule must give a finite number that is not negative",
    );
    const restless = momentum({ beta: ({ step }) => step / 10 });
    expect(() => path(restless, problem)).toThrow("momentum: beta is 1 at step 10");
  });

  it("a rule that does not keep its promises is refused when it is traced", () => {
    const reshaping = rule("mine", {}, ({ theta }) => ({ theta: theta.matmul(theta) }));
    expect(() => traceRule(reshaping, [2, 2])).not.toThrow();
    const shrinking = rule("mine", {}, ({ at }) => ({ theta: at(1) }));
    expect(() => traceRule(shrinking, [2])).toThrow(
      "rule mine: the next theta has shape [], the parameter [2]",
    );
    const generous = { ...rule("mine", { m: 0 }, ({ theta, m }) => ({ theta, m })), states: {} };
    expect(() => traceRule(generous, [2])).toThrow(
      'rule mine: it returns a state "m" that it did not declare',
    );
  });
});

describe("muon", () => {
  it("multiplies in the orientation with the smaller products", () => {
    for (const shape of [
      [3, 50],
      [50, 3],
    ]) {
      const { next } = traceRule(muon(), shape);
      const products = topologicalOrder(next.map(({ value }) => value)).filter(
        ({ operation }) => operation.definition.name === "matmul",
      );
      const squares = products.filter(({ shape: [rows, columns] }) => rows === columns);
      expect(squares.length).toBeGreaterThan(0);
      expect(squares.every(({ shape: [rows] }) => rows === 3)).toBe(true);
    }
  });

  it.each([
    [3, 5],
    [5, 3],
  ])("steps by a matrix with singular values near √max(1, outputs / inputs): [%i, %i]", (inputs, outputs) => {
    const start = Array<number>(inputs * outputs).fill(0);
    const gradients = [start.map((_, i) => Math.sin(3 * i + 1) * (1 + i))];
    const rule = muon({ learningRate: 1 });
    const step = path(rule, { shape: [inputs, outputs], start, gradients })[0] ?? [];
    const rows = Array.from({ length: inputs }, (_, i) => step.slice(i * outputs, (i + 1) * outputs));
    const scale = Math.sqrt(Math.max(1, outputs / inputs));
    for (const value of new SingularValueDecomposition(rows, { autoTranspose: true }).diagonal) {
      expect(value / scale).toBeGreaterThan(0.6);
      expect(value / scale).toBeLessThan(1.3);
    }
  });
});
