import type { Definition } from "../../parts/definition.js";
import { codeOfXY } from "../functions.js";
import type { Result } from "./compute.js";
import { landscapeOf } from "./landscapes.js";
import { fields, ruleNames, rules, type State, textOf } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "race",
  key: "ra",
  title: "Race of the optimisers",
  fields,
  shown: ({ landscape }) =>
    landscape === "typed"
      ? ["landscape", "typed", "rates", "steps", "noise", "seed", "rules"]
      : ["landscape", "rates", "steps", "noise", "seed", "rules"],
  follow: ({ landscape, start }) =>
    landscape === undefined || start !== undefined ? {} : { start: landscapeOf(landscape).start },
  tries: [
    {
      title: "the ravine",
      look: "it lies askew, so that a rate for each coordinate does not straighten it: momentum leads",
      state: {},
    },
    {
      title: "features of unequal scale",
      look: "the same curvatures along the axes: now AdaGrad, RMSProp and Adam divide them away",
      state: { landscape: "unequal", start: [-1.6, 1.2] },
    },
    {
      title: "a saddle",
      look: "beside the saddle gradients are tiny; who leaves it first?",
      state: { landscape: "saddle", start: [1, 0.001], steps: 100 },
    },
    {
      title: "Rosenbrock’s valley",
      look: "bent and narrow; scrub back to see who turned too late",
      state: { landscape: "rosenbrock", start: [-1.2, 1], steps: 300 },
    },
    {
      title: "all rules",
      look: "fourteen rules, each with its own best rate: no one is best everywhere",
      state: { rules: ruleNames, steps: 300 },
    },
    {
      title: "noisy gradients",
      look: "with a constant rate nobody settles; the smaller the rate, the closer",
      state: { noise: 2, steps: 300 },
    },
  ],
  steps: ({ runners }) => Math.max(0, ...runners.map(({ points }) => points.length - 1)),
  tables: ({ runners, least }) => [
    {
      title: "What each reached",
      columns: ["rule", "learning rate", "rate is", "highest f − f* of the last tenth", "last f"],
      rows: runners.map(({ rule, learningRate, isTuned, result, values }) => [
        rules[rule].label,
        learningRate,
        isTuned ? "tuned" : "given",
        result,
        values.at(-1) ?? "",
      ]),
    },
    {
      title: `f − ${least}, step by step`,
      columns: ["t", ...runners.map(({ rule }) => rules[rule].label)],
      rows: Array.from({ length: Math.max(0, ...runners.map(({ values }) => values.length)) }, (_, t) => [
        t,
        ...runners.map(({ values }) => (values[t] === undefined ? "" : values[t] - least)),
      ]),
    },
  ],
  code: (state, { runners }) => {
    const { noise, seed, start, steps } = state;
    const names = [...new Set(runners.map(({ rule }) => rules[rule].code))].sort();
    const disturb = `,
  // Noise of its own for every step.
  disturb: (gradient, step) => {
    const draws = random(${seed}, "race noise", step);
    return gradient.map((value) => value + ${noise} * draws.normal());
  },`;
    return `import { ${["graph", "input", ...(noise > 0 ? ["random"] : []), "theory", ...names].join(", ")} } from "steepest";

${codeOfXY(textOf(state))}
const rules = {
${runners.map(({ rule, learningRate }) => `  "${rules[rule].label}": ${rules[rule].code}({ learningRate: ${learningRate} }),`).join("\n")}
};
const options = { start: Float64Array.of(${start.join(", ")}), steps: ${steps}${noise > 0 ? disturb : ""} };
const values = {};
for (const [name, rule] of Object.entries(rules)) values[name] = (await theory.walk(f, rule, options)).values;
console.log(JSON.stringify(values));
`;
  },
};
