import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "weight-decay",
  key: "wd",
  title: "Weight decay and the L2 penalty",
  fields,
  tries: [
    {
      title: "the same, and not the same",
      look: "both paths of gradient descent lie on each other; Adam's part at the first steps and end in different places",
      state: {},
    },
    {
      title: "a curved loss",
      look: "Adam divides the penalty's gradient by the size of the whole one: where the loss is steep, decay shrinks much more",
      state: { curvature: 50 },
    },
    {
      title: "hardly a penalty",
      look: "at λ = 0.005 all of them go to the minimum of the loss",
      state: { lambda: 0.005 },
    },
    {
      title: "a strong one",
      look: "the ridge minimiser is close to 0, and AdamW's end is elsewhere",
      state: { lambda: 1.5 },
    },
    {
      title: "too few steps",
      look: "nobody has arrived: where they end is undecided",
      state: { steps: 20 },
    },
  ],
  steps: ({ paths }) => paths.descentPenalty.length - 1,
  tables: ({ paths, descentApart, adamApart, ridge }) => [
    {
      title: "Weights after each step",
      columns: [
        "t",
        ...["GD, penalty", "GD, decay", "Adam, penalty", "AdamW"].flatMap((name) => [`${name} w₁`, "w₂"]),
      ],
      rows: paths.descentPenalty.map((w, t) => [
        t,
        ...w,
        ...(paths.descentDecay[t] ?? []),
        ...(paths.adamPenalty[t] ?? []),
        ...(paths.adamDecay[t] ?? []),
      ]),
    },
    {
      title: "‖w penalty − w decay‖ / ‖w‖",
      columns: ["t", "gradient descent", "Adam"],
      rows: descentApart.map((value, t) => [t, value, adamApart[t] ?? ""]),
    },
    { title: "The ridge minimiser", columns: ["w₁", "w₂"], rows: [[...ridge]] },
  ],
  code: ({
    start,
    optimum: [a, b],
    lambda,
    curvature,
    eta,
    adamRate,
    steps,
  }) => `import { adam, gradientDescent, l2, linearModels, theory, weightDecay } from "steepest";

const [lambda, curvature] = [${lambda}, ${curvature}];
const root = Math.sqrt(curvature);
const y = Float64Array.of(${a}, root * ${b});
const f = theory.leastSquaresObjective(theory.matrix([[1, 0], [0, root]]), y);
const descent = gradientDescent({ learningRate: ${eta} / (curvature + 2 * lambda) });
const adaptive = adam({ learningRate: ${adamRate} });
const end = async (rule) => {
  const { points } = await theory.walk(f, rule, { start: Float64Array.of(${start.join(", ")}), steps: ${steps} });
  return [...points.at(-1)];
};
const { weights } = await linearModels.ridge(linearModels.examples([[1, 0], [0, root]], y), { lambda: 2 * lambda, intercept: false });
console.log(
  JSON.stringify({
    descentPenalty: await end(l2(lambda)(descent)),
    descentDecay: await end(weightDecay(lambda)(descent)),
    adamPenalty: await end(l2(lambda)(adaptive)),
    adamDecay: await end(weightDecay(lambda)(adaptive)), // AdamW
    ridge: [...weights],
  }),
);
`,
};
