import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  accuracy,
  adam,
  batches,
  blobs,
  createTrainer,
  dataset,
  dropout,
  ema,
  fit,
  frozen,
  gradientDescent,
  graph,
  type Layer,
  linear,
  mae,
  meanSquaredError,
  momentum,
  type NamedNetwork,
  network,
  plateau,
  relu,
  sequential,
  type Trainer,
  type TrainerOptions,
  tanh,
} from "../../src/index.js";
import type { Net } from "../../src/nn/network.js";

const held: Trainer<never>[] = [];

const make = async <N extends Net>(net: N, options: TrainerOptions): Promise<Trainer<N>> => {
  const trainer = await createTrainer(net, { threads: 1, ...options });
  held.push(trainer as unknown as Trainer<never>);
  return trainer;
};

afterEach(async () => {
  for (const trainer of held.splice(0)) await trainer.release();
});

const data = blobs({ n: 120, classes: 3, seed: 4 });
const net = () => sequential(linear(8), relu(), dropout({ keep: 0.7 }), linear(3));

/** Some batches of the data, in order. */
const inOrder = async (size: number, count: number) => {
  const list: { inputs: Float32Array; targets: Int32Array }[] = [];
  for await (const { inputs, targets } of batches(data, {
    batchSize: size,
    seed: 0,
    epoch: 0,
    shuffle: false,
  })) {
    if (list.length === count) break;
    list.push({
      inputs: (inputs.input as Float32Array).slice(),
      targets: (targets.target as Int32Array).slice(),
    });
  }
  return list;
};

