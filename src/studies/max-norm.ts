import { type Figure, lineChart, meaning, type Point } from "../figures/index.js";
import { missing } from "../missing.js";
import {
  conv2d,
  dropout,
  flatten,
  type Layer,
  linear,
  maxPool,
  relu,
  sequential,
  unflatten,
} from "../nn/index.js";
import { maxNorm } from "../optim/constraints.js";
import { momentum } from "../optim/index.js";
import { mean, standardError } from "../statistics.js";
import { type Callback, fit, type Run, TrainingDiverged } from "../train/index.js";
import { type ImageCounts, type Images, images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged, positive } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

export interface Settings {
  readonly counts: ImageCounts;
  readonly epochs: number;
  readonly rates: readonly number[];
  readonly repeats: number;
}

const settings: Record<Effort, Settings> = {
  quick: {
    counts: { train: 1000, validation: 500, test: 1000 },
    epochs: 3,
    rates: [0.02, 0.1, 0.3],
    repeats: 2,
  },
  default: {
    counts: { train: 4000, validation: 1000, test: 2000 },
    epochs: 6,
    rates: [0.01, 0.03, 0.1, 0.3],
    repeats: 3,
  },
  full: {
    counts: { train: 50_000, validation: 10_000, test: 10_000 },
    epochs: 10,
    rates: [0.003, 0.01, 0.03, 0.1, 0.3],
    repeats: 3,
  },
};

/** Of every unit's and every filter's incoming weights. */
const LIMIT = 2;

const network = (): Layer =>
  sequential(
    unflatten([1, 28, 28]),
    conv2d(8),
    relu(),
    maxPool(2),
    conv2d(16),
    relu(),
    maxPool(2),
    flatten(),
    linear(64),
    relu(),
    dropout({ keep: 0.5 }),
    linear(10),
  );

/** The norms of the incoming weights of each filter `[out, …]` and of each unit, a column of `[in, out]`. */
const normsOf = (values: Float32Array, shape: readonly number[]): Float64Array => {
  const filters = shape.length > 2;
  const units = shape[filters ? 0 : 1] ?? missing();
  const size = values.length / units;
  const squares = new Float64Array(units);
  values.forEach((w, i) => {
    const unit = filters ? Math.floor(i / size) : i % units;
    squares[unit] = (squares[unit] ?? missing()) + w * w;
  });
  return squares.map(Math.sqrt);
};

/** The largest norm after each step, of filters and of units. */
interface Norms {
  readonly filters: number[];
  readonly units: number[];
}

const watching = (norms: Norms): Callback => ({
  onStepEnd: async ({ trainer }) => {
    const values = await trainer.values();
    const largest = { filters: 0, units: 0 };
    for (const { name, shape, role } of trainer.parameters) {
      if (role !== "weight") continue;
      const kind = shape.length > 2 ? "filters" : "units";
      largest[kind] = Math.max(largest[kind], ...normsOf(values.get(name) ?? missing(), shape));
    }
    norms.filters.push(largest.filters);
    norms.units.push(largest.units);
  },
});

interface Trial {
  readonly rate: number;
  readonly constrained: boolean;
  /** Test error in percent of each repetition; 90, chance, where training diverged. */
  readonly errors: readonly number[];
}

const train = async (
  {
    rate,
    constrained,
    seed,
  }: { readonly rate: number; readonly constrained: boolean; readonly seed: number },
  { epochs }: Settings,
  { note: _, ...splits }: Images,
  { signal }: StudyContext,
): Promise<{ readonly error: number; readonly norms: Norms }> => {
  const norms: Norms = { filters: [], units: [] };
  const run: Run = await fit(network(), splits, {
    optimizer: momentum({ learningRate: rate, beta: 0.9 }),
    epochs,
    batchSize: 50,
    weights: "last",
    seed,
    callbacks: [watching(norms)],
    ...(constrained ? { constraint: maxNorm(LIMIT) } : {}),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (error instanceof TrainingDiverged) return error.run;
    throw error;
  });
  const error = run.stopped === "diverged" ? 90 : (run.test?.error ?? 90);
  await run.release();
  return { error, norms };
};

