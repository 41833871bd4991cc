import { batchCount, batches } from "../data/batches.js";
import { type Dataset, soleTarget } from "../data/dataset.js";
import { soleColumn } from "../data/rows.js";
import { type AttachedProgram, DivergenceError } from "../engine/training/session.js";
import type { Layer } from "../nn/layer.js";
import { rateAt, type Time } from "../optim/rule.js";
import { BestWeights } from "./best-weights.js";
import { EpochMeter } from "./epoch-meter.js";
import { attachEvaluation, type Evaluation, evaluate, scoreOf } from "./evaluate.js";
import type { EpochRecord } from "./events.js";
import { checkOptions, type FitOptions, type Splits } from "./options.js";
import { type Prepared, prepare } from "./prepare.js";
import { Run, type StopReason, TrainingDiverged } from "./run.js";
import { attachSharpness } from "./sharpness.js";

type Options = ReturnType<typeof checkOptions>;

/** What is known of a training so far, complete at the end of every epoch. */
interface Course {
  /** When training began, in milliseconds of `performance.now()`. */
  readonly start: number;
  readonly epochs: EpochRecord[];
  readonly best: BestWeights;
  /** The last weights that gave a finite loss: an epoch can end with weights that no longer do. */
  proven: Weights;
}

/** Weights, and the epoch that ended with them; 0 for those that training began with. */
interface Weights {
  readonly epoch: number;
  readonly values: ReadonlyMap<string, Float32Array>;
}

const secondsSince = ({ start }: Course): number => (performance.now() - start) / 1000;

/** One pass over the training data; `steps` of its updates were made when it was ended. */
const trainEpoch = async (
  prepared: Prepared,
  options: Options,
  epoch: number,
  onFirstLoss: () => void,
): Promise<{ readonly meter: EpochMeter; readonly steps: number }> => {
  const { session, splits, batchSize, dropLast } = prepared;
  const { epochs, seed, signal, onProgress } = options;
  const stepsPerEpoch = batchCount(splits.train, batchSize, dropLast);
  const meter = new EpochMeter(soleTarget(splits.train).size);
  const { input: inputs, target: targets } = session.batch(batchSize);
  if (!inputs || !targets) throw new Error("the session has no place for inputs and targets");
  let done = 0;
  // Batches are copied into the engine's memory: a source that reads ahead writes while the engine still works.
  for await (const part of batches(splits.train, { batchSize, seed, epoch, dropLast })) {
    inputs.set(soleColumn(part.inputs));
    targets.set(soleColumn(part.targets));
    const time: Time = { step: epoch * stepsPerEpoch + done, steps: epochs * stepsPerEpoch, stepsPerEpoch };
    await session.step(part.size, time);
    const { loss, metrics } = await session.scores();
    if (done === 0) onFirstLoss();
    meter.add(part.size, loss, metrics.wrong);
    done += 1;
    await onProgress?.({
      kind: "step",
      epoch: epoch + 1,
      epochs,
      step: done,
      stepsPerEpoch,
      train: meter.score,
      samplesPerSecond: meter.samplesPerSecond,
    });
    if (signal?.aborted) break;
  }
  return { meter, steps: done };
};

/** The scores on a part of the data after `steps` updates. Throws where the weights no longer give a finite loss. */
const evaluateFinite = async (
  evaluation: AttachedProgram,
  part: "validation" | "test",
  data: Dataset,
  steps: number,
) => {
  const score = await evaluate(evaluation, data);
  if (!Number.isFinite(score.loss)) {
    throw new DivergenceError(steps - 1, `the ${part} loss is ${score.loss}`, undefined);
  }
  return score;
};

