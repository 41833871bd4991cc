import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  examples,
  leastSquares,
  meanSquaredResidual,
  polynomialFeatures,
  predict,
  residuals,
  ridge,
  ridgePath,
  rSquared,
} from "../../src/linear/index.js";
import { solveLeastSquares } from "../../src/linear/solution.js";
import { random } from "../../src/random/random.js";
import { correlations, norm, problems, regression, strengths } from "./problems.js";
import { difference } from "./reference.js";

const runs = { numRuns: 25 };

describe("ridge", () => {
  it("is stationary: X'r = λw and, with an intercept, Σr = 0", () =>
    fc.assert(
      fc.asyncProperty(problems, strengths, fc.boolean(), async (data, lambda, intercept) => {
        const fit = await ridge(data, { lambda, intercept });
        const r = residuals(fit, data);
        const scale = norm(data.y) * norm(data.X);
        correlations(data, r).forEach((c, j) => {
          expect(Math.abs(c - lambda * (fit.weights[j] ?? 0))).toBeLessThan(1e-7 * scale);
        });
        if (intercept) expect(Math.abs(r.reduce((a, b) => a + b, 0))).toBeLessThan(1e-8 * scale);
        else expect(fit.intercept).toBe(0);
      }),
      runs,
    ));

  it("has one solution: the primal form, the dual form and the path agree", () =>
    fc.assert(
      fc.asyncProperty(problems, strengths, fc.boolean(), async (data, lambda, intercept) => {
        const primal = await ridge(data, { lambda, intercept, form: "primal" });
        const dual = await ridge(data, { lambda, intercept, form: "dual" });
        const [path] = await ridgePath(data, { lambdas: [lambda], intercept });
        expect(difference(dual.weights, primal.weights)).toBeLessThan(1e-7);
        expect(difference(path?.weights ?? [], primal.weights)).toBeLessThan(1e-7);
      }),
      runs,
    ));

  it("shrinks: ‖w‖ falls as λ grows", () =>
    fc.assert(
      fc.asyncProperty(problems, fc.boolean(), async (data, intercept) => {
        const fits = await ridgePath(data, { lambdas: [0.01, 0.1, 1, 10, 100], intercept });
        const norms = fits.map(({ weights }) => norm(weights));
        norms.slice(1).forEach((after, k) => {
          expect(after).toBeLessThan(norms[k] ?? 0);
        });
      }),
      runs,
    ));

  it("keeps its accuracy where the Gram matrix would lose it: degree 14 and λ = 10⁻¹²", async () => {
    const x = Array.from({ length: 21 }, (_, i) => i / 10 - 1);
    const data = { ...polynomialFeatures(x, 14), y: Float64Array.from(x, Math.cos) };
    const fit = await ridge(data, { lambda: 1e-12, intercept: false });
    expect(fit.method).toBe("svd");
    expect(fit.condition).toBeGreaterThan(1e5);
    const r = residuals(fit, data);
    correlations(data, r).forEach((c, j) => {
      expect(Math.abs(c - 1e-12 * (fit.weights[j] ?? 0))).toBeLessThan(1e-13);
    });
  });
});

