import type { Draw } from "../engine/training/graph.js";
import type { TrainingSession } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import type { Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import { answered, numbersOf, partsOf } from "./parts.js";

/** What thinned networks answer on average, and how much they differ: row by row, as `predict` answers. */
export interface AveragedAnswers {
  readonly mean: Float32Array;
  /** Standard deviation over the samples (divided by their number less one). */
  readonly spread: Float32Array;
}

interface Thinned {
  readonly input: Tensor;
  readonly draws: readonly Draw[];
  readonly answer: Tensor;
}

/** Mean and standard deviation of `samples` draws, element by element. */
const meanAndSpread = async (samples: number, draw: (sample: number) => Promise<Float32Array>) => {
  // Deviations from the first draw, so that the variance of nearly equal answers keeps its digits.
  const first = (await draw(0)).slice();
  const sums = new Float64Array(first.length);
  const squares = new Float64Array(first.length);
  for (let sample = 1; sample < samples; sample++) {
    const drawn = await draw(sample);
    for (let i = 0; i < first.length; i++) {
      const deviation = (drawn[i] ?? missing()) - (first[i] ?? missing());
      sums[i] = (sums[i] ?? missing()) + deviation;
      squares[i] = (squares[i] ?? missing()) + deviation * deviation;
    }
  }
  return {
    mean: sums.map((sum, i) => (first[i] ?? missing()) + sum / samples),
    spread: squares.map((square, i) =>
      Math.sqrt(Math.max(0, square - (sums[i] ?? missing()) ** 2 / samples) / (samples - 1)),
    ),
  };
};

/** Compiles the sampling of a network's answers with fresh masks for every sample and example. */
export const averager = async (session: TrainingSession, { input, draws, answer }: Thinned) => {
  if (draws.length === 0) {
    throw new SteepestError(
      "predictAveraged: the network drops no units, so that every sample would be the same; use predict, or add dropout()",
    );
  }
  const program = await session.attach({ inputs: [input], draws, outputs: { answer } });
  const width = input.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);

  return async (inputs: ArrayLike<number>, samples: number): Promise<AveragedAnswers> => {
    if (!Number.isInteger(samples) || samples < 2) {
      throw new SteepestError(
        `predictAveraged: samples must be a whole number of at least 2, got ${samples}`,
      );
    }
    let part = 0;
    return answered(inputs.length / width, partsOf(inputs, width), async ({ inputs: input }) => {
      const first = samples * part++;
      const draws = async (sample: number) =>
        numbersOf(await program.run({ input }, first + sample), "answer");
      return meanAndSpread(samples, draws);
    });
  };
};