/** Trains what was prepared, epoch by epoch, and says why it ended. */
const trainEpochs = async (
  prepared: Prepared,
  options: Options,
  evaluation: AttachedProgram,
  course: Course,
): Promise<StopReason> => {
  const { session, splits, rule, batchSize, dropLast } = prepared;
  const { sharpness: wanted, earlyStopping, signal } = options;
  const measureSharpness = wanted && (await attachSharpness(prepared, wanted.examples));
  const stepsPerEpoch = batchCount(splits.train, batchSize, dropLast);
  let weights = course.proven;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    if (signal?.aborted) return "aborted";
    const { meter, steps: made } = await trainEpoch(prepared, options, epoch, () => {
      course.proven = weights;
    });
    const steps = epoch * stepsPerEpoch + made;
    const { score, samplesPerSecond } = meter;
    const validation =
      splits.validation && (await evaluateFinite(evaluation, "validation", splits.validation, steps));
    const sharpness = (epoch + 1) % (wanted?.every ?? 1) === 0 ? await measureSharpness?.() : undefined;
    const time: Time = { step: steps - 1, steps: options.epochs * stepsPerEpoch, stepsPerEpoch };
    const record: EpochRecord = {
      epoch: epoch + 1,
      steps,
      train: score,
      ...(validation ? { validation: scoreOf(validation) } : {}),
      ...(rule?.learningRate === undefined ? {} : { learningRate: rateAt(rule.learningRate, time) }),
      ...(sharpness === undefined ? {} : { sharpness }),
      samplesPerSecond,
      seconds: secondsSince(course),
    };
    course.epochs.push(record);
    weights = { epoch: epoch + 1, values: await session.values() };
    if (validation) course.proven = weights;
    const best = course.best.offer(record, weights.values);
    await options.onProgress?.({ kind: "epoch", record, best });
    if (signal?.aborted) return "aborted";
    if (earlyStopping && epoch + 1 - course.best.improvedAt >= earlyStopping.patience) return "early";
  }
  return "completed";
};

/**
 * Trains what was prepared, and looks at the test part. Where the loss stops being finite, before or there, the run that the
 * error carries has the last weights that gave a finite one.
 */
const train = async (prepared: Prepared, options: Options): Promise<Run> => {
  const { session, splits } = prepared;
  const evaluation = await attachEvaluation(prepared);
  const course: Course = {
    start: performance.now(),
    epochs: [],
    best: new BestWeights(options.watch ?? "error", options.earlyStopping?.minimumChange ?? 0),
    proven: { epoch: 0, values: await session.values() },
  };
  const { epochs, best } = course;
  /** Puts the best weights back where that is wanted and there are any, else the given ones; says which epoch's they are. */
  const keep = async (otherwise: Weights | undefined): Promise<number> => {
    const chosen =
      options.weights === "best" && best.values ? { epoch: best.epoch, values: best.values } : otherwise;
    if (chosen) await session.setValues(chosen.values);
    return chosen?.epoch ?? epochs.length;
  };

  let stopped: StopReason;
  let keptEpoch: number;
  let seconds: number | undefined;
  let test: Evaluation | undefined;
  let divergence: DivergenceError | undefined;
  try {
    stopped = await trainEpochs(prepared, options, evaluation, course);
    seconds = secondsSince(course);
    keptEpoch = await keep(undefined);
    test = splits.test && (await evaluateFinite(evaluation, "test", splits.test, epochs.at(-1)?.steps ?? 0));
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    divergence = error;
    stopped = "diverged";
    seconds ??= secondsSince(course);
    keptEpoch = await keep(course.proven);
    test = splits.test && (await evaluate(evaluation, splits.test));
  }
  const run = new Run({
    prepared,
    evaluation,
    epochs,
    stopped,
    seconds,
    bestEpoch: best.epoch || undefined,
    keptEpoch,
    test: test && { ...scoreOf(test), answers: test.outputs },
  });
  if (divergence) throw new TrainingDiverged(divergence, run);
  return run;
};

/**
 * Trains a network.
 *
 * ```ts
 * const run = await fit(sequential(linear(512), relu(), linear(10)), await mnist("data/mnist"), { epochs: 5 });
 * console.log(run.test?.error);
 * ```
 *
 * `data` is a dataset, or its parts: `train`, and optionally `validation` and `test`. With a validation part the weights of the best
 * epoch are kept, and the test part is answered with them; `weights: "last"` keeps the last ones. The same seed on the same machine gives
 * the same weights bit for bit.
 *
 * Throws a `SteepestError` for options that cannot work, and `TrainingDiverged` when the loss stops being a finite number: it
 * names the step and the layer, and carries the run with the weights of the last epoch that left the loss finite.
 */
export const fit = async (net: Layer, data: Dataset | Splits, given: FitOptions = {}): Promise<Run> => {
  const options = checkOptions(given);
  const prepared = await prepare(net, data, options);
  try {
    return await train(prepared, options);
  } catch (error) {
    // Nobody but the run of a divergence could release the engine's memory later.
    if (!(error instanceof TrainingDiverged)) await prepared.session.release();
    throw error;
  }
};
