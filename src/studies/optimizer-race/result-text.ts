import { numberText } from "../../figures/numbers.js";
import type { Entry } from "./problem.js";

/** A number as the cell of a table: 3·10⁻⁸, 0.21, ∞ where it diverged. */
export const resultText = (result: number): string => {
  if (!Number.isFinite(result)) return "∞";
  return numberText(result, result < 0.01 ? 1 : 3);
};

/** 0.21 ± 0.003, where the result is a mean. */
export const withDeviation = ({ result, deviation }: Entry): string =>
  deviation === undefined || !Number.isFinite(result)
    ? resultText(result)
    : `${resultText(result)} ± ${numberText(deviation, 1)}`;
