import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  fit,
  gradientDescent,
  linear,
  polynomial,
  relu,
  sequential,
  split,
  TrainingDiverged,
} from "../../src/index.js";
import { Watch } from "../../src/train/watch.js";

/** The epochs, from 1, that are better than all before them. */
const improvements = (
  watch: Watch,
  validation: readonly (readonly [loss: number, error?: number])[],
  before = 0,
): number[] =>
  validation.flatMap(([loss, error], i) =>
    watch.offer(before + i + 1, { loss, ...(error === undefined ? {} : { error }) }) ? [before + i + 1] : [],
  );

const watching = (name: string, minimumChange: number) => new Watch({ name, better: "lower" }, minimumChange);

describe("which epoch is best", () => {
  it("goes by the error, and where errors tie by the loss", () => {
    const course = [
      [1, 10],
      [0.9, 10],
      [0.95, 10],
      [2, 8],
      [0.5, 9],
      [1.9, 8],
    ] as const;
    expect(improvements(watching("error", 0), course)).toEqual([1, 2, 4, 6]);
    expect(improvements(watching("loss", 0), course)).toEqual([1, 2, 5]);
  });

  it("goes by the loss where no errors are counted", () => {
    expect(improvements(watching("error", 0), [[1], [1], [0.5], [0.7]])).toEqual([1, 3]);
  });

  it("does not depend on the minimum change, which says what early stopping counts as an improvement: a fall by more", () => {
    const counted = (best: Watch, course: Parameters<typeof improvements>[1]) =>
      course.flatMap((epoch, i) => {
        improvements(best, [epoch], i);
        return best.improvedAt === i + 1 ? [i + 1] : [];
      });
    // Errors fall by 0.4, 0.7 and 0.3 points: only 10 to 8.9 is a fall by more than half a point.
    const course = [
      [1, 10],
      [1.1, 9.6],
      [1.2, 8.9],
      [1.1, 8.6],
    ] as const;
    expect(improvements(watching("error", 0.5), course)).toEqual([1, 2, 3, 4]);
    expect(counted(watching("error", 0.5), course)).toEqual([1, 3]);
    expect(counted(watching("error", 0), course)).toEqual([1, 2, 3, 4]);
    // The loss decides between equal errors where every improvement counts.
    expect(
      counted(watching("error", 0), [
        [1, 5],
        [0.9, 5],
        [1, 5],
      ]),
    ).toEqual([1, 2]);
    expect(
      counted(watching("error", 0.5), [
        [1, 5],
        [0.9, 5],
        [0.8, 5],
      ]),
    ).toEqual([1]);
    expect(counted(watching("loss", 0.25), [[1], [0.8], [0.7], [0.55]])).toEqual([1, 3]);
    expect(counted(watching("error", 0.25), [[1], [0.8], [0.7], [0.55]])).toEqual([1, 3]);
    // Higher by less than the change is no improvement.
    expect(
      counted(watching("error", 0.5), [
        [1, 10],
        [0.9, 10.4],
      ]),
    ).toEqual([1]);
  });

  it("ends training where the minimum change is not reached", async () => {
    const run = await fit(linear(1), polynomial({ n: 60, seed: 1 }), {
      optimizer: gradientDescent({ learningRate: 1e-4 }),
      validation: 0.5,
      epochs: 50,
      earlyStopping: { patience: 3, minimumChange: 0.5 },
    });
    // The loss falls from epoch to epoch, by much less.
    expect([run.stopped, run.epochs.length, run.keptEpoch]).toEqual(["early", 4, 4]);
  });
});

