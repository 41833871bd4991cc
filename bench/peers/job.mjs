/**
 * What the JavaScript peers share: the job they are given, the data they train on, and how a step is timed.
 *
 * A job is one JSON argument:
 *   {"task":"mlp","layers":[784,1024,10],"batch":128,"optimizer":"adam","steps":30,"warmup":3,"seconds":10,"threads":2}
 *   {"task":"update","parameters":3000000,"optimizers":["adam"],"steps":50,"warmup":3,"seconds":5,"threads":2}
 * Timing stops after `steps` steps or `seconds` seconds, whichever comes first, but not before three steps.
 */
import { job, processorTime } from "./place.mjs";

export { answer, job, versionOf } from "./place.mjs";

/** Adam's constants, the same for every peer. */
export const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Mulberry32: uniform numbers in [0, 1), the same in every run. */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = uniform(1);
const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** `size` normal numbers with mean 0 and the given standard deviation. */
export const normal = (size, sigma = 1) => Float32Array.from({ length: size }, () => sigma * gaussian());

/** The weights [fanIn, fanOut] (He) and biases [fanOut] (0) of each layer, as typed arrays with their shapes. */
export function initialParameters(layers) {
  return layers.slice(1).flatMap((fanOut, i) => {
    const fanIn = layers[i];
    return [
      { shape: [fanIn, fanOut], values: normal(fanIn * fanOut, Math.sqrt(2 / fanIn)) },
      { shape: [fanOut], values: new Float32Array(fanOut) },
    ];
  });
}

/**
 * One fixed batch: inputs x ~ N(0, 1) and one-hot labels. Inputs of mean zero keep every hidden unit alive, so that no
 * optimiser state decays into denormal numbers and slows the arithmetic down.
 */
export function batchOf(layers, batch) {
  const classes = layers.at(-1);
  const labels = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) labels[i * classes + Math.floor(random() * classes)] = 1;
  return { x: normal(batch * layers[0]), labels, classes };
}

/** Runs `step` until it resolves, over and over; `step` may return the loss. Times in milliseconds. */
export async function time(step) {
  for (let i = 0; i < job.warmup; i++) await step();
  const times = [];
  const losses = [];
  const cpu = processorTime();
  const start = performance.now();
  while (times.length < job.steps && (times.length < 3 || performance.now() - start < job.seconds * 1e3)) {
    const before = performance.now();
    const loss = await step();
    times.push(performance.now() - before);
    losses.push(loss);
  }
  const wall = performance.now() - start;
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  return {
    stepMs: times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2,
    minMs: times[0],
    steps: times.length,
    loss: [losses[0], losses.at(-1)],
    ...(cpu !== undefined && { cores: (processorTime() - cpu) / wall }),
  };
}
