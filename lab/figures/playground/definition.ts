import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State, unbounded, unitsOf } from "./state.js";

const initCode: Readonly<Record<State["init"], string>> = {
  he: "he()",
  xavier: "xavier()",
  leCun: "leCun()",
  orthogonal: "orthogonal()",
  small: "normal(0.01)",
  large: "normal(1)",
  zeros: "zeros()",
};

const rateCode = ({ schedule, rate }: State): string => {
  if (schedule === "constant") return String(rate);
  return schedule === "oneCycle" ? `oneCycle({ peak: ${rate} })` : `${schedule}({ initial: ${rate} })`;
};

const ruleCode = (state: State): string => {
  const rule = `${state.rule}({ learningRate: ${rateCode(state)} })`;
  return state.penalty === "none" ? rule : `${state.penalty}(${state.lambda})(${rule})`;
};

const layersCode = (state: State): string[] => {
  const init = initCode[state.init];
  return [
    ...unitsOf(state).flatMap((units) => [
      `linear(${units}, { init: ${init} })`,
      ...(state.normalisation === "none" ? [] : [`${state.normalisation}()`]),
      ...(state.nonlinearity === "none" ? [] : [`${state.nonlinearity}()`]),
      ...(state.keep < 1 ? [`dropout({ keep: ${state.keep} })`] : []),
    ]),
    `linear(2, { init: ${init} })`,
  ];
};

const dataCode = ({ data, noise, seed, a, b }: State): string => {
  if (data === "drawn") {
    return `const train = dataset({
  name: "drawn",
  inputs: ${JSON.stringify([...a, ...b].flat())},
  targets: ${JSON.stringify([...a.map(() => 0), ...b.map(() => 1)])},
  inputShape: [2],
  classes: 2,
});`;
  }
  const options = `n: 160, noise: ${noise}${data === "blobs" ? ", classes: 2" : ""}`;
  return `const train = ${data}({ ${options}, seed: ${2 * seed} });
const test = ${data}({ ${options}, seed: ${2 * seed + 1} });`;
};

/** The names of functions of the library that stand in a program. */
const called = (code: string): string[] => [
  ...new Set([...code.matchAll(/\b([a-zA-Z0-9]+)\(/g)].map(([, name = ""]) => name)),
];

const ownNames = new Set(["onEpochEnd", "evaluate", "push", "log", "stringify", "map", "min", "release"]);

const program = (state: State): string => {
  const tested = state.data !== "drawn";
  const body = `${dataCode(state)}
const net = sequential(
${layersCode(state)
  .map((layer) => `  ${layer},`)
  .join("\n")}
);
const testLosses = [];
const run = await fit(net, train, {
  optimizer: ${ruleCode(state)},
${state.bound < unbounded ? `  constraint: maxNorm(${state.bound}),\n` : ""}  epochs: ${state.epochs},
  batchSize: Math.min(${state.batch}, train.size),
  seed: ${state.seed},
  engine: wasm({ threads: 1 }), // as in the page; without it the processor's own engine, whose last digits differ
${
  tested
    ? `  callbacks: [
    {
      onEpochEnd: async ({ trainer }) => {
        testLosses.push((await trainer.evaluate(test)).loss);
      },
    },
  ],
`
    : ""
}});
console.log(JSON.stringify({ trainLosses: run.epochs.map(({ train }) => train.loss), testLosses }));
`;
  const names = called(body).filter((name) => !ownNames.has(name));
  return `import { ${names.sort().join(", ")} } from "steepest";\n\n${body}`;
};

export const definition: Definition<State, Result> = {
  name: "playground",
  key: "pg",
  title: "Playground: a network on data in the plane",
  fields,
  shown: ({ data, penalty }) => [
    "data",
    ...(data === "drawn" ? [] : (["noise"] as const)),
    "layers",
    "nonlinearity",
    "rule",
    "rate",
    "schedule",
    "batch",
    "epochs",
    "penalty",
    ...(penalty === "none" ? [] : (["lambda"] as const)),
    "bound",
    "keep",
    "normalisation",
    "init",
    "seed",
  ],
  tries: [
    {
      title: "two moons",
      look: "the units of the first layer draw lines, those of the second bend them; play it from the start",
      state: {},
    },
    {
      title: "no hidden layer",
      look: "one line is all that a linear model has, and a third of the errors stay",
      state: { layers: "", data: "circles", noise: 0.1 },
    },
    {
      title: "all weights zero",
      look: "units that start alike stay alike: nothing is learned but which class is commoner",
      state: { init: "zeros", nonlinearity: "tanh" },
    },
    {
      title: "too large a rate",
      look: "gradient descent at 2: the loss jumps about instead of falling",
      state: { rule: "gradientDescent", rate: 2, nonlinearity: "relu" },
    },
    {
      title: "learnt by heart",
      look: "much noise and a wide network: training loss falls, the loss on unseen examples turns and climbs",
      state: { noise: 0.45, layers: "32-32", epochs: 60, rate: 0.03 },
    },
    {
      title: "held back",
      look: "the same with dropout and max-norm: the two losses stay together",
      state: { noise: 0.45, layers: "32-32", epochs: 60, rate: 0.03, keep: 0.5, bound: 1.5 },
    },
  ],
  steps: ({ moments }) => moments.length - 1,
  tables: ({ trainLosses, trainErrors, testLosses, testErrors }) => [
    {
      title: "Epoch by epoch",
      columns: ["epoch", "training loss", "training error (%)", "unseen loss", "unseen error (%)"],
      rows: trainLosses.map((loss, i) => [
        i + 1,
        loss,
        trainErrors[i] ?? "",
        testLosses[i] ?? "",
        testErrors[i] ?? "",
      ]),
    },
  ],
  code: program,
};
