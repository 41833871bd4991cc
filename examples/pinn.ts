// A physics-informed network (Raissi et al. 2019): u'' = -π² sin(πx) with u(-1) = u(1) = 0, learned from the equation alone.
import { adam, cosineDecay, dataset, fit, grad, graph, linear, network, sequential, tanh } from "steepest";

const body = sequential(linear(24), tanh(), linear(24), tanh(), linear(1));
const net = network<"x">(({ x }, scope) => {
  // (1 - x²) holds the values at both ends.
  const u = scope.apply(body, x).mul(graph.square(x).neg().add(1));
  const [slope] = grad(graph.sum(u), [x]);
  const [curvature] = grad(graph.sum(slope), [x]);
  return { u, residual: curvature.add(graph.sin(x.mul(Math.PI)).mul(Math.PI ** 2)) };
});

const places = Array.from({ length: 200 }, (_, i) => (2 * i) / 199 - 1);
const run = await fit(net, dataset({ name: "places", inputs: { x: places } }), {
  loss: ({ outputs }) => graph.sum(graph.square(outputs.residual), 1),
  optimizer: adam({ learningRate: cosineDecay({ initial: 0.01 }) }),
  epochs: 500,
  batchSize: 50,
  preprocess: "none",
  seed: 1,
});
const { u } = await run.predict({ x: places });
const off = Math.max(...places.map((x, i) => Math.abs(u.data[i] - Math.sin(Math.PI * x))));
console.log(`largest difference from sin(πx): ${off.toExponential(1)}`);
