import { type Figure, lineChart, orderedColour, type Point } from "../figures/index.js";
import { dropout, type Layer, linear, relu, sequential } from "../nn/index.js";
import { adam, cosineDecay } from "../optim/index.js";
import { mean } from "../statistics.js";
import { fit } from "../train/index.js";
import { type ImageCounts, images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { allOf, positive } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

export interface Settings {
  /** Hidden layers by their units. */
  readonly architectures: readonly (readonly number[])[];
  readonly counts: ImageCounts;
  readonly epochs: number;
  readonly batchSize: number;
  /** Threads of the engine; its own choice by default. */
  readonly threads?: number;
}

const layers = (count: number, units: number) => Array.from({ length: count }, () => units);

const settings: Record<Effort, Settings> = {
  quick: {
    architectures: [layers(2, 256), layers(3, 256)],
    counts: { train: 1000, validation: 100, test: 4000 },
    epochs: 60,
    batchSize: 50,
    threads: 1,
  },
  default: {
    architectures: [layers(2, 1024), layers(3, 1024), layers(4, 1024)],
    counts: { train: 3000, validation: 100, test: 2000 },
    epochs: 70,
    batchSize: 100,
  },
  full: {
    architectures: [2, 3, 4].flatMap((count) => [layers(count, 1024), layers(count, 2048)]),
    counts: { train: 59_900, validation: 100, test: 10_000 },
    epochs: 100,
    batchSize: 100,
  },
};

const RATE = 1e-3;

const network = (hidden: readonly number[], dropped: boolean): Layer =>
  sequential(
    ...(dropped ? [dropout({ keep: 0.8 })] : []),
    ...hidden.flatMap((units) => [linear(units), relu(), ...(dropped ? [dropout({ keep: 0.5 })] : [])]),
    linear(10),
  );

/** One network's test error in percent after each epoch. */
interface Curve {
  readonly architecture: string;
  readonly dropped: boolean;
  readonly points: readonly Point[];
  /** Mean over the last tenth of the epochs. */
  readonly final: number;
  readonly seconds: number;
}

const train = async (
  hidden: readonly number[],
  dropped: boolean,
  parts: Awaited<ReturnType<typeof images>>,
  { epochs, batchSize, threads }: Settings,
  { seed, signal }: StudyContext,
): Promise<Curve> => {
  const run = await fit(
    network(hidden, dropped),
    // The lecture's figure shows test error along training. Nothing is chosen by it: all settings are fixed beforehand.
    { train: parts.train, validation: parts.test },
    {
      optimizer: adam({ learningRate: cosineDecay({ initial: RATE }) }),
      epochs,
      batchSize,
      seed,
      ...(threads !== undefined && { threads }),
      ...(signal ? { signal } : {}),
    },
  );
  await run.release();
  const points = run.epochs.map(({ steps, validation }): Point => [steps, validation?.error ?? Number.NaN]);
  return {
    architecture: `${hidden.length} × ${hidden[0]}`,
    dropped,
    points,
    final: mean(points.slice(-Math.max(1, Math.round(epochs / 10))).map(([, error]) => error)),
    seconds: run.seconds,
  };
};

const draw = (curves: readonly Curve[], ceiling: number): Promise<Figure> => {
  const names = [...new Set(curves.map(({ architecture }) => architecture))];
  return lineChart({
    title: "Test error of different architectures",
    subtitle: "hidden layers × units; dashed without dropout, solid with it",
    width: 820,
    height: 480,
    x: { label: "weight updates" },
    y: { label: "test error (%)", domain: [0, ceiling] },
    series: curves.map(({ architecture, dropped, points }) => ({
      name: `${architecture}${dropped ? " with dropout" : ""}`,
      points,
      dots: false,
      ...(!dropped && { dash: "dashed" as const }),
      colour: orderedColour(names.indexOf(architecture), names.length),
    })),
  });
};

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const { architectures, counts, epochs, batchSize } = setting;
  const parts = await images(context, counts);
  const curves: Curve[] = [];
  for (const hidden of architectures)
    for (const dropped of [false, true]) {
      if (context.signal?.aborted) break;
      const curve = await train(hidden, dropped, parts, setting, context);
      context.log(
        `${curve.architecture} ${dropped ? "with" : "without"} dropout: ${short(curve.final)} % in ${short(curve.seconds)} s`,
      );
      curves.push(curve);
    }
  const pairs = curves
    .filter(({ dropped }) => !dropped)
    .flatMap((without) => {
      const other = curves.find(
        ({ dropped, architecture }) => dropped && architecture === without.architecture,
      );
      return other ? [{ architecture: without.architecture, without: without.final, with: other.final }] : [];
    });
  const [worstWith, bestWithout] = [
    Math.max(...pairs.map((p) => p.with)),
    Math.min(...pairs.map((p) => p.without)),
  ];
  /** Whether an error of the test images lies below another, both in percent, each known to within the chance of these images. */
  const lower = (a: number, b: number) => {
    const chance = (error: number) => (error * (100 - error)) / parts.test.size;
    return positive(b - a, Math.sqrt(chance(a) + chance(b)));
  };
  const list = pairs.map((p) => `${p.architecture}: ${short(p.without)} → ${short(p.with)} %`).join("; ");
  return {
    learned: `Dropout took the test error of ${pairs.length} architectures from ${short(bestWithout)} % or more to ${short(worstWith)} % or less, with no other setting changed.`,
    claims: [
      {
        claim: "Dropout lowers the test error of every architecture",
        measured: `without → with: ${list}`,
        verdict: allOf(pairs.map((p) => lower(p.with, p.without))),
      },
      {
        claim: "The curves with dropout lie apart, below those without",
        measured: `the worst with dropout ends at ${short(worstWith)} %, the best without at ${short(bestWithout)} %`,
        verdict: lower(worstWith, bestWithout),
      },
    ],
    tables: [
      {
        title: "Test error (%), mean of the last tenth of the epochs",
        columns: ["hidden layers", "without dropout", "with dropout"],
        rows: pairs.map((p) => [p.architecture, short(p.without), short(p.with)]),
      },
    ],
    figure: await draw(curves, Math.ceil(2.5 * Math.max(...pairs.map((p) => p.without)))),
    numbers: { curves, pairs },
    notes: [
      parts.note,
      `One seed each; a difference within two standard errors of errors on ${parts.test.size} test images is called undecided.`,
      `${epochs} epochs of batches of ${batchSize}, Adam with a learning rate of ${RATE} falling to 0 along a cosine; fixed beforehand, the same with and without dropout.`,
      ...(context.effort === "full"
        ? []
        : ["The lecture's networks have 1024 to 2048 units and learn from all 60,000 images (full)."]),
    ],
  };
};

/** Row 22 of the lecture, figure 4: test error with and without dropout for several architectures. */
export const dropoutArchitectures: Study = {
  name: "dropout-architectures",
  title: "Dropout across architectures",
  section: "Dropout Performance (figure 4)",
  describe:
    "Trains networks of 2 to 4 hidden layers with and without dropout (keep 0.8 for inputs, 0.5 for hidden units), everything else the same, and follows the test error over the updates.",
  run: (context) => measure(settings[context.effort], context),
};
