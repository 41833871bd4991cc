import { UsageError } from "../../errors.js";
import { usualMetrics } from "../../metrics/usual.js";
import { meant } from "../../options.js";
import { count, duration, number, percent } from "../../report/format.js";
import type { RunEntry } from "./read.js";

/** The part of a fact's name behind its part of the data: "error" of "validation.error". */
const measureOf = (fact: string): string => fact.slice(fact.lastIndexOf(".") + 1);

const metrics = { ...usualMetrics("class"), ...usualMetrics("value") };

/** Which of two numbers of that name is the better one; undefined where nobody says. */
export const betterOf = (fact: string): "higher" | "lower" | undefined => {
  const measure = measureOf(fact);
  if (["loss", "error", "seconds"].includes(measure)) return "lower";
  return Object.hasOwn(metrics, measure) ? metrics[measure]?.better : undefined;
};

/** A fact for people: errors are percentages in files. */
export const factText = (fact: string, value: number): string => {
  const measure = measureOf(fact);
  if (measure === "error") return percent(value / 100);
  if (measure === "seconds") return duration(value);
  return ["epochs", "keptEpoch", "samplesPerSecond"].includes(measure) ? count(value) : number(value);
};

/** How good a run is on a part of the data: its error where it has one, else its root-mean-square error, else its loss. */
export const scoreText = ({ facts }: RunEntry, part: "validation" | "test"): string => {
  const fact = [`${part}.error`, `${part}.rmse`, `${part}.loss`].find((name) => facts[name] !== undefined);
  const value = fact === undefined ? undefined : facts[fact];
  if (fact === undefined || value === undefined) return "–";
  return measureOf(fact) === "error" ? factText(fact, value) : `${measureOf(fact)} ${factText(fact, value)}`;
};

/** All facts that any of the runs has, in the order of the first that has them. */
export const factsIn = (runs: readonly RunEntry[]): string[] => [
  ...new Set(runs.flatMap(({ facts }) => Object.keys(facts))),
];

/** Throws, saying which there are, where no run has that fact. */
export const requireFact = (option: string, fact: string, runs: readonly RunEntry[]): void => {
  const known = factsIn(runs);
  if (known.includes(fact)) return;
  throw new UsageError(`${option} ${fact}: no run has it; ${meant(fact, known)}`);
};
