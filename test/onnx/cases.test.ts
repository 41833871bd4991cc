import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import { readModel } from "../../src/onnx/read.js";
import { writeModel } from "../../src/onnx/write.js";
import { evaluateOnce } from "../graph/run.js";
import { type Foreign, floats, foreign, ints, op, value, x } from "./foreign.js";
import { type Feeds, runAsRead, runDirectly } from "./runtime.js";

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);
const data = (values: readonly number[] = x): Feeds => ({
  x: { dtype: "float32", shape: [values.length / 4, 4], data: Float32Array.from(values) },
});

/** Compares with the runtime's own result, to the last bit. */
const agrees = async (model: Foreign, feeds: Feeds = data()) => {
  const bytes = foreign(model);
  const direct = await runDirectly(bytes, feeds);
  expect(await runAsRead(bytes, feeds)).toEqual(direct);
  return direct.y?.data;
};

const refusal = (model: Foreign): string => {
  try {
    readModel(foreign(model));
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    return (error as SteepestError).message;
  }
  throw new Error("the model was read");
};

describe("whole numbers of 64 bits", () => {
  it("INT64_MAX and INT64_MIN as the ends of a slice, stored as fields, raw bytes, attributes or constants", async () => {
    const raw = (name: string, numbers: bigint[]) => ({
      name,
      dims: [numbers.length],
      dataType: 7,
      rawData: new Uint8Array(BigInt64Array.from(numbers).buffer),
    });
    const slice = [op("Slice", "x st en ax", "y")];
    const [st, ax] = [ints("st", [1]), ints("ax", [1])];
    expect(await agrees({ nodes: slice, stored: [st, ints("en", [int64Max]), ax] })).toEqual([
      -2, 3, 0.5, 2, 0, 4,
    ]);
    await agrees({ nodes: slice, stored: [st, raw("en", [int64Max]), ax] });
    await agrees({ nodes: slice, stored: [ints("st", [int64Min]), ints("en", [-1]), ax] });
    await agrees({
      nodes: [op("Constant", "", "en", { value_ints: [int64Max] }), ...slice],
      stored: [st, ax],
    });
    await agrees({
      nodes: [op("Slice", "x", "y", { starts: [1], ends: [int64Max], axes: [1] })],
      opset: 9,
    });
    await agrees({
      nodes: [op("Slice", "x st en ax sp", "y")],
      stored: [ints("st", [int64Max]), ints("en", [int64Min]), ax, ints("sp", [-1])],
    });
    await agrees({
      nodes: [op("Slice", "x st en ax sp", "y")],
      stored: [st, ints("en", [int64Max]), ax, ints("sp", [int64Max])],
    });
  });

  it("beyond 2^53 as data are exact, whatever moves them", async () => {
    const big = [int64Max, int64Max - 5n, int64Min, 2n ** 53n + 1n];
    const whole = (numbers: bigint[]): Feeds => ({
      x: { dtype: "int64", shape: [1, 4], data: BigInt64Array.from(numbers) },
    });
    const fed = { inputs: [value("x", ["N", 4], 7)] };
    for (const nodes of [
      [op("Sub", "x big", "y")],
      [op("Concat", "big big", "c", { axis: 0 }), op("Slice", "c zero four", "d"), op("Sub", "x d", "y")],
      [op("Add", "big one", "s"), op("Sub", "x s", "y")],
      [op("Mul", "big big", "s"), op("Sub", "x s", "y")],
      [op("Gather", "big zero", "g"), op("Squeeze", "g", "s"), op("Sub", "x s", "y")],
      [op("Constant", "", "c", { value_int: int64Max - 5n }), op("Sub", "x c", "y")],
    ]) {
      const stored = [ints("big", big), ints("one", [1]), ints("zero", [0]), ints("four", [4])];
      const bytes = foreign({ ...fed, nodes, stored });
      const feeds = whole([int64Max, 7n, int64Min, 2n ** 53n]);
      const program = readModel(bytes);
      expect(program.outputs.y?.dtype).toBe("int64");
      expect(await runAsRead(bytes, feeds)).toEqual(await runDirectly(bytes, feeds));
    }
  });
});

