import { soleInput, targetSize } from "../data/dataset.js";
import { readRows, soleFloats } from "../data/rows.js";
import type { RegionGrid } from "../figures/region-grid.js";
import { machine, runtime } from "../machine.js";
import { missing } from "../missing.js";
import type { RunRecord } from "../report/index.js";
import { version } from "../version.js";
import type { Score } from "./events.js";
import { classNames } from "./export.js";
import { insightOf } from "./insight.js";
import { keptRecord, keptText } from "./kept.js";
import { confusion } from "./mistakes.js";
import { inOrder } from "./parts.js";
import { Prediction } from "./prediction.js";
import { type Run, soleAnswers } from "./run.js";

export interface RecordOptions {
  readonly title: string;
  readonly startedAt: Date;
  /** What was chosen, by name. */
  readonly config: Readonly<Record<string, string | number>>;
  readonly nextCommand?: string;
  /** Why the training diverged, where it did. */
  readonly diverged?: string;
  /** What simpler models reach on the test examples. */
  readonly beside?: RunRecord["beside"];
  /** What the network makes of the rows of a table that were set aside. */
  readonly table?: RunRecord["table"];
}

const stopReasons: Readonly<Record<Run["stopped"], (run: Run) => string>> = {
  completed: ({ epochs }) => `all ${epochs.length} epochs done`,
  early: ({ epochs }) => `no further improvement, after epoch ${epochs.length}`,
  stopped: ({ epochs }) => `ended by a callback in epoch ${epochs.length}`,
  aborted: ({ epochs }) => `ended by the user in epoch ${epochs.length}`,
  diverged: () =>
    "the loss was no longer finite; the weights of the last epoch that left it finite were kept",
};

/** The report counts errors as shares, training in percent. */
const share = (error: number | undefined): number | undefined =>
  error === undefined ? undefined : error / 100;

const scoreOf = (score: Score | undefined, examples: number | undefined) =>
  score && { loss: score.loss, error: share(score.error), examples };

/** What the network answers over a square of the plane around the points, cell by cell. */
const regionsOf = async (run: Run, classes: readonly string[]): Promise<RunRecord["regions"]> => {
  const data = run.splits.test ?? run.splits.train;
  const all = await readRows(data);
  const [inputs, labels] = [soleFloats(all.inputs), soleFloats(all.targets)];
  const reach = 1.15 * inputs.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const cells = 120;
  const centre = (i: number) => reach * ((2 * i + 1) / cells - 1);
  const centres = Float32Array.from({ length: 2 * cells * cells }, (_, i) =>
    i % 2 === 0 ? centre((i >> 1) % cells) : centre(Math.floor((i >> 1) / cells)),
  );
  const predicted = await run.predict(centres);
  const { data: answers } = predicted instanceof Prediction ? predicted : missing();
  const rows = Array.from({ length: cells * cells }, (_, i) =>
    answers.subarray(i * classes.length, (i + 1) * classes.length),
  );
  const probability = rows.map((row) => Math.max(...row));
  const grid: RegionGrid = {
    xDomain: [-reach, reach],
    yDomain: [-reach, reach],
    columns: cells,
    rows: cells,
    predicted: rows.map((row, i) => row.indexOf(probability[i] ?? missing())),
    probability,
  };
  return {
    grid,
    classes,
    points: Array.from(labels, (truth, i) => ({
      at: [inputs[2 * i] ?? missing(), inputs[2 * i + 1] ?? missing()] as const,
      truth,
    })),
  };
};

const valuesOf = async (run: Run): Promise<Float32Array> => {
  const data = run.splits.test;
  if (!data) return new Float32Array(0);
  const values: number[] = [];
  for await (const part of inOrder(data)) {
    for (const target of soleFloats(part.targets)) values.push(target);
  }
  return Float32Array.from(values);
};

/** What a finished run came to, as plain data for its report. */
export const recordOf = async (run: Run, options: RecordOptions): Promise<RunRecord> => {
  const { test, splits, image, target } = run;
  const classes = target ? classNames(target) : [];
  const kept = keptRecord(run);
  const keptBest = run.keptEpoch === run.bestEpoch;
  const compared =
    test && splits.test && target?.kind === "class"
      ? await confusion(splits.test, soleAnswers(run))
      : undefined;
  const planar =
    target?.kind === "class" &&
    Object.keys(splits.train.inputs).length === 1 &&
    soleInput(splits.train).size === 2 &&
    !soleInput(splits.train).field.partial;
  return {
    title: options.title,
    startedAt: options.startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    versions: { steepest: version, ...runtime(), platform: machine().platform },
    configuration: {
      ...options.config,
      inputs: run.preprocessing.text,
      ...(run.targetScale !== undefined && { targets: run.targetScale }),
      weights: keptText(run),
    },
    parameters: run.parameters.map(({ name, shape }) => ({
      name,
      shape,
      count: shape.reduce((a, b) => a * b, 1),
    })),
    epochs: run.epochs.map(
      ({ epoch, train, validation, learningRate, sharpness, samplesPerSecond, seconds }) => ({
        epoch,
        trainLoss: train.loss,
        trainError: share(train.error),
        validationLoss: validation?.loss,
        validationError: share(validation?.error),
        learningRate,
        sharpness,
        samplesPerSecond,
        seconds,
      }),
    ),
    results: {
      train: scoreOf(kept?.train, splits.train.size),
      validation: scoreOf(kept?.validation, splits.validation?.size),
      test: scoreOf(test, splits.test?.size),
    },
    bestEpoch: keptBest ? run.bestEpoch : undefined,
    diverged: options.diverged,
    beside: options.beside,
    table: options.table,
    stopReason: stopReasons[run.stopped](run),
    ...(compared && {
      confusion: {
        classes,
        counts: compared.counts,
        ...(image && {
          examples: compared.ofPairs.map(({ input, truth, predicted }) => ({
            values: input,
            layout: image,
            truth,
            predicted,
          })),
        }),
      },
    }),
    ...(compared && { insight: await insightOf(run, classes) }),
    ...(compared &&
      image && {
        mistakes: compared.worst.map(({ input, truth, predicted, probability }) => ({
          pixels: input,
          layout: image,
          truth: classes[truth] ?? String(truth),
          predicted: classes[predicted] ?? String(predicted),
          probability,
        })),
      }),
    ...(test &&
      target?.kind === "value" && {
        predictions: { truth: await valuesOf(run), predicted: soleAnswers(run), size: targetSize(target) },
      }),
    ...(planar && { regions: await regionsOf(run, classes) }),
    files: [
      { path: "model.onnx", what: "the trained network, preprocessing included; takes raw inputs" },
      { path: "metrics.jsonl", what: "one line of JSON per epoch" },
      { path: "metrics.csv", what: "the same as a table" },
      { path: "config.json", what: "what was asked for" },
    ],
    nextCommand: options.nextCommand,
  };
};
