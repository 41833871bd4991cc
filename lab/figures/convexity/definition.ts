import type { Definition } from "../../parts/definition.js";
import { codeOfX } from "../functions.js";
import type { Result } from "./compute.js";
import { domain, fields, type State, textOf } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "convexity",
  key: "cv",
  title: "Convexity and smoothness",
  fields,
  shown: ({ f }) => (f === "typed" ? ["f", "typed", "share", "seed"] : ["f", "share", "seed"]),
  tries: [
    {
      title: "between line and parabola",
      look: "√(1 + x²) stays above every tangent and below every quadratic of curvature L = 1, wherever you drag",
      state: {},
    },
    {
      title: "half of L",
      look: "the quadratic cuts through f near 0: with too small an L it is no upper bound",
      state: { share: 0.5, x1: 0.8, x2: -0.4 },
    },
    {
      title: "not convex",
      look: "x²/4 + sin 3x dives below its tangents; go to the pair where it does so most",
      state: { f: "wavy", x1: -0.6, x2: 0.9 },
    },
    {
      title: "no L will do",
      look: "x⁴/8 is convex, but its curvature grows without end: the L found here is that of this picture only",
      state: { f: "quartic", x1: 3.5, x2: 2 },
    },
    { title: "one of your own", look: "type any f(x), and see which pair refutes it", state: { f: "typed" } },
  ],
  tables: ({ pair, found, L, mu, worst, steepest }) => [
    {
      title: "The pair",
      columns: [
        "x₁",
        "x₂",
        "f(x₁)",
        "tangent at x₁",
        "quadratic at x₁",
        "L",
        "L found",
        "μ found",
        "largest violation of convexity",
        "at x₁",
        "at x₂",
        "largest L asked for",
      ],
      rows: [
        [
          pair.x1,
          pair.x2,
          pair.value1,
          pair.tangent,
          pair.quadratic,
          L,
          found.value,
          mu.value,
          worst.violation,
          worst.x1,
          worst.x2,
          steepest.needed,
        ],
      ],
    },
  ],
  code: (state) => `import { graph, input, theory } from "steepest";

${codeOfX(textOf(state))}
const sampled = { radius: ${domain[1]} / 3, seed: ${state.seed} };
const convex = await theory.convexity(f, sampled);
const smooth = await theory.smoothness(f, sampled);
console.log(
  JSON.stringify({
    convex: convex.convex,
    violation: convex.worst.violation,
    L: smooth.value,
    needed: smooth.upperBound.needed,
    verdicts: [convex.verdict, smooth.verdict],
  }),
);
`,
};
