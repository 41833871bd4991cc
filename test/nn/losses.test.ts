import { describe, expect, it } from "vitest";
import type { Target } from "../../src/data/dataset.js";
import { batch, grad, input, sum, type Tensor } from "../../src/graph/index.js";
import {
  binaryCrossEntropy,
  contrastive,
  cosineSimilarity,
  crossEntropy,
  hinge,
  huber,
  klDivergence,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  multiclassHinge,
  triplet,
} from "../../src/nn/index.js";
import { termScore } from "../../src/nn/objective.js";
import { targetTensors } from "../../src/nn/targets.js";
import { evaluateOnce, largestDifference } from "../graph/run.js";

const { log, exp } = Math;

const values = (width: number, partial = false): Target => ({
  kind: "value",
  shape: [width],
  ...(partial ? { partial } : {}),
});
const classes = (count: number, shape: readonly number[] = [], partial = false): Target => ({
  ...{ kind: "class", classes: count, shape },
  ...(partial ? { partial } : {}),
});
const labels = (count: number): Target => ({ kind: "labels", labels: count });

const mixtures = (count: number): Target => ({ kind: "mixture", classes: count });

interface Given {
  readonly shape: readonly number[];
  readonly output: readonly number[];
  readonly target: readonly number[];
  readonly weights?: readonly number[];
  readonly classWeights?: readonly number[];
}

/** What a batch comes to, with the gradient of its loss with respect to the outputs. */
const scored = async (loss: Loss, described: Target, given: Given) => {
  const z = input("z", [batch, ...given.shape]);
  const t: Tensor = targetTensors({ t: described }).t ?? expect.fail("no target");
  const w = given.weights && input("w", [batch]);
  const { classWeights } = given;
  const score = termScore({ loss, described, ...(classWeights ? { classWeights } : {}) }, z, t, w);
  const [gradient = z] = grad(score.loss, [z]);
  const wanted: Record<string, Tensor> = {
    loss: score.loss,
    gradient,
    ...(score.weight && { weight: score.weight }),
    ...(score.wrong && { wrong: score.wrong }),
    ...(score.counted && { counted: score.counted }),
  };
  const fed =
    described.kind === "labels" ? Uint8Array.from(given.target) : (given.target as readonly number[]);
  const result: Record<string, { readonly data: readonly number[] } | undefined> = await evaluateOnce(
    w ? [z, t, w] : [z, t],
    wanted,
    w ? [given.output, fed, given.weights ?? []] : [given.output, fed],
  );
  const number = (name: string) => result[name]?.data[0];
  return {
    loss: number("loss") ?? Number.NaN,
    weight: number("weight"),
    wrong: number("wrong"),
    counted: number("counted"),
    gradient: result.gradient?.data ?? [],
  };
};

const measured = async (loss: Loss, width: number, output: readonly number[], target: readonly number[]) => {
  const kind = [loss.target].flat().includes("class") ? classes(width) : values(width);
  return (await scored(loss, kind, { shape: [width], output, target })).loss;
};