describe("numbers known when a model is read", () => {
  const counted = (nodes: Foreign["nodes"], stored: Foreign["stored"] = []) =>
    refusal({
      nodes: [...nodes, op("Cast", "r", "f", { to: 1 }), op("ReduceSum", "f", "s"), op("Add", "x s", "y")],
      stored,
    });
  const range = (limit: number) =>
    counted([op("Range", "a b c", "r")], [ints("a", [0], []), ints("b", [limit], []), ints("c", [1], [])]);

  it("are refused where there would be too many of them", () => {
    expect(range(3e8)).toMatch(/\(Range\): it makes 300000000 numbers .* at most 1048576/);
    expect(range(2 ** 40)).toMatch(/\(Range\): it makes 1099511627776 numbers/);
    const strided = {
      nodes: [op("Slice", "x st en ax sp", "y")],
      inputs: [value("x", [2 ** 27])],
      stored: [ints("st", [0]), ints("en", [int64Max]), ints("ax", [0]), ints("sp", [2])],
    };
    expect(refusal(strided)).toMatch(/\(Slice\): it takes 67108864 elements in steps of 2/);
    const one = { name: "v", dims: [1], dataType: 7, int64Data: [1] };
    expect(counted([op("ConstantOfShape", "n", "r", { value: one })], [ints("n", [2 ** 33])])).toMatch(
      /\(ConstantOfShape\): its result has 8589934592 elements/,
    );
    expect(counted([op("Expand", "x n", "r")], [ints("n", [2 ** 40, 1, 4])])).toMatch(
      /\(Expand\): its result has/,
    );
  });

  it("are refused where they would double without end", () => {
    const doubled = Array.from({ length: 60 }, (_, i) =>
      op("Concat", `c${i} c${i}`, `c${i + 1}`, { axis: 0 }),
    );
    const nodes = [...doubled, op("Add", "x c60", "y")];
    expect(refusal({ nodes, stored: [ints("c0", [1, 2, 3, 4])] })).toMatch(/\(Concat\): its result has/);
  });

  it("are refused where a step is 0 or an index lies outside", () => {
    const [a, b, zero] = [ints("a", [0], []), ints("b", [4], []), ints("c", [0], [])];
    expect(counted([op("Range", "a b c", "r")], [a, b, zero])).toContain("its step is 0");
    expect(counted([op("Gather", "v i", "r")], [ints("v", [1, 2]), ints("i", [2])])).toMatch(
      /index 2 is outside/,
    );
  });
});

