import { UsageError } from "../../errors.js";
import type { StudyContext } from "../study.js";
import { type RowName, rowNames } from "./recipes.js";

/** What the study was asked to do. */
export interface Asked {
  /** Rows to train. */
  readonly rows: readonly RowName[];
  /** Seeds to train each of them with. */
  readonly seeds: readonly number[];
  /** Training examples to hold out and measure recipes on, instead of the table. */
  readonly heldOut: number | undefined;
  /** Share of the recipes' epochs to train. */
  readonly share: number;
  /** Threads for each training; all cores where undefined. */
  readonly threads: number | undefined;
}

const isRowName = (text: string): text is RowName => (rowNames as readonly string[]).includes(text);

const rowName = (text: string): RowName => {
  if (isRowName(text)) return text;
  throw new UsageError(`--rows: there is no row "${text}"; there are ${rowNames.join(", ")}`);
};

const wholeNumber = (option: string, text: string, least: number, below: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < below) return value;
  throw new UsageError(`${option}: expected a whole number of at least ${least}, got "${text}"`);
};

const shareOf = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 1) return value;
  throw new UsageError(`--share: expected a number above 0 and at most 1, got "${text}"`);
};

const list = (text: string): string[] => [...new Set(text.split(",").map((part) => part.trim()))];

/** All rows and the one common seed unless told otherwise. Throws naming the option and the word that are wrong. */
export const askedFor = ({ settings, seed }: Pick<StudyContext, "settings" | "seed">): Asked => {
  const { rows, seeds, select, share, threads } = settings;
  return {
    rows: rows === undefined ? rowNames : list(rows).map(rowName),
    seeds: seeds === undefined ? [seed] : list(seeds).map((text) => wholeNumber("--seeds", text, 0, 2 ** 32)),
    heldOut: select === undefined ? undefined : wholeNumber("--select", select, 1, Number.MAX_SAFE_INTEGER),
    share: share === undefined ? 1 : shareOf(share),
    threads: threads === undefined ? undefined : wholeNumber("--threads", threads, 1, 1025),
  };
};

/** The study's own options, for its help. */
export const settingsHelp = {
  rows: `which rows to train, by commas: ${rowNames.join(",")}; all by default`,
  seeds:
    "seeds to train each row with, by commas: 1,2; the one of --seed by default. Earlier seeds stay in the mean",
  select:
    "how many of the last training examples to hold out: trains each row's recipe and its alternatives on the others, and measures them on these instead of the test set",
  share:
    "share of each recipe's epochs to train, such as 0.25: a shorter look, kept apart from full training",
  threads:
    "threads for each training, all cores by default; with 1, several calls can train different rows at the same time",
} as const;