describe("losses have the values that one computes by hand", () => {
  // Logits 0, log 2 and log 5 are probabilities 1/8, 2/8 and 5/8.
  const logits = [0, log(2), log(5)];

  it("crossEntropy, with and without label smoothing", async () => {
    expect(await measured(crossEntropy(), 3, logits, [2])).toBeCloseTo(-log(5 / 8), 6);
    // Smoothing of 0.3 over three classes: 0.1 for each, and 0.7 more for the right one.
    const smoothed = -(0.1 * log(1 / 8) + 0.1 * log(2 / 8) + 0.8 * log(5 / 8));
    expect(await measured(crossEntropy({ labelSmoothing: 0.3 }), 3, logits, [2])).toBeCloseTo(smoothed, 6);
    const two = await measured(crossEntropy(), 3, [...logits, ...logits], [0, 1]);
    expect(two).toBeCloseTo((log(8) + log(4)) / 2, 6);
  });

  it("crossEntropy of a class at each of several places", async () => {
    for (const labelSmoothing of [0, 0.3]) {
      const loss = crossEntropy({ labelSmoothing });
      const output = [...logits, 1, 2, 3, 0, 0, 1, 5, 0, 0];
      const places = await scored(loss, classes(3, [2]), { shape: [2, 3], output, target: [0, 1, 2, 0] });
      const flat = await scored(loss, classes(3), { shape: [3], output, target: [0, 1, 2, 0] });
      expect(places.loss).toBeCloseTo(flat.loss, 6);
      expect(largestDifference(places.gradient, flat.gradient)).toBeLessThan(1e-6);
      expect(places.wrong).toBe(1);
      expect(flat.wrong).toBe(2);
    }
  });

  it("binaryCrossEntropy, of values and of labels", async () => {
    // A logit of log 3 is a probability of 3/4.
    expect(await measured(binaryCrossEntropy(), 1, [log(3)], [1])).toBeCloseTo(log(4 / 3), 6);
    expect(await measured(binaryCrossEntropy(), 1, [log(3)], [0])).toBeCloseTo(log(4), 6);
    const quarter = 0.25 * log(4 / 3) + 0.75 * log(4);
    expect(await measured(binaryCrossEntropy(), 2, [log(3), log(3)], [0.25, 1])).toBeCloseTo(
      (quarter + log(4 / 3)) / 2,
      6,
    );
    const given = { shape: [2], output: [log(3), log(3)], target: [0, 1] };
    const ofLabels = await scored(binaryCrossEntropy(), labels(2), given);
    expect(ofLabels).toEqual(await scored(binaryCrossEntropy(), values(2), given));
    expect(ofLabels.wrong).toBe(0.5);
  });

  it("meanSquaredError and meanAbsoluteError", async () => {
    expect(await measured(meanSquaredError(), 2, [1, -2, 3, 0], [0, 0, 0, 2])).toBe((1 + 4 + 9 + 4) / 4);
    expect(await measured(meanAbsoluteError(), 2, [1, -2, 3, 0], [0, 0, 0, 2])).toBe((1 + 2 + 3 + 2) / 4);
  });

  it("huber: half the square up to delta, which is 1 by default, and a line beyond", async () => {
    expect(await measured(huber(), 1, [0.5], [0])).toBe(0.125);
    expect(await measured(huber(), 1, [1], [0])).toBe(0.5);
    expect(await measured(huber(), 1, [-3], [0])).toBe(2.5);
    expect(await measured(huber({ delta: 2 }), 2, [3, 0.5], [0, 0])).toBe((4 + 0.125) / 2);
  });

  it("hinge: the margin, which is 1 by default, less the lead of the right side", async () => {
    expect(await measured(hinge(), 1, [0.25, -3, 2], [1, 0, 1])).toBeCloseTo(0.75 / 3, 6);
    expect(await measured(hinge({ margin: 2 }), 1, [0.25, 3], [0, 1])).toBeCloseTo(2.25 / 2, 6);
    const wrong = await scored(hinge(), labels(1), { shape: [1], output: [0.25, -3, 2], target: [0, 0, 1] });
    expect(wrong.wrong).toBe(1);
  });

  it("multiclassHinge: the lead of the right class over the best of the others", async () => {
    // Leads 2, -1 and 0.5.
    const output = [3, 1, 0, 1, 2, 0, 0, 0.5, 1];
    expect(await measured(multiclassHinge(), 3, output, [0, 0, 2])).toBeCloseTo((0 + 2 + 0.5) / 3, 6);
    expect(await measured(multiclassHinge({ margin: 3 }), 3, output, [0, 0, 2])).toBeCloseTo(7.5 / 3, 6);
  });

  it("crossEntropy of mixtures is PyTorch's (2.15, in float64), and counts against the largest share", async () => {
    const given = { shape: [3], output: [0.3, -1.2, 2, 1, 0.5, -0.7], target: [0.25, 0.75, 0, 0, 0.1, 0.9] };
    const { loss, wrong } = await scored(crossEntropy(), mixtures(3), given);
    expect(loss).toBeCloseTo(2.5942238824660895, 5);
    expect(wrong).toBe(2);
    const right = await scored(crossEntropy(), mixtures(3), { ...given, target: [0, 0.1, 0.9, 0.6, 0.4, 0] });
    expect(right.wrong).toBe(0);
    const smoothed = await scored(crossEntropy({ labelSmoothing: 0.1 }), mixtures(3), given);
    expect(smoothed.loss).toBeCloseTo(2.492307215799423, 5);
  });

  it("klDivergence takes shares from 0 to 1", () => {
    expect(klDivergence().targetRange).toEqual([0, 1]);
  });

  it("klDivergence: 0 log 0 is 0, and 0 where the distributions agree", async () => {
    expect(await measured(klDivergence(), 3, logits, [1 / 8, 2 / 8, 5 / 8])).toBeCloseTo(0, 6);
    const half = 0.5 * log(0.5 / (1 / 8)) + 0.5 * log(0.5 / (2 / 8));
    expect(await measured(klDivergence(), 3, logits, [0.5, 0.5, 0])).toBeCloseTo(half, 6);
  });

  it("cosineSimilarity: whatever the lengths", async () => {
    expect(await measured(cosineSimilarity(), 2, [3, 4], [6, 8])).toBeCloseTo(0, 6);
    expect(await measured(cosineSimilarity(), 2, [3, 4, 1, 0], [-3, -4, 1, 1])).toBeCloseTo(
      (3 - 0.5 ** 0.5) / 2,
      6,
    );
    expect(await measured(cosineSimilarity(), 2, [0, 0], [1, 0])).toBe(1);
  });

  it("contrastive: distances of one kind squared, others up to the margin", async () => {
    expect(await measured(contrastive(), 1, [0.5, 0.25, 3], [1, 0, 0])).toBeCloseTo((0.25 + 0.5625) / 3, 6);
    expect(await measured(contrastive({ margin: 2 }), 1, [0.5], [0])).toBeCloseTo(2.25, 6);
  });

  it("triplet: squared distances that differ by the margin, 0.2 by default", async () => {
    const [anchor, positive, negative] = ["a", "p", "n"].map((name) => input(name, [batch, 2]));
    if (!(anchor && positive && negative)) throw new Error("no tensors");
    const outputs = { anchor, positive, negative };
    const of = async (options: { margin?: number }) =>
      (
        await evaluateOnce(
          [anchor, positive, negative],
          { loss: triplet(options)({ inputs: {}, outputs, targets: {} }) },
          [
            [0, 0, 0, 0],
            [1, 0, 1, 0],
            [0, 1.5, 0, 0.5],
          ],
        )
      ).loss.data;
    expect((await of({}))[0]).toBe(0);
    expect((await of({}))[1]).toBeCloseTo(0.95, 6);
    expect((await of({ margin: 2 }))[0]).toBeCloseTo(0.75, 6);
    expect(() => triplet()({ inputs: {}, outputs: { anchor }, targets: {} })).toThrow(
      "triplet: the network needs the outputs anchor, positive and negative",
    );
  });

  it("refuse what leaves nothing to minimise", () => {
    for (const labelSmoothing of [1, -0.1, Number.NaN]) {
      expect(() => crossEntropy({ labelSmoothing })).toThrow(/labelSmoothing must be in \[0, 1\), got/);
    }
    for (const wrong of [0, -1, Number.NaN]) {
      expect(() => huber({ delta: wrong })).toThrow(`huber: delta must be positive, got ${wrong}`);
      for (const [name, make] of Object.entries({ hinge, multiclassHinge, contrastive, triplet })) {
        expect(() => make({ margin: wrong })).toThrow(`${name}: margin must be positive, got ${wrong}`);
      }
    }
  });
});

