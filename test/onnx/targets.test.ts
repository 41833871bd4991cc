import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { nodeEngine } from "../../src/engine/node.js";
import { runtimeTarget } from "../../src/engine/runtime-target.js";
import type { Written } from "../../src/graph/definition.js";
import * as graph from "../../src/graph/index.js";
import { batch, input, type Tensor } from "../../src/graph/index.js";
import { crossEntropyAt } from "../../src/graph/ops/softmax.js";
import { node } from "../../src/graph/tensor.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { portable } from "../../src/onnx/portable.js";
import type { Target } from "../../src/onnx/target.js";
import { writeModel } from "../../src/onnx/write.js";

const x = input("x", [batch, 3]);

const nodesOf = (y: Tensor, inputs: readonly Tensor[], target?: Target) =>
  decodeModel(writeModel({ inputs, outputs: { y } }, target)).graph.node ?? [];
const typesOf = (y: Tensor, target?: Target) => nodesOf(y, [x], target).map(({ opType }) => opType);

describe("a model is written for whoever runs it", () => {
  it("with the mask that is fast in ONNX Runtime for its engine, and as it is defined for anyone else", () => {
    expect(typesOf(graph.step(x), runtimeTarget)).toEqual(["HardSigmoid"]);
    expect(typesOf(graph.step(x))).toEqual(["Greater", "Cast"]);
    expect(nodeEngine.target).toBe(runtimeTarget);
  });

  it("in forms that are right in ONNX Runtime, for anyone", () => {
    const wide = graph.cast(x, "float64");
    for (const target of [portable, runtimeTarget]) {
      expect(typesOf(graph.sigmoid(x), target)).not.toContain("Sigmoid");
      expect(typesOf(graph.softplus(wide), target)).not.toContain("Softplus");
      expect(typesOf(graph.logSoftmax(wide), target)).not.toContain("LogSoftmax");
      expect(typesOf(graph.sum(x), target)).toContain("Cast");
    }
  });

  const plain: Target = { name: "a plain runtime", opsets: { "": 21 }, lower: (outputs) => outputs };

  it("in ONNX's own forms where a target lowers nothing", () => {
    expect(typesOf(graph.sigmoid(x), plain)).toEqual(["Sigmoid"]);
    expect(typesOf(graph.sum(x), plain)).toEqual(["ReduceSum"]);
    expect(() => typesOf(graph.step(x), plain)).toThrow(
      "a plain runtime left the operator step, which is composed of others",
    );
  });

  const parted: Written<readonly [Tensor]> = {
    name: "parted",
    onnx: (emit, [v]) => emit.nodeOf(2, "Split", [v], { axis: 1, num_outputs: 2 })[1] ?? "",
  };
  const foreign: Written<readonly [Tensor]> = {
    name: "foreign",
    onnx: (emit, [v]) => emit.node({ domain: "com.microsoft", type: "Gelu" }, [v]),
  };

  it("with nodes of several outputs", async () => {
    const y = node({
      definition: parted,
      inputs: [x],
      attributes: {},
      shape: [batch, 1],
      dtype: "float32",
    });
    const program = await compile({ inputs: [x], outputs: { y } });
    const at = await program.run({ x: [1, 2, 3, 4, 5, 6] });
    expect([...at.y.data]).toEqual([3, 6]);
    await program.release();
  });

  it("with operators of the domains that it has, and no others", async () => {
    const y = node({ definition: foreign, inputs: [x], attributes: {}, shape: x.shape, dtype: "float32" });
    const knowing: Target = { ...plain, opsets: { "": 21, "com.microsoft": 1 } };
    const model = decodeModel(writeModel({ inputs: [x], outputs: { y } }, knowing));
    expect(model.opsetImport).toEqual([
      expect.objectContaining({ version: 21 }),
      expect.objectContaining({ domain: "com.microsoft", version: 1 }),
    ]);
    const program = await compile(
      { inputs: [x], outputs: { y } },
      { engine: { ...nodeEngine, targetFor: async () => knowing } },
    );
    const at = await program.run({ x: [-100, 0, 100] });
    expect([...at.y.data]).toEqual([-0, 0, 100]);
    await program.release();
    expect(() => writeModel({ inputs: [x], outputs: { y } })).toThrow(
      'any runtime of ONNX has no operators of the domain "com.microsoft", of which Gelu is one',
    );
  });

  it("saying which type an operator does not have there", async () => {
    const y = graph.erf(input("v", [2], "float64"));
    await expect(compile({ inputs: [x], outputs: { y } })).rejects.toThrow(
      "erf: ONNX Runtime has it in float32 only, got float64 [2]; cast it to float32 first",
    );
  });
});

it("the logarithm of the probability of a class is lowered with what it is composed of", () => {
  const index = input("index", [batch], "int64");
  const types = nodesOf(crossEntropyAt(graph.cast(x, "float64"), index), [x, index]).map(
    ({ opType }) => opType,
  );
  expect(types).not.toContain("LogSoftmax");
});
