import { readRows, soleFloats } from "../../data/index.js";
import { defaultEngine } from "../../engine/compile.js";
import { missing } from "../../missing.js";
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  type Layer,
  linear,
  maxPool,
  relu,
  sequential,
  unflatten,
} from "../../nn/index.js";
import { decodeModel } from "../../onnx/codec.js";
import { gradientDescent } from "../../optim/index.js";
import { fit, type Run, TrainingDiverged } from "../../train/index.js";
import type { Images } from "../shared/images.js";
import type { StudyContext } from "../study.js";

export interface ConvolutionalSettings {
  /** Filters of each convolution; a pooling follows the first three. */
  readonly filters: readonly number[];
  readonly rates: readonly number[];
  readonly epochs: number;
}

/** Convolutions, each with batch normalisation before its rectifier where asked for. */
const network = (filters: readonly number[], normalise: boolean): Layer =>
  sequential(
    unflatten([1, 28, 28]),
    ...filters.flatMap((count, i) => [
      conv2d(count, { bias: !normalise }),
      ...(normalise ? [batchNorm()] : []),
      relu(),
      ...(i < 3 ? [maxPool(2)] : []),
    ]),
    globalAveragePool(),
    linear(10),
  );

/** A training at one rate. */
export interface ConvolutionalTrial {
  readonly rate: number;
  readonly normalise: boolean;
  /** Validation error in percent; 90, chance, where training diverged. */
  readonly error: number;
}

/** How far the answers of the exported network, in which nothing is left of batch normalisation, are from those of the trained one. */
const folded = async (run: Run<Layer>, { test }: Images) => {
  const inputs = soleFloats((await readRows(test, [...Array(16).keys()])).inputs);
  const expected = (await run.predict(inputs)).data;
  const bytes = await run.model();
  const nodes = decodeModel(bytes).graph?.node ?? [];
  const session = await (await defaultEngine()).load(bytes);
  const shape = [16, inputs.length / 16];
  const answers = await session.run({ input: { dtype: "float32", shape, data: inputs } });
  await session.release();
  const found = answers.probabilities?.data ?? missing();
  return {
    nodes: nodes.filter(({ opType }) => opType === "BatchNormalization").length,
    difference: expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - Number(found[i]))), 0),
  };
};

/** A convolutional network at several rates with and without batch normalisation, and what its export comes to. */
export const convolutional = async (
  { filters, rates, epochs }: ConvolutionalSettings,
  images: Images,
  { seed, signal }: StudyContext,
) => {
  const { note: _, ...splits } = images;
  const trials: ConvolutionalTrial[] = [];
  let exported = { nodes: Number.NaN, difference: Number.NaN };
  for (const normalise of [false, true]) {
    for (const rate of rates) {
      if (signal?.aborted) break;
      const run = await fit(network(filters, normalise), splits, {
        optimizer: gradientDescent({ learningRate: rate }),
        epochs,
        batchSize: 50,
        weights: "last",
        seed,
        ...(signal ? { signal } : {}),
      }).catch((error: unknown) => {
        if (error instanceof TrainingDiverged) return error.run as Run<Layer>;
        throw error;
      });
      const diverged = run.stopped === "diverged";
      trials.push({ rate, normalise, error: diverged ? 90 : (run.epochs.at(-1)?.validation?.error ?? 90) });
      if (normalise && !diverged && Number.isNaN(exported.nodes)) exported = await folded(run, images);
      await run.release();
    }
  }
  return { trials, exported };
};
