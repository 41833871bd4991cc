import { factorOf, isSymbolic, multipleOfBatch } from "../../graph/shape.js";
import type { KnownNumber } from "./value.js";

// Arithmetic on whole numbers of which some are multiples of the batch size. The result is undefined where it is neither a number
// that is exact nor such a multiple: then the runtime computes it.

type Operation = (a: KnownNumber, b: KnownNumber) => KnownNumber | undefined;

/** `factor`, or `factor · batch`. */
const sized = (factor: number, symbolic: boolean): KnownNumber | undefined => {
  if (!Number.isSafeInteger(factor)) return undefined;
  // Without -0, which no whole number is.
  if (!symbolic) return factor + 0;
  return factor >= 0 ? multipleOfBatch(factor) : undefined;
};

/** An operation on the factors of two numbers; bigints are left to the runtime. */
const onFactors =
  (
    f: (a: number, b: number, aIsSymbolic: boolean, bIsSymbolic: boolean) => KnownNumber | undefined,
  ): Operation =>
  (a, b) =>
    typeof a === "bigint" || typeof b === "bigint"
      ? undefined
      : f(factorOf(a), factorOf(b), isSymbolic(a), isSymbolic(b));

export const plus: Operation = onFactors((a, b, aIsSymbolic, bIsSymbolic) => {
  if (aIsSymbolic === bIsSymbolic || b === 0) return sized(a + b, aIsSymbolic);
  return a === 0 ? sized(b, bIsSymbolic) : undefined;
});

export const minus: Operation = onFactors((a, b, aIsSymbolic, bIsSymbolic) =>
  aIsSymbolic === bIsSymbolic || b === 0 ? sized(a - b, aIsSymbolic) : undefined,
);

export const times: Operation = onFactors((a, b, aIsSymbolic, bIsSymbolic) =>
  aIsSymbolic && bIsSymbolic ? undefined : sized(a * b, aIsSymbolic || bIsSymbolic),
);

/** The quotient without its fraction. */
export const over: Operation = onFactors((a, b, aIsSymbolic, bIsSymbolic) => {
  if (b === 0) return undefined;
  if (aIsSymbolic === bIsSymbolic) return sized(Math.trunc(a / b), false);
  return aIsSymbolic && a % b === 0 ? sized(a / b, true) : undefined;
});

/** 1 where equal, 0 where not, undefined where the batch size decides. */
export const same: Operation = (a, b) => {
  if (a === b) return 1;
  if (typeof a !== "string" && typeof b !== "string") return 0;
  // Of the batch size, no more is known than that it is a number that is not negative.
  return [a, b].some((value) => typeof value !== "string" && value < 0) ? 0 : undefined;
};

export const product = (values: readonly KnownNumber[]): KnownNumber | undefined =>
  values.reduce<KnownNumber | undefined>(
    (total, value) => (total === undefined ? undefined : times(total, value)),
    1,
  );
