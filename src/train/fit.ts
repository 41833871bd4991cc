import { batchCount, batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import { type AttachedProgram, DivergenceError } from "../engine/training/trainer.js";
import type { Layer } from "../nn/layer.js";
import { rateAt, type Time } from "../optim/rule.js";
import { BestWeights } from "./best-weights.js";
import { EpochMeter } from "./epoch-meter.js";
import { answerOf, evaluate, scoreOf, wrongCount } from "./evaluate.js";
import type { EpochRecord, Score } from "./events.js";
import { checkOptions, type FitOptions, type Splits } from "./options.js";
import { type Prepared, prepare } from "./prepare.js";
import { Run, type StopReason, TrainingDiverged } from "./run.js";
import { attachSharpness } from "./sharpness.js";

type Options = ReturnType<typeof checkOptions>;

/** The network in use, with its loss and mistakes against given targets. */
const attachEvaluation = ({ model, target, loss, trainer }: Prepared): Promise<AttachedProgram> => {
  const { input, output } = model.inference;
  const wrong = wrongCount(output, target, loss);
  return trainer.attach({
    inputs: [input, target],
    outputs: { loss: loss.of(output, target), answer: answerOf(output, loss), ...(wrong ? { wrong } : {}) },
  });
};

/** One pass over the training data; `steps` of its updates were made when it was ended. */
const trainEpoch = async (
  prepared: Prepared,
  options: Options,
  epoch: number,
): Promise<{ readonly meter: EpochMeter; readonly steps: number }> => {
  const { trainer, splits, batchSize, dropLast } = prepared;
  const { epochs, seed, signal, onProgress } = options;
  const stepsPerEpoch = batchCount(splits.train, batchSize, dropLast);
  const meter = new EpochMeter();
  const [inputs, targets] = trainer.batch(batchSize);
  if (!inputs || !targets) throw new Error("the trainer has no place for inputs and targets");
  let done = 0;
  // Batches are copied into the engine's memory: a source that reads ahead writes while the engine still works.
  for await (const part of batches(splits.train, { batchSize, seed, epoch, dropLast })) {
    inputs.set(part.inputs);
    targets.set(part.targets);
    const time: Time = { step: epoch * stepsPerEpoch + done, steps: epochs * stepsPerEpoch, stepsPerEpoch };
    const { loss, metrics } = await trainer.step(part.size, time);
    meter.add(part.size, loss, metrics.wrong);
    done += 1;
    onProgress?.({
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

/** Throws where the weights that an epoch or the training ended with no longer give a finite loss. */
const checkLoss = (part: string, score: Score | undefined, steps: number) => {
  if (score && !Number.isFinite(score.loss)) {
    throw new DivergenceError(steps - 1, `the ${part} loss is ${score.loss}`, undefined);
  }
};

/** Trains what was prepared, epoch by epoch. */
const train = async (prepared: Prepared, options: Options): Promise<Run> => {
  const { trainer, splits, rule, batchSize, dropLast } = prepared;
  const evaluation = await attachEvaluation(prepared);
  const { sharpness: wanted } = options;
  const measureSharpness = wanted && (await attachSharpness(prepared, wanted.examples));
  const best = new BestWeights(options.earlyStopping?.minimumChange ?? 0);
  const epochs: EpochRecord[] = [];
  const stepsPerEpoch = batchCount(splits.train, batchSize, dropLast);
  const start = performance.now();

  let stopped: StopReason = "completed";
  let divergence: DivergenceError | undefined;
  let latest: ReadonlyMap<string, Float32Array> = trainer.values();
  /** Weights that gave a finite loss; an epoch can end with weights that no longer do. */
  let proven = latest;
  const goBack = (error: DivergenceError, to: ReadonlyMap<string, Float32Array>) => {
    divergence = error;
    stopped = "diverged";
    trainer.setValues(to);
  };
  for (let epoch = 0; epoch < options.epochs && stopped === "completed"; epoch++) {
    const firstStep = epoch * stepsPerEpoch;
    try {
      const { meter, steps: made } = await trainEpoch(prepared, options, epoch);
      const steps = firstStep + made;
      const { score, samplesPerSecond } = meter;
      const validation = splits.validation && (await evaluate(evaluation, splits.validation));
      checkLoss("validation", validation, steps);
      const sharpness = (epoch + 1) % (wanted?.every ?? 1) === 0 ? await measureSharpness?.() : undefined;
      const rate = rule?.learningRate;
      const record: EpochRecord = {
        epoch: epoch + 1,
        steps,
        train: score,
        ...(validation ? { validation: scoreOf(validation) } : {}),
        ...(rate === undefined
          ? {}
          : {
              learningRate: rateAt(rate, {
                step: steps - 1,
                steps: options.epochs * stepsPerEpoch,
                stepsPerEpoch,
              }),
            }),
        ...(sharpness === undefined ? {} : { sharpness }),
        samplesPerSecond,
        seconds: (performance.now() - start) / 1000,
      };
      epochs.push(record);
      const values = trainer.values();
      const isBest = best.offer(record, values);
      proven = validation ? values : latest;
      latest = values;
      options.onProgress?.({ kind: "epoch", record, best: isBest });
      if (options.signal?.aborted) stopped = "aborted";
      else if (options.earlyStopping && epoch + 1 - best.epoch >= options.earlyStopping.patience)
        stopped = "early";
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      goBack(error, error.step === firstStep ? proven : latest);
    }
  }
  if (options.earlyStopping && best.values) trainer.setValues(best.values);
  const seconds = (performance.now() - start) / 1000;
  let test = splits.test && (await evaluate(evaluation, splits.test));
  try {
    if (!divergence) checkLoss("test", test, epochs.at(-1)?.steps ?? 0);
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    goBack(error, proven);
    test = splits.test && (await evaluate(evaluation, splits.test));
  }
  const run = new Run({
    prepared,
    evaluation,
    epochs,
    stopped,
    seconds,
    bestEpoch: best.epoch || undefined,
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
 * `data` is a dataset, or its parts: `train`, and optionally `validation` and `test`. The same seed on the same machine gives
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
    if (!(error instanceof TrainingDiverged)) await prepared.trainer.release();
    throw error;
  }
};
