/** What came of a claim. "undecided": the measured difference is within its own error, so that another seed could turn it round. */
export type Verdict = "held" | "not held" | "undecided";

/** The verdict on what has no error worth naming: exact results, and differences that no seed turns round. */
export const judged = (held: boolean): Verdict => (held ? "held" : "not held");

/**
 * The verdict on a claim that a number is positive, which was measured with a standard error: decided from two of them on, which chance
 * exceeds one time in twenty.
 */
export const positive = (measured: number, standardError: number): Verdict => {
  if (Math.abs(measured) <= 2 * standardError) return "undecided";
  return judged(measured > 0);
};

/** The verdict on a claim that says all of these. */
export const allOf = (verdicts: readonly Verdict[]): Verdict => {
  if (verdicts.includes("not held")) return "not held";
  return verdicts.includes("undecided") ? "undecided" : "held";
};
