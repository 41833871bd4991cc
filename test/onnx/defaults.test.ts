import { describe, expect, it } from "vitest";
import * as graph from "../../src/graph/index.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { foldBatchNormalization } from "../../src/onnx/fold.js";
import { readModel } from "../../src/onnx/read.js";
import type { Whole } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";
import { evaluateOnce } from "../graph/run.js";
import { type Foreign, floats, foreign, ints, op, value, x } from "./foreign.js";
import { type Computed, runAsRead, runDirectly } from "./runtime.js";

// What a model leaves out, and what changed from one operator set to the next: the runtime says what is right.

const feeds = { x: { dtype: "float32", shape: [2, 2, 2], data: Float32Array.from(x) } } as const;
const inputs = [value("x", ["N", 2, 2])];

const both = async (model: Foreign): Promise<readonly [Computed, Computed]> => {
  const bytes = foreign({ inputs, ...model });
  const [direct, read] = [await runDirectly(bytes, feeds), await runAsRead(bytes, feeds)];
  const [a, b] = [direct.y, read.y];
  if (a === undefined || b === undefined) throw new Error("no output y");
  expect(b.shape).toEqual(a.shape);
  a.data.forEach((v, i) => {
    expect(b.data[i]).toBeCloseTo(v, 5);
  });
  return [a, b];
};

const perOpset = (opsets: readonly number[], model: Omit<Foreign, "opset">) =>
  it.each(opsets.map((opset) => [opset]))("in operator set %i", async (opset) => {
    await both({ ...model, opset });
  });

describe("defaults of", () => {
  const one = (name: string, of: number) => floats(name, [2], [of, of]);
  describe("BatchNormalization: epsilon decides where a variance is 0", () => {
    const stored = [one("s", 1e-3), one("b", 0), one("m", 0.25), one("v", 0)];
    perOpset([9, 14, 15, 21], { nodes: [op("BatchNormalization", "x s b m v", "y")], stored });
    perOpset([9, 21], {
      nodes: [op("BatchNormalization", "x s b m v", "y", { epsilon: { float: 1e-3 } })],
      stored,
    });

    it("also where it is folded into a product", async () => {
      const model = foreign({
        nodes: [op("Gemm", "f w", "h"), op("BatchNormalization", "h s b m v", "y")],
        inputs: [value("f", ["N", 4])],
        stored: [floats("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), ...stored].map((tensor) => ({
          name: tensor.name ?? "",
          dims: tensor.dims ?? [],
          dataType: 1,
          rawData: new Uint8Array(Float32Array.from(tensor.floatData ?? []).buffer),
        })),
      });
      const folded = foldBatchNormalization(model);
      expect(folded).not.toBe(model);
      const f = { f: { dtype: "float32", shape: [2, 4], data: Float32Array.from(x) } } as const;
      const [a, b] = [await runDirectly(model, f), await runDirectly(folded, f)];
      a.y?.data.forEach((v, i) => {
        expect((b.y?.data[i] ?? 0) / v).toBeCloseTo(1, 5);
      });
    });
  });
  describe("LayerNormalization: epsilon and axis", () => {
    const tiny = [op("Mul", "x c", "t"), op("LayerNormalization", "t s", "y")];
    perOpset([17, 21], { nodes: tiny, stored: [one("s", 1), floats("c", [], [1e-3])] });
  });
  describe("activations", () => {
    for (const type of ["LeakyRelu", "Elu", "Selu", "HardSigmoid"])
      perOpset([16], { nodes: [op(type, "x", "y")] });
    perOpset([16], { nodes: [op("PRelu", "x s", "y")], stored: [one("s", 0.3)] });
    perOpset([20], { nodes: [op("Gelu", "x", "y")] });
  });
  describe("Transpose, Flatten, Concat and ArgMax", () => {
    perOpset([13], { nodes: [op("Transpose", "x", "y")] });
    perOpset([13], { nodes: [op("Flatten", "x", "y")] });
    perOpset([13], { nodes: [op("ArgMax", "x", "y")] });
    perOpset([13], { nodes: [op("ArgMin", "x", "y")] });
    perOpset([13], { nodes: [op("Gather", "x i", "y")], stored: [ints("i", [1, 0])] });
  });
});

it("ArgMax and ArgMin that take the last of equal elements are refused, not read as taking the first", () => {
  for (const type of ["ArgMax", "ArgMin"]) {
    const bytes = foreign({ nodes: [op(type, "x", "y", { select_last_index: 1 })], inputs, opset: 13 });
    expect(() => readModel(bytes)).toThrow(/taking the last of equal elements is not supported/);
  }
});

describe("Softmax and LogSoftmax join the axes that follow before operator set 13, and their default axis changed there", () => {
  for (const type of ["Softmax", "LogSoftmax"]) {
    for (const axis of [undefined, 0, 1, 2, -1]) {
      perOpset([7, 11, 12, 13, 14, 21], { nodes: [op(type, "x", "y", axis === undefined ? {} : { axis })] });
    }
  }
});

