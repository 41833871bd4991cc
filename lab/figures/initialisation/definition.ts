import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type Nonlinearity, type Rule, type State, widthsOf } from "./state.js";

const layersOf: Readonly<Record<Nonlinearity, string>> = {
  none: 'layer("identity", (x) => x)',
  tanh: "tanh()",
  relu: "relu()",
  sigmoid: "sigmoid()",
  leakyRelu: "leakyRelu()",
  gelu: "gelu()",
  silu: "silu()",
};

const initialiserOf = (rule: Rule, sigma: number): string =>
  rule === "fixed" ? `normal(${sigma})` : `${rule}()`;

const imported = (names: readonly string[]): string => [...new Set(names)].sort().join(", ");

export const definition: Definition<State, Result> = {
  name: "initialisation",
  key: "in",
  title: "What the first weights do to signals and gradients",
  fields,
  shown: ({ rule }) =>
    (Object.keys(fields) as (keyof State)[]).filter((name) => name !== "sigma" || rule === "fixed"),
  tries: [
    {
      title: "relu from LeCun's weights",
      look: "relu sets half of the signal to zero, and nothing makes up for it: the histograms narrow from layer to layer",
      state: {},
    },
    {
      title: "relu from He's weights",
      look: "twice the variance keeps the signal, through any number of layers",
      state: { rule: "he", depth: 20 },
    },
    {
      title: "a σ that is too large",
      look: "the variance grows by the same factor at every layer, in the end by hundreds of millions",
      state: { rule: "fixed", sigma: 0.3, depth: 12 },
    },
    {
      title: "tanh, saturated",
      look: "large weights push tanh to −1 and 1: its outputs stay bounded; most gradients end in the flat parts, and the few that do not grow on their way back",
      state: { activation: "tanh", rule: "fixed", sigma: 0.5 },
    },
    {
      title: "layers that narrow",
      look: "n_out is smaller than n_in: LeCun keeps the signal and loses the gradients, Xavier stands between",
      state: { activation: "none", rule: "xavier", inputs: 256, outputs: 32 },
    },
    {
      title: "all weights zero",
      look: "the hidden weights get no gradient: in the lower pictures nothing moves from 0, with dropout or without",
      state: { equal: 0 },
    },
  ],
  steps: ({ starts }) => Math.max(...starts.map(({ paths }) => (paths[0]?.length ?? 1) - 1)),
  tables: ({ signals, starts, hiddenGradient }, { equal }) => [
    {
      title: "Variances, layer by layer",
      columns: [
        "layer",
        ...["N(0, σ²)", "LeCun", "Xavier", "He"].flatMap((name) => [`V[o], ${name}`, `V[∂L/∂o], ${name}`]),
      ],
      rows: signals.he.activations.map((_, i) => [
        i + 1,
        ...Object.values(signals).flatMap(({ activations, gradients }) => [
          activations[i] ?? "",
          gradients[i] ?? "",
        ]),
      ]),
    },
    {
      title: `Two hidden layers of 8 units, after 100 updates; hidden gradient at the start from ${equal}: ${hiddenGradient.toPrecision(3)}`,
      columns: [
        "start",
        "different units of layer 1",
        "of layer 2",
        "first layer moved",
        "training error (%)",
      ],
      rows: starts.map(({ name, distinct, moved, error }) => [name, ...distinct, moved, error]),
    },
  ],
  code: (state) => `import {
  ${imported(["buildModel", "compile", "constantInitializer", "dropout", "fit", "grad", "gradientDescent", "graph", "initialValues", "input", "inputOf", "layer", "leCun", "linear", "moons", "normal", "outputOf", "random", "sequential", "wasm", state.rule === "fixed" ? "normal" : state.rule, state.activation === "none" ? "layer" : state.activation])},
} from "steepest";

const engine = wasm({ threads: 1 }); // as in the page
const nonlinearity = () => ${layersOf[state.activation]};

// What passes through ${state.depth} layers, forward and backward.
const [inputs, ...units] = ${JSON.stringify(widthsOf(state))};
const init = ${initialiserOf(state.rule, state.sigma)};
const model = buildModel(
  sequential(...units.flatMap((n) => [linear(n, { init, bias: false }), nonlinearity()])),
  [inputs],
);
const sums = model.training.layers.filter((_, i) => i % 2 === 0).map(({ output }) => output);
const r = input("r", [graph.batch, units.at(-1)]);
const slopes = grad(graph.sum(outputOf(model.training).mul(r)), sums);
const program = await compile(
  {
    inputs: [inputOf(model.training), r, ...model.parameters.map(({ tensor }) => tensor)],
    outputs: Object.fromEntries(sums.flatMap((o, i) => [[\`o\${i}\`, o], [\`g\${i}\`, slopes[i]]])),
  },
  { threads: 1, engine },
);
const normals = (purpose, count) => {
  const values = new Float32Array(count);
  random(${state.seed}, purpose).fillNormal(values);
  return values;
};
const passed = await program.run({
  input: normals("inputs", 128 * inputs),
  r: normals("loss", 128 * units.at(-1)),
  ...Object.fromEntries(model.parameters.map((each) => [each.name, initialValues(each, ${state.seed})])),
});
const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values) => {
  const centre = mean(values);
  return mean(values.map((x) => (x - centre) ** 2));
};
const variances = (kind) => sums.map((_, i) => variance(Float64Array.from(passed[\`\${kind}\${i}\`].data)));

// Two hidden layers of 8 units that start equal, equal under dropout, and different.
const data = moons({ n: 100, noise: 0.15, seed: ${state.seed} });
const trained = async (start, keep) => {
  const hidden = () => [linear(8, { init: start }), nonlinearity(), ...(keep < 1 ? [dropout({ keep })] : [])];
  const run = await fit(sequential(...hidden(), ...hidden(), linear(2, { init: start })), data, {
    optimizer: gradientDescent({ learningRate: 0.5 }),
    epochs: 20,
    batchSize: 20,
    seed: ${state.seed},
    engine,
  });
  const weights = (await run.weights()).get("linear1.weight");
  await run.release();
  return { error: run.epochs.at(-1).train.error, weights: [...weights] };
};
const equal = constantInitializer(${state.equal});
console.log(
  JSON.stringify({
    activations: variances("o"),
    gradients: variances("g"),
    starts: [await trained(equal, 1), await trained(equal, 0.5), await trained(leCun(), 1)],
  }),
);
`,
};
