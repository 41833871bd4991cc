import { type Dataset, soleTarget, targetShape } from "../data/dataset.js";
import { soleColumn } from "../data/rows.js";
import type { AttachedProgram, TrainingSession } from "../engine/training/session.js";
import { batch, input, type Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import { inputOf, type Model, outputOf } from "../nn/model.js";
import { answerOf, type LossTerm, termScore } from "../nn/objective.js";
import { ErrorCount } from "./error-count.js";
import type { Score } from "./events.js";
import { answered, inOrder, numbersOf } from "./parts.js";

/** What is evaluated: a network, its loss against targets, and the session that holds its weights. */
interface Evaluated {
  readonly model: Model;
  readonly target: Tensor;
  readonly term: LossTerm;
  readonly session: TrainingSession;
}

/** The network in use, with its loss and mistakes against given targets. */
export const attachEvaluation = ({ model, target, term, session }: Evaluated): Promise<AttachedProgram> => {
  const [input, output] = [inputOf(model.inference), outputOf(model.inference)];
  const { loss, wrong } = termScore(term, output, target);
  return session.attach({
    inputs: [input, target],
    outputs: {
      loss,
      answer: answerOf(term.loss, output),
      ...(wrong ? { wrong } : {}),
    },
  });
};

/** Scores on a dataset, with what the network answers for every example of it, row by row. */
export interface Evaluation extends Score {
  readonly outputs: Float32Array;
}

/** Reads a whole dataset in order through a network in use. */
export const evaluate = async (program: AttachedProgram, data: Dataset): Promise<Evaluation> => {
  let loss = 0;
  const errors = new ErrorCount();
  const { outputs } = await answered(data.size, inOrder(data), async ({ inputs, targets, size }) => {
    const result = await program.run({ input: soleColumn(inputs), target: soleColumn(targets) });
    const answer = numbersOf(result, "answer");
    loss += (numbersOf(result, "loss")[0] ?? missing()) * size;
    if (result.wrong) errors.add(Number(result.wrong.data[0]), size, answer.length / size);
    return { outputs: answer };
  });
  return { loss: loss / data.size, ...errors.score, outputs };
};

/** The scores alone. */
export const scoreOf = ({ loss, error }: Score): Score => ({
  loss,
  ...(error === undefined ? {} : { error }),
});

const targetTypes = { class: "int64", value: "float32", labels: "bool" } as const;

/** The input that targets are fed through: class numbers, or values. */
export const targetInput = (data: Dataset): Tensor => {
  const { target } = soleTarget(data);
  return input("target", [batch, ...targetShape(target)], targetTypes[target.kind]);
};
