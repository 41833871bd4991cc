import { describe, expect, it } from "vitest";
import { countClasses } from "../../src/data/count-classes.js";
import type { Target } from "../../src/data/dataset.js";
import { dataset } from "../../src/data/index.js";
import { SteepestError } from "../../src/errors.js";
import { batch, input, inputName, square, sum, type Tensor } from "../../src/graph/index.js";
import { balancedTargets, type ChosenFor, chooseLoss, type LossChoice } from "../../src/nn/choose-loss.js";
import {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  type Loss,
  linear,
  meanAbsoluteError,
  meanSquaredError,
  triplet,
  withValues,
} from "../../src/nn/index.js";
import type { BatchTensors } from "../../src/nn/objective.js";
import { targetTensors } from "../../src/nn/targets.js";
import { createTrainer } from "../../src/train/index.js";
import { evaluateOnce } from "../graph/run.js";

const price = input("price", [batch, 1]);
const kind = input("kind", [batch, 2]);
const outputs = { price, kind };
const targets: Readonly<Record<string, Target>> = {
  price: { kind: "value", shape: [1] },
  kind: { kind: "class", classes: 2, names: ["flat", "house"], shape: [] },
};
const two: ChosenFor = { where: "fit", data: "houses", outputs, targets };
const one: ChosenFor = {
  ...two,
  outputs: { output: kind },
  targets: { target: { kind: "class", classes: 2, shape: [] } },
};

const fed = targetTensors(targets);
const weights = input("weights", [batch]);
const numbers: readonly (readonly [Tensor | undefined, readonly number[]])[] = [
  [price, [1, 2]],
  [kind, [0, 0, 1, 0]],
  [fed.price, [0, 0]],
  [fed.kind, [0, 1]],
];

/** The loss, its weight and those of both outputs, for prices off by 1 and 2, and classes that are a guess and wrong. */
const comesTo = async (choice: LossChoice | undefined, ofExamples?: readonly number[]) => {
  const given: BatchTensors = {
    inputs: { price },
    outputs,
    targets: fed,
    ...(ofExamples ? { weights } : {}),
  };
  const { loss, weight, terms } = chooseLoss(choice, two).of(given);
  const feeds = [...numbers, ...(ofExamples ? [[weights, ofExamples] as const] : [])].flatMap(
    ([tensor, values]) => (tensor ? [{ tensor, values }] : []),
  );
  const parts = Object.fromEntries(Object.entries(terms).map(([name, term]) => [`${name}Loss`, term.loss]));
  const result: Record<string, { readonly data: readonly number[] } | undefined> = await evaluateOnce(
    feeds.map(({ tensor }) => tensor),
    { loss, ...(weight ? { weight } : {}), ...parts } as Record<string, Tensor>,
    feeds.map(({ values }) => values),
  );
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, value?.data[0]]));
};

const guess = Math.log(2);
const wrong = Math.log(1 + Math.E);

