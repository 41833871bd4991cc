import { targetSize } from "../data/dataset.js";
import type { Tensor } from "../graph/index.js";
import type { BatchLoss, LossTerm, Objective } from "../nn/objective.js";
import type { Score } from "./events.js";

/** Loss and errors of one output. */
type TermScores = Pick<Score, "loss" | "error">;

/** Sums over examples. Those of outputs have their names behind a word: "wrong output". */
export interface ScoreSums {
  readonly examples: number;
  /** Of what the mean losses are divided by. */
  readonly weight: number;
  /** Of losses times weights. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The scalars of a batch that errors are computed from, each a sum over its examples. */
export const errorSums = ({ terms }: BatchLoss): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(terms).flatMap(([output, { wrong, counted }]) => [
      ...(wrong ? [[`wrong ${output}`, wrong] as const] : []),
      ...(counted ? [[`counted ${output}`, counted] as const] : []),
    ]),
  );

/**
 * Wrong answers in percent. Where an example has several, each is a share of it, which the engine gives in float32: whole answers are
 * counted here, so that 2 of 5 are 40 %, not 40.0000006.
 */
const errorOf = ({ described }: LossTerm, wrong: number, counted: number): number => {
  const answers = targetSize(described);
  const all = wrong * answers;
  const whole = Math.round(all);
  const near = Math.abs(all - whole) <= 1e-6 * Math.max(1, all);
  return (100 * (near ? whole : all)) / (answers * counted);
};

/** The error of an output, where its loss counts errors and there were any answers. */
const termError = (term: LossTerm, { examples, metrics }: ScoreSums): Pick<Score, "error"> => {
  const wrong = metrics[`wrong ${term.output}`];
  const counted = metrics[`counted ${term.output}`] ?? examples;
  return wrong === undefined || counted === 0 ? {} : { error: errorOf(term, wrong, counted) };
};

/** What sums come to: the mean loss, and the error where one output counts errors. */
export const scoreFrom = ({ terms }: Objective, sums: ScoreSums): TermScores => {
  const errors = terms.map((term) => termError(term, sums)).filter(({ error }) => error !== undefined);
  const [only, ...others] = errors;
  return { loss: sums.loss / Math.max(sums.weight, Number.MIN_VALUE), ...(others.length === 0 ? only : {}) };
};

/** Loss and error of each output, where there are several; their losses are sums under "loss" and what divides them under "weight". */
export const scoresByOutput = ({ terms }: Objective, sums: ScoreSums): Pick<Score, "outputs"> => {
  if (terms.length < 2) return {};
  const scores = terms.map((term): [string, TermScores] => {
    const { output } = term;
    const [loss = 0, weight = 1] = [sums.metrics[`loss ${output}`], sums.metrics[`weight ${output}`]];
    return [output, { loss: loss / weight, ...termError(term, sums) }];
  });
  return { outputs: Object.fromEntries(scores) };
};
