import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import {
  batch,
  batchSize,
  constant,
  grad,
  input,
  inputName,
  sum,
  type Tensor,
} from "../../src/graph/index.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { readModel } from "../../src/onnx/read.js";
import { type Graph, writeModel } from "../../src/onnx/write.js";
import { Draw, drawValues } from "../graph/cases.js";
import { operators } from "../graph/operators/index.js";
import { evaluateOnce, largestDifference, leafTensors } from "../graph/run.js";

const nodeCount = (bytes: Uint8Array): number => decodeModel(bytes).graph.node?.length ?? 0;

const describeLeaf = (x: Tensor) => [inputName(x), x.dtype, x.shape];

describe("what is written is read back", () => {
  it.each(Object.entries(operators))("%s, with its gradient", (_name, spec) =>
    fc.assert(
      fc.asyncProperty(fc.gen(), fc.integer({ min: 1, max: 3 }), async (value, batchSize) => {
        const draw = new Draw(value, batchSize);
        const drawn = spec.draw(draw);
        const values = drawValues(draw, drawn.leaves).map(({ data }) => data);
        const inputs = leafTensors(drawn, "float32");
        const y = drawn.build(...inputs);
        const floats = inputs.filter(({ dtype }) => dtype === "float32");
        const gradients = spec.gradient === "none" ? [] : grad(sum(y.mul(y)), floats);
        const outputs: Record<string, Tensor> = {
          y,
          ...Object.fromEntries(gradients.map((g, i) => [`g${i}`, g])),
        };
        const bytes = writeModel({ inputs, outputs });
        const read = readModel(bytes);
        expect(read.inputs.map(describeLeaf)).toEqual(inputs.map(describeLeaf));
        expect(read.initializers.size).toBe(0);
        for (const [name, output] of Object.entries(read.outputs)) {
          expect([name, output.shape, output.dtype]).toEqual([
            name,
            outputs[name]?.shape,
            outputs[name]?.dtype,
          ]);
        }
        const again = await evaluateOnce(read.inputs, read.outputs, values);
        const once = await evaluateOnce(inputs, outputs, values);
        for (const [name, { shape, data }] of Object.entries(once)) {
          expect(again[name]?.shape).toEqual(shape);
          // The engine has forms of its own for gradients of convolutions, which it does not know in what was read.
          expect(largestDifference(again[name]?.data ?? [], data), name).toBeLessThan(1e-6);
        }
        // Nothing is added on the way.
        expect(nodeCount(writeModel(read))).toBeLessThanOrEqual(nodeCount(bytes));
      }),
      { numRuns: 2 },
    ),
  );

  const network = (): Graph => {
    const x = input("x", [batch, 2]);
    const weight = input("weight", [2, 3]);
    const shift = constant([0.5, -0.5, 1], [3]);
    return {
      inputs: [x],
      outputs: { y: x.matmul(weight).add(shift).mul(2) },
      initializers: new Map([[weight, Float32Array.of(1, 2, 3, 4, 5, 6)]]),
      metadata: { classes: "a,b,ü" },
    };
  };

  it("weights as initializers with their values, constants as constants, metadata as text", async () => {
    const read = readModel(writeModel(network()));
    expect([...read.initializers].map(([w, values]) => [inputName(w), w.shape, values])).toEqual([
      ["weight", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)],
    ]);
    expect(read.metadata).toEqual({ classes: "a,b,ü" });
    const program = await compile(read);
    const { y } = await program.run({ x: [1, 1, 0, 1] });
    expect(y).toEqual({
      dtype: "float32",
      shape: [2, 3],
      data: Float32Array.of(11, 13, 20, 9, 9, 14),
    });
    await program.release();
  });

  it.each([[[batch]], [[2, batch]]] as const)(
    "the batch size, taken from an input of shape %j",
    async (shape) => {
      const x = input("x", shape);
      const graph = { inputs: [x], outputs: { y: x.mul(batchSize()) } };
      const read = readModel(writeModel(graph));
      const values = [1, 2, 3, 4];
      const size = 4 / (shape.length === 2 ? 2 : 1);
      const { y } = await evaluateOnce(read.inputs, read.outputs as typeof graph.outputs, [values]);
      expect(y.data).toEqual(values.map((v) => v * size));
      expect(nodeCount(writeModel(read))).toBe(nodeCount(writeModel(graph)));
    },
  );

  it("so that a model can be trained further: gradients of its weights", async () => {
    const read = readModel(writeModel(network()));
    const weights = [...read.initializers.keys()];
    const y = read.outputs.y;
    if (y === undefined) throw new Error("the output was lost");
    const [g = y] = grad(sum(y), weights);
    const at = await evaluateOnce([...read.inputs, ...weights], { g }, [
      [1, 10, 2, 20],
      [1, 2, 3, 4, 5, 6],
    ]);
    expect(at.g).toEqual({ shape: [2, 3], data: [6, 6, 6, 60, 60, 60] });
  });

  it("whatever names inputs and outputs have", async () => {
    const x = input("t1", [2]);
    const y = x.mul(2).add(1);
    const outputs = { t2: y, t3: y, t4: y.mul(y), t5: x, t6: constant([7], [1]) };
    const expected = { t2: [3, 5], t3: [3, 5], t4: [9, 25], t5: [1, 2], t6: [7] };
    const graph = readModel(writeModel({ inputs: [x], outputs }));
    for (const [inputs, named] of [
      [[x], outputs],
      [graph.inputs, graph.outputs],
    ] as const) {
      const at = await evaluateOnce(inputs, named as typeof outputs, [[1, 2]]);
      expect(Object.fromEntries(Object.entries(at).map(([name, { data }]) => [name, data]))).toEqual(
        expected,
      );
    }
  });

  it("bytes that begin anywhere in memory", () => {
    const bytes = writeModel(network());
    for (let offset = 1; offset < 9; offset++) {
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      const part = moved.subarray(offset);
      expect([...readModel(part).initializers.values()][0]).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
      expect([...readModel(Buffer.from(part.buffer, offset)).initializers.values()][0]).toHaveLength(6);
    }
  });
});

describe("writeModel refuses", () => {
  const x = input("x", [2]);
  const w = input("w", [2]);
  it.each<[string, Graph, readonly string[]]>([
    ["an input that is not listed", { inputs: [x], outputs: { y: x.add(w) } }, ['"w"', "not listed"]],
    ["two inputs of one name", { inputs: [x, input("x", [3])], outputs: { y: x.mul(2) } }, ['"x"']],
    ["an output called like an input", { inputs: [x], outputs: { x: x.mul(2) } }, ['"x"']],
    [
      "weights that do not fill their shape",
      { inputs: [x], outputs: { y: x.add(w) }, initializers: new Map([[w, Float32Array.of(1)]]) },
      ['"w"', "[2]", "of 1"],
    ],
    [
      "weights of another type",
      { inputs: [x], outputs: { y: x.add(w) }, initializers: new Map([[w, Float64Array.of(1, 2)]]) },
      ['"w"', "Float64Array", "float32"],
    ],
    ["a batch size that nothing tells", { inputs: [x], outputs: { y: input("z", [batch]) } }, ['"z"']],
  ])("%s", (_name, graph, parts) => {
    for (const part of parts) expect(() => writeModel(graph)).toThrow(part);
  });
});
