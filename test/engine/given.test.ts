import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import { batch, type DType, input } from "../../src/graph/index.js";
import { dataset, fit, linear, sequential } from "../../src/index.js";
import { readModel } from "../../src/onnx/read.js";
import { writeModel } from "../../src/onnx/write.js";

const x = input("x", [batch, 2]);

/** The message of the error that is thrown, which must be one line for the reader. */
const messageOf = async (call: () => unknown): Promise<string> => {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => "nothing was refused",
      (caught: unknown) => caught,
    );
  expect(error).toBeInstanceOf(SteepestError);
  const { message } = error as Error;
  expect(message).not.toContain("\n");
  return message;
};

describe("what plain JavaScript lets through", () => {
  const things: readonly unknown[] = [
    "1",
    null,
    undefined,
    {},
    [1],
    true,
    Symbol.iterator,
    () => x,
    1n,
    Promise.resolve(x),
  ];

  it("is refused by every operator that takes tensors", async () => {
    const other = ["Tensor", "input", "scalar", "constant", "full", "batchSize"];
    const operators = Object.entries(graph).filter(
      ([name, value]) => typeof value === "function" && !other.includes(name),
    );
    expect(operators.length).toBeGreaterThan(50);
    for (const [name, operator] of operators) {
      for (const thing of things) {
        const message = await messageOf(() =>
          (operator as (...args: unknown[]) => unknown)(thing, thing, thing),
        );
        expect(message, name).toMatch(/^[\w: ]+: expected (a|an|tensors|lists|the) .*, got /);
      }
    }
  });

  it.each(["add", "sub", "mul", "div", "matmul"] as const)(
    "is refused as the operand of %s",
    async (method) => {
      for (const thing of things) {
        expect(await messageOf(() => x[method](thing as never))).toMatch(
          new RegExp(`^${method}: expected .*tensor.*, got `),
        );
      }
      expect(await messageOf(() => x.sub("1" as never))).toBe('sub: expected tensors or numbers, got "1"');
    },
  );

  it.each<[string, () => unknown, string]>([
    ["a shape", () => input("x", 2 as never), "input: expected a shape such as [batch, 3], got 2"],
    ["a name", () => input(3 as never, [2]), "input: expected a name as the first argument, got 3"],
    [
      "a data type",
      () => input("x", [2], "float16" as DType),
      'input: "float16" is no data type; expected float32, float64, int64, bool',
    ],
    [
      "a data type to cast to",
      () => graph.cast(x, "int32" as DType),
      'cast: "int32" is no data type; expected float32, float64, int64, bool',
    ],
    [
      "a shape to expand to",
      () => graph.expand(x, 3 as never),
      "expand: expected a shape such as [batch, 3], got 3",
    ],
    [
      "a shape to reshape to",
      () => graph.reshape(x, 4 as never),
      "reshape: expected a shape such as [batch, -1], got 4",
    ],
    ["axes", () => graph.sum(x, "1" as never), 'sum: expected an axis or a list of axes, got "1"'],
    [
      "an option's name",
      () => graph.sum(x, 1, { keepdims: true } as never),
      'sum: there is no option "keepdims"; did you mean keepDims?',
    ],
    [
      "options",
      () => graph.slice(x, undefined as never),
      "slice: expected options such as { axis: … }, got undefined",
    ],
    ["a scalar", () => graph.scalar("1" as never), 'scalar: expected a number, got "1"'],
    [
      "parameters",
      () => graph.grad(graph.sum(x), x as never),
      "grad: expected a list of tensors, got an object",
    ],
    [
      "a graph",
      () => compile(undefined as never),
      "compile: expected { inputs: […], outputs: { … } }, got undefined",
    ],
    [
      "an output",
      () => compile({ inputs: [x], outputs: { y: 3 as never } }),
      'output "y" of a graph: expected a tensor, got 3',
    ],
    [
      "inputs",
      () => compile({ inputs: x as never, outputs: { y: x } }),
      "the inputs of a graph: expected a list of tensors, got an object",
    ],
  ])("is refused in place of %s", async (_what, call, message) => {
    expect(await messageOf(call)).toBe(message);
  });
});

