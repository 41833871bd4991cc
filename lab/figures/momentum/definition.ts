import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "momentum",
  key: "mo",
  title: "Momentum in a ravine",
  fields,
  tries: [
    {
      title: "the zigzag",
      look: "at the same effective rate gradient descent crosses the floor at every step, momentum rolls along it",
      state: { steps: 30 },
    },
    {
      title: "the best of both",
      look: "each at its best fixed settings: κ against √κ",
      state: { kappa: 100, eta: 3.31, beta: 0.67, versus: "best", steps: 120 },
    },
    {
      title: "too much momentum",
      look: "β = 0.97: both directions swing, and the swinging dies out only by √β per step",
      state: { beta: 0.97, steps: 200 },
    },
    {
      title: "β = 0",
      look: "without momentum the map is a line: between 1/L and 2/L the steep direction alternates",
      state: { beta: 0, eta: 1.8, versus: "same" },
    },
    {
      title: "over the edge",
      look: "η·L > 2(1 + β) diverges, whatever else one does; momentum moves that edge out",
      state: { eta: 3.3, beta: 0.6, start: [-9.5, 0.1] },
    },
  ],
  steps: ({ heavy, plain }) => Math.max(heavy.points.length, plain.points.length) - 1,
  tables: ({ heavy, plain, modes, best }) => [
    {
      title: "Modes",
      columns: ["direction", "factor per step", "regime"],
      rows: [
        ["x (curvature μ)", modes[0].factor, modes[0].regime],
        ["y (curvature L)", modes[1].factor, modes[1].regime],
        ["best settings", best.rate, `η·L = ${best.eta.toPrecision(4)}, β = ${best.beta.toPrecision(4)}`],
      ],
    },
    {
      title: "Step by step",
      columns: ["t", "x, momentum", "y, momentum", "f, momentum", "f, gradient descent"],
      rows: Array.from({ length: Math.max(heavy.values.length, plain.values.length) }, (_, t) => [
        t,
        heavy.points[t]?.[0] ?? "",
        heavy.points[t]?.[1] ?? "",
        heavy.values[t] ?? "",
        plain.values[t] ?? "",
      ]),
    },
  ],
  code: ({
    kappa,
    eta,
    beta,
    start,
    steps,
    versus,
  }) => `import { gradientDescent, momentum, theory } from "steepest";

const [mu, L] = [1, ${kappa}];
const ravine = theory.quadraticObjective(theory.matrix([[mu, 0], [0, L]]), new Float64Array(2));
const [eta, beta] = [${eta} / L, ${beta}];
const options = { start: Float64Array.of(${start.join(", ")}), steps: ${steps} };
const heavy = await theory.walk(ravine, momentum({ learningRate: eta, beta }), options);
const plain = await theory.walk(
  ravine,
  gradientDescent({ learningRate: ${{ effective: "eta / (1 - beta)", same: "eta", best: "2 / (L + mu)" }[versus]} }),
  options,
);
console.log(JSON.stringify({ momentum: heavy.values, gradientDescent: plain.values }));
`,
};