describe("a loop of one's own", () => {
  it("is the loop of fit: the same weights bit for bit", async () => {
    const options = { optimizer: adam({ learningRate: 0.02 }), batchSize: 32, seed: 3 } as const;
    const run = await fit(net(), data, { ...options, epochs: 2, preprocess: "none", threads: 1 });
    const trainer = await make(net(), { ...options, data });
    for (let epoch = 0; epoch < 2; epoch++) {
      for await (const batch of batches(data, { batchSize: 32, seed: 3, epoch })) await trainer.step(batch);
    }
    expect(await trainer.values()).toEqual(await run.weights());
    expect(trainer.steps).toBe(8);
    expect(await trainer.evaluate(data)).toEqual(await run.evaluate(data));
    await run.release();
  });

  it("accumulates: batches make one step together, dropout included", async () => {
    const options = { data, optimizer: gradientDescent({ learningRate: 0.5 }), seed: 1 };
    const [whole, parts] = [await make(net(), options), await make(net(), options)];
    const [all] = await inOrder(60, 1);
    if (!all) throw new Error("there are no examples");
    await whole.step(all);
    for (const batch of await inOrder(20, 3)) await parts.accumulate(batch);
    expect(parts.steps).toBe(0);
    await parts.update();
    expect(parts.steps).toBe(1);
    const [a, b] = [await whole.values(), await parts.values()];
    for (const [name, values] of a) {
      values.forEach((value, i) => void expect(b.get(name)?.[i]).toBeCloseTo(value, 5));
    }
  });

  it("gives gradients without an update, and updates from gradients given", async () => {
    const options = { data, optimizer: momentum({ learningRate: 0.1 }), seed: 1 };
    const [stepped, applied] = [await make(net(), options), await make(net(), options)];
    const [batch] = await inOrder(30, 1);
    if (!batch) throw new Error("there are no examples");
    const before = await applied.values();
    const gradients = await applied.gradients(batch);
    expect(await applied.values()).toEqual(before);
    await applied.apply(gradients);
    await stepped.step(batch);
    expect(await applied.values()).toEqual(await stepped.values());
    expect(gradients["linear1.weight"]?.shape).toEqual([2, 8]);
    await expect(applied.apply({})).rejects.toThrow('gradients: there is no "linear1.weight" [2, 8]');
    await expect(applied.update()).rejects.toThrow("an update was asked for, but no gradients");
  });

  it("evaluates and answers lists of lists, and measures what it was told to", async () => {
    const trainer = await make(net(), { data, metrics: { hits: accuracy() } });
    const examples = {
      inputs: [
        [0, 1],
        [1, 0],
      ],
      targets: [0, 2],
    };
    const { loss, error, metrics } = await trainer.evaluate(examples);
    expect(loss).toBeGreaterThan(0);
    expect(metrics?.hits).toBeCloseTo(1 - (error ?? 0) / 100, 6);
    const answers = await trainer.predict(examples.inputs);
    expect(answers.shape).toEqual([2, 3]);
    expect(answers.row(1).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it("is put back by a snapshot, goes on from a checkpoint and from a file, bit for bit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spine-trainer-"));
    const options = { data, optimizer: ema({ decay: 0.9 })(adam()), seed: 2 };
    const trainer = await make(net(), options);
    const [one, two] = await inOrder(40, 2);
    if (!one || !two) throw new Error("there are no examples");
    await trainer.step(one);
    const snapshot = await trainer.snapshot();
    const checkpoint = await trainer.checkpoint();
    const file = join(folder, "trainer.safetensors");
    await trainer.save(file);
    await trainer.step(two);
    const expected = await trainer.values();
    await snapshot.restore();
    expect(trainer.steps).toBe(1);
    await trainer.step(two);
    expect(await trainer.values()).toEqual(expected);
    for (const restore of [
      (other: Trainer<Layer>) => other.restore(checkpoint),
      (other: Trainer<Layer>) => other.load(file),
    ]) {
      const other = await make(net(), options);
      await restore(other);
      await other.step(two);
      expect(await other.values()).toEqual(expected);
    }
    const narrow = await make(sequential(linear(3)), options);
    await expect(narrow.load(file)).rejects.toThrow(
      'training: there is no "linear1.weight" [2, 3]'.slice(0, 9),
    );
    const slower = await make(net(), {
      ...options,
      optimizer: ema({ decay: 0.9 })(adam({ learningRate: 0.01 })),
    });
    await expect(slower.load(file)).rejects.toThrow(
      /trainer\.safetensors is of another training: learning rate of linear1\.weight was 0\.001 and is 0\.01;/,
    );
    const plain = join(folder, "weights.safetensors");
    await trainer.saveWeights(plain);
    await expect(trainer.load(plain)).rejects.toThrow(
      "was not written by trainer.save; weights alone are read by trainer.loadWeights",
    );
    const fresh = await make(net(), { ...options, seed: 9 });
    expect(await fresh.values()).not.toEqual(await trainer.values());
    await fresh.loadWeights(plain);
    expect(await fresh.values()).toEqual(await trainer.values());
    await expect(narrow.loadWeights(plain)).rejects.toThrow(
      'weights.safetensors: "linear1.weight" has the shape',
    );
    await writeFile(file, "none");
    await expect(trainer.load(file)).rejects.toThrow(/trainer\.safetensors/);
    await rm(folder, { recursive: true });
  });

  it("asks for what schedules go by, where that is not known", async () => {
    const learningRate = ({ step, steps }: { readonly step: number; readonly steps: number }) =>
      0.1 * (1 - step / steps);
    const options = { data, optimizer: gradientDescent({ learningRate }) };
    const [batch] = await inOrder(10, 1);
    if (!batch) throw new Error("there are no examples");
    const unplanned = await make(net(), options);
    await expect(unplanned.step(batch)).rejects.toThrow(
      "a schedule goes by how many steps are made in all, which is not known; say it: createTrainer(net, { steps: … })",
    );
    await (await make(net(), { ...options, steps: 10 })).step(batch);
  });
});