describe("leastSquares", () => {
  it("leaves a residual orthogonal to every feature, with a true condition number", async () => {
    const data = regression(7, 50, 6);
    const fit = await leastSquares(data);
    for (const c of correlations(data, residuals(fit, data))) expect(Math.abs(c)).toBeLessThan(1e-11);
    expect(fit).toMatchObject({ rank: 6, method: "cholesky" });
    // X = diag(1, 10) with mean zero has condition 10.
    const axes = examples([[1, 0], [-1, 0], [0, 10], [0, -10]], [1, 2, 3, 4]); // biome-ignore format: a matrix
    expect((await leastSquares(axes)).condition).toBeCloseTo(10, 6);
  });

  it("solves ill-conditioned problems by QR: features that differ by 10⁻⁶", async () => {
    const x = Array.from({ length: 30 }, (_, i) => Math.sin(7 * i));
    const z = Array.from({ length: 30 }, (_, i) => Math.cos(5 * i));
    const rows = x.map((xi, i) => [xi, xi + 1e-6 * (z[i] ?? 0)]);
    const fit = await leastSquares(
      examples(
        rows,
        rows.map(([a = 0, b = 0]) => 3 * a - 2 * b + 1),
      ),
    );
    expect(fit.method).toBe("qr");
    expect(difference(fit.weights, [3, -2])).toBeLessThan(1e-8);
    expect(fit.intercept).toBeCloseTo(1, 9);
  });

  it("is not confused by the units of the features", async () => {
    const data = regression(3, 40, 3);
    const scaled = { ...data, X: data.X.map((x, k) => x * ([1e-6, 1, 1e6][k % 3] ?? 1)) };
    const fit = await leastSquares(data);
    const other = await leastSquares(scaled);
    expect(other.method).toBe("cholesky");
    expect(
      difference(
        other.weights.map((w, j) => w * ([1e-6, 1, 1e6][j] ?? 1)),
        fit.weights,
      ),
    ).toBeLessThan(1e-9);
  });

  it.each([0, 1e3, 1e6])(
    "sees that 3 features and an intercept from 3 examples are dependent, shifted by %d",
    async (shift) => {
      const rows = [[0, -4, -1], [0, -3, 2], [3, -4, 5]]; // biome-ignore format: a matrix
      const shifted = examples(
        rows.map((row) => row.map((x) => x + shift)),
        [20, 0, 20],
      );
      await expect(leastSquares(shifted)).rejects.toThrow("3 features and an intercept from 3 examples");
      const fit = await leastSquares(shifted, { singular: "minimum-norm" });
      expect(fit.rank).toBe(2);
      // The fit is exact: the differences of rows times w are (-20, 20), and w is orthogonal to their kernel.
      expect(difference(fit.weights, [60 / 7, -50 / 7, -30 / 7])).toBeLessThan(1e-9);
    },
  );

  it("gives no weights that fit rounding: columns that refinement cannot tell apart count as dependent", () => {
    for (let seed = 0; seed < 50; seed++) {
      const stream = random(seed, "nearly equal columns");
      const [x, e, y] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
      for (const v of [x, e, y]) stream.fillNormal(v);
      const near = x.map((xi, i) => xi + 5e-15 * (e[i] ?? 0));
      const { weights, squareError, rankIsCertain, weightsError } = solveLeastSquares([x, near], y);
      if (weightsError < Infinity) expect(squareError).toBeLessThan(1e-9);
      else {
        expect(rankIsCertain).toBe(false);
        expect(norm(weights)).toBeLessThan(100);
      }
    }
  });

  it("refuses singular problems with a reason, or gives the least ‖w‖ on request", async () => {
    const rows = [[1, 2], [2, 4], [3, 6], [4, 8]]; // biome-ignore format: a matrix
    const doubled = examples(rows, [1, 2, 3, 5]);
    await expect(leastSquares(doubled)).rejects.toThrow(
      'of 2 features only 1 are independent: many solutions fit equally well; use ridge with lambda > 0, or singular: "minimum-norm"',
    );
    const fit = await leastSquares(doubled, { singular: "minimum-norm" });
    expect(fit.rank).toBe(1);
    expect(fit.weights[1]).toBeCloseTo(2 * (fit.weights[0] ?? 0), 12);
    await expect(leastSquares(examples([[1, 2, 3]], [1]))).rejects.toThrow(
      "3 features and an intercept from 1 example",
    );
    await expect(
      leastSquares({ ...polynomialFeatures([1, 2, 3, 4], 2), y: Float64Array.of(1, 2, 3, 4) }),
    ).rejects.toThrow("feature 0 is constant, which the intercept already stands for");
  });

  it("predicts, and measures what it predicts", async () => {
    const data = examples([[0], [1], [2]], [1, 3, 5]);
    const fit = await leastSquares(data);
    expect([...predict(fit, Float64Array.of(10, -1))]).toEqual([
      expect.closeTo(21, 10),
      expect.closeTo(-1, 10),
    ]);
    const off = { weights: Float64Array.of(2), intercept: 2 };
    expect([...residuals(off, data)]).toEqual([-1, -1, -1]);
    expect(meanSquaredResidual(off, data)).toBe(1);
    expect(rSquared(off, data)).toBeCloseTo(1 - 3 / 8, 12);
    expect(() => rSquared(off, { ...data, y: Float64Array.of(1, 1, 1) })).toThrow("all 3 targets are 1");
    expect(() => predict({ weights: Float64Array.of(1, 2), intercept: 0 }, Float64Array.of(1))).toThrow(
      "whole rows of 2",
    );
  });
});

