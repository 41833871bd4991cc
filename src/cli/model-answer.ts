import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { number } from "../report/format.js";
import type { ModelFile } from "./model-file.js";

/** What a model says about one picture. */
export type Answer =
  /** One class of several, with the probability of each. */
  | {
      readonly class: string;
      readonly probability: number;
      readonly probabilities: Readonly<Record<string, number>>;
    }
  /** One class of several, with scores that are no probabilities. */
  | { readonly class: string; readonly score: number; readonly scores: Readonly<Record<string, number>> }
  /** Yes or no to several questions, each by itself. */
  | { readonly independent: Readonly<Record<string, number>> }
  | { readonly value: number }
  | { readonly values: readonly number[] };

/** How the numbers of a model's output are to be read. */
type Reading = "probabilities" | "log-probabilities" | "logits" | "independent" | "scores" | "values";

/** How a model answers. */
export interface ModelAnswer {
  /** The output that is read. */
  readonly output: string;
  readonly read: (numbers: readonly number[]) => Answer;
  readonly assumed: readonly string[];
}

/** Operators that leave numbers as they are. */
const passing = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"]);

/** The operator whose numbers an output holds. */
const producerOf = ({ proto }: ModelFile, output: string): string | undefined => {
  const node = proto.graph.node?.find((each) => each.output?.includes(output));
  const [input] = node?.input ?? [];
  return node && passing.has(node.opType) && input !== undefined
    ? producerOf({ proto } as ModelFile, input)
    : node?.opType;
};

/** How the output is to be read, by what training wrote into the model, else by what computes it and is called. */
const readingOf = (model: ModelFile, output: string): { reading: Reading; assumed: readonly string[] } => {
  const { target } = model;
  const isProbabilities = output === "probabilities";
  if (target?.kind === "value") return { reading: isProbabilities ? "independent" : "values", assumed: [] };
  if (target) return { reading: isProbabilities ? "probabilities" : "logits", assumed: [] };
  const operator = producerOf(model, output);
  if (operator === "Softmax") return { reading: "probabilities", assumed: [] };
  if (operator === "LogSoftmax") return { reading: "log-probabilities", assumed: [] };
  if (operator === "Sigmoid") return { reading: "independent", assumed: [] };
  if (/logit/i.test(output)) {
    return { reading: "logits", assumed: [`the output is called "${output}": softmax was applied to it`] };
  }
  return {
    reading: "scores",
    assumed: ["the model does not say what its output means; its numbers are shown as they are"],
  };
};

const softmax = (logits: readonly number[]): number[] => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
};

const isShare = (p: number): boolean => p >= -1e-5 && p <= 1 + 1e-5;
const clamped = (p: number): number => Math.min(1, Math.max(0, p));

const named = (names: readonly string[], numbers: readonly number[]): Record<string, number> =>
  Object.fromEntries(numbers.map((number, i) => [names[i] ?? missing(), number]));

const answerOf = (reading: Reading, numbers: readonly number[], names: readonly string[]): Answer => {
  const best = numbers.indexOf(Math.max(...numbers));
  const winner = names[best] ?? missing();
  const classes = (shares: readonly number[]): Answer => {
    const probabilities = shares.map(clamped);
    return {
      class: winner,
      probability: probabilities[best] ?? missing(),
      probabilities: named(names, probabilities),
    };
  };
  const areProbabilities = numbers.every(isShare) && Math.abs(numbers.reduce((a, b) => a + b, 0) - 1) < 1e-2;
  if (reading === "probabilities" && areProbabilities) return classes(numbers);
  if (reading === "log-probabilities") return classes(numbers.map(Math.exp));
  if (reading === "logits" && numbers.length > 1) return classes(softmax(numbers));
  if (reading === "independent" && numbers.every(isShare)) {
    return { independent: named(names, numbers.map(clamped)) };
  }
  if (reading === "values" || numbers.length === 1) {
    return numbers.length === 1 ? { value: numbers[0] ?? missing() } : { values: numbers };
  }
  return { class: winner, score: numbers[best] ?? missing(), scores: named(names, numbers) };
};

/** How a model answers: the output to ask for, and how its numbers are read. Throws where it has none. */
export const modelAnswerOf = (model: ModelFile): ModelAnswer => {
  const outputs = (model.proto.graph.output ?? []).map(({ name }) => name);
  const output = outputs.find((name) => name === "probabilities") ?? outputs[0];
  if (output === undefined) throw new SteepestError(`${model.path}: the model has no output`);
  const { reading, assumed } = readingOf(model, output);
  const known = model.target?.names;
  return {
    output,
    assumed,
    read: (numbers) => {
      const wrong = numbers.find((number) => !Number.isFinite(number));
      if (wrong !== undefined || numbers.length === 0) {
        throw new SteepestError(`${model.path}: the model answers ${wrong ?? "nothing"}, which is no answer`);
      }
      const names =
        known?.length === numbers.length && new Set(known).size === known.length
          ? known
          : numbers.map((_, i) => String(i));
      return answerOf(reading, numbers, names);
    },
  };
};

/** Of more classes than this the likeliest are shown. */
const shown = 10;

/** A line for each name: all of a few, the largest of many. */
const lines = (numbers: Readonly<Record<string, number>>, text: (value: number) => string): string[] => {
  const entries = Object.entries(numbers);
  const few = entries.length <= shown ? entries : entries.sort(([, a], [, b]) => b - a).slice(0, shown);
  const width = Math.max(8, ...few.map(([name]) => name.length));
  const rest = entries.length - few.length;
  return [
    ...few.map(([name, value]) => `  ${name.padStart(width)}  ${text(value)}`),
    ...(rest > 0 ? [`  and ${rest} others`] : []),
  ];
};

const bar = (p: number): string =>
  `${`${(100 * p).toFixed(2)} %`.padStart(8)}  ${"█".repeat(Math.round(p * 30))}`.trimEnd();

/** An answer in words: one line, and those of each class below it. */
export const answerText = (answer: Answer): readonly [head: string, ...rest: string[]] => {
  if ("probabilities" in answer) return [answer.class, ...lines(answer.probabilities, bar)];
  if ("scores" in answer) {
    const head = `${answer.class}, by its score of ${number(answer.score)} (no probability)`;
    return [head, ...lines(answer.scores, (value) => number(value).padStart(10))];
  }
  if ("independent" in answer) return ["each by itself", ...lines(answer.independent, bar)];
  return ["value" in answer ? number(answer.value) : answer.values.map(number).join(", ")];
};