describe("the weights at the end", () => {
  const parts = split(blobs({ n: 400, noise: 0.9, seed: 3 }), { fraction: 0.5, seed: 1 });
  const splits = { ...parts, test: parts.validation };
  const net = () => sequential(linear(64), relu(), linear(3));
  const options = { optimizer: adam({ learningRate: 0.05 }), epochs: 25, batchSize: 16 };

  it("are those of the best epoch on the validation part, and the test is of them", async () => {
    const run = await fit(net(), splits, options);
    expect(run.keptEpoch).toBe(run.bestEpoch);
    expect(run.keptEpoch).toBeLessThan(25);
    const scores = run.epochs.map(({ validation }) => validation ?? { loss: Number.NaN });
    const lowest = Math.min(...scores.map(({ error = 100 }) => error));
    const tied = scores.filter(({ error }) => error === lowest);
    expect(run.test?.error).toBe(lowest);
    expect(run.test?.loss).toBe(Math.min(...tied.map(({ loss }) => loss)));
  });

  it("are the last where that is asked for, or nothing is watched", async () => {
    const last = await fit(net(), splits, { ...options, weights: "last" });
    expect(last.keptEpoch).toBe(25);
    expect(last.bestEpoch).toBeLessThan(25);
    const end = last.epochs.at(-1)?.validation;
    expect([last.test?.loss, last.test?.error]).toEqual([end?.loss, end?.error]);
    const unwatched = await fit(net(), { train: parts.train, test: parts.validation }, options);
    expect([unwatched.keptEpoch, unwatched.bestEpoch]).toEqual([25, undefined]);
    expect(unwatched.test?.loss).toBe(end?.loss);
  });

  it("follow the loss where that is watched, and early stopping with them", async () => {
    const run = await fit(net(), splits, { ...options, watch: "loss" });
    const losses = run.epochs.map(({ validation }) => validation?.loss ?? Number.NaN);
    expect(run.test?.loss).toBe(Math.min(...losses));
    expect(run.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    const stopped = await fit(net(), splits, { ...options, watch: "loss", earlyStopping: { patience: 3 } });
    expect(stopped.stopped).toBe("early");
    expect(stopped.epochs).toHaveLength((stopped.bestEpoch ?? 0) + 3);
  });

  it("refuses to watch errors that nobody counts", async () => {
    const values = polynomial({ n: 40, seed: 1 });
    await expect(fit(linear(1), values, { watch: "error", validation: 0.5 })).rejects.toThrow(
      'fit: watch is "error", but meanSquaredError counts no errors; watch the "loss"',
    );
    await expect(fit(linear(1), values, { watch: "accuracy" })).rejects.toThrow(/watch is "accuracy"/);
    await expect(fit(linear(1), values, { weights: "first" as never })).rejects.toThrow(/weights is "first"/);
  });
});

describe("what a training says of itself", () => {
  const data = blobs({ n: 90, seed: 1 });

  it("no step is made where it was aborted beforehand", async () => {
    let told = 0;
    const tell = () => void told++;
    const signal = AbortSignal.abort();
    const run = await fit(
      linear(3),
      { train: data, test: data },
      { signal, callbacks: [{ onStepEnd: tell, onEpochBegin: tell, onEpochEnd: tell }] },
    );
    expect([run.stopped, run.epochs, run.keptEpoch, told]).toEqual(["aborted", [], 0, 0]);
    const untouched = await fit(linear(3), data, {
      optimizer: gradientDescent({ learningRate: 0 }),
      epochs: 1,
    });
    expect(await run.weights()).toEqual(await untouched.weights());
  });

  it("the learning rate of an epoch is that of its last step", async () => {
    const learningRate = ({ step }: { readonly step: number }) => 0.1 / (1 + step);
    const run = await fit(linear(3), data, {
      optimizer: gradientDescent({ learningRate }),
      epochs: 2,
      batchSize: 30,
    });
    expect(run.epochs.map((epoch) => epoch.learningRate)).toEqual([0.1 / 3, 0.1 / 6]);
  });

  it("a divergence goes back to the last weights that are known to give a finite loss", async () => {
    // One step an epoch; the third makes weights that give none, which the fourth epoch's first loss, or validation, finds out.
    const deep = () => sequential(linear(8), relu(), linear(3));
    const blowsUp = gradientDescent({ learningRate: ({ step }) => (step === 2 ? 3e38 : 0.1) });
    const options = { optimizer: blowsUp, batchSize: 90, preprocess: "none" } as const;
    const diverged = async (splits: Parameters<typeof fit>[1], epochs: number, weights: "best" | "last") => {
      const failure: unknown = await fit(deep(), splits, { ...options, epochs, weights }).catch(
        (e: unknown) => e,
      );
      expect(failure).toBeInstanceOf(TrainingDiverged);
      return (failure as TrainingDiverged).run;
    };
    const two = await fit(deep(), data, { ...options, epochs: 2 });
    const one = await fit(deep(), data, { ...options, epochs: 1 });
    // Without validation the weights after the second epoch are proven by the third's loss.
    const found = await diverged(data, 5, "best");
    expect([found.stopped, found.keptEpoch, found.epochs.length]).toEqual(["diverged", 2, 3]);
    expect(await found.weights()).toEqual(await two.weights());
    // With it, by their own validation loss, and the best of them are kept.
    const watched = await diverged({ train: data, validation: data }, 5, "last");
    expect([watched.keptEpoch, watched.epochs.length]).toEqual([2, 2]);
    expect(await watched.weights()).toEqual(await two.weights());
    expect(await one.weights()).not.toEqual(await two.weights());
  });
});
