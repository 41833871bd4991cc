import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "ridge-path",
  key: "rp",
  title: "Ridge regression of a polynomial",
  fields,
  tries: [
    {
      title: "figure 4.5 (a): too weak",
      look: "degree 14 bends to every point: weights of thousands, a training error far below the noise, a test error far above it",
      state: { strength: -10 },
    },
    {
      title: "figure 4.5 (b): right",
      look: "the same 15 numbers, held small: the fit lies on the truth, and the test error is near its lowest",
      state: {},
    },
    {
      title: "figure 4.5 (c): too strong",
      look: "nearly all is penalty: the curve is flat, and both errors are large",
      state: { strength: 3 },
    },
    {
      title: "degree 2",
      look: "the class of the truth itself: there is hardly anything to gain from a penalty, and no fall before the rise",
      state: { degree: 2, strength: -6 },
    },
    {
      title: "100 points",
      look: "more examples do what a penalty does: the test error is low from the weakest λ on",
      state: { points: 100 },
    },
  ],
  tables: ({ points, exponents, weights, intercepts, norms, train, test, shown }) => [
    {
      title: "Along λ",
      columns: ["log₁₀ λ", "‖ŵ‖₂", "training error", "test error"],
      rows: exponents.map((exponent, i) => [exponent, norms[i] ?? "", train[i] ?? "", test[i] ?? ""]),
    },
    {
      title: "The fit that is shown",
      columns: ["power of x", "weight"],
      rows: [intercepts[shown] ?? "", ...(weights[shown] ?? [])].map((weight, power) => [power, weight]),
    },
    { title: "Data", columns: ["x", "y"], rows: points.map((point) => [...point]) },
  ],
  code: (
    { degree, points, seed },
    { shown },
  ) => `import { linearModels, polynomial, readRows, soleFloats } from "steepest";

// Noisy points of y = -0.5 + 0.5x + 1.5x², with the features x, x², …; the intercept is not penalised.
const coefficients = [-0.5, 0.5, 1.5];
const { inputs, targets } = await readRows(polynomial({ n: ${points}, noise: 0.3, seed: ${seed}, coefficients }));
const { X, n, d } = linearModels.polynomialFeatures(Float64Array.from(soleFloats(inputs)), ${degree}, { constant: false });
const examples = { X, y: Float64Array.from(soleFloats(targets)), n, d };
const lambdas = Array.from({ length: 141 }, (_, k) => 10 ** (-10 + k / 10));
const path = await linearModels.ridgePath(examples, { lambdas });
const { best: chosen } = await linearModels.crossValidate(examples, {
  lambdas,
  k: 7,
  seed: ${seed},
  path: (part, strengths) => linearModels.ridgePath(part, { lambdas: strengths }),
});

/** The expected squared error of a new example, x uniform on [-1, 1]. */
const testError = ({ weights, intercept }) => {
  let sum = 0;
  for (let i = 0; i <= 800; i++) {
    const x = -1 + i / 400;
    const predicted = weights.reduceRight((total, w) => (total + w) * x, 0) + intercept;
    sum += (predicted - (-0.5 + 0.5 * x + 1.5 * x * x)) ** 2;
  }
  return 0.3 ** 2 + sum / 801;
};
console.log(
  JSON.stringify({
    weights: [...path[${shown}].weights],
    intercept: path[${shown}].intercept,
    norms: path.map(({ weights }) => Math.hypot(...weights)),
    train: path.map((fit) => linearModels.meanSquaredResidual(fit, examples)),
    test: path.map(testError),
    chosen: lambdas.indexOf(chosen),
  }),
);
`,
};
