import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "diamond-and-circle",
  key: "dc",
  title: "Constrained form: the diamond and the circle",
  fields,
  tries: [
    {
      title: "the corner",
      look: "the contour meets the diamond in its corner, where w₂ is exactly 0; on the circle both weights are only smaller",
      state: {},
    },
    {
      title: "on an edge",
      look: "both weights matter alike: the contour meets an edge of the diamond, and no weight is 0; drag the minimum until it is caught by a corner",
      state: { free: [1.5, 1.4], correlation: 0 },
    },
    {
      title: "correlated features",
      look: "each feature can stand for the other, and the circle spreads the weight over both nearly alike; the diamond still takes one alone",
      state: { free: [1.8, 0.3], correlation: 0.9 },
    },
    {
      title: "a ball that holds nothing back",
      look: "B is larger than the minimum needs: both balls have it inside, and there is nothing to judge",
      state: { radius: 3 },
    },
  ],
  steps: ({ l1, l2 }) => Math.max(l1.path.length, l2.path.length) - 1,
  tables: ({ free, radii, l1, l2 }, { radius }) => [
    {
      title: `Minimisers for B = ${radius}`,
      columns: ["constraint", "w₁", "w₂", "loss"],
      rows: [
        ["none", free[0] ?? "", free[1] ?? "", 0],
        ["‖w‖₁ ≤ B", l1.minimiser[0] ?? "", l1.minimiser[1] ?? "", l1.loss],
        ["‖w‖₂ ≤ B", l2.minimiser[0] ?? "", l2.minimiser[1] ?? "", l2.loss],
      ],
    },
    {
      title: "Minimisers as B grows",
      columns: ["B", "w₁ under ℓ1", "w₂ under ℓ1", "w₁ under ℓ2", "w₂ under ℓ2"],
      rows: radii.map((B, i) => [
        B,
        l1.way[i]?.[0] ?? "",
        l1.way[i]?.[1] ?? "",
        l2.way[i]?.[0] ?? "",
        l2.way[i]?.[1] ?? "",
      ]),
    },
    {
      title: "Projected gradient from 0",
      columns: ["t", "w₁ under ℓ1", "w₂ under ℓ1", "w₁ under ℓ2", "w₂ under ℓ2"],
      rows: Array.from({ length: Math.max(l1.path.length, l2.path.length) }, (_, t) => [
        t,
        l1.path[t]?.[0] ?? "",
        l1.path[t]?.[1] ?? "",
        l2.path[t]?.[0] ?? "",
        l2.path[t]?.[1] ?? "",
      ]),
    },
  ],
  code: ({
    free,
    radius,
    correlation,
  }) => `import { projectOntoL1Ball, projectOntoL2Ball, theory } from "steepest";

// Least squares whose minimum lies at ${JSON.stringify(free)}, with features of correlation rho.
const [u, v] = ${JSON.stringify(free)};
const rho = ${correlation};
const rows = [[1, rho], [0, Math.sqrt(1 - rho ** 2)]];
const y = Float64Array.from(rows, ([a, b]) => a * u + b * v);
const f = theory.leastSquaresObjective(theory.matrix(rows), y);
const L = (await theory.smoothnessConstant(f)).value;

// Projected gradient: w <- P(w - gradient / L).
const minimise = async (project, B, start = new Float64Array(2)) => {
  let w = start;
  for (let step = 0; step < 500; step++) {
    const { gradient } = await f.valueAndGradient(w);
    const next = w.map((value, j) => value - gradient[j] / L);
    project(next, B);
    const moved = Math.max(...next.map((value, j) => Math.abs(value - w[j])));
    w = next;
    if (moved < 1e-14) break;
  }
  return w;
};
const results = {};
for (const [name, project] of Object.entries({ diamond: projectOntoL1Ball, circle: projectOntoL2Ball })) {
  const way = [];
  for (let i = 1; i <= 40; i++) way.push(await minimise(project, i / 10, way.at(-1))); // as B grows
  results[name] = { minimiser: [...(await minimise(project, ${radius}))], way: way.map((w) => [...w]) };
}
await f.release();
console.log(JSON.stringify(results));
`,
};
