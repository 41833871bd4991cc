// A generative adversarial network that comes to hit all eight modes of a ring. The judge's slope is penalised (Mescheder et al. 2018).
import {
  adam,
  binaryCrossEntropy,
  createTrainer,
  frozen,
  grad,
  graph,
  linear,
  network,
  random,
  relu,
  sequential,
} from "steepest";

const [size, steps] = [128, 2000];
const judge = sequential(linear(128), relu(), linear(128), relu(), linear(1));
const maker = sequential(linear(128), relu(), linear(128), relu(), linear(2));
const options = () => ({ optimizer: adam({ learningRate: 1e-3, beta1: 0.5 }), batchSize: 2 * size });
const labels = { kind: "value", shape: [1] } as const;
const judging = await createTrainer(judge, {
  ...options(),
  inputs: [2],
  targets: labels,
  loss: ({ inputs: { input }, outputs: { output }, targets: { target } }) => {
    const [slope] = grad(graph.sum(output), [input]);
    const penalty = graph.sum(graph.square(slope), 1, { keepDims: true }).mul(0.05);
    return graph.softplus(output).sub(output.mul(target)).add(penalty);
  },
});
const both = network<"noise">(({ noise }, scope) => {
  const point = scope.apply(maker, noise);
  return { point, verdict: scope.apply(frozen(judge), point) };
});
const loss = { verdict: binaryCrossEntropy() };
const kinds = { inputs: { noise: [8] }, targets: { verdict: labels } };
const making = await createTrainer(both, { ...options(), ...kinds, loss, share: [judging] });

const draws = random(1, "ring");
/** A point on one of eight places on a circle of radius 2, or near it. */
const ring = (mode: number, spread: number) =>
  [Math.cos, Math.sin].map((f) => 2 * f((mode * Math.PI) / 4) + spread * draws.normal());
const noise = (count: number) => new Float32Array(8 * count).map(() => draws.normal());
const made = async (count: number) => (await making.predict({ noise: noise(count) })).point;
const verdicts = Array.from({ length: 2 * size }, (_, i) => [i < size ? 1 : 0]);
for (let step = 0; step < steps; step++) {
  const real = Array.from({ length: size }, () => ring(draws.integer(8), 0.05)).flat();
  const { data: fake } = await made(size);
  await judging.step({ inputs: Float32Array.of(...real, ...fake), targets: verdicts });
  await making.step({ inputs: { noise: noise(size) }, targets: { verdict: verdicts.slice(0, size) } });
}

const points = await made(8 * size);
const counts = Array.from({ length: 8 }, (_, mode) => {
  const [x, y] = ring(mode, 0);
  const rows = Array.from({ length: 8 * size }, (_, i) => points.row(i));
  return rows.filter((point) => Math.hypot(point[0] - x, point[1] - y) < 0.4).length;
});
const on = (100 * counts.reduce((a, b) => a + b)) / (8 * size);
const hit = counts.filter((count) => count > 0.02 * 8 * size).length;
console.log(`modes hit: ${hit} of 8; on a mode: ${on.toFixed(0)} %`);
