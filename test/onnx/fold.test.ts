import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import { foldBatchNormalization } from "../../src/onnx/fold.js";
import { decodeModel, encodeModel, type NodeProto, type TensorProto } from "../../src/onnx/schema.js";

const stored = (name: string, dims: number[], seed: number): TensorProto => {
  const count = dims.reduce((a, b) => a * b, 1);
  const values = Float32Array.from(
    { length: count },
    (_, i) => Math.sin(seed + 2 * i) + (name === "variance" ? 1.5 : 0),
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
  { outputs = ["y"], extra = [] }: { outputs?: readonly string[]; extra?: readonly NodeProto[] } = {},
) => {
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1 } } });
  return encodeModel({
    irVersion: 10,
    opsetImport: [{ domain: "", version: 21 }],
    graph: {
      name: "graph",
      node: [linear, norm, ...extra],
      initializer: [
        stored("w", [...weight], 1),
        stored("b", [4], 2),
        ...["gamma", "beta", "mean", "variance"].map((name, i) => stored(name, [4], 3 + i)),
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
  const { y } = await session.run({ x: { dtype: "float32", data, shape } });
  await session.release();
  return y?.data as Float32Array;
};

const operators = (bytes: Uint8Array) => decodeModel(bytes).graph.node?.map(({ opType }) => opType);

const linearNode = (opType: string, input: string[], attribute: NodeProto["attribute"] = []): NodeProto => ({
  opType,
  name: "linear",
  input,
  output: ["h"],
  attribute,
});

describe("batch normalisation is folded into the operator before it, the output unchanged to 1e-5", () => {
  it.each([
    ["Gemm with bias", linearNode("Gemm", ["x", "w", "b"]), [3, 4], [5, 3]],
    ["Gemm without bias", linearNode("Gemm", ["x", "w"]), [3, 4], [5, 3]],
    ["Conv with bias", linearNode("Conv", ["x", "w", "b"]), [4, 2, 3, 3], [2, 2, 5, 5]],
    ["Conv without bias", linearNode("Conv", ["x", "w"]), [4, 2, 3, 3], [2, 2, 5, 5]],
  ] as const)("%s", async (_, linear, weight, shape) => {
    const bytes = modelOf(linear, weight, shape);
    const folded = foldBatchNormalization(bytes);
    expect(operators(folded)).toEqual([linear.opType]);
    const [before, after] = [await run(bytes, shape), await run(folded, shape)];
    expect(after).toHaveLength(before.length);
    after.forEach((value, i) => {
      expect(Math.abs(value - (before[i] ?? 0))).toBeLessThan(1e-5);
    });
  });
});

describe("batch normalisation is left alone", () => {
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
