import { batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import { DivergenceError } from "../engine/training/session.js";
import type { Net } from "../nn/network.js";
import { Callbacks } from "./callbacks.js";
import type { Evaluation } from "./evaluate.js";
import { openCheckpoints } from "./open-checkpoints.js";
import { checkOptions, type FitOptions, type Splits } from "./options.js";
import { type Prepared, prepare } from "./prepare.js";
import { Run, type StopReason, TrainingDiverged } from "./run.js";
import { attachSharpness } from "./sharpness.js";
import { Course } from "./training-course.js";

type Options = ReturnType<typeof checkOptions>;

/** The rest of one pass over the training data. */
const trainEpoch = async (course: Course, callbacks: Callbacks): Promise<void> => {
  const { prepared, options, trainer } = course;
  const { training, batchSize, dropLast } = prepared;
  const { seed } = options;
  const order = { batchSize, seed, epoch: course.epoch, dropLast, from: course.step };
  // Batches are copied into the engine's memory: a source that reads ahead writes while the engine still works.
  for await (const batch of batches(training, order)) {
    if (callbacks.ofSteps) await callbacks.call("onStepBegin", course.context);
    await trainer.step(batch);
    await course.stepped();
    if (callbacks.ofSteps) await callbacks.call("onStepEnd", course.context);
    if (course.checkpointIsDue("step")) await course.checkpoint();
    if (course.isStopping) break;
  }
};

/** The scores on a part of the data. Throws where the weights no longer give a finite loss. */
const evaluateFinite = async (
  { trainer }: Course,
  part: "validation" | "test",
  data: Dataset,
): Promise<Evaluation> => {
  const evaluation = await trainer.evaluation(data);
  const { loss } = evaluation.score;
  if (Number.isFinite(loss)) return evaluation;
  throw new DivergenceError(trainer.steps - 1, `the ${part} loss is ${loss}`, undefined);
};

/** Trains what was prepared, epoch by epoch, and says why it ended. */
const trainEpochs = async (course: Course, callbacks: Callbacks): Promise<StopReason> => {
  const { prepared, options } = course;
  const { sharpness: wanted, earlyStopping } = options;
  const measureSharpness = wanted && (await attachSharpness(prepared, wanted.examples));
  const { validation } = prepared.splits;
  while (course.epoch < options.epochs) {
    if (course.isStopping) return course.stopReason;
    await callbacks.call("onEpochBegin", course.context);
    await trainEpoch(course, callbacks);
    // What is stopped here can go on here: the epoch as it ends below is not a whole one.
    const isPart = course.step < prepared.stepsPerEpoch;
    if (isPart) await course.lastCheckpoint();
    const scores = validation && (await evaluateFinite(course, "validation", validation)).score;
    const isMeasured = (course.epoch + 1) % (wanted?.every ?? 1) === 0;
    const end = await course.endEpoch(scores, isMeasured ? await measureSharpness?.() : undefined);
    await callbacks.epochEnd(course.context, end);
    if (course.isStopping) {
      if (!isPart) await course.lastCheckpoint();
      return course.stopReason;
    }
    if (earlyStopping && course.epoch - course.improvedAt >= earlyStopping.patience) return "early";
    if (course.epoch < options.epochs && course.checkpointIsDue("epoch")) await course.checkpoint();
  }
  return "completed";
};

/**
 * Trains what was prepared, and looks at the test part. Where the loss stops being finite, before or there, the run that the
 * error carries has the last weights that gave a finite one.
 */
const train = async <N extends Net>(prepared: Prepared<N>, options: Options): Promise<Run<N>> => {
  const { trainer, splits } = prepared;
  const callbacks = new Callbacks(options.callbacks);
  const resumable = await openCheckpoints(prepared, options);
  const course = await Course.begin(prepared, options, callbacks, resumable);
  let stopped: StopReason;
  let keptEpoch: number;
  let test: Evaluation | undefined;
  let divergence: DivergenceError | undefined;
  try {
    await callbacks.call("onTrainBegin", course.context);
    stopped = await trainEpochs(course, callbacks);
    keptEpoch = await course.keep("last");
    test = splits.test && (await evaluateFinite(course, "test", splits.test));
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    divergence = error;
    stopped = "diverged";
    keptEpoch = await course.keep("proven");
    test = splits.test && (await trainer.evaluation(splits.test));
  } finally {
    await course.release();
    await resumable.taker?.release();
    await prepared.close();
  }
  course.outcome = { stopped, keptEpoch, ...(test && { test: test.score }) };
  await callbacks.call("onTrainEnd", course.context);
  const run = new Run<N>({
    prepared,
    epochs: course.records,
    stopped,
    seconds: course.seconds,
    bestEpoch: course.bestEpoch || undefined,
    keptEpoch,
    test,
    checkpointProblem: resumable.taker?.problem,
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
 * the same weights bit for bit. With `checkpoint: { folder }` a training that was killed goes on where it was: the same call with
 * `resume: true`. It is a loop around a trainer; `createTrainer` makes one for a loop of one's own.
 *
 * Throws a `SteepestError` for options that cannot work, and `TrainingDiverged` when the loss stops being a finite number: it
 * names the step and the layer, and carries the run with the weights of the last epoch that left the loss finite.
 */
export const fit = async <N extends Net>(
  net: N,
  data: Dataset | Splits,
  given: FitOptions = {},
): Promise<Run<N>> => {
  const options = checkOptions(given);
  const prepared = await prepare(net, data, options);
  try {
    return await train(prepared, options);
  } catch (error) {
    // Nobody but the run of a divergence could release the engine's memory later.
    await prepared.close();
    if (!(error instanceof TrainingDiverged)) await prepared.trainer.release();
    throw error;
  }
};
