import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRows, soleFloats } from "../../src/data/index.js";
import { examples, logisticRegression, probabilities, ridge } from "../../src/linear/index.js";
import { gradientDescent } from "../../src/optim/index.js";
import { random } from "../../src/random/random.js";
import { simpleModelsBeside } from "../../src/tables/beside.js";
import { planTable } from "../../src/tables/defaults.js";
import { fitLinearModel, linearAnswers, networkOfLinearModel } from "../../src/tables/linear-model.js";
import { loadTable, type TableTask } from "../../src/tables/load.js";
import { fit } from "../../src/train/index.js";
import { soleAnswers } from "../../src/train/run.js";
import { temporaryFolder } from "../support/cli.js";

/** Two numbers, a category and a target that depends on them: a price, or whether it is high. */
const tableOf = (rows: number, target: "price" | "high", noise = 0.3): Promise<TableTask> => {
  const draws = random(3, "houses");
  const lines = Array.from({ length: rows }, () => {
    const [area, age] = [50 + 20 * draws.normal(), 30 + 10 * draws.normal()];
    const place = ["hills", "harbour"][draws.integer(2)] ?? "";
    const price = 3 * area - age + (place === "hills" ? 40 : 0) + 60 * noise * draws.normal();
    return `${area},${age},${place},${target === "price" ? price : price > 145 ? "yes" : "no"}`;
  });
  const path = join(temporaryFolder(), "houses.csv");
  writeFileSync(path, ["area,age,place,target", ...lines].join("\n"));
  return loadTable(path, { target: "target", seed: 1 });
};

/** Features as a person would make them: standard deviations of the training rows, and one number for each place. */
const byHand = async ({ encoder, splits }: TableTask, part: "train" | "test") => {
  const data = splits[part];
  if (!data) throw new Error(part);
  const { inputs, targets } = await readRows(data);
  const numbers = encoder.columns.flatMap((column) => (column.kind === "number" ? [column] : []));
  const rows = Array.from({ length: data.size }, (_, i) => {
    const z = numbers.map(
      ({ mean, deviation }, j) => ((inputs.numbers?.[2 * i + j] ?? 0) - mean) / deviation,
    );
    const code = inputs.categories?.[i];
    return [...z, Number(code === 1), Number(code === 2)];
  });
  return { rows, truth: Array.from(Object.values(targets)[0] ?? []) };
};

describe("the linear model of a table", () => {
  it("is ridge regression on its features, with the strength that suits the validation rows", async () => {
    const task = await tableOf(300, "price");
    const [target] = task.encoder.targets;
    if (target?.kind !== "value") throw new Error("a price is a value");
    const model = await fitLinearModel(task);
    expect(model).toMatchObject({ kind: "ridge", rows: task.splits.train.size });
    const { rows, truth } = await byHand(task, "train");
    const standard = truth.map((value) => (value - target.mean) / target.deviation);
    const expected = await ridge(examples(rows, standard), { lambda: model.lambda });
    for (const [j, weight] of expected.weights.entries()) expect(model.weights[j]).toBeCloseTo(weight, 4);
    expect(model.intercepts[0]).toBeCloseTo(expected.intercept, 4);
  });

  it("is logistic regression for classes: the probabilities of both are those of the binary model", async () => {
    const task = await tableOf(300, "high");
    const model = await fitLinearModel(task);
    expect(model.kind).toBe("softmax");
    const { rows, truth } = await byHand(task, "train");
    // Two columns of weights, penalised each, are one of half of the penalty.
    const binary = await logisticRegression(examples(rows, truth), { lambda: model.lambda / 2 });
    const test = await byHand(task, "test");
    const p = probabilities(binary, Float64Array.from(test.rows.flat()));
    if (!task.splits.test) throw new Error("test");
    const answers = await linearAnswers(model, task.encoder, task.splits.test);
    for (const [i, value] of p.entries()) expect(answers[2 * i + 1]).toBeCloseTo(value, 4);
  });

  it("answers the same as a network, in the target's units", async () => {
    const task = await tableOf(200, "price");
    const model = await fitLinearModel(task);
    const { options } = planTable(task, { change: { epochs: 1 } });
    const run = await fit(networkOfLinearModel(model, task.encoder), task.splits, {
      ...options,
      optimizer: gradientDescent({ learningRate: 0 }),
    });
    if (!task.splits.test) throw new Error("test");
    const answers = await linearAnswers(model, task.encoder, task.splits.test);
    const own = soleAnswers(run);
    expect(own.length).toBe(answers.length);
    for (const [i, value] of answers.entries()) expect(Math.abs((own[i] ?? 0) - value)).toBeLessThan(1e-3);
    await run.release();
  });

  it("refuses several targets, and more weights than can be solved for", async () => {
    const task = await tableOf(60, "price");
    const [target] = task.encoder.targets;
    if (!target) throw new Error("target");
    const twice = { ...task.encoder, targets: [target, target] };
    await expect(fitLinearModel({ ...task, encoder: twice })).rejects.toThrow("have one target");
    const classes = Array.from({ length: 6000 }, (_, k) => String(k));
    const many = { ...task.encoder, targets: [{ kind: "class" as const, name: "target", classes }] };
    await expect(fitLinearModel({ ...task, encoder: many })).rejects.toThrow(
      "4 features and 6000 classes has more than the 20000 weights",
    );
  });
});

