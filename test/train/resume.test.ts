import { describe, expect, it } from "vitest";
import {
  adam,
  batchNorm,
  blobs,
  type Callback,
  dropout,
  ema,
  type FitOptions,
  f1,
  fit,
  linear,
  plateau,
  type Run,
  relu,
  sequential,
  type TrainingContext,
  tanh,
} from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const data = () => ({
  train: blobs({ n: 90, classes: 3, seed: 1 }),
  validation: blobs({ n: 60, classes: 3, seed: 2 }),
  test: blobs({ n: 60, classes: 3, seed: 3 }),
});

const net = () => sequential(linear(8), batchNorm(), relu(), dropout({ keep: 0.7 }), linear(3));

const options = (): FitOptions => ({
  optimizer: ema({ decay: 0.9 })(adam({ learningRate: plateau(0.05, { patience: 0, factor: 0.7 }) })),
  clipNorm: 1,
  epochs: 4,
  batchSize: 20,
  seed: 5,
  earlyStopping: { patience: 3 },
  threads: 1,
});

/** Ends a training after so many steps, as a signal would. */
const stopAt = (steps: number): Callback => ({
  onStepEnd: ({ trainer, stop }) => {
    if (trainer.steps === steps) stop();
  },
});

/** What is told of each epoch, but for how long it took. */
const told = ({ epochs }: Run) => epochs.map(({ seconds: _, samplesPerSecond: __, ...record }) => record);

const checkpoint = () => ({ folder: temporaryFolder() });

describe("a training that goes on from a checkpoint", () => {
  // In the middle of epochs of five steps, at an end of one, and where a best epoch lies behind.
  it.each([2, 5, 8, 15, 17])(
    "after step %i ends in the same bytes as one that never stopped",
    async (step) => {
      const whole = await fit(net(), data(), { ...options(), callbacks: [{}] });
      const at = { checkpoint: checkpoint() };
      const first = await fit(net(), data(), { ...options(), ...at, callbacks: [stopAt(step)] });
      expect(first.stopped).toBe("stopped");
      const resumed = await fit(net(), data(), { ...options(), ...at, resume: true, callbacks: [{}] });
      expect(await resumed.weights()).toEqual(await whole.weights());
      expect(resumed.test).toEqual(whole.test);
      expect(told(resumed)).toEqual(told(whole));
      expect([resumed.keptEpoch, resumed.bestEpoch, resumed.stopped]).toEqual([
        whole.keptEpoch,
        whole.bestEpoch,
        whole.stopped,
      ]);
    },
  );

  it("does so without a validation part too", async () => {
    const { train, test } = data();
    const plain = (): FitOptions => {
      const { earlyStopping: _, ...rest } = options();
      return { ...rest, optimizer: adam({ learningRate: 0.01 }) };
    };
    const whole = await fit(net(), { train, test }, { ...plain(), callbacks: [{}] });
    for (const step of [7, 10]) {
      const at = { checkpoint: checkpoint() };
      await fit(net(), { train, test }, { ...plain(), ...at, callbacks: [stopAt(step)] });
      const resumed = await fit(net(), { train, test }, { ...plain(), ...at, resume: true, callbacks: [{}] });
      expect(await resumed.weights()).toEqual(await whole.weights());
      expect(told(resumed)).toEqual(told(whole));
    }
  });

  it("gives callbacks what they remembered", async () => {
    const counting = () => {
      let count = 0;
      const callback: Callback = {
        onStepEnd: () => {
          count += 1;
        },
        state: () => count,
        restore: (state) => {
          count = Number(state);
        },
      };
      return { callback, count: () => count };
    };
    const at = { checkpoint: checkpoint() };
    const [first, second] = [counting(), counting()];
    await fit(net(), data(), { ...options(), ...at, callbacks: [first.callback, stopAt(8)] });
    const resumed = await fit(net(), data(), {
      ...options(),
      ...at,
      resume: true,
      callbacks: [second.callback, {}],
    });
    expect(second.count()).toBe(resumed.epochs.at(-1)?.steps);
  });

  it("begins anew where there is no checkpoint, and refuses to where there is one and resume is not asked for", async () => {
    const at = { checkpoint: checkpoint() };
    const run = await fit(net(), data(), { ...options(), ...at, resume: true });
    expect(run.epochs.length).toBeGreaterThan(1);
    expect(run.checkpointProblem).toBeUndefined();
    await expect(fit(net(), data(), { ...options(), ...at })).rejects.toThrow(
      /has checkpoints of another training \(checkpoint-\d+\.safetensors\); go on with resume: true, or choose another folder$/,
    );
  });

  const other = () => ({ ...data(), train: blobs({ n: 90, classes: 3, seed: 9 }) });
  it.each<[string, () => ReturnType<typeof data>, Partial<FitOptions>, RegExp, () => ReturnType<typeof net>]>(
    [
      ["other data", other, {}, /: content of the train part was "\w{16}" and is "\w{16}";/, net],
      ["more epochs", data, { epochs: 5 }, /: epochs was 4 and is 5; train as it was/, net],
      ["another seed", data, { seed: 6 }, /: seed was 5 and is 6;/, net],
      [
        "another patience",
        data,
        { earlyStopping: { patience: 2 } },
        /: earlyStopping.patience was 3 and is 2;/,
        net,
      ],
      ["what else is watched", data, { watch: "loss" }, /: watch was "error" and is "loss";/, net],
      ["other metrics", data, { metrics: { f1: f1() } }, /: metrics was "none" and is "f1";/, net],
      [
        "another network",
        data,
        {},
        /: shape of linear1.weight was "\[2, 8\]" and is "\[2, 9\]";/,
        () => sequential(linear(9), batchNorm(), relu(), dropout({ keep: 0.7 }), linear(3)),
      ],
      [
        "another activation",
        data,
        {},
        /: network and loss was "\w{16}" and is "\w{16}";/,
        () => sequential(linear(8), batchNorm(), tanh(), dropout({ keep: 0.7 }), linear(3)),
      ],
    ],
  )("is refused with %s, naming the first difference", async (_, changed, rest, message, network) => {
    const at = { checkpoint: checkpoint() };
    await fit(net(), data(), { ...options(), ...at, callbacks: [stopAt(8)] });
    await expect(
      fit(network(), changed(), { ...options(), ...rest, ...at, resume: true, callbacks: [{}] }),
    ).rejects.toThrow(message);
  });

  it.each<[string, object, string]>([
    ["no folder", { resume: true }, 'and none is named; set checkpoint: { folder: "…" }'],
    [
      "a folder that is no path",
      { checkpoint: { folder: 3 } },
      "checkpoint.folder must be the path of a folder, got 3",
    ],
    ["a path in place of options", { checkpoint: "runs" }, "checkpoint"],
    [
      "negative minutes",
      { checkpoint: { folder: "x", every: -1 } },
      "checkpoint.every must be minutes, as a number that is not negative, got -1",
    ],
    [
      "a path to resume from",
      { checkpoint: { folder: "x" }, resume: "x" },
      'resume must be true or false, got "x"',
    ],
  ])("is refused with %s", async (_, given, message) => {
    await expect(fit(net(), data(), given)).rejects.toThrow(message);
  });
});

