// A layer and an update rule of one's own take a few lines each: both are functions of symbolic tensors.
import { fit, graph, he, layer, linear, moons, rule, sequential, zeros } from "steepest";

/** Two linear maps, one of them gating the other: GLU (Dauphin et al. 2017). */
const gatedLinear = (units: number) =>
  layer("gatedLinear", (x, scope) => {
    const half = (name: string) =>
      x
        .matmul(scope.param(`${name}.weight`, [x.size(-1), units], he()))
        .add(scope.param(`${name}.bias`, [units], zeros()));
    return half("value").mul(graph.sigmoid(half("gate")));
  });

/** Momentum on the sign of the gradient. It becomes one pass over memory, as the built-in rules do. */
const signMomentum = ({ learningRate = 0.002, beta = 0.9 } = {}) =>
  rule("signMomentum", { m: 0 }, ({ theta, g, m, at }) => {
    const next = m.mul(beta).add(graph.sign(g).mul(1 - beta));
    return { theta: theta.sub(next.mul(at(learningRate))), m: next };
  });

const run = await fit(
  sequential(gatedLinear(32), gatedLinear(32), linear(2)),
  { train: moons({ n: 800, seed: 1 }), test: moons({ n: 800, seed: 2 }) },
  { optimizer: signMomentum(), epochs: 40, batchSize: 32, seed: 1 },
);
console.log(`test error ${run.test?.error?.toFixed(2)} %`);
