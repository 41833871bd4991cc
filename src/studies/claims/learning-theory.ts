import { missing } from "../../missing.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Mean squared errors of models of growing complexity, on the examples that were fitted and on new ones; both by increasing degree. */
export interface ErrorsByDegree {
  readonly degrees: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** A few of many degrees, the first and the last among them. */
const some = (degrees: readonly number[]): readonly number[] =>
  [1, 2, 5, 10, 15, 20].filter((degree) => degrees.includes(degree));

/** The training error along growing degrees, and the test error. Lecture, "Vary d". */
export const trainingFallsClaim = ({ degrees, train, test }: ErrorsByDegree): Claim => {
  const at = (values: readonly number[], degree: number) => values[degrees.indexOf(degree)] ?? missing();
  const chosen = some(degrees);
  const falling = train.every((value, i) => i === 0 || value <= (train[i - 1] ?? missing()) * 1.001 + 1e-9);
  const texts = [train, test].map((values) => chosen.map((degree) => short(at(values, degree))).join(", "));
  return {
    claim: "The training error falls with d throughout, the test error does not",
    measured: `train ${texts[0]} and test ${texts[1]} at d = ${chosen.join(", ")}`,
    verdict: judged(falling && (test.at(-1) ?? missing()) > Math.min(...test) * 1.01),
  };
};

/** Squared distances of a class of models of some complexity: of f̂ to f*, the best of the class, and of f* to the best predictor there is. */
export interface Distances {
  readonly degree: number;
  readonly learning: number;
  readonly approximation: number;
}

/** Which of both errors is the larger one for a simple and for a complex class. Lecture, "Learning-Approx. Error Trade-off". */
export const tradeOffClaim = (
  n: number,
  simple: Distances,
  complex: Distances,
  all: readonly Distances[],
): Claim => {
  const best = all.reduce((a, b) => (a.learning + a.approximation <= b.learning + b.approximation ? a : b));
  const text = ({ degree, learning, approximation }: Distances) =>
    `at d = ${degree} approximation ${short(Math.sqrt(approximation))} against learning ${short(Math.sqrt(learning))}`;
  return {
    claim: "For simple F the approximation error dominates, for complex F the learning error",
    measured: `n = ${n}: ${text(simple)}; ${text(complex)}; the sum is least at d = ${best.degree}`,
    verdict: judged(simple.approximation > simple.learning && complex.approximation < complex.learning),
  };
};

/** The approximation error along growing degrees. Lecture, "Learning-Approx. Error Trade-off". */
export const approximationFallsClaim = (all: readonly Distances[]): Claim => ({
  claim: "The approximation error falls as the complexity of F grows",
  measured: `from ${short(Math.sqrt(all[0]?.approximation ?? missing()))} at d = ${all[0]?.degree} to ${short(Math.sqrt(all.at(-1)?.approximation ?? missing()))} at d = ${all.at(-1)?.degree}, at every step not rising`,
  verdict: judged(
    all.every(
      ({ approximation }, i) =>
        approximation <= (all[i - 1]?.approximation ?? Number.POSITIVE_INFINITY) + 1e-12,
    ),
  ),
});
