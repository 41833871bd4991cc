import type { Definition } from "../../parts/definition.js";
import type { Point } from "../../parts/fields.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

const shifted = (by: number): readonly Point[] =>
  fields.data.initial.map(([x, y]) => [Number((x / 3 + by).toFixed(3)), y] as const);

export const definition: Definition<State, Result> = {
  name: "least-squares",
  key: "ls",
  title: "Least squares by gradient descent",
  fields,
  tries: [
    {
      title: "points around 0",
      look: "the two columns of X are nearly orthogonal: a round bowl, a small condition number, few steps",
      state: {},
    },
    {
      title: "points far from 0",
      look: "the same line, all x near 2: the columns resemble each other, the bowl becomes a ravine, and the flat direction takes hundreds of steps",
      state: { data: shifted(2), steps: 500 },
    },
    {
      title: "all at the same x",
      look: "X has rank 1: many lines fit equally well, λ_min is 0, and only the O(1/T) bound is promised",
      state: {
        data: [
          [1.5, -1],
          [1.5, 0.5],
          [1.5, 1.2],
          [1.5, 2.4],
        ],
      },
    },
    {
      title: "η = 2.1/λ_max",
      look: "beyond 2/λ_max the steep direction grows at every step",
      state: { eta: 2.1, steps: 40 },
    },
  ],
  steps: ({ points }) => points.length - 1,
  tables: ({ L, mu, minimiser, points, gaps, bounds, linear }, { data }) => [
    {
      title: "The problem",
      columns: ["λ_max = L", "λ_min = μ", "condition number", "intercept", "slope"],
      rows: [
        [L.value, mu.value, mu.value > 0 ? L.value / mu.value : "∞", minimiser[0] ?? "", minimiser[1] ?? ""],
      ],
    },
    { title: "Data", columns: ["x", "y"], rows: data.map(([x, y]) => [x, y]) },
    {
      title: "Step by step",
      columns: ["t", "intercept", "slope", "f − f*", "O(1/t) bound", "linear bound"],
      rows: points.map((point, t) => [
        t,
        point[0] ?? "",
        point[1] ?? "",
        gaps[t] ?? "",
        bounds[t] ?? "",
        linear[t] ?? "",
      ]),
    },
  ],
  code: ({ data, eta, steps }) => `import { theory } from "steepest";

const data = ${JSON.stringify(data)};
const X = theory.matrix(data.map(([x]) => [1, x]));
const y = Float64Array.from(data, ([, each]) => each);
const f = theory.leastSquaresObjective(X, y);
const L = await theory.smoothnessConstant(f); // lambda_max(X'X)
const mu = await theory.strongConvexityConstant(f); // lambda_min(X'X)
const minimiser = theory.leastSquaresMinimum(X, y, { scale: 1 / 2 });
const run = await theory.descend(f, { eta: ${eta} / L.value, steps: ${steps}, minimiser });
console.log(
  JSON.stringify({
    L: L.value,
    mu: mu.value,
    minimiser: [...minimiser.w],
    gaps: Array.from(theory.suboptimality(run), (gap) => Math.max(0, gap)),
    verdict: theory.certify(run, { L, mu }).verdict,
  }),
);
`,
};
