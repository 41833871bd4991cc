import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, layerOf, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "batch-normalisation",
  key: "bn",
  title: "Batch normalisation",
  fields,
  tries: [
    {
      title: "a rate that only one stands",
      look: "at η = 3 the plain network diverges in its second epoch, and the normalised one learns",
      state: {},
    },
    {
      title: "a gentle rate",
      look: "at η = 0.3 both learn: the gain is in the rates it stands, not in the loss at the end",
      state: { rate: 0.3 },
    },
    {
      title: "eight layers deep",
      look: "without it the values of the last layer shrink or drift; with it each layer begins at mean 0 and variance 1",
      state: { depth: 8, layer: 8, rate: 1 },
    },
    {
      title: "batches of eight",
      look: "means of small batches scatter; the running one averages over many of them",
      state: { batch: 8, rate: 0.3, momentum: 0.05 },
    },
    {
      title: "a running mean without memory",
      look: "with a share of 1 what is kept is the last batch alone, and answers in use depend on its luck",
      state: { momentum: 1, batch: 16, rate: 0.3 },
    },
  ],
  steps: ({ normalised }) => normalised.spreads.length - 1,
  tables: ({ plain, normalised, statistics, unit, bars }, state) => [
    {
      title: `Values before the nonlinearity of layer ${layerOf(state)}: percentiles after each epoch`,
      columns: ["epoch", "without: 5th", "50th", "95th", "with: 5th", "50th", "95th"],
      rows: normalised.spreads.map(({ percentiles }, epoch) => [
        epoch,
        ...(plain.spreads[epoch]?.percentiles ?? ["", "", ""]),
        ...percentiles,
      ]),
    },
    {
      title: "Training loss after each epoch",
      columns: ["epoch", "without", "with"],
      rows: normalised.losses.map((loss, i) => [i + 1, plain.losses[i] ?? "", loss]),
    },
    {
      title: "Mean of one unit before the layer",
      columns: ["epoch", "running", "training set", "one batch"],
      rows: statistics.running.map((value, i) => [
        i,
        value,
        statistics.training[i] ?? "",
        statistics.batches[i] ?? "",
      ]),
    },
    {
      title: "That unit on the first batch",
      columns: ["x", "γ = 1, β = 0", "γ and β as set"],
      rows: unit.input.map((x, i) => [x, unit.standard[i] ?? "", unit.output[i] ?? ""]),
    },
    {
      title: "Shares of the values at the end",
      columns: ["value", "without", "with"],
      rows: bars.map((value, i) => [
        value,
        plain.spreads.at(-1)?.shares[i] ?? "",
        normalised.spreads.at(-1)?.shares[i] ?? "",
      ]),
    },
  ],
  code: (
    state,
  ) => `import { batchNorm, cosineDecay, fit, gradientDescent, linear, moons, relu, sequential, TrainingDiverged, wasm } from "steepest";

const data = moons({ n: 240, noise: 0.15, seed: ${state.seed} });
/** Hidden layers with or without batch normalisation between the linear layer and the nonlinearity. */
const net = (normalised) =>
  sequential(
    ...Array.from({ length: ${state.depth} }, () => [
      linear(12),
      ...(normalised ? [batchNorm({ momentum: ${state.momentum} })] : []),
      relu(),
    ]).flat(),
    linear(2),
  );
const losses = async (normalised) => {
  const run = await fit(net(normalised), data, {
    optimizer: gradientDescent({ learningRate: cosineDecay({ initial: ${state.rate} }) }),
    epochs: ${state.epochs},
    batchSize: ${state.batch},
    seed: ${state.seed},
    engine: wasm({ threads: 1 }), // as in the page
  }).catch((error) => {
    if (error instanceof TrainingDiverged) return error.run;
    throw error;
  });
  return run.epochs.map(({ train }) => train.loss);
};
console.log(JSON.stringify({ without: await losses(false), with: await losses(true) }));
`,
};