describe("what simpler models reach", () => {
  const truthOf = async ({ splits }: TableTask) => {
    if (!splits.test) throw new Error("test");
    return Array.from(soleFloats((await readRows(splits.test)).targets));
  };

  it("tells a network that is worse, one that is better, and one that is as good", async () => {
    const task = await tableOf(400, "price");
    const truth = await truthOf(task);
    if (!task.splits.test) throw new Error("test");
    const same = await linearAnswers(await fitLinearModel(task), task.encoder, task.splits.test);
    const beside = (answers: ArrayLike<number>) =>
      simpleModelsBeside(task, { name: "the network", answers, isLinear: false });
    const worse = await beside(truth.map((_, i) => (i % 2) * 300));
    expect(worse?.sentence).toBe("ridge regression is better on these rows; --model linear saves it");
    expect(worse?.difference?.low).toBeGreaterThan(0);
    expect((await beside(truth))?.sentence).toBe("the network is better than ridge regression on these rows");
    expect((await beside(same))?.sentence).toContain("is as good on these rows");
    const [network, linear, constant] = (await beside(truth))?.models ?? [];
    expect(network?.value).toBe(0);
    // The noise of the prices is 18.
    expect(linear?.value).toBeGreaterThan(14);
    expect(linear?.value).toBeLessThan(23);
    expect(linear?.low).toBeLessThan(linear?.value ?? 0);
    expect(linear?.high).toBeGreaterThan(linear?.value ?? 0);
    expect(constant?.name).toBe("mean of the training rows");
    expect(constant?.value).toBeGreaterThan(40);
  });

  it("counts wrong answers of classes, with Wilson's interval, beside the most frequent class", async () => {
    const task = await tableOf(400, "high");
    const truth = await truthOf(task);
    const answers = truth.flatMap((label) => (label === 1 ? [0.1, 0.9] : [0.9, 0.1]));
    const beside = await simpleModelsBeside(task, { name: "the network", answers, isLinear: false });
    const [network, linear, constant] = beside?.models ?? [];
    expect(beside).toMatchObject({ rows: truth.length, measure: "error" });
    expect(network).toMatchObject({ value: 0, low: 0 });
    expect(network?.high).toBeCloseTo(1.96 ** 2 / (truth.length + 1.96 ** 2), 6);
    expect(linear?.value).toBeLessThan(0.2);
    const share = truth.filter((label) => label === 1).length / truth.length;
    expect(constant?.value).toBeCloseTo(Math.min(share, 1 - share), 6);
    expect(constant?.name).toMatch(/^always "(yes|no)", the most frequent class$/);
  });
});
