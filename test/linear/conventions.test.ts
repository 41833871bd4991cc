import { expect, it } from "vitest";
import { linearModels, theory } from "../../src/index.js";
import { chain, gradientDescent, l2, type Rule, weightDecay } from "../../src/optim/index.js";
import { path } from "../optim/evaluate.js";
import { gaussian, normals } from "../theory/matrices.js";
import { difference } from "./reference.js";

const X = gaussian(30, 4, 1);
const y = normals(30, 2);
const classes = y.map((value) => (value > 0 ? 1 : 0));
const examples = { X: X.values, y, n: X.rows, d: X.columns };
const lambda = 0.7;
const options = { lambda, intercept: false };

const norm = (v: Float64Array) => Math.hypot(...v);

it("the same lambda has the same minimiser in linearModels and in theory", async () => {
  const ridge = theory.ridgeObjective(X, y, lambda);
  const { weights } = await linearModels.ridge(examples, options);
  expect(norm(await ridge.gradient(weights))).toBeLessThan(1e-11);
  expect(difference(await theory.leastSquaresMinimiser(X, y, lambda), weights)).toBeLessThan(1e-12);

  const logistic = theory.logisticObjective(X, classes, lambda);
  const fitted = await linearModels.logisticRegression({ ...examples, y: classes }, options);
  expect(norm(await logistic.gradient(fitted.weights))).toBeLessThan(1e-9);
  expect(await logistic.value(fitted.weights)).toBeCloseTo(fitted.value, 10);
});

it("the functions are those of the table, by hand", async () => {
  const one = { X: theory.matrix([[2], [1]]), y: Float64Array.of(1, 3), w: Float64Array.of(0.5) };
  // Residuals 0 and 2.5: squares 6.25; the penalty of 0.7 is 0.175.
  expect(await theory.leastSquaresObjective(one.X, one.y).value(one.w)).toBeCloseTo(3.125, 14);
  expect(await theory.ridgeObjective(one.X, one.y, lambda).value(one.w)).toBeCloseTo(6.425, 14);
  // z = 1 of class 1 and z = 0.5 of class 0.
  const loss = Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(0.5));
  expect(await theory.logisticObjective(one.X, Float64Array.of(1, 0), lambda).value(one.w)).toBeCloseTo(
    loss + 0.175,
    14,
  );
});

it("classes are 0 and 1, and -1 and +1 mean the same, in both", async () => {
  const signs = classes.map((label) => 2 * label - 1);
  const w = normals(4, 3);
  const value = async (labels: Float64Array) => theory.logisticObjective(X, labels, lambda).value(w);
  expect(await value(signs)).toBe(await value(classes));
  const fit = async (labels: Float64Array) =>
    (await linearModels.logisticRegression({ ...examples, y: labels }, options)).weights;
  expect(await fit(signs)).toEqual(await fit(classes));
  const mixed = signs.map((label, i) => (i === 3 ? 0 : label));
  expect(() => theory.logisticObjective(X, mixed, lambda)).toThrow(
    /example 3 is 0, others are -1; give class numbers 0/,
  );
  await expect(fit(mixed)).rejects.toThrow(/example 3 is 0, others are -1/);
  await expect(fit(classes.map((label) => label + 1))).rejects.toThrow(/is 2; give class numbers 0 and 1/);
});

it("weight decay shrinks by 1 - 2·eta·lambda, as the penalty of the same lambda does", () => {
  const problem = { shape: [2], start: [1, -2], gradients: [[0, 0]] };
  const plain: Rule = gradientDescent({ learningRate: 0.1 });
  for (const rule of [chain(plain, weightDecay(0.5)), chain(l2(0.5), plain)]) {
    const [after = []] = path(rule, problem).slice(-1);
    expect(difference(after, [0.9, -1.8])).toBeLessThan(1e-7);
  }
});
