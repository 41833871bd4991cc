import type { Columns } from "../data/dataset.js";
import type { AttachedProgram, TrainingSession } from "../engine/training/session.js";
import { missing } from "../missing.js";
import type { Network } from "../nn/model.js";
import type { Objective } from "../nn/objective.js";
import { targetFeed } from "../nn/targets.js";
import type { Score } from "./events.js";
import { type Answered, measure, type NamedMetric } from "./metrics.js";
import { answersOf, type FedTensors, fedInputs, lossOf } from "./objective.js";
import { numbersOf, Rows } from "./parts.js";
import { errorSums, scoreFrom, scoresByOutput } from "./score.js";

/** What is evaluated: a network in use, what is minimised of it, and the session that holds its weights. */
interface Evaluated {
  readonly network: Network;
  readonly objective: Objective;
  readonly fed: FedTensors;
  readonly session: TrainingSession;
}

/** Answers under names that no other output has. */
export const answerOutputs = <T>(answers: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(answers).map(([name, answer]) => [`answer ${name}`, answer]));

/** The network in use, with its loss and mistakes against given targets. */
export const attachEvaluation = ({
  network,
  objective,
  fed,
  session,
}: Evaluated): Promise<AttachedProgram> => {
  const batch = lossOf(objective, network, fed);
  const several = objective.terms.length > 1;
  return session.attach({
    inputs: fedInputs(network, fed),
    outputs: {
      "batch's loss": batch.loss,
      ...(batch.weight && { "batch's weight": batch.weight }),
      ...errorSums(batch),
      ...Object.fromEntries(
        Object.entries(several ? batch.terms : {}).flatMap(([output, { loss, weight }]) => [
          [`loss ${output}`, loss] as const,
          ...(weight ? [[`weight ${output}`, weight] as const] : []),
        ]),
      ),
      ...answerOutputs(answersOf(objective, network)),
    },
  });
};

/** Scores on some examples, with what the network answers to each of them, by output, row by row. */
export interface Evaluation {
  readonly score: Score;
  readonly answers: Readonly<Record<string, Float32Array>>;
}

/** Some of the examples that are evaluated. */
export interface EvaluatedPart {
  readonly size: number;
  readonly inputs: Columns;
  readonly targets: Columns;
  readonly weights?: Float32Array;
}

/** Sums of the scalars that a program gives, by their names. */
class Sums {
  examples = 0;
  weight = 0;
  loss = 0;
  readonly metrics: Record<string, number> = {};

  add(size: number, { terms }: Objective, scalar: (name: string) => number | undefined): void {
    const weight = scalar("batch's weight") ?? size;
    this.examples += size;
    this.weight += weight;
    this.loss += (scalar("batch's loss") ?? missing()) * weight;
    const add = (name: string, value: number | undefined) => {
      if (value !== undefined) this.metrics[name] = (this.metrics[name] ?? 0) + value;
    };
    for (const { output } of terms) {
      for (const word of ["wrong", "counted"]) add(`${word} ${output}`, scalar(`${word} ${output}`));
      const loss = scalar(`loss ${output}`);
      const own = scalar(`weight ${output}`) ?? size;
      add(`loss ${output}`, loss && loss * own);
      add(`weight ${output}`, own);
    }
  }
}

/** Evaluates a network in use on all examples, of which there are so many. */
export const evaluate = async (
  program: AttachedProgram,
  parts: AsyncIterable<EvaluatedPart> | Iterable<EvaluatedPart>,
  examples: number,
  objective: Objective,
  metrics: readonly NamedMetric[],
): Promise<Evaluation> => {
  const sums = new Sums();
  const [rows, truth] = [new Rows(examples), new Rows(examples)];
  const answer = /^answer (.*)$/s;
  for await (const { size, inputs, targets, weights } of parts) {
    const counts = weights ?? new Float32Array(size).fill(1);
    const fed = Object.entries(targets).map(([name, values]) => [targetFeed(name), values]);
    const result = await program.run({ ...inputs, ...Object.fromEntries(fed), weights: counts });
    sums.add(size, objective, (name) => result[name] && Number(result[name].data[0]));
    for (const name of Object.keys(result)) {
      const output = answer.exec(name)?.[1];
      if (output !== undefined) rows.add(output, numbersOf(result, name), size);
    }
    if (metrics.length > 0) {
      for (const { target } of objective.terms) truth.add(target, targets[target] ?? missing(), size);
      if (weights) truth.add("weights of examples", weights, size);
    }
    rows.next(size);
    truth.next(size);
  }
  const answers = rows.all;
  const answered = (): Record<string, Answered> => {
    const { "weights of examples": weights, ...targets } = truth.all;
    return Object.fromEntries(
      objective.terms.map(({ output, target, described }) => [
        output,
        {
          target: described,
          answers: answers[output] ?? missing(),
          targets: targets[target] ?? missing(),
          ...(weights && { weights }),
        },
      ]),
    );
  };
  return {
    score: {
      ...scoreFrom(objective, sums),
      ...scoresByOutput(objective, sums),
      ...(metrics.length > 0 ? { metrics: measure(metrics, answered()) } : {}),
    },
    answers,
  };
};