describe("Dropout keeps everything, and says so since operator set 12", () => {
  const nodes = [op("Dropout", "x", "d m"), op("Cast", "m", "k", { to: 1 }), op("Add", "d k", "y")];
  perOpset([7, 9, 10, 11, 12, 13, 21], { nodes });

  it.each([[7], [9], [10], [11], [12]])("in operator set %i with a mask of its type", async (opset) => {
    const bytes = foreign({ nodes: [op("Dropout", "x", "d m")], inputs, outputs: ["m"], opset });
    expect(await runAsRead(bytes, feeds)).toEqual(await runDirectly(bytes, feeds));
  });
});

describe("Clip with one limit, both or none", () => {
  const stored = [floats("low", [], [-0.5]), floats("high", [], [1.5])];
  const limits = { min: { float: -0.5 }, max: { float: 1.5 } };
  for (const inputsOf of ["x", "x low", "x _ high", "x low high", "x high low"]) {
    perOpset([11, 13, 21], { nodes: [op("Clip", inputsOf, "y")], stored });
  }
  for (const attributes of [{}, { min: limits.min }, { max: limits.max }, limits]) {
    perOpset([7, 10], { nodes: [op("Clip", "x", "y", attributes)] });
  }
  it("lets through what lies above the only limit", async () => {
    const [direct] = await both({ nodes: [op("Clip", "x low", "y")], stored });
    expect(direct.data).toEqual(x.map((v) => Math.max(v, -0.5)));
  });
});

describe("Split into unequal parts", () => {
  const wide = [value("x", ["N", 4])];
  const flat = { x: { dtype: "float32", shape: [2, 4], data: Float32Array.from(x) } } as const;
  it.each<[number, Foreign]>([
    [18, { nodes: [op("Split", "x s", "y b c", { axis: 1 })], stored: [ints("s", [1, 0, 3])] }],
    [13, { nodes: [op("Split", "x s", "y b", { axis: -1 })], stored: [ints("s", [3, 1])] }],
    [11, { nodes: [op("Split", "x", "y b", { axis: 1, split: [1, 3] })] }],
    [
      18,
      {
        nodes: [
          op("Split", "xx", "y b c", { axis: 1, num_outputs: 3 }),
          op("Concat", "x x", "xx", { axis: 1 }),
        ].reverse(),
      },
    ],
    [13, { nodes: [op("Split", "x", "y b", { axis: 1 })] }],
  ])("in operator set %i: %o", async (opset, model) => {
    const outputs = model.nodes.at(-1)?.output ?? [];
    const bytes = foreign({ inputs: wide, ...model, opset, outputs });
    const direct = await runDirectly(bytes, flat);
    expect(await runAsRead(bytes, flat)).toEqual(direct);
    expect(outputs.map((name) => direct[name]?.shape[1]).reduce((a = 0, b = 0) => a + b)).toBe(
      4 * model.nodes.length,
    );
  });
});

describe("Slice backwards, where starts and ends lie outside", () => {
  const bounds: readonly Whole[] = [
    2n ** 63n - 1n,
    -(2n ** 63n),
    2 ** 31 - 1,
    -(2 ** 31),
    -100,
    -5,
    -4,
    -1,
    0,
    2,
    3,
    4,
    100,
  ];
  const row = [value("x", [4])];
  const fed = { x: { dtype: "float32", shape: [4], data: Float32Array.of(1, 2, 3, 4) } } as const;
  it.each([[-1], [-2], [-(2n ** 63n)], [1], [3], [2n ** 63n - 1n]] as const)(
    "in steps of %i",
    async (step) => {
      for (const start of bounds) {
        const starts = bounds.map((_, i) => op("Slice", `x s e${i} zero p`, `y${i}`));
        // The same of numbers that are known when the model is read.
        const known = bounds.flatMap((_, i) => [
          op("Slice", `w s e${i} zero p`, `v${i}`),
          op("Cast", `v${i}`, `z${i}`, { to: 1 }),
        ]);
        const bytes = foreign({
          nodes: [...starts, ...known],
          inputs: row,
          stored: [
            ints("s", [start]),
            ints("p", [step]),
            ints("zero", [0]),
            ints("w", [1, 2, 3, 4]),
            ...bounds.map((end, i) => ints(`e${i}`, [end])),
          ],
          outputs: bounds.flatMap((_, i) => [`y${i}`, `z${i}`]),
        });
        const direct = await runDirectly(bytes, fed);
        expect(await runAsRead(bytes, fed), `from ${start}`).toEqual(direct);
      }
    },
  );
});

