import type { Definition } from "../../parts/definition.js";
import { codeOfX, functionsOfX } from "../functions.js";
import type { Result } from "./compute.js";
import { fields, isPlane, type State } from "./state.js";

const problem = (state: State): string =>
  state.f === "bowl"
    ? `const f = theory.quadraticObjective(theory.matrix([[1, 0], [0, ${state.kappa}]]), new Float64Array(2));
const L = (await theory.smoothnessConstant(f)).value;`
    : `${codeOfX(functionsOfX[state.f].text)}
const L = ${{ parabola: 1, smooth: 1, logistic: 0.5 }[state.f]}; // the largest f''`;

export const definition: Definition<State, Result> = {
  name: "gradient-descent",
  key: "gd",
  title: "Gradient descent and its guarantee",
  fields,
  shown: (state) => (isPlane(state) ? ["f", "kappa", "eta", "steps"] : ["f", "eta", "steps"]),
  tries: [
    {
      title: "η = 1/L",
      look: "every step keeps the promise; the measured curve stays under the dashed bound",
      state: {},
    },
    {
      title: "η = 1.9/L",
      look: "between 1/L and 2/L f still falls, but by less than promised: the zigzag costs",
      state: { eta: 1.9 },
    },
    {
      title: "η = 2.05/L",
      look: "beyond 2/L the steep direction grows at every step, and the run leaves its bound",
      state: { eta: 2.05, start: [-9, 0.1] },
    },
    {
      title: "κ = 100",
      look: "1/L is now so small that the flat direction hardly moves",
      state: { kappa: 100 },
    },
    {
      title: "flat far away",
      look: "√(1 + x²) in one dimension: far from 0 its curvature is far below L, and more than 2/L is borne for a while",
      state: { f: "smooth", eta: 2.3, start: [4.5, 2] },
    },
  ],
  steps: ({ points }) => points.length - 1,
  tables: ({ points, values, gaps, bounds, ratios }) => [
    {
      title: "Step by step",
      columns: [
        "t",
        ...(points[0]?.length === 1 ? ["w"] : ["x", "y"]),
        "f",
        "f − f*",
        "bound",
        "decrease / promise",
      ],
      rows: points.map((point, t) => [
        t,
        ...point,
        values[t] ?? "",
        gaps[t] ?? "",
        bounds[t] ?? "",
        t === 0 ? "" : (ratios[t] ?? ""),
      ]),
    },
  ],
  code: (state) => `import { ${isPlane(state) ? "" : "graph, input, "}theory } from "steepest";

${problem(state)}
const run = await theory.descend(f, {
  w0: Float64Array.of(${isPlane(state) ? state.start.join(", ") : state.start[0]}),
  eta: ${state.eta} / L,
  steps: ${state.steps},
  minimiser: new Float64Array(${isPlane(state) ? 2 : 1}),
});
const certificate = theory.certify(run, { L });
console.log(
  JSON.stringify({
    L,
    values: [...run.values],
    bounds: Array.from(run.values, (_, t) => theory.rateBound(run, t)),
    verdict: certificate.verdict,
  }),
);
`,
};
