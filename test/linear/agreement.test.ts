import { describe, expect, it } from "vitest";
import {
  elasticNet,
  leastSquares,
  logisticRegression,
  polynomialFeatures,
  ridge,
  ridgePath,
  softmaxRegression,
} from "../../src/linear/index.js";
import { difference, reference, stored } from "./reference.js";

/** Agreement asked for; measured: 10⁻⁸ for the iterative models, 10⁻¹⁰ for the closed forms. */
const CLOSE = 1e-7;

interface RegressionCase {
  readonly model: "leastSquares" | "minimumNorm" | "ridge" | "lasso" | "elasticNet";
  readonly lambda?: number;
  readonly ratio?: number;
  readonly intercept_: boolean;
  readonly weights: readonly number[];
  readonly intercept: number;
}

describe.each(["diabetes", "tall", "wide", "deficient"])("%s, against scikit-learn", (name) => {
  const { examples, cases } = reference<RegressionCase>(name);
  it.each(cases)("$model, lambda $lambda, ratio $ratio, intercept $intercept_", async (known) => {
    const { model, lambda = 0, ratio = 1, intercept_: intercept } = known;
    const fits = {
      leastSquares: () => [leastSquares(examples, { intercept })],
      minimumNorm: () => [leastSquares(examples, { intercept, singular: "minimum-norm" })],
      ridge: () => [
        ridge(examples, { lambda, intercept, form: "primal" }),
        ridge(examples, { lambda, intercept, form: "dual" }),
        ridgePath(examples, { lambdas: [lambda], intercept }).then((fits) => fits[0]),
      ],
      lasso: () => [
        elasticNet(examples, { lambda, ratio, intercept, method: "coordinate-descent" }),
        elasticNet(examples, { lambda, ratio, intercept, method: "proximal-gradient" }),
      ],
      elasticNet: () => fits.lasso(),
    };
    for (const fit of await Promise.all<{ weights: Float64Array; intercept: number } | undefined>(
      fits[model](),
    )) {
      expect(difference(fit?.weights ?? [], known.weights)).toBeLessThan(CLOSE);
      expect(difference([fit?.intercept ?? Number.NaN], [known.intercept])).toBeLessThan(CLOSE);
      // Exact zeros, in the same places.
      expect(Array.from(fit?.weights ?? [], (w) => w === 0)).toEqual(known.weights.map((w) => w === 0));
    }
  });
});

interface PolynomialCase {
  readonly degree: number;
  readonly lambda: number;
  readonly condition: number;
  readonly weights: readonly number[];
  readonly intercept: number;
}

describe("polynomials on the 21 points of figure 4.5, against scikit-learn", () => {
  const { x, y, cases } = stored<{ x: number[]; y: number[]; cases: PolynomialCase[] }>("polynomial");
  it.each(cases)(
    "degree $degree, lambda $lambda",
    async ({ degree, lambda, condition, weights, intercept }) => {
      const examples = { ...polynomialFeatures(x, degree, { constant: false }), y: Float64Array.from(y) };
      const fit = await (lambda === 0 ? leastSquares(examples) : ridge(examples, { lambda }));
      expect(difference(fit.weights, weights)).toBeLessThan(CLOSE);
      expect(fit.intercept).toBeCloseTo(intercept, 7);
      expect(polynomialFeatures(x, degree).condition / condition).toBeCloseTo(1, 6);
    },
  );
});

interface ClassCase {
  readonly lambda: number;
  readonly intercept_: boolean;
  readonly weights: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
}

describe("classification, against scikit-learn", () => {
  const cancer = reference<ClassCase>("breast-cancer");
  it.each(cancer.cases)("logistic regression, lambda $lambda, intercept $intercept_", async (known) => {
    const options = { lambda: known.lambda, intercept: known.intercept_ };
    const fit = await logisticRegression(cancer.examples, options);
    expect(difference(fit.weights, known.weights.flat())).toBeLessThan(CLOSE);
    expect(difference([fit.intercept], known.intercepts)).toBeLessThan(CLOSE);
  });

  const iris = reference<ClassCase>("iris");
  it.each(iris.cases)("softmax regression, lambda $lambda, intercept $intercept_", async (known) => {
    const options = { lambda: known.lambda, intercept: known.intercept_ };
    const fit = await softmaxRegression(iris.examples, options);
    expect(difference(fit.weights, known.weights.flat())).toBeLessThan(CLOSE);
    expect(difference(fit.intercepts, known.intercepts)).toBeLessThan(CLOSE);
  });
});
