import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { nodeEngine } from "../../src/engine/node.js";
import {
  adam,
  binaryCrossEntropy,
  blobs,
  crossEntropy,
  type Dataset,
  dataset,
  dropout,
  fit,
  gradientDescent,
  graph,
  type Loss,
  layer,
  linear,
  moons,
  polynomial,
  relu,
  SteepestError,
  sequential,
} from "../../src/index.js";
import { readModel } from "../../src/onnx/read.js";
import { rowsOf } from "../support/rows.js";

const net = () => sequential(linear(16), relu(), dropout({ keep: 0.8 }), linear(2));

const answers = (targets: readonly number[], name = "answers") =>
  dataset({ name, inputs: Float32Array.of(0, 1, 2, 3), inputShape: [1], targets });

describe("run.evaluate", () => {
  it("scores another dataset as training scores its test part, and as the answers say", async () => {
    const other = moons({ n: 700, seed: 2, noise: 0.5 });
    const run = await fit(
      net(),
      { train: moons({ n: 300, seed: 1 }), test: other },
      { epochs: 3, optimizer: adam({ learningRate: 0.01 }) },
    );
    const { loss, error } = await run.evaluate(other);
    expect({ loss, error }).toEqual({ loss: run.test?.loss, error: run.test?.error });

    const { inputs, targets: labels } = rowsOf(other);
    const probabilities = (await run.predict(inputs)).data;
    const ofTruth = [...labels].map((label, i) => probabilities[2 * i + label] ?? 0);
    expect(loss).toBeCloseTo(ofTruth.reduce((total, p) => total - Math.log(p), 0) / 700, 5);
    expect(error).toBeCloseTo(ofTruth.filter((p) => p < 0.5).length / 7, 5);
    expect(error).toBeGreaterThan(0);
  });

  it("gives a loss alone for values", async () => {
    const data = polynomial({ n: 50, seed: 1 });
    const run = await fit(linear(1), data, { epochs: 2 });
    expect(Object.keys(await run.evaluate(data))).toEqual(["loss"]);
  });

  it("refuses what the network was not trained for", async () => {
    const run = await fit(net(), moons({ n: 100, seed: 1 }), { epochs: 1 });
    await expect(run.evaluate(polynomial({ n: 9, seed: 1 }))).rejects.toThrow(
      /evaluate: the dataset .* has inputs of shape \[1\] and 1 target values, but .*\[2\] and 2 classes/,
    );
    await expect(run.evaluate(blobs({ n: 9, classes: 3, seed: 1 }))).rejects.toThrow(/3 classes/);
    await expect(run.evaluate(Promise.resolve() as never)).rejects.toThrow(/promise.*await/);
    await run.release();
    await expect(run.evaluate(moons({ n: 9, seed: 1 }))).rejects.toThrow(/was released/);
  });
});

describe("binaryCrossEntropy", () => {
  const options = { loss: binaryCrossEntropy(), epochs: 1 };

  it("takes probabilities as targets", async () => {
    const run = await fit(linear(1), answers([0, 0.25, 1, 1]), options);
    expect((await run.evaluate(answers([1, 1, 0, 0]))).loss).toBeGreaterThan(0);
  });

  it("counts an answer as wrong where it is on the other side of a half than its target", async () => {
    const run = await fit(linear(1), answers([0, 0.25, 1, 1]), options);
    const probabilities = (await run.predict([0, 1, 2, 3])).data;
    const right = Array.from(probabilities, (p): number => (p > 0.5 ? 0.75 : 0.25));
    expect((await run.evaluate(answers(right))).error).toBe(0);
    const oneWrong = right.with(2, 1 - (right[2] ?? 0));
    expect((await run.evaluate(answers(oneWrong))).error).toBe(25);
  });

  it("counts each of several answers as its share of the example", async () => {
    const pairs = answers([0, 1, 0, 1, 1, 1, 0, 0]);
    const run = await fit(linear(2), { train: pairs, test: pairs }, options);
    const probabilities = run.test?.answers ?? [];
    const opposite = Array.from(probabilities, (p): number => (p > 0.5 ? 0 : 1));
    expect((await run.evaluate(answers(opposite))).error).toBe(100);
    expect((await run.evaluate(answers(opposite.with(0, 1 - (opposite[0] ?? 0))))).error).toBe(87.5);
    expect(run.epochs[0]?.train.error).toBeLessThanOrEqual(100);
  });

  it("refuses targets that are none, naming the example, before any step is made", async () => {
    const message = /binaryCrossEntropy: the target of example 2 of odd is -1; .*\[0, 1\]/;
    const odd = answers([0, 1, -1, 2], "odd");
    const callbacks = [
      {
        onStepEnd: () => {
          throw new Error("a step was made");
        },
      },
    ];
    for (const part of [{ train: odd }, { train: answers([0, 1, 0, 1]), test: odd }]) {
      const refused = fit(linear(1), part, { ...options, callbacks });
      await expect(refused).rejects.toBeInstanceOf(SteepestError);
      await expect(refused).rejects.toThrow(message);
    }
    const run = await fit(linear(1), answers([0, 1, 0, 1]), options);
    await expect(run.evaluate(odd)).rejects.toThrow(message);
  });

  it("counts examples, not values, where each has several", async () => {
    const pairs = answers([0, 1, 0, 1, 1, 7, 0, 0]);
    await expect(fit(linear(2), pairs, options)).rejects.toThrow(/example 2 of answers is 7/);
  });
});