describe("what cannot be read is refused in one line", () => {
  it.each<[string, Foreign, RegExp]>([
    [
      "a training mode that is fed",
      {
        nodes: [op("Dropout", "x r t", "y")],
        inputs: [value("x", ["N", 4]), value("t", [], 9)],
        stored: [floats("r", [], [0.5])],
      },
      /\(Dropout\): whether it is in training mode is not known/,
    ],
    ["a sum of nothing", { nodes: [op("Sum", "", "y")] }, /\(Sum\): it has no inputs/],
    ["a mean of nothing", { nodes: [op("Mean", "", "y")] }, /\(Mean\): it has no inputs/],
    ["a join of nothing", { nodes: [op("Concat", "", "y", { axis: 0 })] }, /\(Concat\): it has no inputs/],
    ["the largest of nothing", { nodes: [op("Max", "", "y")] }, /\(Max\): it has no inputs/],
    ["a sum with a gap", { nodes: [op("Sum", "x _ x", "y")] }, /\(Sum\): input 1 is missing/],
    ["no operator at all", { nodes: [op("", "x", "y")] }, /not supported/],
    ["an operator called like a property", { nodes: [op("constructor", "x", "y")] }, /not supported/],
    ["another such", { nodes: [op("toString", "x", "y")] }, /not supported/],
    ["a result computed twice", { nodes: [op("Neg", "x", "y"), op("Abs", "x", "y")] }, /called "y"/],
    ["a result called like an input", { nodes: [op("Neg", "x", "x"), op("Neg", "x", "y")] }, /called "x"/],
    [
      "a weight stored twice",
      { nodes: [op("Add", "x w", "y")], stored: [floats("w", [1], [1]), floats("w", [1], [2])] },
      /called "w"/,
    ],
    [
      "a circle",
      { nodes: [op("Neg", "b", "a"), op("Neg", "a", "b"), op("Neg", "b", "y")] },
      /"b" is not computed/,
    ],
    [
      "an attribute of another type",
      { nodes: [op("Softmax", "x", "y", { axis: "1" })] },
      /"axis" must be a whole/,
    ],
    [
      "a shape that keeps an axis that is not there",
      { nodes: [op("Reshape", "x s", "y")], stored: [ints("s", [0, 0, 0])] },
      /keeps axis 2, which \[batch, 4\] lacks/,
    ],
    [
      "a shape of floats",
      { nodes: [op("Reshape", "x s", "y")], stored: [floats("s", [2], [2, 4])] },
      /whole numbers, got float32/,
    ],
    [
      "a negative size",
      { nodes: [op("Add", "x w", "y")], stored: [floats("w", [-1, -1], [1])] },
      /negative size/,
    ],
    [
      "an axis far outside",
      { nodes: [op("Softmax", "x", "y", { axis: int64Max })] },
      /axis 9223372036854775807|axis 9223372036854776000/,
    ],
    [
      "one axis put in twice",
      { nodes: [op("Unsqueeze", "x a", "y")], stored: [ints("a", [0, 0])] },
      /name one twice/,
    ],
    [
      "parts that do not add up",
      { nodes: [op("Split", "x s", "y z", { axis: 1 })], stored: [ints("s", [1, 2])] },
      /\[1,2\] do not split axis 1/,
    ],
    ["a gelu of no kind", { nodes: [op("Gelu", "x", "y", { approximate: "erf" })] }, /approximation "erf"/],
    [
      "batch normalisation in training",
      {
        nodes: [op("BatchNormalization", "x w w w w", "y", { training_mode: 1 })],
        stored: [floats("w", [4], [1, 1, 1, 1])],
      },
      /training mode/,
    ],
    [
      "batch normalisation per element",
      {
        nodes: [op("BatchNormalization", "x w w w w", "y", { spatial: 0 })],
        stored: [floats("w", [4], [1, 1, 1, 1])],
        opset: 8,
      },
      /spatial = 0/,
    ],
    [
      "pads that take away more than there is",
      { nodes: [op("Pad", "x p", "y")], stored: [ints("p", [0, -9, 0, 4])] },
      /pads -9 and 4 take away more than the 4 elements of axis 1/,
    ],
    [
      "too few pads",
      { nodes: [op("Pad", "x p", "y")], stored: [ints("p", [1, 1])] },
      /pads are 2 numbers for 4 axes/,
    ],
  ])("%s", (_name, model, expected) => {
    const message = refusal(model);
    expect(message).toMatch(expected);
    expect(message).not.toContain("\n");
  });
});

