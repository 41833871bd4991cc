import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import {
  averagedViews,
  batchNorm,
  buildModel,
  conv1d,
  convTranspose2d,
  depthwiseConv2d,
  initialValues,
  type Layer,
  maxPool,
  relu,
  separableConv2d,
  sequential,
  speedNet,
} from "../../src/nn/index.js";
import { decodeModel, encodeModel } from "../../src/onnx/codec.js";
import { foldBatchNormalization } from "../../src/onnx/fold.js";
import type { NodeProto, TensorProto } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";

/** The seed of numbers that are all above 0. */
const positive = 9;

const stored = (name: string, dims: number[], seed: number): TensorProto => {
  const count = dims.reduce((a, b) => a * b, 1);
  const values = Float32Array.from(
    { length: count },
    (_, i) => Math.sin(seed + 2 * i) + (name === "variance" || seed === positive ? 1.5 : 0),
  );
  return { name, dims, dataType: 1, rawData: new Uint8Array(values.buffer) };
};

const norm: NodeProto = {
  opType: "BatchNormalization",
  name: "norm",
  input: ["h", "gamma", "beta", "mean", "variance"],
  output: ["y"],
  attribute: [{ name: "epsilon", type: 1, f: 0.01 }],
};

/** A model of one linear operator and batch normalisation of four channels behind it. */
const modelOf = (
  linear: NodeProto,
  weight: readonly number[],
  shape: readonly number[],
  {
    outputs = ["y"],
    extra = [],
    before = [],
    gamma = 3,
  }: {
    outputs?: readonly string[];
    extra?: readonly NodeProto[];
    /** What stands between the operator, which then gives `h0`, and batch normalisation, which takes `h`. */
    before?: readonly NodeProto[];
    gamma?: number;
  } = {},
) => {
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1 } } });
  return encodeModel({
    irVersion: 10,
    opsetImport: [{ domain: "", version: 21 }],
    graph: {
      name: "graph",
      node: [before.length > 0 ? { ...linear, output: ["h0"] } : linear, ...before, norm, ...extra],
      initializer: [
        stored("w", [...weight], 1),
        stored("b", [4], 2),
        stored("gamma", [4], gamma),
        ...["beta", "mean", "variance"].map((name, i) => stored(name, [4], 4 + i)),
        { name: "each", dims: [3], dataType: 7, int64Data: [4, 1, 1] },
      ],
      input: [
        {
          name: "x",
          type: { tensorType: { elemType: 1, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
        },
      ],
      output: outputs.map(value),
    },
  });
};

const run = async (bytes: Uint8Array, shape: readonly number[]) => {
  const session = await nodeEngine.load(bytes, { threads: 1 });
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(3 * i));
  const { y, z } = await session.run({ x: { dtype: "float32", data, shape } });
  await session.release();
  return (z ?? y)?.data as Float32Array;
};

const operators = (bytes: Uint8Array) => decodeModel(bytes).graph.node?.map(({ opType }) => opType);

const linearNode = (opType: string, input: string[], attribute: NodeProto["attribute"] = []): NodeProto => ({
  opType,
  name: "linear",
  input,
  output: ["h"],
  attribute,
});

const ints = (name: string, ...values: number[]) => ({ name, type: 7, ints: values });
const pooling = (opType: string, ...attribute: NonNullable<NodeProto["attribute"]>): NodeProto => ({
  opType,
  name: "pool",
  input: ["h0"],
  output: ["h"],
  attribute: [ints("kernel_shape", 2, 2), ...attribute],
});
const groups = { name: "group", type: 2, i: 2 };
const added: readonly NodeProto[] = [
  { opType: "Reshape", name: "spread", input: ["b", "each"], output: ["spread"] },
  { opType: "Add", name: "add", input: ["spread", "h0"], output: ["h"] },
];
const again: NodeProto = {
  ...norm,
  name: "again",
  input: ["y", ...(norm.input ?? []).slice(1)],
  output: ["z"],
};

