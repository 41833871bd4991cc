import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { inputName } from "../../src/graph/tensor.js";
import {
  adamW,
  conv2d,
  crossEntropy,
  dataset,
  fit,
  frozen,
  initialValues,
  type Layer,
  linearDecay,
  muon,
  named,
  on,
  sequential,
  speedNet,
  summary,
  unflatten,
  unitNorm,
  whitening,
} from "../../src/index.js";
import { buildModel } from "../../src/nn/build.js";
import { inputOf } from "../../src/nn/index.js";

/** Pictures of 3 channels whose pixels go together: waves of several lengths. */
const waves = (count: number, side = 8) =>
  Float32Array.from({ length: count * 3 * side * side }, (_, i) => {
    const [n, rest] = [Math.floor(i / (3 * side * side)), i % (3 * side * side)];
    const [c, at] = [Math.floor(rest / (side * side)), rest % (side * side)];
    const [y, x] = [Math.floor(at / side), at % side];
    return 100 + 60 * Math.sin(n * 1.3 + (x * (1 + (n % 3))) / 2 + y / 3 + c / 5) + 5 * Math.sin(i * i);
  });

const filters = (count: number, size = 2): Layer =>
  frozen(named("whitening", conv2d(count, { kernel: size, padding: "valid", bias: false })));

/** Second moments of what the filters make of the pictures. */
const momentsOf = async (count: number, inputs: Float32Array, epsilon?: number) => {
  const model = buildModel(sequential(filters(count)), [3, 8, 8]);
  const values = new Map(model.parameters.map((p) => [p.name, initialValues(p, 4)]));
  await whitening(epsilon === undefined ? {} : { epsilon })({ model, inputs, values });
  const { inference } = model;
  const output = inference.outputs.output ?? expect.unreachable();
  const x = inputOf(inference);
  const program = await compile({
    inputs: [x, ...model.parameters.map(({ tensor }) => tensor)],
    outputs: { output },
  });
  const answer = (await program.run({ [inputName(x)]: inputs, ...Object.fromEntries(values) })).output;
  const places = 49;
  const examples = answer.data.length / (count * places);
  const at = (n: number, k: number, p: number) => Number(answer.data[(n * count + k) * places + p]);
  return (i: number, j: number): number => {
    let sum = 0;
    for (let n = 0; n < examples; n++) for (let p = 0; p < places; p++) sum += at(n, i, p) * at(n, j, p);
    return sum / (examples * places);
  };
};

describe("whitening", () => {
  it("makes numbers that are white, and the same with the other sign", async () => {
    const moment = await momentsOf(24, waves(40), 1e-9);
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j <= i; j++) expect(moment(i, j)).toBeCloseTo(i === j ? 1 : 0, 2);
      expect(moment(i, 12 + i)).toBeCloseTo(-1, 2);
    }
  });

  it("takes the directions of the largest variance where there are fewer filters, and bounds the small ones", async () => {
    const few = await momentsOf(4, waves(40), 1e-9);
    expect(few(0, 0)).toBeCloseTo(1, 3);
    expect(few(1, 0)).toBeCloseTo(0, 3);
    // λ / (λ + epsilon) for a λ far below and far above epsilon.
    const bounded = await momentsOf(24, waves(40), 1000);
    expect(bounded(0, 0)).toBeGreaterThan(0.9);
    expect(bounded(11, 11)).toBeLessThan(0.1);
  });

  it.each([
    [sequential(filters(26)), /whitening1? has 26 filters; give an even number of at most 24/],
    [sequential(filters(3)), /has 3 filters; give an even number/],
    [
      sequential(conv2d(4)),
      /no convolution of pictures is called whitening; name one by `layer`, of conv2d1/,
    ],
  ])("refuses what it cannot fill", async (net, message) => {
    const model = buildModel(net, [3, 8, 8]);
    const values = new Map(model.parameters.map((p) => [p.name, initialValues(p, 4)]));
    await expect(whitening()({ model, inputs: waves(3), values })).rejects.toThrow(message);
  });
});

describe("speedNet", () => {
  const isFilter = ({ shape }: { readonly shape: readonly unknown[] }) => shape.length === 4;
  const pictures = dataset({
    name: "waves",
    inputs: waves(60, 32),
    targets: Uint8Array.from({ length: 60 }, (_, i) => i % 3),
    inputShape: [3072],
    classes: 3,
  });

  it("has the filters that its docstring says", () => {
    expect(summary(speedNet(), [3, 32, 32])).toMatch(/total +to \[batch, 10\] +1,971,640/);
    expect(() => speedNet({ widths: [] })).toThrow(/speedNet: widths must be a list/);
  });

  it("learns with its filters on the unit sphere, its whitening as it was filled", async () => {
    const others = adamW({ learningRate: 0.02 });
    const rate = linearDecay({ initial: 0.085 });
    const train = () =>
      fit(sequential(unflatten([3, 32, 32]), speedNet({ classes: 3, widths: [16, 16, 16] })), pictures, {
        loss: crossEntropy({ labelSmoothing: 0.2 }),
        optimizer: muon({ learningRate: rate, beta: 0.6, filters: true, others }),
        constraint: on(isFilter, unitNorm()),
        initialization: whitening(),
        epochs: 4,
        batchSize: 20,
        seed: 1,
        threads: 1,
      });
    const run = await train();
    expect(run.epochs.at(-1)?.train.error).toBeLessThan(10);
    const weights = await run.weights();
    const filters = [...weights].filter(([name]) => /conv2d\d\.weight$/.test(name));
    expect(filters).toHaveLength(6);
    for (const [, values] of filters) {
      const size = values.length / 16;
      for (let k = 0; k < 16; k++) {
        const norm = Math.hypot(...values.subarray(k * size, (k + 1) * size));
        expect(norm).toBeCloseTo(1, 4);
      }
    }
    const fixed =
      [...weights].find(([name]) => name.endsWith("whitening.weight"))?.[1] ?? expect.unreachable();
    for (let i = 0; i < 144; i++) expect(fixed[i + 144]).toBe(-Number(fixed[i]));
    expect(await (await train()).weights()).toEqual(weights);
  });
});