describe("axes left out, empty or given", () => {
  const stored = [ints("none", []), ints("first", [0]), ints("last", [-1])];
  const reductions = [
    "ReduceSum",
    "ReduceMean",
    "ReduceMax",
    "ReduceMin",
    "ReduceL1",
    "ReduceL2",
    "ReduceSumSquare",
  ];
  for (const type of [...reductions, "ReduceLogSumExp"]) {
    for (const given of ["x", "x _", "x none", "x last"]) {
      for (const noop of [0, 1]) {
        perOpset([18], { nodes: [op(type, given, "y", { noop_with_empty_axes: noop })], stored });
      }
    }
    perOpset([11], { nodes: [op(type, "x", "y", { axes: [1], keepdims: 0 })] });
  }
  const thin = [op("Reshape", "x shape", "r")];
  const shape = ints("shape", [1, -1, 1, 4]);
  for (const given of ["r", "r none", "r first"]) {
    perOpset([13, 21], { nodes: [...thin, op("Squeeze", given, "y")], stored: [...stored, shape] });
  }
  perOpset([11], { nodes: [...thin, op("Squeeze", "r", "y", { axes: [0, 2] })], stored: [shape] });
  for (const given of [
    "x pads",
    "x pads _",
    "x pads value",
    "x pads value none",
    "x pads value last",
    "x pads _ last",
  ]) {
    const count = given.endsWith("none") ? 0 : given.endsWith("last") ? 1 : 3;
    const pads = ints(
      "pads",
      [...Array(count).fill(0), ...Array(count).fill(1)].map((v, i) => (i === count ? 0 : v)),
    );
    perOpset([18, 21], {
      nodes: [op("Pad", given, "y")],
      stored: [...stored, pads, floats("value", [], [7])],
    });
  }
});

describe("whole numbers that are computed while a model is read", () => {
  const stored = [
    ints("v", [5, -7, 3, 0]),
    ints("w", [2, 2, -2, 1]),
    ints("one", [1]),
    ints("none", [0]),
    ints("two", [2], []),
    ints("zero", [0], []),
    ints("last", [-1], []),
    ints("ends", [-1, 0]),
    ints("five", [5], []),
    ints("seven", [-7], []),
  ];
  it.each<[string, Foreign["nodes"]]>([
    ["an index from the end", [op("Gather", "v last", "r")]],
    ["indices", [op("Gather", "v ends", "r")]],
    ["the last size of a shape", [op("Shape", "x", "s"), op("Gather", "s last", "r")]],
    ["a range that stops before its limit", [op("Range", "zero five two", "r")]],
    ["a range downwards", [op("Range", "five seven last", "r")]],
    ["an empty range", [op("Range", "five zero two", "r")]],
    ["sums", [op("Add", "v w", "r")]],
    ["differences", [op("Sub", "v two", "r")]],
    ["products", [op("Mul", "two v", "r")]],
    ["quotients towards 0", [op("Div", "v w", "r")]],
    ["what is equal", [op("Equal", "v five", "r")]],
    ["a choice", [op("Equal", "v five", "e"), op("Where", "e v w", "r")]],
    ["a join", [op("Concat", "v w one", "r", { axis: 0 })]],
    ["a product", [op("ReduceProd", "w", "r", { keepdims: 0 })]],
    ["a product that keeps its axis", [op("ReduceProd", "w", "r")]],
    ["a product along the axis 0", [op("ReduceProd", "w", "r", { axes: [0] })]],
    ["a product along the axis -1", [op("ReduceProd", "w", "r", { axes: [-1], keepdims: 0 })]],
    ["an axis taken away", [op("Squeeze", "one none", "r")]],
    ["an axis put in", [op("Unsqueeze", "two none", "r")]],
    ["a size", [op("Size", "v", "r")]],
    ["a fill", [op("ConstantOfShape", "one", "r", { value: ints("f", [9]) })]],
    ["another shape", [op("Reshape", "two one", "r")]],
    ["no axis", [op("Slice", "one none none", "empty"), op("Reshape", "one empty", "r")]],
  ])("%s", async (_name, nodes) => {
    const bytes = foreign({ nodes: [...nodes, op("Cast", "r", "y", { to: 1 })], inputs, stored, opset: 17 });
    expect(await runAsRead(bytes, feeds)).toEqual(await runDirectly(bytes, feeds));
  });
});

it("-0, 0, NaN and infinities are written as themselves, as constants and as attributes", async () => {
  const one = graph.input("one", [1]);
  const numbers = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const outputs = Object.fromEntries(numbers.map((v, i) => [`y${i}`, one.div(graph.scalar(v))]));
  const at = await evaluateOnce([one], outputs, [[1]]);
  expect(numbers.map((_, i) => at[`y${i}`]?.data[0])).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
  ]);
  const slopes = [...numbers, Number.NaN, 0.5, 0.5];
  const leaky = Object.fromEntries(slopes.map((slope, i) => [`y${i}`, graph.leakyRelu(one, slope)]));
  const { node = [] } = decodeModel(writeModel({ inputs: [one], outputs: leaky })).graph;
  const written = node
    .filter(({ opType }) => opType === "LeakyRelu")
    .map(({ attribute }) => attribute?.[0]?.f);
  expect(written).toEqual([...numbers, Number.NaN, 0.5]);
});