describe("callbacks", () => {
  it("are called in order, waited for, and know where training stands", async () => {
    const told: string[] = [];
    let pending = 0;
    const tell =
      (name: string) =>
      async ({ epoch, step }: TrainingContext) => {
        expect(++pending).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        pending -= 1;
        told.push(`${name} ${epoch}.${step}`);
      };
    const callback: Callback = {
      onTrainBegin: tell("begin"),
      onEpochBegin: tell("epoch"),
      onStepBegin: tell("before"),
      onStepEnd: tell("after"),
      onEpochEnd: async (context, { record, best }) => {
        expect([record.epoch, best]).toEqual([told.includes("end") ? 2 : record.epoch, false]);
        told.push(`end ${record.epoch} ${context.records.length}`);
      },
      onTrainEnd: tell("done"),
    };
    await fit(linear(3), blobs({ n: 40, classes: 3, seed: 1 }), {
      epochs: 2,
      batchSize: 20,
      callbacks: [callback],
    });
    expect(told).toEqual([
      "begin 1.0",
      "epoch 1.0",
      "before 1.0",
      "after 1.1",
      "before 1.1",
      "after 1.2",
      "end 1 1",
      "epoch 2.0",
      "before 2.0",
      "after 2.1",
      "before 2.1",
      "after 2.2",
      "end 2 2",
      "done 2.0",
    ]);
  });

  it("evaluate, read values and stop; their errors are the training's", async () => {
    const seen: number[] = [];
    const run = await fit(linear(3), data(), {
      epochs: 50,
      callbacks: [
        {
          onEpochEnd: async ({ trainer, splits, stop }, { record }) => {
            seen.push((await trainer.evaluate(splits.train)).loss);
            if (record.epoch === 3) stop();
          },
        },
      ],
    });
    expect([run.stopped, run.epochs.length, seen.length]).toEqual(["stopped", 3, 3]);
    for (const name of [
      "onTrainBegin",
      "onStepBegin",
      "onStepEnd",
      "onEpochBegin",
      "onEpochEnd",
      "onTrainEnd",
    ]) {
      const failing = {
        [name]: async () => {
          throw new Error(`no room in ${name}`);
        },
      };
      await expect(fit(linear(3), data(), { epochs: 1, callbacks: [failing] })).rejects.toThrow(
        `no room in ${name}`,
      );
    }
  });
});
