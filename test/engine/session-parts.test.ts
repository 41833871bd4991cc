import { afterEach, describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import type { Draw, KeptState, TrainedParameter, TrainingGraph } from "../../src/engine/training/graph.js";
import { openSession } from "../../src/engine/training/open.js";
import type { TrainingOptions, TrainingSession } from "../../src/engine/training/session.js";
import { batch, cast, gather, input, mean, mul, square, sum, type Tensor } from "../../src/graph/index.js";
import { adam, ema, gradientDescent, type Rule } from "../../src/optim/index.js";

const time = (step: number) => ({ step, steps: 10, stepsPerEpoch: 10 });
const held: TrainingSession[] = [];

afterEach(async () => {
  for (const session of held.splice(0)) await session.release();
});

const parameter = (name: string, shape: readonly number[], rule: Rule, start = 0.5): TrainedParameter => ({
  name,
  tensor: input(name, shape),
  shape,
  initialize: (values) => values.set(values.map((_, i) => start + 0.1 * i)),
  rule,
});

const x = input("x", [batch, 3]);
const y = input("y", [batch]);

/** Least squares on three features: the loss is a mean over examples. */
const leastSquares = (w: Tensor, extra: Partial<TrainingGraph> = {}): Omit<TrainingGraph, "parameters"> => ({
  loss: mean(square(sum(mul(x, w), 1).sub(y))),
  metrics: { total: sum(y) },
  data: [x, y],
  states: [],
  draws: [],
  batchSize: 16,
  seed: 1,
  ...extra,
});

const open = async (graph: TrainingGraph, options: TrainingOptions = {}): Promise<TrainingSession> => {
  const session = await openSession(graph, nodeEngine, { threads: 1, ...options });
  held.push(session);
  return session;
};

const regression = (
  rule: Rule = adam({ learningRate: 0.1 }),
  options: TrainingOptions & Partial<TrainingGraph> = {},
) => {
  const { exchange, ...extra } = options;
  const w = parameter("w", [3], rule);
  return open({ ...leastSquares(w.tensor, extra), parameters: [w] }, exchange ? { exchange } : {});
};

/** Writes examples `from` to `to` of a fixed sequence. */
const write = (session: TrainingSession, from: number, to: number): number => {
  const { x: inputs, y: targets } = session.batch(to - from);
  for (let i = from; i < to; i++) {
    inputs?.set([Math.sin(i), Math.cos(3 * i), 1], 3 * (i - from));
    targets?.set([Math.sin(5 * i)], i - from);
  }
  return to - from;
};

const numbers = async (session: TrainingSession, name: string) =>
  [...((await session.tensors())[name]?.data ?? [])].map(Number);

describe("gradients of several batches", () => {
  it("are the mean over all examples, whatever the batches' sizes", async () => {
    const whole = await regression();
    await whole.accumulate(write(whole, 0, 12), time(0));
    const expected = [...((await whole.gradients()).w?.data ?? [])].map(Number);
    const parts = await regression();
    for (const [from, to] of [
      [0, 7],
      [7, 8],
      [8, 12],
    ] as const)
      await parts.accumulate(write(parts, from, to), time(0));
    const found = [...((await parts.gradients()).w?.data ?? [])].map(Number);
    found.forEach((g, i) => void expect(g).toBeCloseTo(expected[i] ?? Number.NaN, 6));
    expect(Math.abs(expected[0] ?? 0)).toBeGreaterThan(0.01);
    // Looking at them changes nothing.
    await whole.update(time(0));
    await parts.update(time(0));
    const [a, b] = [await numbers(whole, "w"), await numbers(parts, "w")];
    b.forEach((value, i) => void expect(value).toBeCloseTo(a[i] ?? Number.NaN, 6));
  });

  it("begin anew after an update, and after they were discarded", async () => {
    const session = await regression(gradientDescent({ learningRate: 0 }));
    const alone = async (from: number, to: number) => {
      await session.accumulate(write(session, from, to), time(0));
      const { data } = (await session.gradients()).w ?? { data: [] };
      return [...data].map(Number);
    };
    const second = await alone(4, 8);
    session.discardGradients();
    await alone(0, 4);
    await session.update(time(0));
    expect(await alone(4, 8)).toEqual(second);
    session.discardGradients();
    await expect(session.gradients()).rejects.toThrow("gradients were asked for, but none were computed");
    await expect(session.update(time(0))).rejects.toThrow("an update was asked for, but no gradients");
  });

  it("may be given: the update is that of a step", async () => {
    const stepped = await regression();
    await stepped.step(write(stepped, 0, 8), time(0));
    const given = await regression();
    await given.accumulate(write(given, 0, 8), time(0));
    const gradients = await given.gradients();
    given.discardGradients();
    await given.setGradients(gradients);
    await given.update(time(0));
    expect(await given.tensors()).toEqual(await stepped.tensors());
    await expect(given.setGradients({})).rejects.toThrow('gradients: there is no "w" [3] among those given');
    const other = { dtype: "float32", shape: [2], data: new Float32Array(2) } as const;
    await expect(given.setGradients({ w: other })).rejects.toThrow(
      'gradients: "w" is float32 [2], expected float32 [3]',
    );
    await expect(given.setGradients({ ...gradients, v: other })).rejects.toThrow(
      'gradients: there is no place for "v"; known are w',
    );
  });

  it("are exchanged with other processes as sums over their examples", async () => {
    const whole = await regression();
    await whole.step(write(whole, 0, 12), time(0));
    const seen: number[] = [];
    const other = await regression();
    await other.accumulate(write(other, 8, 12), time(0));
    const theirs = [...((await other.gradients()).w?.data ?? [])].map(Number);
    const exchange = (gradients: Float32Array, weight: number) => {
      seen.push(weight);
      gradients.set(theirs.map((g, i) => (gradients[i] ?? 0) + 4 * g));
      return weight + 4;
    };
    const mine = await regression(adam({ learningRate: 0.1 }), { exchange });
    await mine.step(write(mine, 0, 8), time(0));
    expect(seen).toEqual([8]);
    const expected = await numbers(whole, "w/adam.m");
    (await numbers(mine, "w/adam.m")).forEach((m, i) => void expect(m).toBeCloseTo(expected[i] ?? 0, 6));
  });

  it("of weighted examples are divided by their weights together", async () => {
    const weights = input("weights", [batch]);
    const w = parameter("w", [3], gradientDescent());
    const residual = sum(mul(x, w.tensor), 1).sub(y);
    const weighted = (): Promise<TrainingSession> =>
      open({
        ...leastSquares(w.tensor),
        loss: sum(mul(weights, square(residual))).div(sum(weights)),
        weight: sum(weights),
        data: [x, y, weights],
        parameters: [w],
      });
    const gradientOf = async (...parts: readonly (readonly [number, number])[]) => {
      const session = await weighted();
      for (const [from, to] of parts) {
        const size = write(session, from, to);
        session.batch(size).weights?.set(Array.from({ length: size }, (_, i) => 1 + ((from + i) % 3)));
        await session.accumulate(size, time(0));
      }
      expect((await session.totals()).weight).toBe(24);
      return [...((await session.gradients()).w?.data ?? [])].map(Number);
    };
    const expected = await gradientOf([0, 12]);
    const found = await gradientOf([0, 5], [5, 12]);
    found.forEach((g, i) => void expect(g).toBeCloseTo(expected[i] ?? Number.NaN, 5));
  });
});

it("scores are those of the last batch, totals sums since they were reset", async () => {
  const session = await regression(gradientDescent({ learningRate: 0 }));
  const losses: number[] = [];
  for (const [from, to] of [
    [0, 4],
    [4, 10],
  ] as const) {
    await session.step(write(session, from, to), time(0));
    losses.push((await session.scores()).loss);
  }
  const [first = 0, second = 0] = losses;
  const { examples, weight, loss, metrics } = await session.totals();
  expect([examples, weight, loss]).toEqual([10, 10, 4 * first + 6 * second]);
  expect(metrics.total).toBeCloseTo(
    Array.from({ length: 10 }, (_, i) => Math.sin(5 * i)).reduce((a, b) => a + b),
    5,
  );
  session.resetTotals();
  expect(await session.totals()).toEqual({ examples: 0, weight: 0, loss: 0, metrics: { total: 0 } });
  session.resetTotals({ examples: 3, weight: 3, loss: 2, metrics: { total: 1 } });
  await session.step(write(session, 0, 4), time(0));
  expect((await session.totals()).loss).toBe(2 + 4 * first);
});

describe("the state of a session", () => {
  const averaged = () => ema({ decay: 0.9 })(adam({ learningRate: 0.1 }));

  it("is named after its parameters and rules, and goes on as it was in another session", async () => {
    const first = await regression(averaged());
    for (let step = 0; step < 3; step++) await first.step(write(first, 4 * step, 4 * step + 4), time(step));
    const tensors = await first.tensors();
    expect(Object.keys(tensors)).toEqual(["w", "w/ema(adam).m", "w/ema(adam).s", "w/ema(adam).average"]);
    expect(tensors.w?.shape).toEqual([3]);
    const second = await regression(averaged());
    await second.setTensors(tensors);
    for (const session of [first, second]) await session.step(write(session, 12, 16), time(3));
    expect(await second.tensors()).toEqual(await first.tensors());
    expect(await second.values()).toEqual(await first.values());
    expect(await second.tensors()).not.toEqual(tensors);
    const { w: _, ...others } = tensors;
    await expect(second.setTensors(others)).rejects.toThrow(
      'training: there is no "w" [3] among those given',
    );
  });

  it("is put back by a snapshot, which can be taken anew and filled with tensors", async () => {
    const session = await regression(averaged());
    const step = () => session.step(write(session, 0, 8), time(0));
    await step();
    const snapshot = await session.snapshot();
    const before = await session.tensors();
    expect(await snapshot.tensors()).toEqual(before);
    await step();
    const after = await session.tensors();
    expect(after).not.toEqual(before);
    await snapshot.restore();
    expect(await session.tensors()).toEqual(before);
    await snapshot.set(after);
    await snapshot.restore();
    expect(await session.tensors()).toEqual(after);
    await step();
    await snapshot.take();
    expect(await snapshot.tensors()).toEqual(await session.tensors());
    snapshot.release();
    await expect(snapshot.restore()).rejects.toThrow("the snapshot was released");
  });

  it("of values is what the network in use has", async () => {
    const session = await regression(averaged());
    await session.step(write(session, 0, 8), time(0));
    await session.step(write(session, 0, 8), time(1));
    const inUse = (await session.values()).get("w");
    const snapshot = await session.snapshot("values");
    const tensors = await snapshot.tensors();
    expect(Object.keys(tensors)).toEqual(["w"]);
    expect(tensors.w?.data).toEqual(inUse);
    expect(await numbers(session, "w")).not.toEqual([...(inUse ?? [])]);
    await session.step(write(session, 8, 16), time(2));
    await snapshot.restore();
    expect((await session.values()).get("w")).toEqual(inUse);
    expect(await numbers(session, "w")).toEqual([...(inUse ?? [])]);
  });
});

it("inputs are fed by name: float32 as they are, int64 as int32, bool as 0 and 1", async () => {
  const id = input("id", [batch], "int64");
  const on = input("on", [batch], "bool");
  const table = parameter("table", [4, 1], gradientDescent({ learningRate: 1 }), 0);
  const loss = mean(mul(sum(gather(table.tensor, id), 1), cast(on, "float32")));
  const session = await open({
    loss,
    metrics: { ids: cast(sum(cast(id, "float32")), "float32") },
    data: [id, on],
    parameters: [table],
    states: [],
    draws: [],
    batchSize: 4,
    seed: 0,
  });
  const { id: ids, on: flags } = session.batch(4);
  expect([ids?.constructor, flags?.constructor]).toEqual([Int32Array, Uint8Array]);
  ids?.set([1, 3, -1, 3]);
  flags?.set([1, 0, 1, 1]);
  await session.step(4, time(0));
  expect((await session.scores()).metrics.ids).toBe(6);
  const expected = [0, 0.1 - 0.25, 0.2, 0.3 - 0.5];
  (await numbers(session, "table")).forEach(
    (value, i) => void expect(value).toBeCloseTo(expected[i] ?? 9, 6),
  );
  const program = await session.attach({ inputs: [id], outputs: { rows: gather(table.tensor, id) } });
  const { rows } = await program.run({ id: Int32Array.of(1, -2) });
  expect([...(rows?.data ?? [])]).toEqual(
    [Math.fround(0.1 - 0.25), Math.fround(0.2)].map((v) => expect.closeTo(v, 6)),
  );
  await expect(
    open({
      ...leastSquares(parameter("w", [3], gradientDescent()).tensor),
      loss: cast(mean(input("z", [batch], "float64")), "float32").mul(sum(table.tensor)),
      data: [input("z", [batch], "float64")],
      parameters: [table],
    }),
  ).rejects.toThrow('input "z" [batch] is of type float64; training is fed float32, int64 or bool');
});

it("a state without a next value never changes: a frozen parameter", async () => {
  const w = parameter("w", [3], gradientDescent());
  const body: KeptState = { ...parameter("body", [3], gradientDescent(), 2), tensor: input("body", [3]) };
  const session = await open({
    ...leastSquares(mul(w.tensor, body.tensor), { states: [body] }),
    parameters: [w],
  });
  await session.step(write(session, 0, 8), time(0));
  expect((await session.values()).get("body")).toEqual(Float32Array.of(2, 2.1, 2.2));
  expect((await session.values()).get("w")).not.toEqual(Float32Array.of(0.5, 0.6, 0.7));
  expect(Object.keys(await session.gradients().catch(() => ({})))).toEqual([]);
});

it("what is borrowed from another session is what it has there, and stays its own", async () => {
  const owner = await regression(gradientDescent({ learningRate: 0.1 }));
  const v = parameter("v", [3], gradientDescent({ learningRate: 0.1 }));
  const theirs = input("shared w", [3]);
  const borrow = (source: string, shape = [3]) =>
    open({
      ...leastSquares(mul(v.tensor, theirs)),
      borrowed: [{ name: "theirs", tensor: theirs, shape, from: owner, source }],
      parameters: [v],
    });
  const session = await borrow("w");
  const lossOf = async () => {
    await session.accumulate(write(session, 0, 8), time(0));
    session.discardGradients();
    return (await session.scores()).loss;
  };
  const before = await lossOf();
  await owner.step(write(owner, 0, 8), time(0));
  const after = await lossOf();
  expect(after).not.toBe(before);
  const kept = (await owner.values()).get("w");
  await session.step(write(session, 0, 8), time(0));
  expect((await owner.values()).get("w")).toEqual(kept);
  expect((await session.values()).get("theirs")).toEqual(kept);
  expect(Object.keys(await session.tensors())).toEqual(["v"]);
  await expect(borrow("u")).rejects.toThrow('"theirs" is to be shared, but the other trainer has no "u"');
});

it("two names that are the same are refused", async () => {
  const w = parameter("w", [3], gradientDescent());
  const state: KeptState = { ...w, tensor: input("w", [3]) };
  await expect(open({ ...leastSquares(w.tensor, { states: [state] }), parameters: [w] })).rejects.toThrow(
    'training: two parameters or states are called "w"',
  );
});

describe("what is drawn for an example", () => {
  const noise: Draw = { kind: "normal", name: "noise", tensor: input("noise", [batch, 3]) };

  const noisy = async (parts: readonly (readonly [number, number])[], first?: number) => {
    const w = parameter("w", [3], gradientDescent());
    const session = await open({
      ...leastSquares(w.tensor, { draws: [noise] }),
      loss: mean(square(sum(mul(x.add(noise.tensor), w.tensor), 1).sub(y))),
      parameters: [w],
    });
    for (const [from, to] of parts) await session.accumulate(write(session, from, to), time(4), first);
    return [...((await session.gradients()).w?.data ?? [])].map(Number);
  };

  it("is the same in one batch, in several, and in several processes", async () => {
    const whole = await noisy([[0, 12]]);
    const several = await noisy([
      [0, 5],
      [5, 12],
    ]);
    const [one, two] = [await noisy([[0, 5]]), await noisy([[5, 12]], 5)];
    whole.forEach((g, i) => {
      expect(several[i]).toBeCloseTo(g, 5);
      expect((5 * (one[i] ?? 0) + 7 * (two[i] ?? 0)) / 12).toBeCloseTo(g, 5);
    });
    expect((await noisy([[5, 12]]))[0]).not.toBeCloseTo(two[0] ?? 0, 3);
  });
});

it("running statistics move on with every batch, once it was not refused", async () => {
  const w = parameter("w", [3], gradientDescent({ learningRate: 0 }));
  const tensor = input("count", [1]);
  const count: KeptState = {
    name: "count",
    tensor,
    shape: [1],
    initialize: (values) => values.fill(10),
    next: tensor.add(1),
  };
  const session = await open({ ...leastSquares(w.tensor, { states: [count] }), parameters: [w] });
  const value = async () => (await numbers(session, "count"))[0];
  expect(await value()).toBe(10);
  await session.accumulate(write(session, 0, 4), time(0));
  await session.accumulate(write(session, 4, 8), time(0));
  await session.update(time(0));
  expect(await value()).toBe(12);
  session.batch(4).y?.fill(Number.NaN);
  await expect(session.step(4, time(1))).rejects.toThrow("training diverged at step 2: the loss is NaN");
  await session.step(write(session, 0, 4), time(1));
  expect(await value()).toBe(13);
});