/** Outputs of 4 examples of 3 numbers, without ties. */
const outputs = Array.from({ length: 12 }, (_, i) => 0.3 + Math.sin(2.3 * i + 0.5));
const shares = [0.2, 0.3, 0.5, 0, 1, 0, 0.1, 0.8, 0.1, 0.6, 0.4, 0];
const cases: [string, Loss, Target, number[]][] = [
  ["crossEntropy", crossEntropy(), classes(3), [0, 2, 1, 1]],
  ["smoothed crossEntropy", crossEntropy({ labelSmoothing: 0.2 }), classes(3), [0, 2, 1, 1]],
  ["crossEntropy of mixtures", crossEntropy(), mixtures(3), shares],
  ["smoothed crossEntropy of mixtures", crossEntropy({ labelSmoothing: 0.2 }), mixtures(3), shares],
  ["multiclassHinge", multiclassHinge(), classes(3), [0, 2, 1, 1]],
  ["binaryCrossEntropy", binaryCrossEntropy(), labels(3), [0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1]],
  ["hinge", hinge(), labels(3), [0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1]],
  ["meanSquaredError", meanSquaredError(), values(3), outputs.map((x) => Math.cos(5 * x))],
  ["meanAbsoluteError", meanAbsoluteError(), values(3), outputs.map((x) => Math.cos(5 * x))],
  ["huber", huber({ delta: 0.4 }), values(3), outputs.map((x) => Math.cos(5 * x))],
  ["klDivergence", klDivergence(), values(3), [0.2, 0.3, 0.5, 0, 1, 0, 0.1, 0.8, 0.1, 0.5, 0.5, 0]],
  ["cosineSimilarity", cosineSimilarity(), values(3), outputs.map((x) => Math.cos(5 * x))],
  ["contrastive", contrastive({ margin: 0.7 }), values(3), [0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1]],
];

