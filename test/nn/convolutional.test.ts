import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  added,
  averagePool,
  batchNorm,
  constantInitializer,
  conv1d,
  conv2d,
  conv3d,
  convNeXt,
  convTranspose2d,
  createTrainer,
  depthwiseConv2d,
  digits,
  dirac,
  fit,
  flatten,
  globalAveragePool,
  globalMaxPool,
  groupNorm,
  instanceNorm,
  type Layer,
  layerNorm,
  layerScale,
  lenet5,
  linear,
  loadModel,
  maxNorm,
  maxPool,
  mobileNetV3,
  momentum,
  muon,
  pretrained,
  relu,
  residual,
  resnet,
  resnetCifar,
  separableConv2d,
  sequential,
  squeezeExcitation,
  stochasticDepth,
  summary,
  unflatten,
  vgg,
  withValues,
} from "../../src/index.js";
import { buildModel } from "../../src/nn/build.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { temporaryFolder } from "../support/cli.js";

const tensor = z.object({ shape: z.array(z.number()), values: z.array(z.number()) });
const reference = z
  .object({
    x: tensor,
    y: z.array(z.number()),
    before: z.record(z.string(), tensor),
    losses: z.array(z.number()),
    after: z.record(z.string(), tensor),
    answers: tensor,
  })
  .parse(JSON.parse(readFileSync(new URL("../reference/nn/convolutional.json", import.meta.url), "utf8")));

const close = (got: ArrayLike<number> | undefined, expected: readonly number[], tolerance: number) => {
  expect(got?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(
      Math.abs((got?.[i] ?? Number.NaN) - value),
      `number ${i}: ${got?.[i]} instead of ${value}`,
    ).toBeLessThan(tolerance);
  });
};

const shapeOf = (net: Layer, input: readonly number[]) =>
  Object.values(buildModel(net, input).inference.outputs)[0]?.shape.slice(1);

const countOf = (net: Layer, input: readonly number[]) =>
  buildModel(net, input).parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

it("three steps of a network with all of them have PyTorch's losses, weights and answers", async () => {
  const net = sequential(
    conv2d(4, { stride: 2, padding: 1, bias: false }),
    batchNorm(),
    relu(),
    added(sequential(conv2d(6, { groups: 2 }), groupNorm(3)), conv2d(6, { kernel: 1 })),
    relu(),
    maxPool(2),
    globalAveragePool(),
    linear(3),
  );
  const values = (all: typeof reference.before) =>
    new Map(Object.entries(all).map(([name, { values }]) => [name, Float32Array.from(values)]));
  const flat = (name: string) => name.replace(/^.*?(\w+)\.(\w+)$/, "$1.$2");
  const trainer = await createTrainer(net, {
    inputs: [3, 9, 8],
    targets: { kind: "class", classes: 3, shape: [] },
    optimizer: momentum({ learningRate: 0.1, beta: 0.9 }),
    batchSize: 5,
  });
  // A block's layers are named after it: by their own names they are the reference's, in order.
  const own = [...trainer.parameters.map(({ name }) => name), "batchNorm1.mean", "batchNorm1.variance"];
  const counters = new Map<string, number>();
  const renamed = new Map<string, string>();
  for (const name of own) {
    const [path = "", local = ""] = [
      name.slice(0, name.lastIndexOf(".")),
      name.slice(name.lastIndexOf(".") + 1),
    ];
    const known = renamed.get(path);
    const kind = flat(`${path}.x`).replace(/\d+\.x$/, "");
    const number = known ?? `${kind}${(counters.get(kind) ?? 0) + 1}`;
    if (!known) counters.set(kind, (counters.get(kind) ?? 0) + 1);
    renamed.set(path, number);
    renamed.set(name, `${number}.${local}`);
  }
  const before = values(reference.before);
  await trainer.setValues(
    new Map(own.map((name) => [name, before.get(renamed.get(name) ?? "") ?? new Float32Array(0)])),
  );
  for (const loss of reference.losses) {
    await trainer.step({ inputs: reference.x.values, targets: reference.y });
    expect(await trainer.loss()).toBeCloseTo(loss, 5);
  }
  const after = await trainer.values();
  for (const name of own) {
    close(after.get(name), reference.after[renamed.get(name) ?? ""]?.values ?? [], 2e-5);
  }
  const answers = await trainer.predict(reference.x.values);
  const rows = reference.answers.values;
  const probabilities = Array.from({ length: 5 }, (_row, i) => {
    const row = rows.slice(3 * i, 3 * i + 3).map(Math.exp);
    const sum = row.reduce((a, b) => a + b);
    return row.map((v) => v / sum);
  }).flat();
  close(answers.data, probabilities, 2e-5);
  await trainer.release();
});