describe("several inputs and outputs", () => {
  const [first, second] = [linear(4), linear(4)];
  const net = network<"a" | "b">(({ a, b }, scope) => {
    const joined = graph.concat([scope.apply(first, a), scope.apply(second, b)], 1);
    return { price: scope.apply(linear(1), joined), kind: scope.apply(linear(3), joined) };
  });
  const n = 60;
  const rows = Array.from({ length: n }, (_, i) => i);
  const several = dataset({
    name: "several",
    inputs: {
      a: rows.map((i) => [Math.sin(i), Math.cos(i)]),
      b: rows.map((i) => [i / n]),
    },
    targets: {
      price: { values: rows.map((i) => [i / n]) },
      kind: { classes: 3, values: rows.map((i) => i % 3) },
    },
  });

  it("train by the losses of all outputs, and are told of one by one", async () => {
    const options = {
      loss: { price: { loss: meanSquaredError(), weight: 3 } },
      metrics: { price: { mae: mae() }, kind: { hits: accuracy() } },
    };
    await expect(make(net, { data: several, ...options })).rejects.toThrow(/the target "kind"/);
    const trainer: Trainer<NamedNetwork> = await make(net, { data: several, metrics: options.metrics });
    const before = await trainer.evaluate(several);
    for (let epoch = 0; epoch < 30; epoch++) {
      for await (const batch of batches(several, { batchSize: 20, seed: 1, epoch }))
        await trainer.step(batch);
    }
    const { loss, outputs, metrics } = await trainer.evaluate(several);
    expect(loss).toBeLessThan(before.loss);
    expect((outputs?.price?.loss ?? 0) + (outputs?.kind?.loss ?? 0)).toBeCloseTo(loss, 5);
    expect(outputs?.kind?.error).toBeGreaterThanOrEqual(0);
    expect(Object.keys(metrics ?? {})).toEqual(["price.mae", "kind.hits"]);
    const answers = await trainer.predict({ a: [[0, 1]], b: [[0.5]] });
    expect([answers.price?.shape, answers.kind?.shape]).toEqual([
      [1, 1],
      [1, 3],
    ]);
  });

  it("are preprocessed, trained and tested by fit", async () => {
    const run = await fit(
      net,
      { train: several, validation: several, test: several },
      { epochs: 3, watch: "loss" },
    );
    expect(run.epochs[2]?.train.loss).toBeLessThan(run.epochs[0]?.train.loss ?? 0);
    expect(run.preprocessing.text).toMatch(/^"a" each feature less its mean .*; "b" each feature/);
    expect(run.test?.answers.kind).toHaveLength(3 * n);
    await run.release();
  });

  it("are refused in one line where they are not what was said", async () => {
    const trainer = await make(net, { data: several });
    const good = { inputs: { a: [[1, 2]], b: [[1]] }, targets: { price: [[1]], kind: [0] } };
    await trainer.step(good);
    const refused = (batch: object) => expect(trainer.step({ ...good, ...batch } as never)).rejects;
    await refused({ inputs: [[1, 2]] }).toThrow(
      "the batch: inputs is a list, but there are 2 inputs; give { a, b }",
    );
    await refused({ inputs: { a: [[1, 2]] } }).toThrow('the batch: the input "b" is missing; give a, b');
    await refused({ inputs: { ...good.inputs, B: [[1]] } }).toThrow(
      'the batch: there is no input "B"; did you mean b?',
    );
    await refused({ targets: { kind: [0] } }).toThrow('the batch: the target "price" is missing');
    await refused({ targets: { ...good.targets, kind: [3] } }).toThrow(
      'the batch: label "kind" of example 0 is 3; labels are integers from 0 to 2',
    );
    await refused({ targets: { ...good.targets, kind: [0, 1] } }).toThrow(
      "the batch: a has 1 examples, kind 2",
    );
    await refused({ inputs: { a: [[1, 2, 3]], b: [[1]] } }).toThrow(
      "a has 3 numbers, which are not a whole number",
    );
    await refused({ weights: [1] }).toThrow("examples were given weights, but the trainer was made without");
    await expect(trainer.step(3 as never)).rejects.toThrow(
      "the batch: expected a batch { inputs, targets }, got 3",
    );
  });
});

it("examples count by their weights", async () => {
  const weighted = (weights: number[]) =>
    dataset({ name: "w", inputs: [[1], [2], [3]], targets: [1, 0, 4], weights });
  const plain = dataset({ name: "p", inputs: [[1], [3], [3]], targets: [1, 4, 4] });
  const options = { optimizer: gradientDescent({ learningRate: 0.05 }), seed: 1 };
  const a = await make(linear(1), { data: weighted([1, 0, 2]), ...options });
  const b = await make(linear(1), { data: plain, ...options });
  for await (const batch of batches(weighted([1, 0, 2]), { batchSize: 3, seed: 0, epoch: 0 }))
    await a.step(batch);
  for await (const batch of batches(plain, { batchSize: 3, seed: 0, epoch: 0 })) await b.step(batch);
  expect((await a.values()).get("weight")?.[0]).toBeCloseTo((await b.values()).get("weight")?.[0] ?? 0, 6);
  const [x, y] = [await a.evaluate(weighted([1, 0, 2])), await a.evaluate(plain)];
  expect(x.loss).toBeCloseTo(y.loss, 5);
});

