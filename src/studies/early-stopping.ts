import { type Dataset, dataset, readRows, soleFloats, soleInput } from "../data/index.js";
import { type Figure, lineChart, meaning, type Point } from "../figures/index.js";
import { type Layer, linear, relu, sequential } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { random } from "../random/random.js";
import { type EpochRecord, fit } from "../train/index.js";
import { restoredGeneralisesClaim, riseAndFallClaim, stopsAfterBestClaim } from "./claims/early-stopping.js";
import { type ImageCounts, images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

export interface Settings {
  readonly counts: ImageCounts;
  readonly epochs: number;
  readonly patience: number;
}

const settings: Record<Effort, Settings> = {
  quick: { counts: { train: 3000, validation: 1000, test: 2000 }, epochs: 30, patience: 6 },
  default: { counts: { train: 4000, validation: 2000, test: 5000 }, epochs: 60, patience: 10 },
  full: { counts: { train: 50_000, validation: 10_000, test: 10_000 }, epochs: 60, patience: 10 },
};

/** Share of the labels that are replaced by a random class, so that there is something wrong to learn by heart. */
const WRONG = 0.4;

const network = (): Layer => sequential(linear(256), relu(), linear(256), relu(), linear(10));

/** A copy in which a share of the labels is drawn at random. */
const withWrongLabels = async (source: Dataset, seed: number): Promise<Dataset> => {
  const rows = await readRows(source);
  const [inputs, targets] = [soleFloats(rows.inputs), soleFloats(rows.targets)];
  const draws = random(seed, `wrong labels ${source.name}`);
  for (const i of targets.keys()) if (draws.uniform() < WRONG) targets[i] = draws.integer(10);
  const { shape, image } = soleInput(source).field;
  return dataset({
    name: `${source.name} with wrong labels`,
    inputs,
    targets,
    inputShape: shape,
    classes: 10,
    ...(image && { image }),
  });
};

const accuracy = ({ error = Number.NaN }: { readonly error?: number }): number => 100 - error;

const draw = (
  epochs: readonly EpochRecord[],
  best: number,
  stop: number,
  patience: number,
): Promise<Figure> => {
  const points = (of: (record: EpochRecord) => number) =>
    epochs.map((record): Point => [record.epoch, of(record)]);
  return lineChart({
    title: "Training and validation accuracy",
    subtitle: `${100 * WRONG} % of the labels are random; patience ${patience} epochs`,
    width: 760,
    height: 440,
    x: { label: "epoch", whole: true },
    y: { label: "accuracy (%)", domain: [0, 108] },
    series: [
      {
        name: "training",
        points: points(({ train }) => accuracy(train)),
        colour: meaning.training,
        dots: false,
      },
      {
        name: "validation",
        points: points(({ validation }) => accuracy(validation ?? {})),
        colour: meaning.validation,
        dots: false,
      },
    ],
    rules: [
      { x: best, label: "best" },
      { x: stop, label: "stop" },
    ],
  });
};

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const { counts, epochs, patience } = setting;
  const { seed, signal } = context;
  const parts = await images(context, counts);
  const splits = {
    train: await withWrongLabels(parts.train, seed),
    validation: await withWrongLabels(parts.validation, seed + 1),
    test: parts.test,
  };
  const options = {
    optimizer: adam({ learningRate: 1e-3 }),
    batchSize: 100,
    epochs,
    seed,
    threads: 1,
    ...(signal ? { signal } : {}),
  };
  const whole = await fit(network(), splits, { ...options, weights: "last" });
  context.log(`to the end: ${short(whole.seconds)} s`);
  const stopped = await fit(network(), splits, { ...options, earlyStopping: { patience } });
  context.log(`with early stopping: ${short(stopped.seconds)} s`);
  const again = await fit(network(), splits, { ...options, weights: "last", epochs: stopped.bestEpoch ?? 1 });
  const [kept, expected] = [await stopped.weights(), await again.weights()];
  const restored = [...kept].every(([name, values]) =>
    values.every((value, i) => value === expected.get(name)?.[i]),
  );
  for (const run of [whole, stopped, again]) await run.release();

  const validation = whole.epochs.map((record) => accuracy(record.validation ?? {}));
  const [bestEpoch, lastEpoch] = [stopped.bestEpoch ?? Number.NaN, stopped.epochs.length];
  const [end, test, testAtEnd] = [
    validation.at(-1) ?? 0,
    accuracy(stopped.test ?? {}),
    accuracy(whole.test ?? {}),
  ];
  const trainAccuracies = whole.epochs.map(({ train }) => accuracy(train));
  return {
    learned: `Stopping after epoch ${lastEpoch} of ${epochs} and going back to epoch ${bestEpoch} gave ${short(test)} % test accuracy, training to the end ${short(testAtEnd)} %.`,
    claims: [
      riseAndFallClaim(trainAccuracies, validation),
      stopsAfterBestClaim({
        bestEpoch,
        lastEpoch,
        epochs,
        patience,
        isEarly: stopped.stopped === "early",
      }),
      {
        claim: "The weights of the best epoch are restored",
        measured: `${restored ? "every number equal" : "not equal"} to those of a run of ${bestEpoch} epochs with the same seed`,
        verdict: judged(restored),
      },
      restoredGeneralisesClaim(test, testAtEnd),
    ],
    tables: [
      {
        title: "Accuracy (%)",
        columns: ["", "epochs", "validation", "test (true labels)"],
        rows: [
          ["early stopping", lastEpoch, short(validation[bestEpoch - 1] ?? Number.NaN), short(test)],
          ["to the end", epochs, short(end), short(testAtEnd)],
        ],
      },
    ],
    figure: await draw(whole.epochs, bestEpoch, lastEpoch, patience),
    numbers: {
      epochs: whole.epochs.map(({ epoch, train, validation }) => ({ epoch, train, validation })),
      bestEpoch,
      stoppedAfter: lastEpoch,
      test: { stopped: test, toTheEnd: testAtEnd },
    },
    notes: [
      parts.note,
      `${100 * WRONG} % of the labels for training and validation are drawn at random; those of the test are the true ones. Validation accuracy therefore cannot come much above ${short(100 * (1 - WRONG * 0.9))} %.`,
      "784-256-256-10, relu, Adam at 0.001, batches of 100.",
    ],
  };
};

/** Row 25 of the lecture: stop when validation accuracy is at its maximum. */
export const earlyStopping: Study = {
  name: "early-stopping",
  title: "Early stopping on validation accuracy",
  section: "Early Stopping",
  describe:
    "Trains a network on images of which two fifths have random labels: once to the end, and once with early stopping. Shows training and validation accuracy over the epochs, and checks that the weights of the best epoch come back.",
  run: (context) => measure(settings[context.effort], context),
};
