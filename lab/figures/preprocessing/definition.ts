import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

const round = { mean: [0, 0], spread: [1, 1], correlation: 0 } as const;

const longest = (stages: Result["stages"]): readonly number[] =>
  stages.reduce<readonly number[]>((most, { gap }) => (gap.length > most.length ? gap : most), []);

export const definition: Definition<State, Result> = {
  name: "preprocessing",
  key: "pp",
  title: "Centring, scaling and whitening",
  fields,
  tries: [
    {
      title: "far from 0",
      look: "the features are nearly constant beside their mean, and so resemble the bias: centring alone takes the condition number down by a hundred",
      state: { ...round, mean: [4.5, -3.5] },
    },
    {
      title: "different units",
      look: "centring has nothing to do; one feature is fifteen times the other, so that the loss is steep along its weight: dividing by the deviation makes it round",
      state: { ...round, spread: [3, 0.2] },
    },
    {
      title: "correlated features",
      look: "mean 0 and deviation 1 leave the cloud as narrow as it was; only whitening, which turns it and then scales, makes it round",
      state: { ...round, correlation: 0.95 },
    },
    {
      title: "round already",
      look: "there is nothing to gain: the four paths are nearly the same",
      state: { ...round, examples: 200 },
    },
  ],
  steps: ({ stages }) => longest(stages).length - 1,
  tables: ({ stages }) => [
    {
      title: "Least squares with a bias, on each",
      columns: ["inputs", "condition number", "best rate 2/(L + μ)", "steps to 10⁻⁶"],
      rows: stages.map(({ name, condition, eta, taken }) => [name, condition, eta, taken]),
    },
    {
      title: "f − f*, relative to its start",
      columns: ["t", ...stages.map(({ name }) => name)],
      rows: longest(stages).map((_, t) => [t, ...stages.map(({ gap }) => gap[t] ?? "")]),
    },
    {
      title: "The examples that were fitted on",
      columns: stages.flatMap(({ name }) => [`${name} x₁`, `${name} x₂`]),
      rows: (stages[0]?.train ?? []).map((_, i) => stages.flatMap(({ train }) => [...(train[i] ?? [])])),
    },
  ],
  code: ({ mean, spread, correlation, examples, steps, seed }) => `import {
  buildModel, centreAndScale, compile, dataset, gradientDescent, inputOf, layer, outputOf, random, readRows, soleFloats, standardise, theory, wasm, whiten,
} from "steepest";

// Two correlated features, and a target that is linear in them.
const [n, means, scales, shared] = [${examples}, ${JSON.stringify(mean)}, ${JSON.stringify(spread)}, Math.sqrt(${correlation})];
const draws = random(${seed}, "preprocessing train");
const inputs = new Float32Array(2 * n);
const targets = new Float32Array(n);
for (let i = 0; i < n; i++) {
  const common = draws.normal();
  let target = 4 + 0.3 * draws.normal();
  for (let j = 0; j < 2; j++) {
    const z = shared * common + Math.sqrt(1 - shared ** 2) * draws.normal();
    inputs[2 * i + j] = means[j] + scales[j] * z;
    target += j === 0 ? z : -z;
  }
  targets[i] = target;
}
const data = dataset({ name: "measurements", inputs, targets, inputShape: [2] });

// What fit(net, data, { preprocess }) puts before the network: layers that were fitted on the training data.
const engine = wasm({ threads: 1 }); // as in the page
const { mean, scale } = await standardise(data);
const layers = {
  raw: layer("identity", (x) => x),
  centred: centreAndScale({ mean, scale: scale.map(() => 1) }),
  standardised: centreAndScale({ mean, scale }),
  whitened: await whiten()(data, engine),
};
const results = {};
for (const [name, fitted] of Object.entries(layers)) {
  const { inference } = buildModel(fitted, [2]);
  const program = await compile(
    { inputs: [inputOf(inference)], outputs: { z: outputOf(inference) } },
    { threads: 1, engine },
  );
  const z = [...(await program.run({ input: soleFloats((await readRows(data)).inputs) })).z.data];
  const X = theory.matrix(targets.reduce((rows, _, i) => [...rows, [z[2 * i], z[2 * i + 1], 1]], []));
  const y = Float64Array.from(targets);
  const f = theory.leastSquaresObjective(X, y);
  const L = (await theory.smoothnessConstant(f)).value;
  const mu = (await theory.strongConvexityConstant(f)).value;
  const eta = 2 / (L + mu);
  const start = new Float64Array(3);
  const best = await f.value(await theory.leastSquaresMinimiser(X, y));
  const first = (await f.value(start)) - best;
  const { values } = await theory.walk(f, gradientDescent({ learningRate: eta }), {
    start,
    steps: ${steps},
    until: (value) => value - best <= 1e-13 * first, // what is left is rounding
  });
  results[name] = { condition: L / mu, eta, gap: values.map((value) => (value - best) / first) };
}
console.log(JSON.stringify(results));
`,
};
