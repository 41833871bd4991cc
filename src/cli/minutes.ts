import { SteepestError, UsageError } from "../errors.js";
import { missing } from "../missing.js";
import type { Callback } from "../train/callbacks.js";
import { fit } from "../train/fit.js";
import { count, say } from "./output.js";
import { type Plan, type PlanOptions, planFor } from "./plan.js";

/** Networks to choose from, the quickest first, and the epochs that each needs to be worth its time. */
interface Candidate {
  readonly model: string;
  readonly epochs: number;
}

/** On CIFAR-10's pictures that were set aside, a network of this width was the best where it came to so many epochs. */
const candidates: readonly Candidate[] = [
  { model: "speed-s", epochs: 1 },
  { model: "speed-m", epochs: 9 },
  { model: "speed-l", epochs: 9 },
];

/** Steps that are timed, after as many as a machine needs to settle. */
const timed = { settling: 2, steps: 5 };

/** What a training takes, measured. */
interface Pace {
  /** Before the first step. */
  readonly start: number;
  readonly step: number;
}

/** Makes a few steps of a training, and throws what they learned away. */
const paceOf = async ({ network, data, options }: Plan): Promise<Pace> => {
  const begun = performance.now();
  const ends: number[] = [];
  let first = 0;
  const watch: Callback = {
    onStepBegin: () => {
      first ||= performance.now();
    },
    onStepEnd: async ({ stop, trainer }) => {
      // The loss is read, so that a step that the engine still works on counts in full.
      await trainer.loss();
      ends.push(performance.now());
      if (ends.length === timed.settling + timed.steps) stop();
    },
  };
  const { earlyStopping: _, sharpness: __, validation: ___, ...rest } = options;
  const run = await fit(network, { train: data.train }, { ...rest, epochs: 1, callbacks: [watch] });
  await run.release();
  const steps = ends.slice(1).map((end, i) => (end - (ends[i] ?? end)) / 1000);
  if (steps.length === 0) {
    throw new UsageError("--minutes needs more than one step in an epoch to measure; give --epochs");
  }
  return { start: (first - begun) / 1000, step: median(steps.slice(timed.settling - 1)) };
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? missing();

/** Looking at an example forward only takes about a third of a step on it. */
const forward = 1 / 3;

/** A share of the time that is left over, for what is not measured. */
const reserve = 0.08;

/** Epochs that fit into so many seconds, by what was measured. */
const epochsWithin = (seconds: number, { data, options, described }: Plan, { start, step }: Pace): number => {
  const { batchSize = 128, validation = 0 } = options;
  const { train, test } = data;
  const aside = data.validation?.size ?? (validation < 1 ? Math.round(validation * train.size) : validation);
  const learned = data.validation ? train.size : train.size - aside;
  const { views = "" } = described;
  const looks = String(views).split(",").includes("shift") ? 3 : 1;
  const answers = looks * (String(views).split(",").includes("flip") ? 2 : 1);
  const each = step / batchSize;
  const look = (examples: number) => examples * each * forward * answers;
  const epoch = Math.ceil(learned / batchSize) * step + look(aside);
  return Math.floor(((1 - reserve) * seconds - start - look(test?.size ?? 0)) / epoch);
};

/**
 * The options by which a task takes about so many minutes: epochs, and where no network is named one for pictures that is worth the time. A few
 * steps of each are measured for it, so they depend on the machine; what they come to is said, and kept in the run folder.
 */
export const withinMinutes = async (
  task: string,
  options: PlanOptions,
  minutes: number,
  json: boolean,
): Promise<PlanOptions> => {
  if (options.epochs !== undefined)
    throw new UsageError("--minutes chooses how many epochs there are; leave --epochs out, or --minutes");
  const begun = performance.now();
  const first = await planFor(task, options);
  await first.close?.();
  const open =
    options.model === undefined && candidates.some(({ model }) => model === first.described.network);
  const choices: readonly Partial<Candidate>[] = open ? candidates : [{}];
  const tried: string[] = [];
  let best: PlanOptions | undefined;
  for (const { model, epochs: least = 1 } of choices) {
    const asked = model === undefined ? options : { ...options, model };
    const plan = await planFor(task, asked);
    try {
      const pace = await paceOf(plan);
      const left = 60 * minutes - (performance.now() - begun) / 1000;
      const epochs = epochsWithin(left, plan, pace);
      const { batchSize = 128 } = plan.options;
      const fitting = `${Math.max(0, epochs)} ${epochs === 1 ? "epoch" : "epochs"}`;
      tried.push(
        `${plan.described.network ?? plan.name}: ${count(batchSize / pace.step)} examples a second, ${fitting}`,
      );
      // Larger networks do not come to as many: what little time there is goes into no further measurements.
      if (epochs < least) break;
      best = { ...asked, epochs };
    } finally {
      await plan.close?.();
    }
  }
  if (best) {
    say(`measured for ${minutes} ${minutes === 1 ? "minute" : "minutes"}: ${tried.join("; ")}`, json);
    return best;
  }
  throw new SteepestError(
    `--minutes ${minutes}: not one epoch fits into it (${tried.join("; ")}); give more minutes, a smaller --model, or --epochs 1`,
  );
};
