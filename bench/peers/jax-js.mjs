/**
 * jax-js on its WASM backend, the step compiled by jit. Adam is written out here, its optax being absent from the npm
 * registry. Its worker pool needs the browser's Worker, so that in Node it runs on one thread.
 */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { adam, answer, batchOf, initialParameters, job, normal, time, versionOf } from "./job.mjs";
import { networkRows } from "./networks.mjs";

await init("wasm");
defaultDevice("wasm");

const arrayOf = ({ shape, values }) => np.array(values).reshape(shape);

/** One Adam step for one array; `rate` is the learning rate with both bias corrections in it. */
function adamStep(theta, g, m, v, rate) {
  const nextM = m.mul(adam.beta1).add(g.ref.mul(1 - adam.beta1));
  const nextV = v.mul(adam.beta2).add(np.square(g).mul(1 - adam.beta2));
  const nextTheta = theta.sub(rate.mul(nextM.ref).div(np.sqrt(nextV.ref).add(adam.epsilon)));
  return [nextTheta, nextM, nextV];
}

const rateAt = (t) => (adam.learningRate * Math.sqrt(1 - adam.beta2 ** t)) / (1 - adam.beta1 ** t);

/** theta, m and v of every array, and the step that replaces them: `advance(state, gradients, rate)`. */
const initialState = (parameters) => ({
  theta: parameters.map(arrayOf),
  m: parameters.map(({ shape }) => np.zeros(shape)),
  v: parameters.map(({ shape }) => np.zeros(shape)),
});

function advance({ theta, m, v }, gradients, rate) {
  const next = { theta: [], m: [], v: [] };
  theta.forEach((array, i) => {
    const [nextTheta, nextM, nextV] = adamStep(array, gradients[i], m[i], v[i], rate.ref);
    next.theta.push(nextTheta);
    next.m.push(nextM);
    next.v.push(nextV);
  });
  rate.dispose();
  return next;
}

async function mlp({ layers, batch }) {
  const data = batchOf(layers, batch);
  const x = np.array(data.x).reshape([batch, layers[0]]);
  const labels = np.array(data.labels).reshape([batch, data.classes]);
  const loss = (theta, inputs, targets) => {
    let h = inputs;
    for (let i = 0; i < theta.length; i += 2) {
      h = np.dot(h, theta[i]).add(theta[i + 1]);
      if (i + 2 < theta.length) h = nn.relu(h);
    }
    return nn
      .logSoftmax(h)
      .mul(targets)
      .sum()
      .mul(-1 / batch);
  };
  const step = jit((state, inputs, targets, rate) => {
    const theta = state.theta.map((array) => array.ref);
    const [value, gradients] = valueAndGrad(loss)(theta, inputs, targets);
    return [value, advance(state, gradients, rate)];
  });
  let state = initialState(initialParameters(layers));
  let t = 0;
  return time(async () => {
    const [value, next] = step(state, x.ref, labels.ref, np.array(rateAt(++t)));
    state = next;
    await blockUntilReady(state);
    return (await value.data())[0];
  });
}

async function update({ parameters, optimizers }) {
  const rows = [];
  for (const rule of optimizers) {
    if (rule !== "adam") {
      rows.push({ rule, skipped: "jax-js ships no optimisers; only Adam is written out here" });
      continue;
    }
    const gradient = np.array(normal(parameters, 1e-2));
    const step = jit((state, g, rate) => advance(state, [g], rate));
    let state = initialState([{ shape: [parameters], values: normal(parameters) }]);
    let t = 0;
    const { stepMs, minMs, steps } = await time(async () => {
      state = step(state, gradient.ref, np.array(rateAt(++t)));
      await blockUntilReady(state);
    });
    rows.push({ rule, stepMs, minMs, steps });
  }
  return { rows };
}

/** The largest of each window of 2 x 2. */
const pooled = (h) => {
  const [batch, channels, height, width] = h.shape;
  return h.reshape([batch, channels, height / 2, 2, width / 2, 2]).max([3, 5]);
};

const cnn = () =>
  networkRows(({ layers, parameters, x: given, labels: targets }) => {
    const [x, labels] = [arrayOf(given), arrayOf(targets)];
    const batch = given.shape[0];
    const loss = (theta, inputs, wanted) => {
      let h = inputs;
      let next = 0;
      for (const { kind, padding } of layers) {
        if (kind === "pool") h = pooled(h);
        else if (kind === "mean") h = h.mean([2, 3]);
        else if (kind === "flatten") h = h.reshape([batch, -1]);
        else {
          const [weights, bias] = [theta[next], theta[next + 1]];
          next += 2;
          const pads = [
            [padding, padding],
            [padding, padding],
          ];
          h =
            kind === "conv"
              ? lax.conv(h, weights, [1, 1], pads).add(bias.reshape([1, -1, 1, 1]))
              : np.dot(h, weights).add(bias);
          if (next < theta.length) h = nn.relu(h);
        }
      }
      return nn
        .logSoftmax(h)
        .mul(wanted)
        .sum()
        .mul(-1 / batch);
    };
    const step = jit((theta, m, inputs, wanted) => {
      const [value, gradients] = valueAndGrad(loss)(
        theta.map((array) => array.ref),
        inputs,
        wanted,
      );
      const moved = m.map((array, i) => array.mul(0.9).add(gradients[i]));
      return [value, theta.map((array, i) => array.sub(moved[i].ref.mul(1e-3))), moved];
    });
    let theta = parameters.map(arrayOf);
    let m = parameters.map(({ shape }) => np.zeros(shape));
    return async () => {
      const [value, nextTheta, nextM] = step(theta, m, x.ref, labels.ref);
      [theta, m] = [nextTheta, nextM];
      await blockUntilReady([theta, m]);
      return (await value.data())[0];
    };
  });

const result = await { mlp, update, cnn }[job.task](job);
const threads = typeof Worker === "undefined" ? 1 : navigator.hardwareConcurrency;
answer({ name: "jax-js", version: versionOf("@jax-js/jax"), variant: "wasm jit", threads, ...result });