describe("a loss of one's own", () => {
  /** Weston and Watkins 1999, squared: Σ over the other classes of max(0, 1 + z_k - z_label)². */
  const hinge: Loss = {
    name: "hinge",
    target: "class",
    of: (z, label) => {
      const own = graph.oneHot(graph.cast(label, "int64"), 3);
      const margin = z.sub(graph.sum(z.mul(own), 1, { keepDims: true })).add(1);
      return graph.mean(graph.sum(graph.square(graph.relu(margin)).mul(own.neg().add(1)), 1));
    },
  };
  const data = blobs({ n: 120, classes: 3, seed: 2 });

  it("counts mistakes by the largest output, which it answers with", async () => {
    const run = await fit(
      linear(3),
      { train: data, test: data },
      {
        loss: hinge,
        optimizer: adam({ learningRate: 0.1 }),
        epochs: 20,
      },
    );
    expect(run.test?.error).toBeLessThan(20);
    const scores = (await run.predict([0.5, -1])).data;
    expect(scores.reduce((a, b) => a + b, 0)).not.toBeCloseTo(1);
    expect(Object.keys(readModel(await run.model()).outputs)).toEqual(["output"]);
  });

  it("says itself what probabilities its outputs stand for, and what is wrong", async () => {
    const own: Loss = {
      ...hinge,
      probabilities: (z) => graph.softmax(z.mul(2)),
      right: (_, target) => graph.not(graph.equal(target, 1)),
    };
    const run = await fit(linear(3), { train: data, test: data }, { loss: own, epochs: 1 });
    expect((await run.predict([0.5, -1])).data.reduce((a, b) => a + b, 0)).toBeCloseTo(1);
    expect(run.test?.error).toBeCloseTo(100 / 3);
    expect(Object.keys(readModel(await run.model()).outputs)).toEqual(["probabilities", "logits"]);
  });

  it("has to be one", async () => {
    const refused = fit(linear(3), data, { loss: crossEntropy as never });
    await expect(refused).rejects.toThrow(
      "loss: expected what a call makes, got the function crossEntropy, which has to be called",
    );
  });
});

describe("targets of a dataset of one's own", () => {
  /** Examples 0 to 5 whose labels no reader has looked at. */
  const own = (labels: readonly number[], of: { classes?: number } = { classes: 3 }): Dataset =>
    dataset({
      name: "own",
      size: labels.length,
      ...of,
      read: (index) => ({ input: index, target: labels[index] ?? 0 }),
    });
  const good = own([0, 1, 2, 0, 1, 2]);

  it.each([
    [[0, 1, 2, 100, 1, 2], "label of example 3 is 100; labels are integers from 0 to 2"],
    [[1, 2, 3, 1, 2, 3], "label of example 2 is 3;"],
    [[0, 1, 2, 0, -1, 2], "label of example 4 is -1;"],
    [[0, Number.NaN, 2, 0, 1, 2], "label of example 1 is NaN;"],
    [[0, 1, 2, 0, 1, 1.5], "label of example 5 is 1.5;"],
  ])("are looked at wherever they are read: %j", async (labels, message) => {
    const bad = own(labels);
    const expected = `dataset "own": ${message}`;
    const callbacks = [
      {
        onStepEnd: () => {
          throw new Error("a step was made");
        },
      },
    ];
    await expect(fit(linear(3), bad, { callbacks })).rejects.toThrow(expected);
    await expect(fit(linear(3), bad, { preprocess: "none", epochs: 1 })).rejects.toThrow(expected);
    await expect(fit(linear(3), { train: good, test: bad }, { callbacks })).rejects.toThrow(expected);
    await expect(fit(linear(3), { train: good, validation: bad }, { callbacks })).rejects.toThrow(expected);
    const run = await fit(linear(3), good, { epochs: 1 });
    await expect(run.evaluate(bad)).rejects.toThrow(expected);
  });

  it("are finite where they are values", async () => {
    const bad = own([0, 1, Number.POSITIVE_INFINITY], {});
    await expect(fit(linear(1), bad)).rejects.toThrow('dataset "own": target of example 2 is Infinity');
  });

  it("give errors that are whole shares, without the rounding of float32", async () => {
    const five = own([0, 0, 0, 1, 2]);
    const silent = layer("silent", (x, scope) =>
      graph
        .concat([x, x, x], 1)
        .mul(0)
        .add(scope.param("b", [3], (values) => void values.set([1, 0, 0]))),
    );
    const still = { optimizer: gradientDescent({ learningRate: 0 }), epochs: 1, batchSize: 5 };
    const run = await fit(silent, { train: five, test: five }, still);
    expect([run.epochs[0]?.train.error, run.test?.error]).toEqual([40, 40]);

    // Every answer is no: of three answers each, 4 of 15 are wrong.
    const yes = dataset({
      name: "three answers",
      inputs: Float32Array.of(0, 1, 2, 3, 4),
      inputShape: [1],
      targets: [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0],
    });
    const no = layer("no", (x, scope) =>
      graph
        .concat([x, x, x], 1)
        .mul(0)
        .add(scope.param("b", [3], (values) => void values.fill(-1))),
    );
    const answered = await fit(
      no,
      { train: yes, test: yes },
      { ...still, batchSize: 2, loss: binaryCrossEntropy() },
    );
    expect([answered.epochs[0]?.train.error, answered.test?.error]).toEqual([400 / 15, 400 / 15]);
  });
});