describe.each(cases)("%s", (_, loss, described, target) => {
  const given = { shape: [3], output: outputs, target };
  const perExample = target.length / 4;
  const example = (i: number) => ({
    shape: [3],
    output: outputs.slice(3 * i, 3 * i + 3),
    target: target.slice(perExample * i, perExample * (i + 1)),
  });

  it("has the gradient of finite differences", async () => {
    const { gradient } = await scored(loss, described, given);
    const step = 1e-3;
    const differences: number[] = [];
    for (const j of outputs.keys()) {
      const at = (delta: number) => outputs.map((x, i) => (i === j ? x + delta : x));
      const above = (await scored(loss, described, { ...given, output: at(step) })).loss;
      const below = (await scored(loss, described, { ...given, output: at(-step) })).loss;
      differences.push((above - below) / (2 * step));
    }
    expect(largestDifference(gradient, differences)).toBeLessThan(5e-4);
  });

  it("is weighted exactly: Σwᵢlᵢ/Σwᵢ, as if examples were there that often", async () => {
    const weights = [2, 0, 1, 0.5];
    const weighted = await scored(loss, described, { ...given, weights });
    const alone = await Promise.all([0, 1, 2, 3].map((i) => scored(loss, described, example(i))));
    const expected = alone.reduce((sum, each, i) => sum + (weights[i] ?? 0) * each.loss, 0) / 3.5;
    expect(weighted.loss).toBeCloseTo(expected, 5);
    expect(weighted.weight).toBeCloseTo(3.5, 6);
    const often = [0, 0, 0, 0, 2, 2, 3].map(example);
    const repeated = await scored(loss, described, {
      shape: [3],
      output: often.flatMap(({ output }) => output),
      target: often.flatMap(({ target }) => target),
    });
    expect(weighted.loss).toBeCloseTo(repeated.loss, 5);
    expect([weighted.wrong === undefined, weighted.counted]).toEqual([
      repeated.wrong === undefined,
      repeated.wrong === undefined ? undefined : 3.5,
    ]);
    if (repeated.wrong !== undefined) expect(weighted.wrong).toBeCloseTo(repeated.wrong / 2, 5);
    expect(weighted.gradient.slice(3, 6).every((g) => g === 0)).toBe(true);
  });

  it("of a batch in which nothing counts is 0, without a gradient", async () => {
    const nothing = await scored(loss, described, { ...given, weights: [0, 0, 0, 0] });
    expect([nothing.loss, nothing.weight]).toEqual([0, 0]);
    expect(nothing.gradient.every((g) => g === 0)).toBe(true);
  });

  it("without weights is divided by the number of examples, which nobody sums up", async () => {
    const { weight, counted } = await scored(loss, described, given);
    expect([weight, counted]).toEqual([undefined, undefined]);
  });
});