it("a loss may be a function of everything, and needs no targets then", async () => {
  const trainer = await make(sequential(linear(2)), {
    inputs: [3],
    loss: ({ inputs, outputs }) =>
      graph.square(graph.sum(outputs.output as never, -1).sub(graph.sum(inputs.input as never, -1))),
    optimizer: adam({ learningRate: 0.05 }),
  });
  const batch = {
    inputs: [
      [1, 2, 3],
      [0, 1, 0],
      [2, 0, 1],
    ],
  };
  await trainer.step(batch);
  const before = await trainer.loss();
  for (let i = 0; i < 100; i++) await trainer.step(batch);
  expect(await trainer.loss()).toBeLessThan(0.1 * before);
});

describe("trainers that share layers", () => {
  it("see each other's weights, and leave them alone", async () => {
    const judge = sequential(linear(8), tanh(), linear(1));
    const maker = linear(2);
    const d = await make(judge, { inputs: [2], targets: { kind: "value", shape: [1] }, seed: 1 });
    const g = await make(sequential(maker, judge), {
      inputs: [3],
      targets: { kind: "value", shape: [1] },
      share: [d as unknown as Trainer],
      seed: 2,
    });
    const batch = { inputs: [[1, 0, 2]], targets: [[1]] };
    const lossOf = async () => (await g.evaluate(batch)).loss;
    const [own, before] = [await d.values(), await lossOf()];
    await g.step(batch);
    expect(await d.values()).toEqual(own);
    expect(await lossOf()).toBeLessThan(before);
    const stepped = await lossOf();
    await d.step({ inputs: [[1, 2]], targets: [[3]] });
    expect(await lossOf()).not.toBe(stepped);
    expect(Object.keys((await g.checkpoint()).tensors)).toEqual([
      "linear1.weight",
      "linear1.weight/adam.m",
      "linear1.weight/adam.s",
      "linear1.bias",
      "linear1.bias/adam.m",
      "linear1.bias/adam.s",
    ]);
  });

  it("must have a layer in common, and something of their own", async () => {
    const body = linear(2);
    const a = (await make(body, {
      inputs: [2],
      targets: { kind: "value", shape: [2] },
    })) as unknown as Trainer;
    const options = { inputs: [2], targets: { kind: "value", shape: [2] }, share: [a] } as const;
    await expect(make(linear(2), options)).rejects.toThrow(
      "createTrainer: share: the network has no layer in common with trainer 0",
    );
    await expect(make(body, options)).rejects.toThrow("are shared with other trainers or frozen");
    await expect(make(linear(2), { ...options, share: [3 as never] })).rejects.toThrow(
      "createTrainer: share: expected a trainer, as createTrainer makes one, got 3",
    );
  });
});

it("frozen layers stand still", async () => {
  const body = linear(4);
  const trainer = await make(sequential(frozen(body), relu(), linear(3)), { data });
  const before = await trainer.values();
  for await (const batch of batches(data, { batchSize: 40, seed: 0, epoch: 0 })) await trainer.step(batch);
  const after = await trainer.values();
  expect(after.get("linear1.weight")).toEqual(before.get("linear1.weight"));
  expect(after.get("linear2.weight")).not.toEqual(before.get("linear2.weight"));
});

it.each<[TrainerOptions, string]>([
  [{}, "createTrainer: neither data nor inputs are given"],
  [{ data: 3 as never }, "createTrainer: data is 3, not a dataset"],
  [{ data, batchSize: 0 }, "createTrainer: batchSize must be a whole number of at least 1, got 0"],
  [{ data, metrics: { loss: accuracy() } }, 'a metric cannot be called "loss"'],
  [
    { data, metrics: { hits: 3 as never } },
    'createTrainer: the metric "hits" is 3; give one such as rocAuc()',
  ],
  [{ data, learningRate: 1 } as never, 'createTrainer: there is no option "learningRate"'],
])("createTrainer refuses %j", async (options, message) => {
  await expect(make(linear(3), options)).rejects.toThrow(message);
});

it("a rate that went down on a plateau is part of a trainer's state", async () => {
  const options = () => ({
    data,
    optimizer: gradientDescent({ learningRate: plateau(0.5, { patience: 0, factor: 0.5 }) }),
  });
  const rate = plateau(0.5, { patience: 0, factor: 0.5 });
  const trainer = await make(linear(3), { data, optimizer: gradientDescent({ learningRate: rate }) });
  rate.measured(1);
  rate.measured(2);
  const { state } = await trainer.checkpoint();
  expect(state.rates).toEqual([{ rate: 0.25, best: 1, waited: 0, cooling: 0 }]);
  const other = await make(linear(3), options());
  await other.restore(await trainer.checkpoint());
  expect(other.state()).toEqual(state);
});