describe("shapes", () => {
  it.each<[string, Layer, number[], number[]]>([
    ["conv1d", conv1d(5, { kernel: 4, padding: "valid" }), [3, 10], [5, 7]],
    ["conv2d", conv2d(5), [3, 7, 6], [5, 7, 6]],
    ["conv2d, strided", conv2d(5, { stride: 2 }), [3, 7, 6], [5, 4, 3]],
    ["conv2d, dilated", conv2d(5, { dilation: 2, padding: "valid" }), [3, 7, 6], [5, 3, 2]],
    ["conv2d of an even size", conv2d(5, { kernel: [2, 4] }), [3, 7, 6], [5, 7, 6]],
    ["conv3d", conv3d(2, { kernel: [1, 2, 3], padding: "valid" }), [3, 4, 4, 4], [2, 4, 3, 2]],
    ["depthwiseConv2d", depthwiseConv2d({ multiplier: 2 }), [3, 7, 6], [6, 7, 6]],
    ["separableConv2d", separableConv2d(8, { stride: 2 }), [3, 8, 6], [8, 4, 3]],
    ["convTranspose2d", convTranspose2d(4, { kernel: 2, stride: 2 }), [3, 5, 4], [4, 10, 8]],
    ["maxPool", maxPool(), [3, 7, 6], [3, 3, 3]],
    ["averagePool", averagePool(3, { stride: 1, padding: "same" }), [3, 7, 6], [3, 7, 6]],
    ["globalAveragePool", globalAveragePool(), [3, 7, 6], [3]],
    ["globalMaxPool", globalMaxPool(), [3, 7, 6], [3]],
    ["squeezeExcitation", squeezeExcitation(), [8, 7, 6], [8, 7, 6]],
    ["instanceNorm", instanceNorm(), [8, 7, 6], [8, 7, 6]],
    ["unflatten", unflatten([2, 3]), [6], [2, 3]],
    ["lenet5", lenet5(), [1, 28, 28], [10]],
    ["vgg", vgg(), [3, 32, 32], [10]],
    ["resnetCifar", resnetCifar(), [3, 32, 32], [10]],
    ["mobileNetV3", mobileNetV3({ classes: 7 }), [3, 64, 64], [7]],
    [
      "mobileNetV3 of small pictures",
      mobileNetV3({ classes: 7, width: 0.5, stem: "small" }),
      [3, 32, 32],
      [7],
    ],
    ["convNeXt", convNeXt({ widths: [8, 16], depths: [1, 2], patch: 2, classes: 7 }), [3, 32, 32], [7]],
    ["resnet", resnet({ depth: 50, classes: 7 }), [3, 64, 64], [7]],
  ])("%s", (_, net, input, output) => {
    expect(shapeOf(net, input)).toEqual(output);
  });
});

it("architectures have the numbers of parameters of their papers and of torchvision", () => {
  expect(countOf(lenet5(), [1, 28, 28])).toBe(61_706);
  expect(countOf(resnetCifar(), [3, 32, 32])).toBe(272_474);
  expect(countOf(mobileNetV3(), [3, 32, 32])).toBe(2_542_856);
  expect(countOf(mobileNetV3({ width: 0.5, classes: 10 }), [3, 32, 32])).toBe(409_394);
  expect(countOf(convNeXt(), [3, 32, 32])).toBe(28_589_128);
  expect(countOf(convNeXt({ depths: [3, 3, 27, 3] }), [3, 32, 32])).toBe(50_223_688);
  expect(countOf(resnet(), [3, 64, 64])).toBe(11_689_512);
  expect(countOf(resnet({ depth: 34 }), [3, 64, 64])).toBe(21_797_672);
  expect(countOf(resnet({ depth: 50 }), [3, 64, 64])).toBe(25_557_032);
});

