import { SteepestError } from "../errors.js";

/**
 * A step size in figures (0.01, "0.01") or relative to the smoothness constant ("1/L", "2.1/L").
 * Throws where it is neither, or not positive; and for a relative one where L is 0.
 */
export const stepSize = (eta: number | string, L: number): number => {
  const relative = typeof eta === "string" ? /^\s*([^/]+)\/\s*L\s*$/.exec(eta)?.[1] : undefined;
  const number = Number(relative ?? eta);
  if (!(number > 0 && number < Infinity)) {
    throw new SteepestError(
      `eta is "${eta}"; give a positive number such as 0.01, or one relative to L: 1/L, 2.1/L`,
    );
  }
  if (relative === undefined) return number;
  if (L === 0)
    throw new SteepestError(`eta is "${eta}" but L is 0: the objective is linear; give eta as a number`);
  return number / L;
};
