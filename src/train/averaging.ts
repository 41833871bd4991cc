import type { DrawnMask, Trainer } from "../engine/training/trainer.js";
import { SteepestError } from "../errors.js";
import type { Tensor } from "../graph/index.js";
import { missing } from "../missing.js";

/** What thinned networks answer on average, and how much they differ: row by row, as `predict` answers. */
export interface AveragedAnswers {
  readonly mean: Float32Array;
  /** Standard deviation over the samples (divided by their number less one). */
  readonly spread: Float32Array;
}

interface Thinned {
  readonly input: Tensor;
  readonly masks: readonly DrawnMask[];
  readonly answer: Tensor;
}

/** Examples answered at a time. */
const rowsAtOnce = 512;

/** Compiles the sampling of a network's answers with fresh masks for every sample and example. */
export const averager = async (trainer: Trainer, { input, masks, answer }: Thinned) => {
  if (masks.length === 0) {
    throw new SteepestError(
      "predictAveraged: the network drops no units, so that every sample would be the same; use predict, or add dropout()",
    );
  }
  const program = await trainer.attach({ inputs: [input], masks, outputs: { answer } });
  const width = input.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);

  return async (inputs: ArrayLike<number>, samples: number): Promise<AveragedAnswers> => {
    if (!Number.isInteger(samples) || samples < 2) {
      throw new SteepestError(
        `predictAveraged: samples must be a whole number of at least 2, got ${samples}`,
      );
    }
    const values = Float32Array.from(inputs);
    const parts: { sums: Float64Array; squares: Float64Array }[] = [];
    for (let start = 0; start < values.length; start += rowsAtOnce * width) {
      const part = values.slice(start, start + rowsAtOnce * width);
      const draws = async (sample: number) => {
        const result = await program.run({ input: part }, samples * parts.length + sample);
        return result.answer?.data as Float32Array;
      };
      // Deviations from the first sample, so that the variance of nearly equal answers keeps its digits.
      const first = (await draws(0)).slice();
      const sums = new Float64Array(first.length);
      const squares = new Float64Array(first.length);
      for (let sample = 1; sample < samples; sample++) {
        const drawn = await draws(sample);
        for (let i = 0; i < first.length; i++) {
          const deviation = (drawn[i] ?? missing()) - (first[i] ?? missing());
          sums[i] = (sums[i] ?? missing()) + deviation;
          squares[i] = (squares[i] ?? missing()) + deviation * deviation;
        }
      }
      parts.push({
        sums: sums.map((sum, i) => (first[i] ?? missing()) + sum / samples),
        squares: squares.map((square, i) => (square - (sums[i] ?? missing()) ** 2 / samples) / (samples - 1)),
      });
    }
    return {
      mean: Float32Array.from(parts.flatMap(({ sums }) => [...sums])),
      spread: Float32Array.from(
        parts.flatMap(({ squares }) => [...squares]),
        (v) => Math.sqrt(Math.max(0, v)),
      ),
    };
  };
};