describe("layers by hand", () => {
  const picture = Float32Array.from({ length: 2 * 3 * 4 * 4 }, (_, i) => Math.sin(3 * i));
  /** What a layer without parameters of note gives in use. */
  const used = async (net: Layer, shape: number[], values: Float32Array) => {
    const { compile, inputOf, outputOf, initialValues } = await import("../../src/index.js");
    const model = buildModel(net, shape);
    const { inference } = model;
    const kept = [...model.parameters, ...model.states];
    const program = await compile({
      inputs: [inputOf(inference), ...kept.map(({ tensor }) => tensor)],
      outputs: { y: outputOf(inference) },
    });
    const { y } = await program.run({
      input: values,
      ...Object.fromEntries(kept.map((each) => [each.name, initialValues(each, 1)])),
    });
    await program.release();
    return Array.from(y.data, Number);
  };

  it("filters of dirac pass everything on", async () => {
    expect(await used(conv2d(3, { init: dirac() }), [3, 4, 4], picture)).toEqual(Array.from(picture));
    const more = sequential(conv2d(5, { init: dirac({ rest: constantInitializer(1) }), bias: false }));
    const answers = await used(more, [3, 4, 4], picture);
    // Of five filters the first three pass on the three channels of 16 pixels.
    const passed = answers.filter((_, i) => i % 80 < 48);
    passed.forEach((value, i) => void expect(value).toBeCloseTo(Number(picture[i]), 5));
    expect(passed).toHaveLength(picture.length);
    expect(answers.some((value, i) => i % 80 >= 48 && value !== 0)).toBe(true);
    await expect(used(linear(3, { init: dirac() }), [3], new Float32Array(3))).rejects.toThrow(
      "dirac: expected filters [out, in, …], got shape [3, 3]",
    );
  });

  it("layerScale multiplies each channel, at first by what it is given", async () => {
    const scaled = await used(layerScale(0.5), [3, 4, 4], picture);
    scaled.forEach((value, i) => void expect(value).toBe(0.5 * Number(picture[i])));
    expect(scaled).toHaveLength(picture.length);
    expect(buildModel(layerScale(), [3, 4, 4]).parameters).toMatchObject([
      { name: "gamma", shape: [3], role: "scale" },
    ]);
  });

  it("groupNorm has mean 0 and variance 1 in every group of every example", async () => {
    const y = await used(groupNorm(1), [3, 4, 4], picture);
    for (const example of [y.slice(0, 48), y.slice(48)]) {
      expect(example.reduce((a, b) => a + b) / 48).toBeCloseTo(0, 5);
      expect(example.reduce((sum, v) => sum + v * v, 0) / 48).toBeCloseTo(1, 3);
    }
    const each = await used(instanceNorm(), [3, 4, 4], picture);
    expect(each.slice(16, 32).reduce((a, b) => a + b)).toBeCloseTo(0, 4);
  });

  it("stochasticDepth lets all of an example through or nothing, and changes nothing in use", async () => {
    expect(await used(stochasticDepth(0.5), [3, 4, 4], picture)).toEqual(Array.from(picture));
    const net = sequential(residual(stochasticDepth(0.5)), flatten(), linear(1, { bias: false }));
    const ones = { weight: new Float32Array(12).fill(1) };
    const trainer = await createTrainer(withValues(net, { "linear1.weight": ones.weight }), {
      inputs: [3, 2, 2],
      targets: { kind: "value", shape: [1] },
      batchSize: 64,
      loss: ({ outputs: { output } }) => (output ? output.mul(output) : (undefined as never)),
    });
    await trainer.accumulate({ inputs: new Float32Array(64 * 12).fill(1), targets: new Float32Array(64) });
    // 12 where the branch was left out, 36 where it was not: a mean between, of whole sixty-fourths.
    const through = ((await trainer.loss()) - 144) / (36 ** 2 - 144);
    expect(through * 64).toBeCloseTo(Math.round(through * 64), 2);
    expect(through).toBeGreaterThan(0.2);
    expect(through).toBeLessThan(0.8);
    await trainer.release();
  });
});

const { train, test } = digits({ train: 1500, test: 300 });