describe("batch normalisation is folded into the operator before it, the output unchanged to 1e-5", () => {
  it.each<[string, NodeProto, readonly number[], readonly number[], Parameters<typeof modelOf>[3]?]>([
    ["Gemm with bias", linearNode("Gemm", ["x", "w", "b"]), [3, 4], [5, 3]],
    ["Gemm without bias", linearNode("Gemm", ["x", "w"]), [3, 4], [5, 3]],
    ["Conv with bias", linearNode("Conv", ["x", "w", "b"]), [4, 2, 3, 3], [2, 2, 5, 5]],
    ["Conv without bias", linearNode("Conv", ["x", "w"]), [4, 2, 3, 3], [2, 2, 5, 5]],
    ["Conv along one axis", linearNode("Conv", ["x", "w", "b"]), [4, 2, 3], [2, 2, 5]],
    ["Conv in groups", linearNode("Conv", ["x", "w"], [groups]), [4, 1, 3, 3], [2, 2, 5, 5]],
    ["ConvTranspose", linearNode("ConvTranspose", ["x", "w", "b"]), [2, 4, 3, 2], [2, 2, 5, 5]],
    [
      "ConvTranspose in groups",
      linearNode("ConvTranspose", ["x", "w"], [groups]),
      [6, 2, 3, 2],
      [2, 6, 5, 5],
    ],
    ["Conv and numbers added", linearNode("Conv", ["x", "w"]), [4, 2, 3, 3], [2, 2, 5, 5], { before: added }],
    [
      "ConvTranspose and numbers added",
      linearNode("ConvTranspose", ["x", "w"]),
      [2, 4, 3, 3],
      [2, 2, 5, 5],
      { before: added },
    ],
    [
      "Conv and maxima, by scales that are not negative",
      linearNode("Conv", ["x", "w"]),
      [4, 2, 3, 3],
      [2, 2, 6, 6],
      { before: [pooling("MaxPool", ints("pads", 1, 0, 0, 0))], gamma: positive },
    ],
    [
      "Conv and means of those that there are",
      linearNode("Conv", ["x", "w"]),
      [4, 2, 3, 3],
      [2, 2, 6, 6],
      { before: [pooling("AveragePool", ints("pads", 1, 0, 0, 1))] },
    ],
    ["twice", linearNode("Conv", ["x", "w"]), [4, 2, 3, 3], [2, 2, 5, 5], { extra: [again], outputs: ["z"] }],
  ])("%s", async (_, linear, weight, shape, options = {}) => {
    const bytes = modelOf(linear, weight, shape, options);
    const folded = foldBatchNormalization(bytes);
    const pools = (options.before ?? []).map(({ opType }) => opType).filter((type) => type.includes("Pool"));
    expect(operators(folded)).toEqual([linear.opType, ...pools]);
    const [before, after] = [await run(bytes, shape), await run(folded, shape)];
    expect(after).toHaveLength(before.length);
    after.forEach((value, i) => {
      expect(Math.abs(value - (before[i] ?? 0))).toBeLessThan(1e-5);
    });
  });
});