it.each([
  [-7, 2],
  [2, -7],
  [-8, 2],
  [-7, 8],
  [9, -12],
  [-3, -3],
  [-6, 0],
  [-2, 3],
  [1, -2],
  [0, -6],
])("Pad by %d and %d gives what the runtime's gives", async (before, after) => {
  const bytes = foreign({
    nodes: [op("Pad", "x p v", "y")],
    inputs: [value("x", [6])],
    stored: [ints("p", [before, after]), floats("v", [], [9])],
  });
  const x = { dtype: "float32", shape: [6], data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const;
  const [expected, got] = [await runDirectly(bytes, { x }), await runAsRead(bytes, { x })];
  expect(expected.y?.shape).toEqual([6 + before + after]);
  expect(got).toEqual(expected);
});

it.each<[string, readonly (number | string)[], readonly number[]]>([
  ["a vector and a matrix", [3], [3, 2]],
  ["a matrix and a vector", [2, 3], [3]],
  ["two vectors", [3], [3]],
  ["a vector and a stack", [3], [2, 3, 2]],
  ["a stack and a vector", [2, 2, 3], [3]],
])("MatMul of %s gives what the runtime's gives", async (_name, left, right) => {
  const bytes = foreign({
    nodes: [op("MatMul", "a b", "y")],
    inputs: [value("a", left)],
    stored: [
      floats(
        "b",
        [...right],
        Array.from({ length: right.reduce((x, y) => x * y) }, (_, i) => i - 1.5),
      ),
    ],
  });
  const shape = left.map(Number);
  const a = {
    dtype: "float32",
    shape,
    data: Float32Array.from({ length: shape.reduce((x, y) => x * y) }, (_, i) => 0.5 * i - 1),
  } as const;
  const [expected, got] = [await runDirectly(bytes, { a }), await runAsRead(bytes, { a })];
  expect(got).toEqual(expected);
});

it.each([2, 0.5, 3])("Pow of whole numbers by %d gives what the runtime's gives", async (exponent) => {
  const bytes = foreign({
    nodes: [op("Pow", "x e", "y")],
    inputs: [value("x", [3], 7)],
    stored: [floats("e", [], [exponent])],
  });
  const x = { dtype: "int64", shape: [3], data: BigInt64Array.of(4n, 9n, 2n) } as const;
  expect(await runAsRead(bytes, { x })).toEqual(await runDirectly(bytes, { x }));
});

it("Cast gives what the runtime's gives, out of range too", async () => {
  const values = [
    -1,
    -2.7,
    3.9,
    255,
    256,
    300,
    -129,
    65536,
    70000,
    2 ** 31,
    2 ** 32,
    2 ** 40,
    -(2 ** 40),
    1e19,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ];
  for (const to of [2, 3, 4, 5, 6, 7, 9]) {
    await agrees({ nodes: [op("Cast", "x", "b", { to }), op("Cast", "b", "y", { to: 1 })] }, data(values));
  }
  const wide = [0, 1, -1, 2.9, -2.9, 255, 256, -129, 32768, 70000, 2 ** 31, -(2 ** 31), 2 ** 40, 2 ** 53];
  const whole = wide.map((v) => BigInt(Math.trunc(v)));
  const shape = [wide.length];
  for (const fed of [
    { dtype: "float64", shape, data: Float64Array.from(wide) },
    { dtype: "int64", shape, data: BigInt64Array.from(whole) },
    { dtype: "bool", shape, data: Uint8Array.from(wide, (v) => Number(v > 0)) },
  ] as const) {
    for (const to of [1, 2, 3, 4, 5, 6, 7, 9, 11]) {
      const nodes = [op("Cast", "x", "b", { to }), op("Cast", "b", "y", { to: 11 })];
      await agrees(
        { nodes, inputs: [value("x", ["N"], { float64: 11, int64: 7, bool: 9 }[fed.dtype])] },
        { x: fed },
      );
    }
  }
  // Whole numbers that are known when the model is read.
  const stored = [ints("w", [-1, 300, -129, 70000, 2 ** 31, 2n ** 40n + 5n, int64Max, int64Min])];
  for (const to of [2, 3, 4, 5, 6, 7, 12]) {
    const nodes = [
      op("Cast", "w", "c", { to }),
      op("Cast", "c", "f", { to: 11 }),
      op("Cast", "x", "d", { to: 11 }),
    ];
    const wide = { x: { dtype: "float32", shape: [1, 8], data: new Float32Array(8) } } as const;
    await agrees({ nodes: [...nodes, op("Add", "d f", "y")], stored, inputs: [value("x", ["N", 8])] }, wide);
  }
});

describe("the batch joined with other axes", () => {
  const symbolic = (model: Foreign) => readModel(foreign(model)).outputs.y?.shape;
  const shapeOf = [op("Shape", "x", "s"), op("Gather", "s zero", "n", { axis: 0 })];
  const four = ints("four", [4]);
  const zero = ints("zero", [0]);

  it("is a multiple of it", async () => {
    const model = { nodes: [op("Reshape", "x m", "y")], stored: [ints("m", [-1, 2])] };
    expect(symbolic(model)).toEqual(["2*batch", 2]);
    await agrees(model);
    expect(symbolic({ nodes: [op("Flatten", "x", "y", { axis: 0 })] })).toEqual([1, "4*batch"]);
  });

  it("is computed with: multiplied, divided, added, and found in shapes again", async () => {
    const arithmetic = {
      nodes: [
        ...shapeOf,
        op("Mul", "n four", "k"),
        op("Add", "k n", "five"),
        op("Sub", "five n", "again"),
        op("Div", "again two", "half"),
        op("Concat", "half two", "target", { axis: 0 }),
        op("Reshape", "x target", "r"),
        // 2·batch rows of 2, whose shape leads back to x's.
        op("Shape", "r", "rs"),
        op("Gather", "rs zero", "rn", { axis: 0 }),
        op("Div", "rn two", "back"),
        op("Concat", "back four", "whole", { axis: 0 }),
        op("Reshape", "r whole", "y"),
      ],
      stored: [zero, four, ints("two", [2])],
    };
    expect(symbolic(arithmetic)).toEqual(["batch", 4]);
    expect(await agrees(arithmetic)).toEqual(x);
  });

  it("is a number where one is needed", async () => {
    const nodes = [
      ...shapeOf,
      op("Mul", "n four", "k"),
      op("Cast", "k", "f", { to: 1 }),
      op("Div", "x f", "y"),
    ];
    expect(await agrees({ nodes, stored: [zero, four] })).toEqual(x.map((v) => v / 8));
    const mean = [op("Reshape", "x m", "r"), op("ReduceMean", "r zero", "y", { keepdims: 0 })];
    await agrees({ nodes: mean, stored: [ints("m", [-1, 2]), zero], opset: 18 });
    const ones = [op("Mul", "n four", "k"), op("ConstantOfShape", "k", "o"), op("ReduceSum", "o", "total")];
    await agrees({ nodes: [...shapeOf, ...ones, op("Add", "x total", "y")], stored: [zero, four] });
  });

  it("reads inputs of such a size", () => {
    const { inputs } = readModel(
      foreign({
        nodes: [op("Reshape", "b m", "r"), op("Add", "x r", "y")],
        inputs: [value("x", ["N", 4]), value("b", ["4*N"])],
        stored: [ints("m", [-1, 4])],
      }),
    );
    expect(inputs.map(({ shape }) => shape)).toEqual([["batch", 4], ["4*batch"]]);
  });
});

it("pads between transposes, which the runtime moves, are those of their axes", async () => {
  const turned = [0, 2, 3, 1];
  const x = graph.input("x", ["batch", 2, 3, 5]);
  const y = graph.transpose(
    graph.pad(graph.transpose(x, turned), { axis: 3, before: 1, after: 2 }),
    [0, 3, 1, 2],
  );
  const [gradient] = graph.grad(
    graph.sum(graph.slice(graph.transpose(x, turned), { axis: 2, start: 1, end: 3 })),
    [x],
  );
  if (gradient === undefined) throw new Error("no gradient");
  const values = Array.from({ length: 30 }, (_, i) => i + 1);
  const at = await evaluateOnce([x], { y, gradient: graph.transpose(gradient, turned) }, [values]);
  expect(at.y.shape).toEqual([1, 5, 3, 5]);
  expect(at.y.data).toEqual([...Array(15).fill(0), ...values, ...Array(30).fill(0)]);
  expect(at.gradient.data).toEqual(
    Array.from({ length: 30 }, (_, i) => Number([1, 2].includes(Math.floor(i / 2) % 5))),
  );
});

describe("whole numbers that have no quotient", () => {
  const min = -(2n ** 63n);
  const quotient = (
    a: readonly (number | bigint)[],
    b: readonly (number | bigint)[],
    dims: number[][] = [],
  ) => ({
    nodes: [op("Div", "a b", "q"), op("Cast", "q", "f", { to: 1 }), op("Mul", "f f", "y")],
    stored: [ints("a", [...a], dims[0]), ints("b", [...b], dims[1])],
    inputs: [],
  });

  it.each<[string, Foreign, RegExp]>([
    ["of a scalar", quotient([5], [0], [[], []]), /\(Div\): it divides whole numbers by 0/],
    ["of one of many", quotient([5, 6], [1, 0]), /\(Div\): it divides whole numbers by 0/],
    [
      "of a matrix",
      quotient(
        [5, 6],
        [1, 0],
        [
          [2, 1],
          [1, 2],
        ],
      ),
      /\(Div\): it divides whole numbers by 0/,
    ],
    ["of -2^63", quotient([min], [-1]), /\(Div\): it divides -2\^63 by -1/],
    ["of the scalar -2^63", quotient([min], [-1], [[], []]), /\(Div\): it divides -2\^63 by -1/],
    ["of one that is -2^63", quotient([7, min], [-1], [[2], []]), /\(Div\): it divides -2\^63 by -1/],
    [
      "of a matrix with -2^63",
      quotient(
        [7, min],
        [3, -1],
        [
          [2, 1],
          [2, 1],
        ],
      ),
      /\(Div\): it divides -2\^63 by -1/,
    ],
    [
      "of numbers that are fed",
      { ...quotient([], [0]), inputs: [value("a", ["N"], 7)], stored: [ints("b", [0])] },
      /\(Div\): it divides whole numbers by 0/,
    ],
  ])("are refused when a model is read: %s", (_name, model, reason) => {
    expect(refusal(model)).toMatch(reason);
  });

  it("are told from those that have one", async () => {
    await agrees(quotient([min, 7, min + 1n, 9], [1, -1, -1, 2]), {});
    await agrees(
      quotient(
        [min, 7],
        [2, -1],
        [
          [2, 1],
          [2, 1],
        ],
      ),
      {},
    );
    await agrees(
      quotient(
        [7, -7],
        [2, -2, 3],
        [
          [2, 1],
          [1, 3],
        ],
      ),
      {},
    );
  });

  it.each<[string, Foreign]>([
    [
      "of a matrix and a row",
      quotient(
        [7, min],
        [3, -1],
        [
          [2, 1],
          [1, 2],
        ],
      ),
    ],
    [
      "of a divisor that is computed",
      {
        nodes: [op("Sub", "a a", "b"), op("Div", "a b", "q"), op("Cast", "q", "y", { to: 1 })],
        stored: [ints("a", [1, 2], [2, 1])],
        inputs: [],
      },
    ],
  ])("are refused when a model runs, whose constants the runtime computes with: %s", async (_name, model) => {
    const run = runAsRead(foreign(model), {});
    await expect(run).rejects.toThrow(/^div: a whole number is divided by 0, or -2\^63 by -1/);
  });

  const fed = foreign({
    nodes: [op("Div", "a b", "y")],
    inputs: [value("a", ["N"], 7), value("b", ["N"], 7)],
  });
  const feeds = (a: bigint[], b: bigint[]): Feeds => ({
    a: { dtype: "int64", shape: [a.length], data: BigInt64Array.from(a) },
    b: { dtype: "int64", shape: [b.length], data: BigInt64Array.from(b) },
  });

  it("are refused where they are fed, by a model that was written again too", async () => {
    const again = writeModel(readModel(fed));
    expect(writeModel(readModel(again))).toEqual(again);
    for (const model of [fed, again]) {
      const good = await runAsRead(model, feeds([7n, -7n, 5n, min], [2n, 2n, -1n, 1n]));
      expect(good.y?.data).toEqual([3, -3, -5, -(2 ** 63)]);
      for (const bad of [feeds([1n, 0n], [1n, 0n]), feeds([1n, min], [1n, -1n])]) {
        await expect(runAsRead(model, bad)).rejects.toThrow(/^div: a whole number is divided by 0/);
      }
    }
  });

  it("are refused when a graph is made, where that tells", () => {
    const a = graph.input("a", [2], "int64");
    for (const make of [
      () => a.div(0),
      () => a.div(graph.scalar(0, "int64")),
      () => graph.div(1, graph.scalar(0, "int64")),
    ]) {
      expect(make).toThrow(/^div: whole numbers cannot be divided by 0/);
    }
  });
});

it("what fails only while it runs is told in one line", async () => {
  const model = {
    nodes: [op("Gather", "table x", "y")],
    inputs: [value("x", ["N"], 7)],
    stored: [floats("table", [2], [1, 2])],
  };
  const run = runAsRead(foreign(model), { x: { dtype: "int64", shape: [1], data: BigInt64Array.of(7n) } });
  await expect(run).rejects.toBeInstanceOf(SteepestError);
  await expect(run).rejects.toThrow(
    /^gather: the index 7 is out of range; give whole numbers from 0 to 1, or from -2 to -1 to count from the end$/,
  );
});