describe("values", () => {
  const program = compile({ inputs: [x], outputs: { y: graph.sum(x, 1) } });
  const run = async (values: unknown) => (await (await program).run(values as never)).y.data;

  it.each<[string, unknown, string]>([
    [
      "none",
      undefined,
      "run: expected values by the name of their input, such as { x: [1, 2] }, got undefined",
    ],
    [
      "without a name",
      Float32Array.of(1, 2),
      "run: expected values by the name of their input, such as { x: [1, 2] }, got a Float32Array",
    ],
    [
      "of rows",
      { x: [[1, 2]] },
      'input "x": element 0 is a list of 2, expected numbers; flatten the lists into one, row by row',
    ],
    ["of texts", { x: [1, "2"] }, 'input "x": element 1 is "2", expected numbers'],
    ["with a hole", { x: [1, undefined] }, 'input "x": element 1 is undefined, expected numbers'],
    ["as a text", { x: "12" }, 'input "x": expected a list of numbers, or a typed array, got "12"'],
    [
      "as what has a length",
      { x: { length: 2 } },
      'input "x": expected a list of numbers, or a typed array, got an object',
    ],
    ["as null", { x: null }, 'input "x": expected a list of numbers, or a typed array, got null'],
    ["in other memory", { x: Int32Array.of(1, 2) }, 'input "x": expected float32 values, got a Int32Array'],
    [
      "in other memory of another realm",
      { x: runInNewContext("Float64Array.of(1, 2)") },
      'input "x": expected float32 values, got a Float64Array',
    ],
  ])("%s are refused", async (_what, values, message) => {
    expect(await messageOf(() => run(values))).toBe(message);
  });

  it("of another realm, and in memory that threads share, are taken", async () => {
    const shared = new Float32Array(new SharedArrayBuffer(16), 4, 2);
    shared.set([3, 4]);
    expect(await run({ x: shared })).toEqual(Float32Array.of(7));
    const foreign = (code: string) => runInNewContext(code) as never;
    expect(await run({ x: foreign("Float32Array.of(0, 1, 2, 3).subarray(2)") })).toEqual(Float32Array.of(5));
    expect(await run({ x: foreign("[1, 2]") })).toEqual(Float32Array.of(3));
    const w = input("w", [2]);
    const model = {
      inputs: [x],
      outputs: { y: graph.sum(x.mul(w).add(graph.constant(foreign("Float32Array.of(1, 2)"), [2])), 1) },
      initializers: new Map([[w, foreign("Float32Array.of(10, 100)")]]),
    };
    const bytes = writeModel(model);
    const elsewhere = runInNewContext("(bytes) => Uint8Array.from(bytes)")(bytes);
    expect(elsewhere).not.toBeInstanceOf(Uint8Array);
    const read = await compile(readModel(elsewhere));
    expect((await read.run({ x: [1, 1] })).y?.data).toEqual(Float32Array.of(113));
    await read.release();
  });

  it("of whole numbers and conditions are checked", async () => {
    expect(await messageOf(() => graph.constant([0.5], [1], "int64"))).toContain(
      "element 0 is 0.5, expected whole numbers",
    );
    expect(await messageOf(() => graph.constant([2], [1], "bool"))).toContain(
      "element 0 is 2, expected 0, 1, true or false",
    );
  });
});

it("a forgotten flatten is named", async () => {
  const data = dataset({
    name: "pictures",
    inputs: new Float32Array(8 * 16),
    targets: Uint8Array.from({ length: 8 }, (_, i) => i % 3),
    inputShape: [4, 4],
    classes: 3,
  });
  expect(await messageOf(() => fit(sequential(linear(3)), data, { epochs: 1 }))).toBe(
    "the network's output has shape [4,3], but pictures has targets of shape [] and 3 classes: it must be [3]; put flatten() before the linear layers",
  );
});