describe("batch normalisation is left alone", () => {
  const conv = [linearNode("Conv", ["x", "w"]), [4, 2, 3, 3], [2, 2, 6, 6]] as const;
  it.each<[string, readonly NodeProto[], number]>([
    ["maxima and a negative scale", [pooling("MaxPool")], 3],
    [
      "means that count what is added around",
      [pooling("AveragePool", ints("pads", 1, 0, 0, 0), { name: "count_include_pad", type: 2, i: 1 })],
      positive,
    ],
    ["another operator", [{ opType: "Relu", name: "relu", input: ["h0"], output: ["h"] }], positive],
  ])("behind %s", (_, before, gamma) => {
    const bytes = modelOf(...conv, { before, gamma });
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });

  it("where two operators with the same weight are followed by different ones", () => {
    const other: NodeProto = { opType: "Conv", name: "other", input: ["x", "w"], output: ["k"] };
    const input = ["k", "beta", "gamma", "mean", "variance"];
    const bytes = modelOf(...conv, {
      outputs: ["y", "z"],
      extra: [other, { ...norm, name: "different", input, output: ["z"] }],
    });
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });

  const spread = (shape: number[]): readonly NodeProto[] => [
    {
      opType: "Constant",
      name: "numbers",
      output: ["numbers"],
      attribute: [{ name: "value", type: 4, t: { ...stored("", [4], 2), name: "" } }],
    },
    {
      opType: "Constant",
      name: "shape",
      output: ["shape"],
      attribute: [{ name: "value", type: 4, t: { dims: [3], dataType: 7, int64Data: shape } }],
    },
    {
      opType: "Reshape",
      name: "spread",
      input: [shape[0] === 4 ? "numbers" : "b", "shape"],
      output: ["spread"],
    },
    { opType: "Add", name: "add", input: ["h0", "spread"], output: ["h"] },
  ];
  it.each([
    ["numbers that are made behind the convolution", [4, 1, 1]],
    ["numbers added to each place", [-1, 2, 2]],
  ])("behind %s", (_, shape) => {
    const linear = linearNode("Conv", ["x", "w"]);
    const bytes = modelOf(linear, [4, 2, 3, 3], [2, 2, 4, 4], { before: spread(shape) });
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });

  it("where only one of two operators with the same weight is followed by it", () => {
    const other: NodeProto = { opType: "Conv", name: "other", input: ["x", "w"], output: ["other"] };
    const bytes = modelOf(...conv, { outputs: ["y", "other"], extra: [other] });
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });

  const copy: NodeProto = { opType: "Identity", name: "copy", input: ["h"], output: ["other"] };
  it.each([
    [
      "where its input is used elsewhere",
      linearNode("Gemm", ["x", "w", "b"]),
      { outputs: ["y", "other"], extra: [copy] },
    ],
    ["where its input is an output", linearNode("Gemm", ["x", "w", "b"]), { outputs: ["y", "h"] }],
    ["behind scaled products", linearNode("Gemm", ["x", "w", "b"], [{ name: "alpha", type: 1, f: 2 }]), {}],
    ["behind other operators", linearNode("MatMul", ["x", "w"]), {}],
  ] as const)("%s", (_, linear, options) => {
    const bytes = modelOf(linear, [3, 4], [5, 3], options);
    expect(foldBatchNormalization(bytes)).toBe(bytes);
  });
});

describe("exported networks have no batch normalisation of their own, and answer the same", () => {
  it.each<[string, Layer, readonly number[]]>([
    ["pictures that grow", sequential(convTranspose2d(6, { stride: 2 }), batchNorm(), relu()), [3, 4, 4]],
    [
      "separable convolutions",
      sequential(separableConv2d(5), batchNorm(), depthwiseConv2d(), batchNorm()),
      [3, 6, 5],
    ],
    ["convolutions along one axis", sequential(conv1d(4), batchNorm(), maxPool(2)), [2, 9]],
    [
      "several views of speedNet",
      averagedViews(speedNet({ widths: [6, 4] }), { flip: true, shift: 1 }),
      [3, 16, 16],
    ],
  ])("%s", async (_, net, shape) => {
    const model = buildModel(net, shape);
    const kept = [...model.parameters, ...model.states];
    const initializers = new Map(
      kept.map((each, i) => {
        const values = initialValues(each, i);
        const above = each.local === "variance" ? 1.5 : 0;
        return [each.tensor, values.map((value, j) => value + 0.3 * Math.sin(i + 2 * j) + above)] as const;
      }),
    );
    const { inputs, outputs } = model.inference;
    const plain = writeModel({ inputs: Object.values(inputs), outputs, initializers });
    const folded = foldBatchNormalization(plain);
    expect(operators(plain)).toContain("BatchNormalization");
    expect(operators(folded)).not.toContain("BatchNormalization");
    const data = Float32Array.from({ length: 2 * shape.reduce((a, b) => a * b, 1) }, (_x, i) =>
      Math.cos(3 * i),
    );
    const answers = async (bytes: Uint8Array) => {
      const session = await nodeEngine.load(bytes, { threads: 1 });
      const { output } = await session.run({ input: { dtype: "float32", data, shape: [2, ...shape] } });
      await session.release();
      return output?.data as Float32Array;
    };
    const [before, after] = [await answers(plain), await answers(folded)];
    expect(after).toHaveLength(before.length);
    after.forEach((value, i) => void expect(Math.abs(value - (before[i] ?? Number.NaN))).toBeLessThan(2e-5));
  });
});
