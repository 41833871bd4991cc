import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State } from "./state.js";

export const definition: Definition<State, Result> = {
  name: "early-stopping",
  key: "es",
  title: "Early stopping",
  fields,
  tries: [
    {
      title: "wrong labels",
      look: "training accuracy climbs past what the labels allow: what it learns there is the noise, and the test falls",
      state: {},
    },
    {
      title: "no wrong label",
      look: "with nothing wrong to learn by heart there is little to stop for",
      state: { wrong: 0, examples: 200 },
    },
    {
      title: "impatient",
      look: "a patience of 2 stops at the first bad luck of the validation part",
      state: { patience: 2 },
    },
    {
      title: "a small network",
      look: "three units cannot learn by heart, so that early stopping has nothing to do",
      state: { units: 3 },
    },
  ],
  steps: ({ train }) => train.length - 1,
  tables: ({ train, validation, test, bestEpoch, lastEpoch, kept, toTheEnd }) => [
    {
      title: "Accuracy after each epoch (%)",
      columns: ["epoch", "training", "validation", "test (true labels)"],
      rows: train.map((value, i) => [i + 1, value, validation[i] ?? "", test[i] ?? ""]),
    },
    {
      title: "What is kept",
      columns: ["", "epoch", "test accuracy (%)"],
      rows: [
        ["early stopping: best epoch", bestEpoch, kept],
        ["early stopping: last epoch", lastEpoch, test[lastEpoch - 1] ?? ""],
        ["to the end", train.length, toTheEnd],
      ],
    },
  ],
  code: (
    state,
  ) => `import { adam, dataset, fit, linear, moons, random, readRows, relu, sequential, soleFloats, wasm } from "steepest";

/** Two moons of which a share has labels drawn at random. */
const examples = async (n, wrong, seed) => {
  const { inputs, targets } = await readRows(moons({ n, noise: 0.15, seed }));
  const labels = soleFloats(targets);
  const draws = random(seed, "wrong labels");
  for (const i of labels.keys()) if (draws.uniform() < wrong) labels[i] = draws.integer(2);
  return dataset({ name: "moons", inputs: soleFloats(inputs), targets: labels, inputShape: [2], classes: 2 });
};
const splits = {
  train: await examples(${state.examples}, ${state.wrong}, ${3 * state.seed}),
  validation: await examples(300, ${state.wrong}, ${3 * state.seed + 1}),
  test: await examples(300, 0, ${3 * state.seed + 2}),
};
const net = sequential(linear(${state.units}), relu(), linear(${state.units}), relu(), linear(2));
const run = await fit(net, splits, {
  optimizer: adam({ learningRate: ${state.rate} }),
  batchSize: 20,
  epochs: ${state.epochs},
  seed: ${state.seed},
  earlyStopping: { patience: ${state.patience} },
  engine: wasm({ threads: 1 }), // as in the page
});
console.log(
  JSON.stringify({
    bestEpoch: run.bestEpoch,
    lastEpoch: run.epochs.length,
    validation: run.epochs.map(({ validation }) => 100 - validation.error),
    test: 100 - run.test.error,
  }),
);
`,
};
