/** TensorFlow.js on its WASM backend (SIMD; its own code turns threads off in Node, see tensorflow/tfjs#3830). */
import { adam, answer, batchOf, initialParameters, job, normal, time, versionOf } from "./job.mjs";
import { networkRows } from "./networks.mjs";
import { tf, wasm } from "./tensorflow.mjs";

await tf.setBackend("wasm");
await tf.ready();

const optimizers = {
  sgd: () => tf.train.sgd(1e-3),
  momentum: () => tf.train.momentum(1e-3, 0.9),
  nesterov: () => tf.train.momentum(1e-3, 0.9, true),
  adagrad: () => tf.train.adagrad(1e-3),
  rmsprop: () => tf.train.rmsprop(1e-3, 0.99),
  adadelta: () => tf.train.adadelta(1e-3),
  adam: () => tf.train.adam(adam.learningRate, adam.beta1, adam.beta2, adam.epsilon),
  adamax: () => tf.train.adamax(1e-3),
};

async function mlp({ layers, batch, optimizer }) {
  const parameters = initialParameters(layers).map(({ shape, values }) =>
    tf.variable(tf.tensor(values, shape)),
  );
  const data = batchOf(layers, batch);
  const x = tf.tensor2d(data.x, [batch, layers[0]]);
  const labels = tf.tensor2d(data.labels, [batch, data.classes]);
  const rule = optimizers[optimizer]();
  const loss = () => {
    let h = x;
    for (let i = 0; i < parameters.length; i += 2) {
      const last = i + 2 === parameters.length;
      h = tf.fused.matMul({
        a: h,
        b: parameters[i],
        bias: parameters[i + 1],
        activation: last ? "linear" : "relu",
      });
    }
    return tf.losses.softmaxCrossEntropy(labels, h);
  };
  return time(() => {
    const value = rule.minimize(loss, true, parameters);
    const number = value.dataSync()[0];
    value.dispose();
    return number;
  });
}

async function update({ parameters, optimizers: names }) {
  const rows = [];
  for (const name of names) {
    if (!(name in optimizers)) {
      rows.push({ rule: name, skipped: "not among tf.train's optimisers" });
      continue;
    }
    const theta = tf.variable(tf.tensor1d(normal(parameters)), true, name);
    const gradient = tf.tensor1d(normal(parameters, 1e-2));
    const rule = optimizers[name]();
    const { stepMs, minMs, steps } = await time(() => rule.applyGradients({ [name]: gradient }));
    rows.push({ rule: name, stepMs, minMs, steps });
    rule.dispose();
    theta.dispose();
    gradient.dispose();
  }
  return { rows };
}

/** In TensorFlow's layout: [batch, height, width, channels], filters [height, width, in, out]. */
const cnn = () =>
  networkRows(({ layers, parameters, x: given, labels: targets }) => {
    const channelsLast = ({ shape, values }) => tf.tensor(values, shape).transpose([0, 2, 3, 1]);
    const x = channelsLast(given);
    const labels = tf.tensor(targets.values, targets.shape);
    const variables = parameters.map(({ shape, values }) =>
      tf.variable(
        shape.length === 4 ? tf.tensor(values, shape).transpose([2, 3, 1, 0]) : tf.tensor(values, shape),
      ),
    );
    const rule = optimizers.momentum();
    const loss = () => {
      let h = x;
      let next = 0;
      for (const { kind, padding } of layers) {
        if (kind === "pool") h = tf.maxPool(h, 2, 2, "valid");
        else if (kind === "mean") h = tf.mean(h, [1, 2]);
        else if (kind === "flatten") h = tf.reshape(h, [h.shape[0], -1]);
        else {
          const [weights, bias] = [variables[next], variables[next + 1]];
          next += 2;
          h = tf.add(kind === "conv" ? tf.conv2d(h, weights, 1, padding) : tf.matMul(h, weights), bias);
          if (next < variables.length) h = tf.relu(h);
        }
      }
      return tf.losses.softmaxCrossEntropy(labels, h);
    };
    return () => {
      const value = rule.minimize(loss, true, variables);
      const number = value.dataSync()[0];
      value.dispose();
      return number;
    };
  });

const result = await { mlp, update, cnn }[job.task](job);
answer({
  name: "tfjs-wasm",
  version: versionOf("@tensorflow/tfjs"),
  variant: tf.env().get("WASM_HAS_SIMD_SUPPORT") ? "simd" : "plain",
  threads: tf.env().get("WASM_HAS_MULTITHREAD_SUPPORT") ? wasm.getThreadsCount() : 1,
  ...result,
});