describe("what does not count", () => {
  it("places of a sequence without a class: as if they were not there", async () => {
    const output = Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));
    for (const loss of [crossEntropy(), crossEntropy({ labelSmoothing: 0.1 }), multiclassHinge()]) {
      const given = { shape: [2, 3], output, target: [0, -1, 2, 1] };
      const partial = await scored(loss, classes(3, [2], true), given);
      const there = [...output.slice(0, 3), ...output.slice(6)];
      const flat = await scored(loss, classes(3), { shape: [3], output: there, target: [0, 2, 1] });
      expect(partial.loss).toBeCloseTo(flat.loss, 6);
      expect(partial.gradient.slice(3, 6).every((g) => g === 0)).toBe(true);
      expect(
        largestDifference([...partial.gradient.slice(0, 3), ...partial.gradient.slice(6)], flat.gradient),
      ).toBeLessThan(1e-6);
      expect([partial.weight, partial.counted]).toEqual([1.5, 1.5]);
      expect(2 * (partial.wrong ?? Number.NaN)).toBe(flat.wrong);
    }
  });

  it("places and weights of examples together", async () => {
    const output = Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));
    const given = { shape: [2, 3], output, target: [0, -1, 2, 1], weights: [3, 1] };
    const { loss, weight } = await scored(crossEntropy(), classes(3, [2], true), given);
    const each = await Promise.all(
      [[0, 0] as const, [2, 2] as const, [3, 1] as const].map(
        async ([row, label]) =>
          (
            await scored(crossEntropy(), classes(3), {
              shape: [3],
              output: output.slice(3 * row, 3 * row + 3),
              target: [label],
            })
          ).loss,
      ),
    );
    const [a = 0, b = 0, c = 0] = each;
    expect(loss).toBeCloseTo((3 * a + b + c) / 5, 6);
    expect(weight).toBe(2.5);
  });

  it("values that are not known, also where the output is not finite", async () => {
    const given = { shape: [2], output: [1, Number.POSITIVE_INFINITY, 3, 0], target: [0, Number.NaN, 0, 2] };
    const partial = await scored(meanSquaredError(), values(2, true), given);
    expect(partial.loss).toBeCloseTo((1 + 9 + 4) / 3, 6);
    expect(partial.weight).toBe(1.5);
    // Vectors count where all of their numbers are known.
    const vectors = { shape: [2], output: [3, 4, 1, 0], target: [Number.NaN, 1, 1, 1] };
    expect((await scored(cosineSimilarity(), values(2, true), vectors)).loss).toBeCloseTo(1 - 0.5 ** 0.5, 6);
  });
});

describe("weights of classes", () => {
  const given = { shape: [2], output: [1, 0, 0, 2, 0, -1], target: [0, 1, 1] };
  const l = (lead: number) => log(1 + exp(-lead));

  it("are those of the examples' classes in the mean, but not in the count of mistakes", async () => {
    const { loss, weight, wrong, counted } = await scored(crossEntropy(), classes(2), {
      ...given,
      classWeights: [5, 2],
    });
    expect(loss).toBeCloseTo((5 * l(1) + 2 * l(2) + 2 * l(-1)) / 9, 6);
    expect([weight, wrong, counted]).toEqual([9, 1, undefined]);
  });

  it("go with those of examples", async () => {
    const { loss, weight, counted } = await scored(crossEntropy(), classes(2), {
      ...given,
      classWeights: [5, 2],
      weights: [1, 0.5, 2],
    });
    expect(loss).toBeCloseTo((5 * l(1) + 1 * l(2) + 4 * l(-1)) / 10, 6);
    expect([weight, counted]).toEqual([10, 3.5]);
  });
});

describe("a loss of the whole batch", () => {
  const whole: Loss = { name: "whole", target: "value", of: (z, t) => sum(z.mul(t)) };
  const given = { shape: [2], output: [1, 2, 3, 4], target: [1, 0, 0, 1] };

  it("is what it is", async () => {
    expect((await scored(whole, values(2), given)).loss).toBe(5);
  });

  it("cannot weigh examples or leave some out", async () => {
    const message =
      "the loss whole is one number for the whole batch, in which examples cannot have weights or be left out; return the loss of each example";
    await expect(scored(whole, values(2), { ...given, weights: [1, 2] })).rejects.toThrow(message);
    await expect(scored(whole, values(2, true), given)).rejects.toThrow(message);
  });
});
