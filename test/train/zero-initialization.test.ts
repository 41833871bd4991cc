import { expect, it } from "vitest";
import {
  blobs,
  dropout,
  fit,
  type Layer,
  linear,
  momentum,
  relu,
  sequential,
  sigmoid,
  zeros,
} from "../../src/index.js";
import { constantInitializer } from "../../src/nn/index.js";
import { compileLayer } from "../nn/train-once.js";
import { classesOf } from "../support/rows.js";

const data = blobs({ n: 96, seed: 3 });
const classes = classesOf(data);

it.each([
  ["relu", relu()],
  ["sigmoid", sigmoid()],
])(
  "with all weights zero the gradients of hidden weights are exactly 0 at step 0 (%s)",
  async (_, activation) => {
    const init = zeros();
    const net = sequential(
      linear(5, { init }),
      activation,
      linear(4, { init }),
      activation,
      linear(classes, { init }),
    );
    const { model, train } = await compileLayer(net, [2]);
    const theta = Object.fromEntries(
      model.parameters.map(({ name, shape }) => [
        name,
        new Array<number>(shape.reduce((a, b) => a * b)).fill(0),
      ]),
    );
    const result = await train({ input: [1, -2, 0.5, 3], ...theta }, 2 * classes);
    const weights = model.parameters.filter(({ role }) => role === "weight").map(({ name }) => name);
    for (const name of weights.slice(0, -1)) expect(result[`d ${name}`]?.every((g) => g === 0)).toBe(true);
    const bias = model.parameters.at(-1)?.name;
    expect(result[`d ${bias}`]?.some((g) => g !== 0)).toBe(true);
  },
);

/** Whether all columns of a weight matrix are equal bit for bit. */
const identicalUnits = (weight: Float32Array | undefined, units: number): boolean | undefined =>
  weight?.every((w, i) => w === weight[i - (i % units)]);

const trained = async (...between: readonly Layer[]) => {
  const init = constantInitializer(0.1);
  const run = await fit(
    sequential(linear(6, { init }), sigmoid(), ...between, linear(classes, { init })),
    data,
    { epochs: 5, batchSize: 32, optimizer: momentum({ learningRate: 0.1 }), threads: 1 },
  );
  const [name = ""] = run.parameters.map((p) => p.name);
  return { weight: (await run.weights()).get(name), start: 0.1 };
};

it("units that start alike stay alike through training, unless dropout tells them apart", async () => {
  const alike = await trained();
  expect(identicalUnits(alike.weight, 6)).toBe(true);
  expect(alike.weight?.some((w) => Math.abs(w - alike.start) > 1e-3)).toBe(true);
  expect(identicalUnits((await trained(dropout())).weight, 6)).toBe(false);
});