describe("an objective", () => {
  it("is the sum of the usual losses of all outputs, or of those that are given, each times its weight", async () => {
    const usual = await comesTo(undefined);
    expect(usual.priceLoss).toBeCloseTo(2.5, 6);
    expect(usual.kindLoss).toBeCloseTo((guess + wrong) / 2, 6);
    expect(usual.loss).toBeCloseTo(2.5 + (guess + wrong) / 2, 6);
    const chosen = await comesTo({
      price: { loss: meanAbsoluteError(), weight: 3 },
      kind: { loss: crossEntropy(), weight: 0.5 },
    });
    expect(chosen.loss).toBeCloseTo(3 * 1.5 + (guess + wrong) / 4, 6);
    expect(chosen.priceLoss).toBeCloseTo(1.5, 6);
  });

  it("weighs examples in every output, and says by how much the batch counts", async () => {
    const { loss, priceLoss: ofPrice, weight } = await comesTo(undefined, [3, 1]);
    expect(ofPrice).toBeCloseTo(7 / 4, 6);
    expect(loss).toBeCloseTo(7 / 4 + (3 * guess + wrong) / 4, 6);
    expect(weight).toBe(4);
  });

  it("of one output weighs the batch by what its mean is divided by", async () => {
    const objective = chooseLoss(crossEntropy({ classWeights: [1, 3] }), one);
    const target = fed.kind ?? expect.fail("no target");
    const score = objective.of({ inputs: {}, outputs: one.outputs, targets: { target } });
    const result = await evaluateOnce([kind, target], { weight: score.weight ?? price }, [
      [0, 0, 1, 0],
      [0, 1],
    ]);
    expect(result.weight.data).toEqual([4]);
  });

  it("can be a function of everything, of each example or of the batch", async () => {
    const own = ({ inputs, outputs: all, targets: given }: BatchTensors) =>
      square((all.price ?? price).sub(given.price ?? price)).add(square(inputs.price ?? price));
    expect(await comesTo(own)).toEqual({ loss: 5 });
    expect(await comesTo(own, [3, 1])).toEqual({ loss: 3.5, weight: 4 });
    expect(await comesTo(({ outputs: all }) => sum(all.price ?? price))).toEqual({ loss: 3 });
    await expect(comesTo(({ outputs: all }) => sum(all.price ?? price), [3, 1])).rejects.toThrow(
      "what the loss returned is one number for the whole batch, in which examples cannot have weights",
    );
    await expect(comesTo(() => 3 as never)).rejects.toThrow("loss returned 3, expected a tensor");
    await expect(comesTo(() => sum(price, 0))).rejects.toThrow("expected one number for each example");
    await expect(comesTo(crossEntropy as never)).rejects.toThrow(
      "loss: expected what a call makes, got the function crossEntropy, which has to be called",
    );
  });

  it("has a name", () => {
    const names = [
      undefined,
      { price: huber(), kind: { loss: crossEntropy(), weight: 0.5 } },
      triplet(),
    ] as const;
    expect(names.map((choice) => chooseLoss(choice, two).name)).toEqual([
      "meanSquaredError of price + crossEntropy of kind",
      "huber of price + 0.5 · crossEntropy of kind",
      "tripletLoss",
    ]);
    expect(chooseLoss(undefined, one).name).toBe("crossEntropy");
  });

  it("takes the only target for the only output, whatever their names", () => {
    expect(chooseLoss(crossEntropy(), one).terms).toMatchObject([{ output: "output", target: "target" }]);
    const labels: Target = { kind: "labels", labels: 2 };
    expect(chooseLoss(undefined, { ...one, targets: { yes: labels } }).name).toBe("binaryCrossEntropy");
  });

  it("feeds targets in the type of their kind, under names that no input has", () => {
    const all = targetTensors({ ...targets, has: { kind: "labels", labels: 3 } });
    expect(Object.values(all).map((tensor) => [inputName(tensor), tensor.dtype, tensor.shape])).toEqual([
      ["target price", "float32", [batch, 1]],
      ["target kind", "int64", [batch]],
      ["target has", "bool", [batch, 3]],
    ]);
  });
});

