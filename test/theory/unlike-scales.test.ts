import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCsvProblem } from "../../src/cli/csv-problem.js";
import { equilibrate, isDependent } from "../../src/linear/solution.js";
import {
  certify,
  certifyProblem,
  descend,
  leastSquaresMinimiser,
  leastSquaresMinimum,
  leastSquaresObjective,
  matrix,
  strongConvexity,
} from "../../src/theory/index.js";
import { columnsOf } from "../../src/theory/matrix.js";
import reference from "../reference/theory/minima.json" with { type: "json" };
import { unlikeScales } from "../reference/theory/problems.js";

const minima = reference["minima and ranks"];

describe("minima of 500 problems with columns of scales from 1e-8 to 1e8, against 400 digits", () => {
  it("agree to 1e-9 wherever they are called exact, and are bounds from above elsewhere", () => {
    let exact = 0;
    let dependent = 0;
    minima.forEach(([truth = Number.NaN, rank = Number.NaN], seed) => {
      const { X, y, lambda } = unlikeScales(seed);
      const scale = lambda > 0 ? 1 : 1 / 2;
      const { value } = leastSquaresMinimum(X, y, { scale, lambda });
      if (value.certainty === "exact") {
        exact++;
        expect(Math.abs(value.value - truth), `seed ${seed}`).toBeLessThanOrEqual(1e-9 * truth);
        if (lambda === 0 && rank < Math.min(X.rows, X.columns)) dependent++;
      } else {
        expect(value.certainty).toBe("bound");
        expect(value.value).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
        expect(value.how).toMatch(/float64 cannot tell whether the others are combinations/);
      }
    });
    // Those whose columns are dependent only to within rounding cannot be decided; those dependent exactly are found out.
    expect(exact).toBeGreaterThan(300);
    expect(dependent).toBeGreaterThan(30);
  });

  it("give certificates without a negative gap or a violation, whose rank is the true one where it is exact", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const { X, y, lambda } = unlikeScales(seed);
      const problem = lambda > 0 ? { model: "ridge" as const, lambda } : { model: "least-squares" as const };
      const result = await certifyProblem({ X, y, ...problem, steps: 30 });
      const { certificate, finalValue, minimum, minimumKnown, mu, series } = result;
      expect(certificate.outcome, certificate.verdict.join("\n")).not.toBe("violated");
      expect(finalValue - minimum).toBeGreaterThan(-1e-13 * result.initialValue);
      for (const { measured } of series) expect(measured).toBeGreaterThanOrEqual(0);
      if (lambda === 0 && mu.certainty === "exact" && minimumKnown.certainty === "exact") {
        expect(mu.value > 0, `seed ${seed}`).toBe(minima[seed]?.[1] === X.columns);
      }
    }
  });
});

it("a column of 1e7 beside one of 0 and 1 has rank 2, its minimiser and its mu", async () => {
  const X = matrix([[1e7, 0], [2e7, 1], [3e7, 0], [5e7, 1]]); // biome-ignore format: a matrix
  const y = Float64Array.of(1, 4, 3, 7);
  expect(Array.from(await leastSquaresMinimiser(X, y))).toEqual([1e-7, 2]);
  expect(leastSquaresMinimum(X, y, { scale: 1 / 2 }).value).toMatchObject({ value: 0, certainty: "exact" });
  const mu = await strongConvexity(leastSquaresObjective(X, y));
  // The smaller root of x² - 39.00000000000002e14·x + 29e14 = 0, X'X being [[39e14, 7e7], [7e7, 2]].
  expect(mu.value).toBeCloseTo(29 / 39, 9);
  expect(mu.certainty).toBe("exact");
});

it("says that float64 cannot tell columns that differ by rounding from dependent ones, and finds true dependence", () => {
  const third = [1, 2, 4, 7].map((a) => a / 3);
  const sums = third.map((x, i) => [x, x * 0.1 * (i + 1), x + x * 0.1 * (i + 1)]);
  const columns = columnsOf(
    matrix(sums.map((row, i) => (i === 3 ? row.map((x, j) => x * (j === 2 ? 1 + 3e-16 : 1)) : row))),
  );
  expect(equilibrate(columns).factor.rank).toBe(2);
  expect(isDependent(equilibrate(columns))).toBe(false);
  const whole = columnsOf(matrix([[1, 2, 3], [2, 5, 7], [4, -1, 3], [1, 1, 2]])); // biome-ignore format: a matrix
  expect(equilibrate(whole).factor.rank).toBe(2);
  expect(isDependent(equilibrate(whole))).toBe(true);
});

it("a reference above the run is found out, not reported as held with a negative gap", async () => {
  const X = matrix([[1, 0], [0, 2], [1, 1]]); // biome-ignore format: a matrix
  const y = Float64Array.of(1, 2, 3);
  const f = leastSquaresObjective(X, y);
  const L = (await strongConvexity(f)).value + 10;
  const run = await descend(f, { eta: 1 / L, steps: 50, minimiser: Float64Array.of(5, 5) });
  const { outcome, holds, firstViolation, verdict } = certify(run, { L });
  expect([outcome, holds, firstViolation?.inequality]).toEqual(["violated", false, "minimum"]);
  expect(verdict.join("\n")).toContain("the run went below f(w*), so the minimiser given is not one");
});

it("what rounding hides is undecided, with a sentence, not held", async () => {
  // y is orthogonal to X but for 1e-12 of it: nothing that one could gain is visible beside ½‖y‖².
  const X = matrix([[1], [-1], [1], [-1]]);
  const y = Float64Array.of(1e6, 1e6, -1e6, -1e6 + 1e-9);
  const { certificate, verdict } = await certifyProblem({ X, y, model: "least-squares", steps: 5 });
  expect([certificate.outcome, certificate.holds]).toEqual(["undecided", false]);
  expect(verdict.join("\n")).toMatch(
    /undecided, since rounding is larger than what is compared at every step/,
  );
});

const tables = new URL("../../../shared/cases/tables/", import.meta.url);
describe.skipIf(!existsSync(tables))("the tables of the cases (skipped where they are absent)", () => {
  const certified = async (name: string, model: "least-squares" | "ridge", lambda?: number) => {
    const file = new URL(name, tables).pathname;
    const { X, y } = await readCsvProblem(file, { target: "y", model });
    return certifyProblem({ X, y, model, steps: 100, ...(lambda === undefined ? {} : { lambda }) });
  };

  it("unlike-scales-small.csv", async () => {
    const result = await certified("unlike-scales-small.csv", "least-squares");
    expect(Array.from(result.minimiser)).toEqual([1e-7, 2]);
    expect(result).toMatchObject({ minimum: 0, minimumKnown: { certainty: "exact" } });
    expect(result.mu.value).toBeCloseTo(29 / 39, 9);
    expect(result.certificate.outcome).toBe("held");
  });

  it("unlike-scales.csv, ridge", async () => {
    const result = await certified("unlike-scales.csv", "ridge", 0.01);
    expect(result.minimumKnown.certainty).toBe("exact");
    expect(result.finalValue).toBeGreaterThan(result.minimum);
    expect(result.certificate.outcome).toBe("held");
  });
});
