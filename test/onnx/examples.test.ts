import { describe, expect, it } from "vitest";
import { batch, inputName } from "../../src/graph/index.js";
import { readModel } from "../../src/onnx/read.js";
import { evaluateOnce, largestDifference } from "../graph/run.js";
import { elementwiseExamples } from "./examples/elementwise.js";
import { matrixExamples } from "./examples/matrices.js";
import { shapingExamples } from "./examples/shaping.js";
import { type Foreign, floats, foreign, op, rows, value, x } from "./foreign.js";

/** Runs a model of `x` [2, 4] with its stored weights. */
const run = async (model: Foreign, data: readonly number[] = x) => {
  const { inputs, outputs, initializers } = readModel(foreign(model));
  const { y } = outputs;
  if (y === undefined) throw new Error("no output y");
  const result = await evaluateOnce([...inputs, ...initializers.keys()], { y }, [
    data,
    ...initializers.values(),
  ]);
  return { symbolic: y.shape, ...result.y };
};

const logistic = (v: number) => 1 / (1 + Math.exp(-v));

describe("models of other exporters", () => {
  it.each([...elementwiseExamples, ...matrixExamples, ...shapingExamples])(
    "%s",
    async (_name, model, expected) => {
      const { shape, data, symbolic } = await run(model);
      expect(shape).toEqual(expected.shape);
      expect(symbolic.map((dim) => (dim === batch ? 2 : dim))).toEqual(expected.shape);
      expect(largestDifference(data, expected.data), `${data} instead of ${expected.data}`).toBeLessThan(
        1e-5,
      );
    },
  );

  it("sigmoid twice, with an unused weight and one listed among the inputs as before IR 4", async () => {
    const { inputs, initializers, outputs } = readModel(
      foreign({
        nodes: [
          op("Mul", "x w", "m"),
          op("Sigmoid", "m", "y"),
          op("Identity", "w", "v"),
          op("Mul", "y v", "z"),
        ],
        inputs: [value("x", [-1, 4]), value("w", [4])],
        stored: [floats("w", [4], [1, 2, 3, 4]), floats("unused", [4], [1, 2, 3, 4])],
        outputs: ["y", "z"],
      }),
    );
    expect(inputs.map((t) => [inputName(t), t.shape])).toEqual([["x", [batch, 4]]]);
    expect([...initializers.keys()].map(inputName)).toEqual(["w"]);
    const at = await evaluateOnce([...inputs, ...initializers.keys()], outputs, [x, [1, 2, 3, 4]]);
    expect(
      largestDifference(
        at.y?.data ?? [],
        rows((row) => row.map((v, i) => logistic(v * (i + 1)))),
      ),
    ).toBeLessThan(1e-6);
  });

  it("keeps running statistics out of what can be trained", () => {
    const four = (name: string) => floats(name, [4], [1, 1, 1, 1]);
    const { initializers } = readModel(
      foreign({
        nodes: [op("BatchNormalization", "x s b m v", "y")],
        stored: ["s", "b", "m", "v"].map(four),
      }),
    );
    expect([...initializers.keys()].map(inputName).sort()).toEqual(["b", "s"]);
  });

  it("reads weights from raw bytes of every type", () => {
    const raw = (dataType: number, bytes: ArrayBufferView) => ({
      name: "w",
      dims: [4],
      dataType,
      rawData: new Uint8Array(bytes.buffer),
    });
    const readAs = (dataType: number, bytes: ArrayBufferView) => {
      const nodes = [op("Cast", "w", "c", { to: 1 }), op("Mul", "x c", "y")];
      return run({ nodes, stored: [raw(dataType, bytes)] }, [1, 1, 1, 1]);
    };
    const values = [1, 2, 3, 100];
    return Promise.all(
      [
        readAs(1, Float32Array.from(values)),
        readAs(11, Float64Array.from(values)),
        readAs(7, BigInt64Array.from(values, BigInt)),
        readAs(6, Int32Array.from(values)),
        readAs(5, Int16Array.from(values)),
        readAs(3, Int8Array.from(values)),
        readAs(2, Uint8Array.from(values)),
      ].map(async (result) => expect((await result).data).toEqual(values)),
    );
  });
});
