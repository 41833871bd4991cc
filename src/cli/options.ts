import { InvalidArgumentError } from "commander";
import { mostThreads } from "../engine/threads.js";
import { cores } from "../machine.js";

const numberFrom = (text: string, what: string, accept: (value: number) => boolean): number => {
  const value = Number(text);
  if (text.trim() === "" || !accept(value)) throw new InvalidArgumentError(`expected ${what}.`);
  return value;
};

export const positive = (text: string): number =>
  numberFrom(text, "a positive number", (value) => value > 0 && Number.isFinite(value));

export const notNegative = (text: string): number =>
  numberFrom(text, "a number that is not negative", (value) => value >= 0 && Number.isFinite(value));

/** Counts beyond this would not end, or not be exact. */
const mostCounted = 1e9;

const wholeFrom =
  (least: number) =>
  (text: string): number =>
    numberFrom(
      text,
      `a whole number of at least ${least}${Number(text) > mostCounted ? `, and at most ${mostCounted}` : ""}`,
      (value) => Number.isInteger(value) && value >= least && value <= mostCounted,
    );

export const whole = wholeFrom(1);

/** A range test of fewer steps says nothing. */
export const testSteps = wholeFrom(20);

export const threads = (text: string): number =>
  numberFrom(
    text,
    `a whole number from 1 to ${mostThreads}; this machine has ${cores} cores`,
    (value) => Number.isInteger(value) && value >= 1 && value <= mostThreads,
  );

export const seed = (text: string): number =>
  numberFrom(
    text,
    "a whole number from 0 to 4294967295",
    (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  );

/** "512,512": the sizes of hidden layers; "none" for a linear model. */
export const sizes = (text: string): number[] =>
  text === "none"
    ? []
    : text
        .split(",")
        .map((part) =>
          numberFrom(part, 'sizes such as "512,512", or "none"', (v) => Number.isInteger(v) && v >= 1),
        );

/** Where files go; an empty name is no place. */
export const place = (text: string): string => {
  if (text.trim() === "") throw new InvalidArgumentError("expected the name of a folder.");
  return text;
};
