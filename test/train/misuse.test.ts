import { describe, expect, it } from "vitest";
import {
  batches,
  blobs,
  createTrainer,
  dataset,
  embedding,
  fit,
  gradientDescent,
  graph,
  linear,
  mae,
  sequential,
} from "../../src/index.js";

const data = blobs({ n: 60, classes: 3, seed: 1 });
const one = { inputs: [[0, 1]], targets: [1] };

describe("a trainer refuses, in one line,", () => {
  it("a step before the last one has ended, and goes on with that", async () => {
    const trainer = await createTrainer(linear(3), { data, batchSize: 20 });
    const [first, second] = await Promise.allSettled([trainer.step(one), trainer.step(one)]);
    expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
    expect(String(second.status === "rejected" && second.reason.message)).toBe(
      "a step of the trainer is under way; await it before the next",
    );
    await trainer.step(one);
    expect(trainer.steps).toBe(2);
    await trainer.release();
  });

  it("batches of data of another kind, values for what it does not have, and an exchange that gives no number", async () => {
    const trainer = await createTrainer(linear(3), { data, batchSize: 20 });
    const five = blobs({ n: 30, classes: 5, seed: 2 });
    const others = async () => {
      for await (const batch of batches(five, { batchSize: 10, seed: 0, epoch: 0 }))
        await trainer.step(batch);
    };
    await expect(others()).rejects.toThrow(
      /^the batch's dataset blobs has .* 5 classes, but .* 3 classes; they must agree$/,
    );
    await expect(trainer.setValues(new Map([["weights", new Float32Array(6)]]))).rejects.toThrow(
      'setValues: there is nothing called "weights"; did you mean weight?',
    );
    await trainer.release();
    const lonely = await createTrainer(linear(3), { data, exchange: () => Number.NaN });
    await expect(lonely.step(one)).rejects.toThrow(
      "exchange returned NaN; return the weight of the examples of all processes together",
    );
    await lonely.release();
  });

  it("ids that stand for nothing, in steps, evaluation, predictions and data, naming example, position and layer", async () => {
    const net = () => sequential(embedding(5, 4), (x) => graph.sum(x, 1), linear(2));
    const words = (ids: number[][]) =>
      dataset({ name: "words", inputs: ids, kind: "int", targets: [0, 1], classes: 2 });
    const trainer = await createTrainer(net(), {
      data: words([
        [1, 2],
        [3, 4],
      ]),
      batchSize: 2,
    });
    const message = 'input "input": position 1 of example 1 is 7, but embedding1 has ids from 0 to 4';
    const wrong = {
      inputs: [
        [1, 2],
        [3, 7],
      ],
      targets: [0, 1],
    };
    await expect(trainer.step(wrong)).rejects.toThrow(message);
    await expect(trainer.evaluate(wrong)).rejects.toThrow(message);
    await expect(trainer.evaluate(words(wrong.inputs))).rejects.toThrow(message);
    await expect(trainer.predict(wrong.inputs)).rejects.toThrow(message);
    await trainer.release();
    await expect(fit(net(), words(wrong.inputs), { epochs: 1 })).rejects.toThrow(message);
  });
});

it("weights that add up to less than 1 divide by their sum", async () => {
  const trainer = await createTrainer(linear(1), {
    inputs: [1],
    targets: { kind: "value", shape: [1] },
    weighted: true,
    batchSize: 2,
  });
  const lossOf = async (weights: number[]) =>
    (await trainer.evaluate({ inputs: [[1], [2]], targets: [[3], [7]], weights })).loss;
  expect(await lossOf([0.25, 0.25])).toBeCloseTo(await lossOf([1, 1]), 5);
  await trainer.release();
});

it("a metric that is not for the targets is told before training", async () => {
  await expect(fit(linear(3), data, { epochs: 1, metrics: { off: mae() } })).rejects.toThrow(
    'fit: the metric "off" (mae) is for values, the targets are classes; choose another',
  );
  await expect(createTrainer(linear(3), { data, metrics: { off: mae() } })).rejects.toThrow(
    "createTrainer: the metric",
  );
});

describe("examples that weigh nothing", () => {
  it("are refused where they are all", () => {
    expect(() =>
      dataset({ name: "w", inputs: [[1], [2]], targets: [0, 1], classes: 2, weights: [0, 0] }),
    ).toThrow('dataset "w": all weights are 0, so that nothing would be learned');
  });

  it("make no update where they are a batch, and none of the others' differs", async () => {
    const kind = {
      inputs: [2],
      targets: { kind: "value", shape: [1] },
      weighted: true,
      batchSize: 2,
    } as const;
    const make = () =>
      createTrainer(linear(1), { ...kind, optimizer: gradientDescent({ learningRate: 0.1 }), seed: 3 });
    const weighing = (weights: number[]) => ({
      inputs: [
        [1, 2],
        [3, 4],
      ],
      targets: [[1], [2]],
      weights,
    });
    const [trainer, other] = [await make(), await make()];
    await trainer.step(weighing([0, 0]));
    expect(await trainer.values()).toEqual(await other.values());
    await trainer.accumulate(weighing([0, 0]));
    await trainer.accumulate(weighing([1, 3]));
    await trainer.accumulate(weighing([0, 0]));
    await trainer.update();
    await other.step(weighing([1, 3]));
    const [mine, theirs] = [await trainer.values(), await other.values()];
    for (const [name, values] of mine) {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(theirs.get(name)?.[i] ?? Number.NaN, 6);
      });
    }
    await trainer.release();
    await other.release();
  });
});