const draw = (norms: Readonly<Record<"with" | "without", Norms>>, rate: number): Promise<Figure> =>
  lineChart({
    title: "The largest norm of a filter's weights",
    subtitle: `after each update, learning rate ${rate}; the limit is ${LIMIT}`,
    width: 760,
    height: 420,
    x: { label: "update" },
    y: { label: "largest ‖w‖ of a filter", zero: true },
    series: (["without", "with"] as const).map((name) => ({
      name: `${name} max-norm`,
      points: norms[name].filters.map((norm, i): Point => [i + 1, norm]),
      colour: name === "with" ? meaning.validation : meaning.training,
      dots: false,
    })),
    rules: [{ y: LIMIT, label: "limit" }],
  });

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const parts = await images(context, setting.counts);
  const trials: Trial[] = [];
  let largest = 0;
  let shown: Readonly<Record<"with" | "without", Norms>> | undefined;
  let beyond = 0;
  for (const rate of setting.rates) {
    const norms: Partial<Record<"with" | "without", Norms>> = {};
    for (const constrained of [false, true]) {
      const errors: number[] = [];
      for (let i = 0; i < setting.repeats && !context.signal?.aborted; i++) {
        const done = await train({ rate, constrained, seed: context.seed + i }, setting, parts, context);
        errors.push(done.error);
        norms[constrained ? "with" : "without"] ??= done.norms;
        const most = Math.max(...done.norms.filters, ...done.norms.units);
        if (constrained) largest = Math.max(largest, most);
        else beyond = Math.max(beyond, most);
      }
      trials.push({ rate, constrained, errors });
    }
    shown = { with: norms.with ?? missing(), without: norms.without ?? missing() };
    context.log(`learning rate ${rate}: done`);
  }
  const at = (rate: number, constrained: boolean): readonly number[] =>
    trials.find((t) => t.rate === rate && t.constrained === constrained)?.errors ?? [];
  const text = (errors: readonly number[]) =>
    errors.length > 1 ? `${short(mean(errors))} ± ${short(standardError(errors))}` : short(mean(errors));
  const highest = setting.rates.at(-1) ?? missing();
  const differences = at(highest, false).map((error, i) => error - (at(highest, true)[i] ?? missing()));
  const gain = mean(differences);
  const spread = differences.length > 1 ? standardError(differences) : Number.POSITIVE_INFINITY;
  const best = (constrained: boolean) =>
    Math.min(...setting.rates.map((rate) => mean(at(rate, constrained))));
  return {
    learned: `At a learning rate of ${highest} test error was ${text(at(highest, false))} % without max-norm and ${text(at(highest, true))} % with it; at the best rate of each ${short(best(false))} and ${short(best(true))} %.`,
    claims: [
      {
        claim:
          "After every update the incoming weights of each unit, and of each filter, lie in the ball ‖w‖ ≤ c",
        measured: `c = ${LIMIT}: the largest norm after any update is ${largest.toFixed(6)} with the constraint, ${short(beyond)} without`,
        verdict: judged(largest <= LIMIT * (1 + 1e-5) && beyond > LIMIT),
      },
      {
        claim: "With max-norm and dropout high learning rates can be used without weights that blow up",
        measured: `test error at rate ${highest}: lower by ${short(gain)}${Number.isFinite(spread) ? ` ± ${short(spread)}` : ""} points with it`,
        verdict: positive(gain, spread),
      },
    ],
    tables: [
      {
        title: "Test error (%)",
        columns: ["learning rate", "without", "with max-norm"],
        rows: setting.rates.map((rate) => [rate, text(at(rate, false)), text(at(rate, true))]),
      },
    ],
    figure: await draw(shown ?? missing(), highest),
    numbers: { trials, largest, beyond },
    notes: [
      parts.note,
      `Two convolutions of 8 and 16 filters, 64 units with dropout of a half, momentum 0.9, batches of 50, ${setting.epochs} epochs, ${setting.repeats} trainings each. 90 % stands for trainings that diverged.`,
    ],
  };
};

/** Row 24 of the lecture: the projection of each unit's and each filter's incoming weights. */
export const maxNormStudy: Study = {
  name: "max-norm",
  title: "Max-norm of units and filters",
  section: "Max-Norm regularization",
  describe:
    "Trains a convolutional network with dropout at several learning rates, with and without max-norm, and looks at the weights of every filter and unit after every update.",
  run: (context) => measure(settings[context.effort], context),
};
