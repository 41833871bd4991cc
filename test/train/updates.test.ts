import { expect, it } from "vitest";
import {
  adam,
  blobs,
  convTranspose2d,
  ema,
  type FitOptions,
  fit,
  flatten,
  gradientDescent,
  groups,
  l1Ball,
  linear,
  maxNorm,
  muon,
  nonNegative,
  polyakAverage,
  relu,
  rule,
  sequential,
  unflatten,
} from "../../src/index.js";

const data = blobs({ n: 128, classes: 3, seed: 3 });
const net = sequential(linear(12), relu(), linear(3));

const weightsAfter = async (options: FitOptions) => {
  const run = await fit(net, data, { epochs: 3, batchSize: 32, threads: 1, ...options });
  const weights = await run.weights();
  await run.release();
  return (name: string): Float32Array => weights.get(name) ?? new Float32Array();
};

it.each([
  ["in the pass of the update", adam({ learningRate: 0.5 })],
  ["of a rule that the engine runs", muon({ learningRate: 0.5 })],
])("averages are of iterates that satisfy the constraints: %s", async (_, optimizer) => {
  const averaged = (constraint: NonNullable<FitOptions["constraint"]>) =>
    weightsAfter({ optimizer: ema({ decay: 0.9 })(optimizer), constraint });
  expect(Math.min(...(await averaged(nonNegative()))("linear1.weight"))).toBeGreaterThanOrEqual(0);
  const w = (await averaged(maxNorm(0.5)))("linear1.weight");
  const norms = Array.from({ length: 12 }, (_, j) => Math.hypot(...w.filter((_, i) => i % 12 === j)));
  expect(Math.max(...norms)).toBeLessThan(0.5 * (1 + 1e-5));
  expect(Math.max(...norms)).toBeGreaterThan(0.3);
  const sum = (await averaged(l1Ball(2)))("linear1.weight").reduce((a, b) => a + Math.abs(b), 0);
  expect(sum).toBeLessThan(2 * (1 + 1e-5));
  expect(sum).toBeGreaterThan(1);
});

it("an average from one step on is the iterate itself, projected or not", async () => {
  for (const options of [{}, { constraint: maxNorm(0.5) }]) {
    const optimizer = gradientDescent({ learningRate: 0.3 });
    const plain = await weightsAfter({ ...options, optimizer });
    const late = await weightsAfter({ ...options, optimizer: polyakAverage({ start: 100 })(optimizer) });
    for (const name of ["linear1.weight", "linear2.bias"]) {
      const [ours, theirs] = [late(name), plain(name)];
      expect(ours.length).toBeGreaterThan(0);
      ours.forEach((value, i) => void expect(value).toBeCloseTo(theirs[i] ?? Number.NaN, 6));
    }
  }
});

it("a group that is for no parameter is refused", async () => {
  const optimizer = groups([{ match: /^linaer1/, rule: adam() }], gradientDescent());
  await expect(weightsAfter({ optimizer })).rejects.toThrow(
    "groups: no parameter matches /^linaer1/; the parameters are linear1.weight, linear1.bias, linear2.weight, linear2.bias",
  );
});

it("a rule sees the shape of every parameter that it updates", async () => {
  const shapes = rule("shapes", {}, ({ theta }) => ({
    theta: theta.mul(0).add(10 * theta.rank + theta.size(-1)),
  }));
  const weights = await weightsAfter({ optimizer: shapes });
  const ends = { "linear1.weight": 32, "linear1.bias": 22, "linear2.weight": 23, "linear2.bias": 13 };
  for (const [name, value] of Object.entries(ends)) {
    expect([...new Set(weights(name))], name).toEqual([value]);
  }
});

it.each([1, 2])(
  "muon's step on filters of a transposed convolution is orthogonal by filter, groups: %i",
  async (groups) => {
    const [inputs, each, filters] = [6, 4, 2];
    const upwards = sequential(
      linear(inputs * 4),
      unflatten([inputs, 2, 2]),
      convTranspose2d(filters, { kernel: 2, groups }),
      flatten(),
      linear(3),
    );
    const rate = 0.25;
    const afterOneStep = async (learningRate: number) => {
      const optimizer = muon({ filters: true, learningRate, beta: 0, nesterov: false });
      const run = await fit(upwards, data, { epochs: 1, batchSize: 128, threads: 1, optimizer });
      const weights = (await run.weights()).get("convTranspose2d1.weight") ?? new Float32Array();
      await run.release();
      return weights;
    };
    const [before, after] = [await afterOneStep(1e-12), await afterOneStep(rate)];
    // Weights [in, out / groups, 2, 2]: what a filter sees, as one row.
    const part = filters / groups;
    const row = (filter: number) => {
      const [group, place] = [Math.floor(filter / part), filter % part];
      return Array.from({ length: (inputs / groups) * each }, (_, i) => {
        const channel = (group * inputs) / groups + Math.floor(i / each);
        const at = (channel * part + place) * each + (i % each);
        return ((before[at] ?? Number.NaN) - (after[at] ?? Number.NaN)) / rate;
      });
    };
    const [a, b] = [row(0), row(1)];
    const dot = (x: readonly number[], y: readonly number[]) =>
      x.reduce((sum, v, i) => sum + v * (y[i] ?? Number.NaN), 0);
    for (const norm of [dot(a, a), dot(b, b)]) {
      expect(norm).toBeGreaterThan(0.45);
      expect(norm).toBeLessThan(1.5);
    }
    expect(Math.abs(dot(a, b))).toBeLessThan(0.4);
  },
);
