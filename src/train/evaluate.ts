import { batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { AttachedProgram, Trainer } from "../engine/training/trainer.js";
import { batch, input, type Tensor } from "../graph/index.js";
import { answerOf, type Loss, wrongCount } from "../nn/losses.js";
import type { Model } from "../nn/model.js";
import type { Score } from "./events.js";

/** Rows evaluated at a time. */
const evaluationBatch = 512;

/** What is evaluated: a network, its loss against targets, and the trainer that holds its weights. */
interface Evaluated {
  readonly model: Model;
  readonly target: Tensor;
  readonly loss: Loss;
  readonly trainer: Trainer;
}

/** The network in use, with its loss and mistakes against given targets. */
export const attachEvaluation = ({ model, target, loss, trainer }: Evaluated): Promise<AttachedProgram> => {
  const { input, output } = model.inference;
  const wrong = wrongCount(loss, output, target);
  return trainer.attach({
    inputs: [input, target],
    outputs: { loss: loss.of(output, target), answer: answerOf(loss, output), ...(wrong ? { wrong } : {}) },
  });
};

/** Scores on a dataset, with what the network answers for every example of it, row by row. */
export interface Evaluation extends Score {
  readonly outputs: Float32Array;
}

/** Reads a whole dataset in order through a network in use. */
export const evaluate = async (program: AttachedProgram, data: Dataset): Promise<Evaluation> => {
  const size = Math.min(evaluationBatch, data.size);
  let loss = 0;
  let wrong = 0;
  let classifies = false;
  let outputs: Float32Array | undefined;
  let done = 0;
  for await (const part of batches(data, { batchSize: size, seed: 0, epoch: 0, shuffle: false })) {
    const result = await program.run({ input: part.inputs, target: part.targets });
    loss += Number(result.loss?.data[0]) * part.size;
    if (result.wrong) {
      classifies = true;
      wrong += Number(result.wrong.data[0]);
    }
    const answer = result.answer?.data as Float32Array;
    outputs ??= new Float32Array((answer.length / part.size) * data.size);
    outputs.set(answer, (answer.length / part.size) * done);
    done += part.size;
  }
  return {
    loss: loss / data.size,
    ...(classifies ? { error: (100 * wrong) / data.size } : {}),
    outputs: outputs ?? new Float32Array(0),
  };
};

/** The scores alone. */
export const scoreOf = ({ loss, error }: Score): Score => ({
  loss,
  ...(error === undefined ? {} : { error }),
});

/** The input that targets are fed through: class numbers, or values. */
export const targetInput = (data: Dataset): Tensor =>
  input("target", data.target.kind === "class" ? [batch] : [batch, data.target.size]);
