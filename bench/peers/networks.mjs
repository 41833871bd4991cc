/**
 * The convolutional networks of the benchmark `cnn` that the JavaScript peers run, as lists of layers; every one but the last of those with
 * weights is followed by a ReLU. The ResNets are not among them.
 */
import { job, normal, time } from "./job.mjs";

const conv = (filters, size, padding) => ({ kind: "conv", filters, size, padding });
const dense = (units) => ({ kind: "dense", units });
const [pool, mean, flatten] = ["pool", "mean", "flatten"].map((kind) => ({ kind }));

const networks = {
  small: {
    input: [3, 32, 32],
    layers: [conv(32, 3, 1), conv(64, 3, 1), pool, conv(128, 3, 1), mean, dense(10)],
  },
  lenet5: {
    input: [1, 28, 28],
    layers: [conv(6, 5, 2), pool, conv(16, 5, 0), pool, flatten, dense(120), dense(84), dense(10)],
  },
};

const CLASSES = 10;

/** A network with its parameters, (weights [out, in, height, width] or [in, out]; biases [out]), and one fixed batch with one-hot labels. */
function networkOf(name, batch) {
  const { input, layers } = networks[name];
  const parameters = [];
  const add = (shape, fanIn, out) => {
    const count = shape.reduce((a, b) => a * b);
    parameters.push({ shape, values: normal(count, Math.sqrt(2 / fanIn)) });
    parameters.push({ shape: [out], values: new Float32Array(out) });
  };
  let [channels, side] = input;
  for (const { kind, filters, size, padding, units } of layers) {
    if (kind === "conv") {
      add([filters, channels, size, size], channels * size * size, filters);
      [channels, side] = [filters, side + 2 * padding - size + 1];
    } else if (kind === "dense") {
      add([channels, units], channels, units);
      channels = units;
    } else if (kind === "pool") side /= 2;
    else if (kind === "flatten") [channels, side] = [channels * side * side, 1];
  }
  const labels = new Float32Array(batch * CLASSES);
  for (let i = 0; i < batch; i++) labels[i * CLASSES + (i % CLASSES)] = 1;
  const x = { shape: [batch, ...input], values: normal(batch * input.reduce((a, b) => a * b)) };
  return { layers, parameters, x, labels: { shape: [batch, CLASSES], values: labels } };
}

/** Seconds that the first step, with what is compiled for it, may take. */
const PATIENCE = 10;

/**
 * The rows of a job "cnn": the steps of each network, which `stepOf` makes of it; what cannot be done is a row that says why. Parameters move
 * by θ ← θ - 0.001·m with m ← 0.9·m + g.
 */
export async function networkRows(stepOf) {
  const rows = [];
  for (const [network, batch] of job.networks) {
    if (!(network in networks)) {
      rows.push({ network, skipped: "not among the JavaScript peers' networks" });
      continue;
    }
    try {
      const step = stepOf(networkOf(network, batch));
      const start = performance.now();
      await step();
      const first = (performance.now() - start) / 1e3;
      if (first > PATIENCE) throw new Error(`its first step took ${first.toFixed(0)} s`);
      rows.push({ network, format: "wasm", ...(await time(step)) });
    } catch (error) {
      rows.push({ network, skipped: String(error?.message ?? error).split("\n")[0] });
    }
  }
  return { rows };
}
