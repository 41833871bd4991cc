import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  batches,
  blobs,
  type Callback,
  dataset,
  fit,
  linear,
  random,
  readRows,
  relu,
  sequential,
  split,
  stream,
  take,
} from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

/** Numbers from 100 times the epoch on, for ever. */
const counting = (perEpoch = 10) =>
  stream({
    name: "numbers",
    perEpoch,
    targets: {},
    *examples(epoch) {
      for (let i = 100 * epoch; ; i++) yield { input: i };
    },
  });

const read = async (data: ReturnType<typeof stream>, options: { epoch: number; from?: number }) => {
  const all: number[] = [];
  for await (const { inputs } of batches(data, { batchSize: 4, seed: 1, ...options }))
    all.push(...Array.from(inputs.input ?? [], Number));
  return all;
};

const squares = (perEpoch = 200) =>
  stream({
    name: "squares",
    perEpoch,
    async *examples(epoch) {
      const draws = random(1, "squares", epoch);
      for (;;) {
        const x = draws.normal();
        if (draws.integer(50) === 0) await pause(1);
        yield { input: x, target: x ** 2 };
      }
    },
  });

const net = () => sequential(linear(8), relu(), linear(1));
const test = dataset({ name: "test", inputs: [[-1], [0], [2]], targets: [[1], [0], [4]] });

describe("a stream", () => {
  it("gives its examples in order, as many as make an epoch, and begins each epoch", async () => {
    const data = counting();
    expect(await read(data, { epoch: 0 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await read(data, { epoch: 1 })).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
    expect(await read(data, { epoch: 1, from: 2 })).toEqual([108, 109]);
    expect(await read(data, { epoch: 0 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("trains, is reproducible, and goes on from a checkpoint in the middle of an epoch", async () => {
    const options = { epochs: 3, batchSize: 20, seed: 3 };
    const whole = await fit(net(), { train: squares(), test }, { ...options, callbacks: [{}] });
    expect(whole.epochs.map(({ steps }) => steps)).toEqual([10, 20, 30]);
    const checkpoint = { folder: temporaryFolder() };
    const stop: Callback = {
      onStepEnd: ({ trainer, stop }) => {
        if (trainer.steps === 14) stop();
      },
    };
    await fit(net(), { train: squares(), test }, { ...options, checkpoint, callbacks: [stop] });
    const resumed = await fit(
      net(),
      { train: squares(), test },
      { ...options, checkpoint, resume: true, callbacks: [{}] },
    );
    expect(await resumed.weights()).toEqual(await whole.weights());
  });

  it("is left, when an epoch ends, as generators want to be", async () => {
    const left: number[] = [];
    const data = stream({
      name: "files",
      perEpoch: 4,
      *examples(epoch) {
        try {
          for (;;) yield { input: 1, target: 1 };
        } finally {
          left.push(epoch);
        }
      },
    });
    await read(data, { epoch: 0 });
    await read(data, { epoch: 1 });
    expect(left).toEqual([0]);
  });

  const given = (options: object) => () => stream({ name: "s", perEpoch: 3, examples: () => [], ...options });
  it.each<[string, () => unknown, string]>([
    ["a generator that was begun", given({ examples: [] }), 'stream "s": examples is '],
    [
      "no number of examples",
      given({ perEpoch: 0 }),
      'stream "s": perEpoch is 0; give the number of examples that make an epoch',
    ],
    ["an unknown option", given({ size: 3 }), 'stream: there is no option "size"'],
    [
      "a part of one",
      () => take(counting(), 3),
      "the examples of a stream come in order, and none can be chosen",
    ],
    [
      "a split of one",
      () => split(counting(), { fraction: 0.2, seed: 1 }),
      "give parts as datasets of their own",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("says where it ended, gave something else, or was not read in order", async () => {
    const short = stream({
      name: "short",
      perEpoch: 5,
      *examples() {
        yield { input: 1, target: 1 };
        yield { input: 2, target: 1 };
      },
    });
    await expect(fit(net(), { train: short, test }, { preprocess: "none" })).rejects.toThrow(
      'stream "short": it ended after 2 examples of epoch 0, and perEpoch is 5; set that to no more, or let it begin again',
    );
    const other = stream({
      name: "other",
      perEpoch: 2,
      examples: () => [
        { input: 1, target: 1 },
        { input: [1, 2], target: 1 },
      ],
    });
    await expect(readRows(other)).rejects.toThrow("input of example 1 has 2 numbers; give 1");
    const nothing = stream({ name: "nothing", perEpoch: 2, examples: () => 3 as never });
    await expect(readRows(nothing)).rejects.toThrow(
      'stream "nothing": examples gave 3; let it return something to go through',
    );
    await expect(readRows(counting(), [4, 2])).rejects.toThrow(
      "example 2 was asked for after example 4; its examples can only be read in order",
    );
    await expect(fit(linear(3), blobs({ n: 9 }), { validation: 0.3, epochs: 1 })).resolves.toBeDefined();
    await expect(fit(net(), squares(), { validation: 0.3 })).rejects.toThrow(
      "give parts as datasets of their own",
    );
  });
});
