import { batchCount, batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import { type AttachedProgram, DivergenceError } from "../engine/training/trainer.js";
import type { Layer } from "../nn/layer.js";
import { rateAt, type Time } from "../optim/rule.js";
import { answerOf, evaluate, wrongCount } from "./evaluate.js";
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

/** Running means over the steps of an epoch, and its speed. */
class EpochMeter {
  #loss = 0;
  #wrong = 0;
  #samples = 0;
  #counts = false;
  readonly #start = performance.now();

  add(size: number, loss: number, wrong: number | undefined) {
    this.#loss += loss * size;
    this.#wrong += (wrong ?? 0) * size;
    this.#counts ||= wrong !== undefined;
    this.#samples += size;
  }

  get score(): Score {
    const n = Math.max(1, this.#samples);
    return { loss: this.#loss / n, ...(this.#counts ? { error: (100 * this.#wrong) / n } : {}) };
  }

  get samplesPerSecond(): number {
    return (1000 * this.#samples) / Math.max(1e-6, performance.now() - this.#start);
  }
}

/** Keeps the weights of the epoch with the lowest validation error (loss, for regression). */
class BestWeights {
  epoch = 0;
  values: ReadonlyMap<string, Float32Array> | undefined;
  #lowest = Number.POSITIVE_INFINITY;

  constructor(readonly minimumChange: number) {}

  /** Whether this epoch is the best so far; its weights are then copied. */
  offer({ epoch, validation }: EpochRecord, values: () => ReadonlyMap<string, Float32Array>): boolean {
    const measure = validation?.error ?? validation?.loss;
    if (measure === undefined || !(measure < this.#lowest - this.minimumChange)) return false;
    this.#lowest = measure;
    this.epoch = epoch;
    this.values = values();
    return true;
  }
}

const trainEpoch = async (prepared: Prepared, options: Options, epoch: number): Promise<EpochMeter> => {
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
  return meter;
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
 * names the step and the layer, and carries the run with the weights of the last complete epoch.
 */
export const fit = async (net: Layer, data: Dataset | Splits, given: FitOptions = {}): Promise<Run> => {
  const options = checkOptions(given);
  const prepared = await prepare(net, data, options);
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
  let lastGood = trainer.values();
  for (let epoch = 0; epoch < options.epochs && stopped === "completed"; epoch++) {
    try {
      const meter = await trainEpoch(prepared, options, epoch);
      const steps = (epoch + 1) * stepsPerEpoch;
      const { train, samplesPerSecond } = { train: meter.score, samplesPerSecond: meter.samplesPerSecond };
      const validation = splits.validation && (await evaluate(evaluation, splits.validation));
      const sharpness = (epoch + 1) % (wanted?.every ?? 1) === 0 ? await measureSharpness?.() : undefined;
      const rate = rule?.learningRate;
      const record: EpochRecord = {
        epoch: epoch + 1,
        steps,
        train,
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
      const isBest = best.offer(record, () => trainer.values());
      lastGood = isBest && best.values ? new Map(best.values) : trainer.values();
      options.onProgress?.({ kind: "epoch", record, best: isBest });
      if (options.signal?.aborted) stopped = "aborted";
      else if (options.earlyStopping && epoch + 1 - best.epoch >= options.earlyStopping.patience)
        stopped = "early";
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      divergence = error;
      stopped = "diverged";
      trainer.setValues(lastGood);
    }
  }
  if (options.earlyStopping && best.values) trainer.setValues(best.values);
  const seconds = (performance.now() - start) / 1000;
  const test = splits.test && (await evaluate(evaluation, splits.test));
  const run = new Run({
    prepared,
    epochs,
    stopped,
    seconds,
    bestEpoch: best.epoch || undefined,
    test: test && { ...scoreOf(test), answers: test.outputs },
  });
  if (divergence) throw new TrainingDiverged(divergence, run);
  return run;
};

const scoreOf = ({ loss, error }: Score): Score => ({ loss, ...(error === undefined ? {} : { error }) });
