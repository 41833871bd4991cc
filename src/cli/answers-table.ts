import { number } from "../report/format.js";
import type { Prediction } from "./ask.js";
import type { Answer } from "./model-answer.js";
import { percent } from "./output.js";

/** An answer in one cell, and how sure the model is of it. */
const cells = (answer: Answer): readonly [said: string, certainty: string] => {
  if ("probabilities" in answer) return [answer.class, percent(100 * answer.probability)];
  if ("scores" in answer) return [answer.class, number(answer.score)];
  if ("independent" in answer) {
    const yes = Object.entries(answer.independent).filter(([, share]) => share >= 0.5);
    return [yes.map(([name, share]) => `${name} ${percent(100 * share)}`).join(", ") || "none", ""];
  }
  return ["value" in answer ? number(answer.value) : answer.values.map(number).join(", "), ""];
};

const longest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, text.length), 0);

/** A line for each answer, as soon as there is one: the widths of the columns follow from the names, which are known before. */
export const answersTable = (images: readonly string[], classes: readonly string[], labelled: boolean) => {
  const widths = [longest([...images, "picture"]), longest([...classes, "answer"]), 11] as const;
  const line = (image: string, said: string, certainty: string, label: string) =>
    [
      image.padEnd(widths[0]),
      said.padEnd(widths[1]),
      certainty.padStart(widths[2]),
      ...(labelled ? [label] : []),
    ]
      .join("  ")
      .trimEnd();
  let begun = false;
  return (prediction: Exclude<Prediction, { readonly problem: string }>): string => {
    const row = line(prediction.image, ...cells(prediction), prediction.label ?? "–");
    if (begun) return row;
    begun = true;
    const certainty = "scores" in prediction ? "score" : "probabilities" in prediction ? "probability" : "";
    return `${line("picture", "answer", certainty, "folder")}\n${row}`;
  };
};
