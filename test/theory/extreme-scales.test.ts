import { describe, expect, it } from "vitest";
import {
  certifyProblem,
  lanczos,
  leastSquaresMinimum,
  leastSquaresObjective,
  matrix,
  products,
  quadraticObjective,
  smoothnessConstant,
  strongConvexityConstant,
} from "../../src/theory/index.js";

const rows = [[1, 2], [3, -1], [2, 5], [-4, 0.5]]; // biome-ignore format: a matrix
const y = Float64Array.of(1, 2, -3, 4);
const scaledRows = (a: number, b = a) => matrix(rows.map(([p = 0, q = 0]) => [a * p, b * q]));

/** The roots of x² - 60.25·x + 858.5 = 0, X'X being [[30, 7], [7, 30.25]]. */
const [mu, L] = [-1, 1].map((sign) => (60.25 + sign * Math.sqrt(60.25 ** 2 - 4 * 858.5)) / 2) as [
  number,
  number,
];

describe("constants of data of any scale", () => {
  it("are exact, and the theory holds, wherever float64 holds them", async () => {
    for (const s of [1e-154, 1e-150, 1e-100, 1e-78, 1, 1e77, 1e150]) {
      const X = scaledRows(s);
      const result = await certifyProblem({ X, y, model: "least-squares", steps: 50 });
      expect(result.L.value / s / s, `${s}`).toBeCloseTo(L, 10);
      expect(result.mu.value / s / s, `${s}`).toBeCloseTo(mu, 10);
      expect(result.L.certainty).toBe("exact");
      expect(result.certificate.outcome, result.verdict.join("\n")).not.toBe("violated");
      const withX = products(X);
      expect((await lanczos(withX.gram)).largest.value / s / s).toBeCloseTo(L, 10);
      await withX.release();
    }
  });

  it("are refused in one line where float64 does not", async () => {
    const problem = { y, model: "least-squares", steps: 50 } as const;
    await expect(certifyProblem({ X: scaledRows(1e-160), ...problem })).rejects.toThrow(
      "X has numbers up to 5.00e-160, so that L is too small for float64; multiply X by a number that brings them near 1",
    );
    await expect(certifyProblem({ X: scaledRows(1e155), ...problem })).rejects.toThrow("L is too large");
    await expect(certifyProblem({ X: scaledRows(1e153), ...problem })).rejects.toThrow("scale the data");
  });

  it("of columns in units far apart", async () => {
    const near = leastSquaresObjective(scaledRows(1e-100, 1), y);
    expect((await smoothnessConstant(near)).value).toBeCloseTo(30.25, 10);
    // det(X'X)/L.
    expect((await strongConvexityConstant(near)).value / 1e-200).toBeCloseTo(858.5 / 30.25, 9);
    const far = leastSquaresObjective(scaledRows(1e-300, 1), y);
    expect((await smoothnessConstant(far)).value).toBeCloseTo(30.25, 10);
    expect(await strongConvexityConstant(far)).toEqual({
      value: 0,
      certainty: "bound",
      how: "at least: lambda_min(X'X) is too small for float64",
    });
  });
});

it("eigenvalues of operators of any scale", async () => {
  for (const s of [1e-307, 1e-300, 1e-170, 1, 1e170, 1e307]) {
    const apply = async (v: Float64Array) => v.map((x, i) => x * ([1, 2, 5, 9][i] ?? 0) * s);
    const { largest, smallest } = await lanczos({ dimension: 4, apply });
    expect(largest.value / s, `${s}`).toBeCloseTo(9, 12);
    expect(smallest.value / s, `${s}`).toBeCloseTo(1, 12);
    const quadratic = quadraticObjective(matrix([[2 * s, s], [s, 3 * s]]), Float64Array.of(0, 0)); // biome-ignore format: a matrix
    expect((await smoothnessConstant(quadratic)).value / s, `${s}`).toBeCloseTo((5 + Math.sqrt(5)) / 2, 12);
  }
});

describe("ridge regression with a penalty far above the data", () => {
  const powers = [20, 85, 104, 132, 150, 300, 307];
  const tall = { X: scaledRows(1), y };
  const wide = { X: matrix([[1, 2, 3], [3, -1, 1]]), y: Float64Array.of(1, 2) }; // biome-ignore format: a matrix

  it("has the minimiser X'y/lambda, and a bound on its distance that is true", () => {
    for (const lambda of powers.map((power) => Number(`1e${power}`))) {
      for (const [{ X, y }, right, largest] of [
        [tall, [-15, -13], 30],
        [wide, [7, 0, 5], 5],
      ] as const) {
        const { w, value, distance } = leastSquaresMinimum(X, y, { scale: 1, lambda });
        right.forEach((element, j) => {
          expect((w[j] ?? Number.NaN) * lambda, `${lambda}`).toBeCloseTo(element, 12);
        });
        expect(value.value).toBeCloseTo(largest, 12);
        expect(value.certainty).toBe("exact");
        // At least the rounding of w and of √lambda, in units of the smallest numbers.
        const size = Math.hypot(...right) / lambda / 2 ** -1000;
        const bound = distance / 2 ** -1000;
        expect(bound).toBeGreaterThanOrEqual(1.9 * Number.EPSILON * size);
        expect(bound).toBeLessThan(1e-14 * size + 2 ** -20);
      }
    }
  });

  it("keeps to the theory", async () => {
    for (const lambda of [1e85, 1e300, 1e307]) {
      const { certificate } = await certifyProblem({ ...tall, model: "ridge", lambda, steps: 20 });
      expect(certificate.outcome, certificate.verdict.join("\n")).not.toBe("violated");
    }
  });

  it("of features in units far apart has the digits of each weight", () => {
    // With a column of 1e100 and one of 1e-100 the penalty fixes the second alone, w2 = x2'(y - x1·w1) for lambda = 1.
    const { w } = leastSquaresMinimum(scaledRows(1e100, 1e-100), y, { scale: 1, lambda: 1 });
    const w1 = -15 / 30;
    const w2 = rows.reduce((sum, [a = 0, b = 0], i) => sum + b * ((y[i] ?? 0) - a * w1), 0);
    expect((w[0] ?? 0) * 1e100).toBeCloseTo(w1, 12);
    expect((w[1] ?? 0) * 1e100).toBeCloseTo(w2, 12);
  });
});