it("says what a loss or a layer returned in place of a tensor", async () => {
  const data = blobs({ n: 30, classes: 3, seed: 2 });
  const refused = (own: Readonly<Record<string, unknown>>) =>
    expect(fit(linear(3), data, { loss: { name: "mine", target: "class", of: () => 3, ...own } as never }))
      .rejects;
  await refused({}).toThrow("loss mine: of returned 3, expected a tensor; compute it");
  await refused({ of: async () => 3 }).toThrow("loss mine: of returned a promise, expected a tensor");
  await refused({ of: (z: graph.Tensor) => graph.sum(z, 0) }).toThrow(
    "loss mine: of returned a tensor of shape [3], expected one number for each example, [batch] or [batch, …]",
  );
  await refused({ of: (z: graph.Tensor) => graph.sum(z), right: () => 0 }).toThrow(
    "loss mine: right returned 0, expected a tensor",
  );
  await refused({ of: (z: graph.Tensor) => graph.sum(z), probabilities: () => undefined }).toThrow(
    "loss mine: probabilities returned undefined, expected a tensor",
  );
  const odd = layer("odd", () => 3 as never);
  await expect(fit(sequential(odd, linear(3)), data)).rejects.toThrow(
    "in odd1: odd returned no tensor; a layer returns what it computes from its input, not 3",
  );
});

it("answers, evaluates and averages so many examples at a time, each in its place", async () => {
  const sizes: number[] = [];
  const engine: Engine = {
    ...nodeEngine,
    load: async (model, options) => {
      const session = await nodeEngine.load(model, options);
      return {
        run: (inputs) => {
          sizes.push(inputs.input?.shape[0] ?? 0);
          return session.run(inputs);
        },
        bind: (inputs, outputs) => session.bind(inputs, outputs),
        release: () => session.release(),
      };
    },
  };
  const data = moons({ n: 1300, seed: 4 });
  const run = await fit(net(), data, { epochs: 1, engine });
  const { inputs } = rowsOf(data);
  const whole = (await run.predict(inputs)).data;
  expect((await run.predict([...inputs])).data).toEqual(whole);
  for (const row of [0, 511, 512, 1299]) {
    const alone = (await run.predict(inputs.subarray(2 * row, 2 * row + 2))).data;
    alone.forEach((p, c) => {
      expect(whole[2 * row + c]).toBeCloseTo(p, 6);
    });
  }
  await run.evaluate(data);
  await run.predictAveraged(inputs, { samples: 2 });
  expect(new Set(sizes)).toEqual(new Set([512, 276, 1]));
});

it("refuses data sets whose numbers mean other classes or columns, naming the first of each", async () => {
  const table = (name: string, names: readonly string[], columns?: readonly string[]) =>
    dataset({
      name,
      inputs: Float32Array.of(0, 1, 1, 0),
      inputShape: [2],
      targets: [0, 1],
      names,
      ...(columns ? { columns } : {}),
    });
  const train = table("train", ["A", "B"], ["col=blue", "x"]);
  const refused = (test: Dataset) => expect(fit(linear(2), { train, test }, { epochs: 1 })).rejects;
  await refused(table("test", ["B", "C"], ["col=green", "x"])).toThrow(
    'fit: the test part test is encoded otherwise than train: class 0 is "B", but "A" there; column 0 is "col=green", but "col=blue" there; read both in one go',
  );
  await refused(table("test", ["B", "A"])).toThrow('class 0 is "B", but "A" there; read');
  await refused(table("test", ["A", "B"], ["col=blue", "y"])).toThrow(
    'train: column 1 is "y", but "x" there',
  );
  const run = await fit(linear(2), train, { epochs: 1 });
  await expect(run.evaluate(table("more", ["A", "C"]))).rejects.toThrow('class 1 is "C", but "B" there');
  expect((await run.evaluate(table("more", ["A", "B"]))).loss).toBeGreaterThan(0);
  expect(() => table("odd", ["A", "B"], ["x"])).toThrow("1 names of columns for the 2 numbers of an input");
});