const own: Loss = { ...meanSquaredError(), name: "own", targetShape: ([first = 1]) => [first, 2] };
const refused: [string, LossChoice | undefined, Partial<ChosenFor>, string][] = [
  [
    "one loss for two outputs",
    crossEntropy(),
    {},
    "fit: the network has several outputs (price, kind); give a loss for each, as in loss: { price: …, kind: … }",
  ],
  [
    "an output that there is not",
    { prize: huber(), kind: crossEntropy() },
    {},
    'fit: there is no output "prize"; did you mean price?',
  ],
  [
    "an output without a target",
    { price: huber(), kind: crossEntropy() },
    { targets: { price: targets.price as Target, sort: targets.kind as Target } },
    'fit: the output "kind" has a loss, but houses has no target of that name; its targets are price, sort',
  ],
  [
    "a target without a loss",
    { price: huber() },
    {},
    'fit: the target "kind" of houses is compared with no output; the network\'s outputs are price, kind',
  ],
  [
    "a target without an output",
    undefined,
    { outputs: { price }, targets: { ...targets, area: { kind: "value", shape: [1] } } },
    'fit: the target "kind" of houses is compared with no output',
  ],
  [
    "names that have nothing in common",
    crossEntropy(),
    { targets: { a: targets.price as Target, b: targets.kind as Target } },
    "fit: the network's outputs (price, kind) and the targets of houses (a, b) have no name in common",
  ],
  [
    "no targets",
    undefined,
    { targets: {} },
    "fit: houses has no targets; give loss: a function of { inputs, outputs }",
  ],
  [
    "targets of another kind",
    { price: crossEntropy(), kind: crossEntropy() },
    {},
    'crossEntropy takes class numbers or mixtures of classes as targets, but houses has values as "price"; choose another loss',
  ],
  [
    "targets of another kind, alone",
    binaryCrossEntropy(),
    one,
    "binaryCrossEntropy takes values or labels that hold or not as targets, but houses has class numbers; choose another loss",
  ],
  [
    "another number of outputs",
    crossEntropy(),
    { ...one, outputs: { output: price } },
    "the network has 1 outputs, but houses has 2 classes; end the network with linear(2)",
  ],
  [
    "another number of outputs, of several",
    undefined,
    { outputs: { price: kind, kind } },
    'the network has 2 outputs of "price", but houses has 1 target values; end the network with linear(1)',
  ],
  [
    "outputs of another shape",
    undefined,
    { ...one, targets: { target: { kind: "class", classes: 2, shape: [5] } } },
    "the network's output has shape [2], but houses has targets of shape [5] and 2 classes: it must be [5,2]",
  ],
  [
    "what a loss of one's own does not take",
    own,
    { outputs: { price }, targets: { price: targets.price as Target } },
    "fit: own takes targets of shape [1,2] for outputs of shape [1], but those of houses have [1]",
  ],
  [
    "a weight below 0",
    { price: { loss: huber(), weight: -1 }, kind: crossEntropy() },
    {},
    'fit: the weight of the loss of "price" is -1; give a finite number',
  ],
  [
    "a misspelt option",
    { price: { loss: huber(), wieght: 1 } as never, kind: crossEntropy() },
    {},
    'there is no option "wieght"; did you mean weight?',
  ],
  [
    "what is no loss",
    { price: 3 as never, kind: crossEntropy() },
    {},
    "fit: loss of price: expected options such as { loss: … }, got 3",
  ],
  [
    "an uncalled loss",
    { price: { loss: huber as never }, kind: crossEntropy() },
    {},
    'fit: loss of "price": expected a loss such as crossEntropy(), got the function huber, which has to be called',
  ],
  [
    "a text",
    "crossEntropy" as never,
    {},
    'fit: loss: expected a loss such as crossEntropy(), got "crossEntropy"',
  ],
  [
    "too few class weights",
    { price: huber(), kind: crossEntropy({ classWeights: [1] }) },
    {},
    "crossEntropy: classWeights: 1 weights for 2 classes; give one each",
  ],
  [
    "a class weight below 0",
    { price: huber(), kind: crossEntropy({ classWeights: { house: -1 } }) },
    {},
    'crossEntropy: classWeights: that of class "house" is -1; give finite numbers',
  ],
  [
    "a class that there is not",
    { price: huber(), kind: crossEntropy({ classWeights: { hut: 2 } }) },
    {},
    'crossEntropy: classWeights: there is no class "hut"; the classes are flat, house',
  ],
  [
    "class weights that are a number",
    { price: huber(), kind: crossEntropy({ classWeights: 2 as never }) },
    {},
    'expected "balanced", a list of numbers or numbers by the names of classes, got 2',
  ],
  [
    "balanced weights without data",
    { price: huber(), kind: crossEntropy({ classWeights: "balanced" }) },
    {},
    'crossEntropy: classWeights are "balanced", but there is no training data in which to count classes',
  ],
];
it.each(refused)("refuses %s", (_, choice, change, message) => {
  expect(() => chooseLoss(choice, { ...two, ...change })).toThrow(SteepestError);
  expect(() => chooseLoss(choice, { ...two, ...change })).toThrow(message);
});

describe("weights of classes", () => {
  const weightsOf = (choice: LossChoice, counts?: Readonly<Record<string, readonly number[]>>) =>
    chooseLoss(choice, { ...two, ...(counts ? { counts } : {}) }).terms[1]?.classWeights;
  const withWeights = (classWeights: NonNullable<Loss["classWeights"]>) => ({
    price: huber(),
    kind: crossEntropy({ classWeights }),
  });

  it("are numbers, numbers by name, or balanced: n/(K·n_c)", () => {
    expect(weightsOf(withWeights([3, 0.5]))).toEqual([3, 0.5]);
    expect(weightsOf(withWeights({ house: 4 }))).toEqual([1, 4]);
    expect(balancedTargets(withWeights("balanced"), two)).toEqual(["kind"]);
    expect(balancedTargets(withWeights([1, 2]), two)).toEqual([]);
    expect(weightsOf(withWeights("balanced"), { kind: [6, 2] })).toEqual([8 / 12, 2]);
    expect(weightsOf(withWeights("balanced"), { kind: [6, 0] })).toEqual([0.5, 3]);
  });

  it("are balanced by counts of the training data, without what is left out", async () => {
    const inputs = Array.from({ length: 600 }, (_, i) => i);
    const words = inputs.map((i) => [i % 3, i % 4 === 0 ? -1 : 2]);
    const data = dataset({ name: "words", inputs, targets: words, classes: 4, partial: true });
    expect(await countClasses(data, "target")).toEqual([200, 200, 650, 0]);
  });
});

describe("values that may be left out", () => {
  it("count where they are there, below 0 too", async () => {
    const data = dataset({
      name: "values",
      inputs: [[0], [0], [0]],
      targets: { target: { values: [-2, Number.NaN, 4], partial: true } },
    });
    const trainer = await createTrainer(withValues(linear(1), { weight: [0], bias: [0] }), {
      data,
      batchSize: 3,
    });
    expect((await trainer.evaluate(data)).loss).toBeCloseTo((4 + 16) / 2, 5);
    await trainer.release();
  });
});