it("ridgePath keeps the digits of small singular values beside 10⁶: orthogonal rows, by hand", async () => {
  // Rows 10⁶·(0.6, 0.8) and (0.8, −0.6): w = (0.6, 0.8)·10⁶y₁/(10¹² + λ) + (0.8, −0.6)·y₂/(1 + λ).
  const data = examples([[6e5, 8e5], [0.8, -0.6]], [1e6, 2]); // biome-ignore format: a matrix
  const [path] = await ridgePath(data, { lambdas: [1], intercept: false });
  expect(difference(path?.weights ?? [], [1.4, 0.2])).toBeLessThan(1e-9);
});

describe("polynomialFeatures", () => {
  it("say in their warning how large the inputs are", () => {
    const x = [-200, 1, 50, 100, 7, 9, 11, 3, 12, 31];
    expect(polynomialFeatures(x, 8).warning).toContain("(the largest is 200)");
  });

  it("are the powers of each input", () => {
    const { X, columns, n, d, warning } = polynomialFeatures([2, 3, -1], 3);
    expect([...X]).toEqual([1, 2, 4, 8, 1, 3, 9, 27, 1, -1, 1, -1]);
    expect({ columns, n, d }).toEqual({ columns: ["1", "x", "x^2", "x^3"], n: 3, d: 4 });
    expect(warning).toContain("use a degree below 3");
    const two = polynomialFeatures([2, 5, 3, 7], 2, { inputs: 2, constant: false });
    expect([...two.X]).toEqual([2, 4, 5, 25, 3, 9, 7, 49]);
    expect(two.columns).toEqual(["x1", "x1^2", "x2", "x2^2"]);
  });

  it("warn, with the condition number, where double precision does not hold the degree", () => {
    const x = Array.from({ length: 21 }, (_, i) => i);
    expect(polynomialFeatures(x, 5).warning).toBeUndefined();
    const { condition, warning } = polynomialFeatures(x, 14);
    expect(condition).toBeGreaterThan(4.6e15);
    expect(warning).toMatch(
      /degree 14 on 21 examples has condition number 3\.0e\+20, .*scale the inputs to \[-1, 1\]/,
    );
    expect(
      polynomialFeatures(
        x.map((xi) => xi / 10 - 1),
        14,
      ).warning,
    ).toBeUndefined();
  });

  it("refuse degrees and inputs that make no sense", () => {
    expect(() => polynomialFeatures([1], 0)).toThrow("degree is 0");
    expect(() => polynomialFeatures([1, Number.NaN], 2)).toThrow("example 1 is NaN");
    expect(() => polynomialFeatures([1e200], 2)).toThrow("not a finite number");
    expect(() => polynomialFeatures([1, 2, 3], 2, { inputs: 2 })).toThrow("whole examples of 2");
  });
});

describe("bad input", () => {
  const X = Float64Array.of(1, 2, 3, 4);
  const y = Float64Array.of(1, 2);
  it.each([
    [{ X, y, n: 2, d: 3 }, "X holds 4 numbers, 2 examples × 3 features need 6"],
    [{ X, y, n: 4, d: 1 }, "y holds 2 targets for 4 examples"],
    [{ X: Float64Array.of(), y: Float64Array.of(), n: 0, d: 2 }, "0 examples"],
    [{ X: Float64Array.of(1, 2, Number.NaN, 4), y, n: 2, d: 2 }, "feature 0 of example 1 is NaN"],
    [{ X, y: Float64Array.of(1, Infinity), n: 2, d: 2 }, "target of example 1 is Infinity"],
  ])("is refused: %#", async (data, message) => {
    await expect(leastSquares(data)).rejects.toThrow(message);
    await expect(ridge(data, { lambda: 1 })).rejects.toThrow(message);
  });

  it("includes strengths that are no strengths", async () => {
    const data = { X, y, n: 2, d: 2 };
    for (const lambda of [-1, Number.NaN, Infinity]) {
      await expect(ridge(data, { lambda })).rejects.toThrow(`lambda is ${lambda}`);
    }
    await expect(ridge(data, { lambda: 0 })).rejects.toThrow("for 0 use leastSquares");
    await expect(ridgePath(data, { lambdas: [] })).rejects.toThrow("no lambdas");
    expect(() => examples([[1, 2], [3]], [1, 2])).toThrow("row 1 has 1 features, row 0 has 2");
    const huge = { X: Float64Array.of(1e200, -1e200), y, n: 2, d: 1 };
    await expect(ridge(huge, { lambda: 1 })).rejects.toThrow("overflow");
  });
});
