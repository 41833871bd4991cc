import { describe, expect, it } from "vitest";
import {
  adam,
  batchNorm,
  blobs,
  type Callback,
  dropout,
  ema,
  type FitOptions,
  fit,
  linear,
  plateau,
  relu,
  sequential,
  type TrainingCheckpoint,
  type TrainingContext,
} from "../../src/index.js";

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

/** Takes a checkpoint after so many steps, as a file would hold it, and remembers how often it was asked. */
const takerAt = (step: number) => {
  const taken: TrainingCheckpoint[] = [];
  let context: TrainingContext | undefined;
  const callback: Callback = {
    onTrainBegin: (given) => {
      context = given;
    },
  };
  const checkpoints: NonNullable<FitOptions["checkpoints"]> = {
    isDue: () => context?.trainer.steps === step,
    take: async (course) => {
      const session = context?.trainer.session;
      if (session) taken.push(structuredClone({ ...course, tensors: await session.tensors() }));
    },
    settle: async () => {},
  };
  return { taken, callback, checkpoints };
};

describe("a training that goes on from a checkpoint", () => {
  // In the middle of epochs of five steps, at an end of one, and where a best epoch lies behind.
  it.each([2, 5, 8, 15, 17])(
    "after step %i ends in the same bytes as one that never stopped",
    async (step) => {
      const whole = await fit(net(), data(), options());
      const { taken, callback, checkpoints } = takerAt(step);
      await fit(net(), data(), { ...options(), checkpoints, callbacks: [callback] });
      const [checkpoint] = taken;
      if (!checkpoint) throw new Error("no checkpoint was taken");
      expect(checkpoint.step).toBe(step);
      const state = JSON.parse(JSON.stringify(checkpoint.state));
      const resumed = await fit(net(), data(), {
        ...options(),
        resume: { ...checkpoint, state },
        callbacks: [{}],
      });
      expect(await resumed.weights()).toEqual(await whole.weights());
      expect(resumed.test).toEqual(whole.test);
      const told = ({ epochs }: typeof whole) =>
        epochs.map(({ seconds: _, samplesPerSecond: __, ...record }) => record);
      expect(told(resumed)).toEqual(told(whole));
      expect([resumed.keptEpoch, resumed.bestEpoch, resumed.stopped]).toEqual([
        whole.keptEpoch,
        whole.bestEpoch,
        whole.stopped,
      ]);
    },
  );
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