it("learns digits with LeNet-5, and is exported without batch normalisation, answering the same", async () => {
  const net = sequential(
    unflatten([1, 28, 28]),
    conv2d(6, { bias: false }),
    batchNorm(),
    relu(),
    maxPool(),
    conv2d(12),
    relu(),
    maxPool(),
    flatten(),
    linear(10),
  );
  const run = await fit(net, { train, test }, { epochs: 3, batchSize: 50, seed: 1, constraint: maxNorm(1) });
  expect(run.test?.error).toBeLessThan(20);
  const weights = await run.weights();
  const filters = weights.get("conv2d2.weight") ?? new Float32Array(0);
  for (let i = 0; i < 12; i++) {
    expect(Math.hypot(...filters.subarray(54 * i, 54 * (i + 1)))).toBeLessThan(1.0001);
  }
  const path = join(temporaryFolder(), "net.onnx");
  await run.export(path);
  const { graph } = decodeModel(readFileSync(path));
  expect(graph.node?.map(({ opType }) => opType)).not.toContain("BatchNormalization");
  const again = await fit(
    pretrained(await loadModel(path), { output: "logits" }),
    { train, test },
    { epochs: 1, optimizer: momentum({ learningRate: 1e-30 }) },
  );
  expect(again.test?.error).toBeCloseTo(run.test?.error ?? -1, 6);
  const lenet = await fit(
    sequential(unflatten([1, 28, 28]), lenet5()),
    { train, test },
    { epochs: 3, batchSize: 50, seed: 1 },
  );
  expect(lenet.test?.error).toBeLessThan(12);
});

it("muon trains filters by the rule for other shapes, and summary counts them", async () => {
  const net = sequential(unflatten([1, 28, 28]), conv2d(4, { stride: 2 }), relu(), flatten(), linear(10));
  const run = await fit(net, train, { epochs: 1, optimizer: muon(), seed: 1 });
  expect(run.epochs).toHaveLength(1);
  expect(summary(net, [784])).toMatch(
    /conv2d1 +\[batch, 4, 14, 14\] +weight \[4, 1, 3, 3\], bias \[4\] +40 +7,056\n/,
  );
});

describe("bad input is told in one line", () => {
  it.each<[string, () => unknown, string]>([
    [
      "no picture",
      () => shapeOf(conv2d(3), [784]),
      "conv2d: expected inputs of shape [batch, channels, height, width], got [batch, 784]; put unflatten([channels, …]) in front, as in unflatten([1, 28, 28])",
    ],
    [
      "a filter beyond the picture",
      () => shapeOf(conv2d(3, { kernel: 9, padding: "valid" }), [1, 5, 5]),
      "does not fit into 5 x 5",
    ],
    [
      "groups that do not divide",
      () => shapeOf(conv2d(3, { groups: 2 }), [4, 5, 5]),
      "conv2d: groups must divide the 4 channels of the input and the 3 filters, got 2",
    ],
    [
      "no number of filters",
      () => conv2d(0),
      "conv2d: the number of filters must be a whole number of at least 1, got 0",
    ],
    [
      "another library's option",
      () => conv2d(3, { kernelSize: 3 } as object),
      'conv2d: there is no option "kernelSize"',
    ],
    [
      "groups of groupNorm",
      () => shapeOf(groupNorm(3), [4, 5, 5]),
      "groupNorm: groups must be a whole number that divides the 4 channels, got 3",
    ],
    ["another shape", () => shapeOf(unflatten([2, 4]), [6]), "cannot become"],
    [
      "branches that differ",
      () => shapeOf(added(conv2d(3), conv2d(4)), [1, 5, 5]),
      "added: the branches give [batch, 3, 5, 5] and [batch, 4, 5, 5]; they must agree",
    ],
    ["a probability", () => stochasticDepth(0), "stochasticDepth: keep must be in (0, 1], got 0"],
    ["a depth of resnetCifar", () => resnetCifar({ depth: 21 }), "resnetCifar: depth must be 6n + 2"],
    ["a depth of resnet", () => resnet({ depth: 20 as 18 }), "resnet: depth must be 18, 34, 50, got 20"],
    [
      "an axis of layerNorm",
      () => shapeOf(layerNorm({ axis: 0 }), [4, 5, 5]),
      "layerNorm: axis must be one of the axes of [batch, 4, 5, 5] but the batch, got 0",
    ],
    [
      "a start of layerScale",
      () => layerScale(Number.NaN),
      "layerScale: initial must be a finite number, got NaN",
    ],
    [
      "depths without widths",
      () => convNeXt({ depths: [1] }),
      "convNeXt: widths and depths must be lists of one number for each stage, got a list of 4",
    ],
    ["a stem of mobileNetV3", () => mobileNetV3({ stem: "tiny" as "small" }), 'mobileNetV3: stem is "tiny"'],
    ["a width of mobileNetV3", () => mobileNetV3({ width: 0 }), "mobileNetV3: width is 0"],
    ["a pool beyond the picture", () => shapeOf(maxPool(9), [1, 5, 5]), "does not fit into 5 x 5"],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
