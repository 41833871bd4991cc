import { describe, expect, it } from "vitest";
import {
  classProbabilities,
  crossValidate,
  examples,
  lambdaGrid,
  lasso,
  lassoPath,
  leastSquares,
  logisticRegression,
  polynomialFeatures,
  predict,
  probabilities,
  ridge,
  ridgePath,
  selectExamples,
  softmaxRegression,
} from "../../src/linear/index.js";

const data = examples(
  [
    [1, 2],
    [3, 1],
    [2, 5],
    [4, 4],
    [0, 1],
  ],
  [1, 2, 3, 4, 5],
);
const classes = { ...data, y: Float64Array.of(0, 1, 0, 1, 1) };

/** What a program without types can hand over. */
const untyped = <T>(options: object): T => options as T;

describe("bad input of linear models", () => {
  it("predictions refuse numbers that are not finite, and name the first", async () => {
    const X = Float64Array.of(1, 2, 3, Number.NaN);
    const fit = await ridge(data, { lambda: 1 });
    expect(() => predict(fit, X)).toThrow("feature 1 of example 1 is NaN");
    const logistic = await logisticRegression(classes, { lambda: 1 });
    expect(() => probabilities(logistic, X)).toThrow("feature 1 of example 1 is NaN");
    const softmax = await softmaxRegression(classes, { lambda: 1 });
    expect(() => classProbabilities(softmax, X)).toThrow("feature 1 of example 1 is NaN");
  });

  it("lambdaGrid asks for a fraction between 0 and 1", () => {
    for (const fraction of [0, -0.5, 1, Number.NaN]) {
      expect(() => lambdaGrid(1, { fraction })).toThrow(`fraction is ${fraction}`);
    }
  });

  it("sparse solvers name limits and methods that cannot be", async () => {
    await expect(lasso(data, { lambda: 1, tolerance: -1 })).rejects.toThrow("tolerance is -1");
    await expect(lasso(data, { lambda: 1, tolerance: Number.NaN })).rejects.toThrow("tolerance is NaN");
    await expect(lasso(data, { lambda: 1, maxIterations: 0 })).rejects.toThrow("maxIterations is 0");
    await expect(lassoPath(data, { maxIterations: Number.NaN })).rejects.toThrow("maxIterations is NaN");
    await expect(lasso(data, untyped({ lambda: 1, method: "fista" }))).rejects.toThrow('method is "fista"');
  });

  it("an error names the function that was called", async () => {
    await expect(lasso(data, { lambda: -1 })).rejects.toThrow(/^lasso: lambda is -1/);
    await expect(lassoPath(data, { lambdas: [-1] })).rejects.toThrow(/^lassoPath: lambda is -1/);
  });

  it("least squares names an unknown policy, and too few examples for an intercept", async () => {
    await expect(leastSquares(data, untyped({ singular: "min-norm" }))).rejects.toThrow(
      'singular is "min-norm"',
    );
    await expect(leastSquares(examples([[1]], [1]))).rejects.toThrow(
      "1 feature and an intercept from 1 example",
    );
  });

  it("cross-validation refuses an error that is not a number", async () => {
    const path = (train: typeof data, lambdas: readonly number[]) => ridgePath(train, { lambdas });
    await expect(
      crossValidate(data, { lambdas: [1, 2], path, error: ({ weights }) => (weights[0] ?? 0) * Number.NaN }),
    ).rejects.toThrow("the error of lambda 1 in fold 0 is NaN");
  });

  it("softmax regression refuses class numbers that only a mistake can explain", async () => {
    const regression = { ...data, y: Float64Array.of(0, 1, 2, 3, 4e9) };
    await expect(softmaxRegression(regression, { lambda: 1 })).rejects.toThrow("class 4 has no example");
    const fractional = { ...data, y: Float64Array.of(0, 1, 2.5, 1, 0) };
    await expect(softmaxRegression(fractional, { lambda: 1 })).rejects.toThrow(
      "the target of example 2 is 2.5; class numbers are integers from 0 on",
    );
  });

  it("misspelt options, and those of other libraries, are refused", async () => {
    const untyped = (options: object) => options as never;
    await expect(leastSquares(data, untyped({ fit_intercept: false }))).rejects.toThrow(
      "did you mean intercept?",
    );
    await expect(ridge(data, untyped({ alpha: 1 }))).rejects.toThrow(
      "did you mean lambda, whose convention is in",
    );
    await expect(logisticRegression(classes, untyped({ C: 1 }))).rejects.toThrow("lambda, which is 1/(2·C)");
    await expect(softmaxRegression(classes, untyped({ lamda: 1 }))).rejects.toThrow("did you mean lambda");
    await expect(lasso(data, untyped({ lambda: 1, max_iter: 5 }))).rejects.toThrow(
      "did you mean maxIterations?",
    );
    await expect(lassoPath(data, untyped({ alphas: [1] }))).rejects.toThrow("did you mean lambdas");
    await expect(ridgePath(data, untyped({ lambda: [1] }))).rejects.toThrow("did you mean lambdas?");
    expect(() => lambdaGrid(1, untyped({ counts: 3 }))).toThrow("did you mean count?");
    expect(() => polynomialFeatures([1, 2], 1, untyped({ input: 1 }))).toThrow("did you mean inputs?");
  });

  it("polynomial features want a whole number of inputs", () => {
    expect(() => polynomialFeatures([1, 2, 3], 2, { inputs: 1.5 })).toThrow("inputs is 1.5");
  });

  it("a choice of examples stays within them", () => {
    expect(() => selectExamples(data, [0, 5])).toThrow("example 5 of 5");
    expect(() => selectExamples(data, [-1])).toThrow("example -1 of 5");
  });
});
