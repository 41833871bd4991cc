import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import { batch, input, type Shape } from "../../src/graph/index.js";
import { readModel } from "../../src/onnx/read.js";
import { writeModel } from "../../src/onnx/write.js";
import { floats, foreign, ints, op, value } from "./foreign.js";

describe("inputs", () => {
  it.each<[string, readonly (number | string)[], Shape]>([
    ["a named first axis", ["N", 3], [batch, 3]],
    ["an unknown first axis", ["", 3], [batch, 3]],
    ["fixed sizes", [5, 3], [5, 3]],
    ["a scalar", [], []],
    ["an empty axis", [0, 3], [0, 3]],
    ["the batch elsewhere, by our name", [3, "batch"], [3, batch]],
  ])("%s", (_name, dims, shape) => {
    const { inputs } = readModel(foreign({ nodes: [op("Neg", "x", "y")], inputs: [value("x", dims)] }));
    expect(inputs.map((t) => t.shape)).toEqual([shape]);
  });
});

const good = () => {
  const w = input("w", [50, 50]);
  const graph = {
    inputs: [input("x", [batch, 50])],
    outputs: {},
    initializers: new Map([[w, new Float32Array(2500)]]),
  };
  return writeModel({ ...graph, outputs: { y: (graph.inputs[0] ?? w).matmul(w) } });
};
const png = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82);
const neg = [op("Neg", "x", "y")];
const w = floats("w", [4], [1, 2, 3, 4]);

const refused: readonly (readonly [string, () => Uint8Array, readonly string[]])[] = [
  ["no bytes", () => new Uint8Array(), ["0 bytes", "not a whole ONNX model"]],
  ["a picture", () => png, ["16 bytes", "not a whole ONNX model"]],
  ["text", () => new TextEncoder().encode('{"model": "no"}'), ["not a whole ONNX model"]],
  ["the first half of a model", () => good().subarray(0, 5000), ["not a whole ONNX model", "end too early"]],
  ["a model without its last byte", () => good().subarray(0, -1), ["not a whole ONNX model"]],
  ["an old operator set", () => foreign({ nodes: neg, opset: 6 }), ["operator set 6", "7"]],
  [
    "an unsupported operator",
    () => foreign({ nodes: [op("LSTM", "x w", "y")], stored: [w] }),
    ['"/LSTM_y" (LSTM)', "not supported"],
  ],
  [
    "an operator of another domain",
    () => foreign({ nodes: [{ ...op("Neg", "x", "y"), domain: "ai.onnx.ml" }] }),
    ["ai.onnx.ml.Neg", "not supported"],
  ],
  [
    "weights of half precision",
    () => foreign({ nodes: [op("Mul", "x w", "y")], stored: [{ ...w, dataType: 10 }] }),
    ['"w"', "float16"],
  ],
  [
    "an input of half precision",
    () => foreign({ nodes: neg, inputs: [value("x", [1], 10)] }),
    ['"x"', "float16"],
  ],
  ["an input of int32", () => foreign({ nodes: neg, inputs: [value("x", [1], 6)] }), ['"x"', "int32"]],
  [
    "a cast to half precision",
    () => foreign({ nodes: [op("Cast", "x", "y", { to: 10 })] }),
    ["(Cast)", "float16"],
  ],
  [
    "weights in another file",
    () => foreign({ nodes: [op("Mul", "x w", "y")], stored: [{ ...w, dataLocation: 1 }] }),
    ['"w"', "lies in another file", "does not name it"],
  ],
  [
    "weights that do not fill their shape",
    () => foreign({ nodes: [op("Mul", "x w", "y")], stored: [{ ...w, dims: [5] }] }),
    ['"w"', "4 values", "[5]", "5"],
  ],
  [
    "a varying axis that is not the batch",
    () => foreign({ nodes: neg, inputs: [value("x", ["N", "length"])] }),
    ["axis 1", '"x"', "length"],
  ],
  ["an input that nothing computes", () => foreign({ nodes: [op("Add", "x z", "y")] }), ['"z"', "(Add)"]],
  ["an output that nothing computes", () => foreign({ nodes: [op("Neg", "x", "z")] }), ['"y"']],
  [
    "shapes that do not fit",
    () => foreign({ nodes: [op("MatMul", "x w", "y")], stored: [floats("w", [2, 2], [1, 2, 3, 4])] }),
    ['"/MatMul_y" (MatMul)', "[batch, 4]", "[2, 2]"],
  ],
  [
    "a shape that depends on values",
    () =>
      foreign({
        nodes: [
          op("ReduceSum", "x", "s", { keepdims: 0 }),
          op("Cast", "s", "i", { to: 7 }),
          op("Unsqueeze", "i", "u", { axes: [0] }),
          op("Reshape", "x u", "y"),
        ],
        opset: 11,
      }),
    ["(Reshape)", "the shape", "known when the model is read"],
  ],
  [
    "a batch joined with itself",
    () =>
      foreign({
        nodes: [op("Transpose", "x", "t"), op("MatMul", "x t", "m"), op("Flatten", "m", "y", { axis: 0 })],
      }),
    ["(Flatten)", "[batch, batch]"],
  ],
  [
    "dropout in training mode",
    () =>
      foreign({
        nodes: [op("Dropout", "x r t", "y")],
        stored: [floats("r", [], [0.5]), { name: "t", dims: [], dataType: 9, int32Data: [1] }],
      }),
    ["(Dropout)", "training mode"],
  ],
  [
    "a reflection longer than what it reflects",
    () => foreign({ nodes: [op("Pad", "x p", "y", { mode: "reflect" })], stored: [ints("p", [0, 9, 0, 1])] }),
    ["(Pad)", "reflect"],
  ],
  [
    "scattering without a sum",
    () => foreign({ nodes: [op("ScatterND", "x i x", "y")], stored: [ints("i", [0], [1, 1])] }),
    ["(ScatterND)", "none"],
  ],
  ["a missing input", () => foreign({ nodes: [op("Add", "x _", "y")] }), ["(Add)", "input 1"]],
];

describe("readModel refuses, in one line", () => {
  it.each(refused)("%s", (_name, bytes, parts) => {
    let error: unknown;
    try {
      readModel(bytes());
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SteepestError);
    const { message } = error as SteepestError;
    expect(message).not.toContain("\n");
    for (const part of parts) expect(message).toContain(part);
  });

  it("every shortened model with a message, never with another error", () => {
    const bytes = good().subarray(0, 11_000);
    for (let length = 0; length < bytes.length; length += 41) {
      expect(() => readModel(bytes.subarray(0, length))).toThrow(SteepestError);
    }
  });
});
