import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { nodeEngine } from "../../src/engine/node.js";
import { SteepestError } from "../../src/errors.js";
import {
  batch,
  cast,
  equal,
  gather,
  input,
  inputName,
  matmul,
  scatterAdd,
  slice,
  sum,
} from "../../src/graph/index.js";
import { writeModel } from "../../src/onnx/write.js";

const x = input("x", [batch, 3]);
const squares = () => compile({ inputs: [x], outputs: { y: sum(x.mul(x), 1), total: sum(x) } });

describe("compile", () => {
  it("makes a function that takes the batch size from the values", async () => {
    const program = await squares();
    expect(await program.run({ x: [1, 2, 3] })).toEqual({
      y: { dtype: "float32", shape: [1], data: Float32Array.of(14) },
      total: { dtype: "float32", shape: [], data: Float32Array.of(6) },
    });
    const { y } = await program.run({ x: Float32Array.of(1, 2, 3, 0, 0, 2) });
    expect(y).toEqual({ dtype: "float32", shape: [2], data: Float32Array.of(14, 4) });
    await program.release();
  });

  it("runs every data type", async () => {
    const a = input("a", [2], "float64");
    const b = input("b", [2], "int64");
    const c = input("c", [2], "bool");
    const outputs = { a: a.mul(0.5), b: b.mul(2), c: equal(cast(c, "int64"), b), d: cast(c, "float64") };
    const renamed = Object.fromEntries(Object.entries(outputs).map(([name, y]) => [`${name}Out`, y]));
    const program = await compile({ inputs: [a, b, c], outputs: renamed });
    const result = await program.run({ a: [0, 1], b: BigInt64Array.of(2n ** 40n, 1n), c: [0, 1] });
    expect(result).toEqual({
      aOut: { dtype: "float64", shape: [2], data: Float64Array.of(0, 0.5) },
      bOut: { dtype: "int64", shape: [2], data: BigInt64Array.of(2n ** 41n, 2n) },
      cOut: { dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) },
      dOut: { dtype: "float64", shape: [2], data: Float64Array.of(0, 1) },
    });
    await program.release();
  });

  it("takes no values for an empty input", async () => {
    const empty = input("empty", [0, 3]);
    const program = await compile({ inputs: [empty], outputs: { y: sum(empty) } });
    expect((await program.run({ empty: [] })).y.data).toEqual(Float32Array.of(0));
    await program.release();
  });

  it.each<[string, Record<string, number[] | Float64Array>, readonly string[]]>([
    ["an input without values", {}, ['"x"', "no values"]],
    ["an unknown input", { x: [1, 2, 3], z: [1] }, ['"z"', "x"]],
    ["values that do not fill whole examples", { x: [1, 2] }, ['"x"', "2 values", "[batch, 3]"]],
    ["values in other memory", { x: Float64Array.of(1, 2, 3) }, ['"x"', "float32", "Float64Array"]],
  ])("refuses %s", async (_name, values, parts) => {
    const program = await squares();
    const error = await program.run(values).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SteepestError);
    for (const part of parts) expect((error as SteepestError).message).toContain(part);
    await program.release();
  });

  it("refuses inputs that disagree about the batch size", async () => {
    const other = input("other", [batch, 3]);
    const program = await compile({ inputs: [x, other], outputs: { y: x.mul(other) } });
    const error = await program
      .run({ x: [1, 2, 3], other: [1, 2, 3, 4, 5, 6] })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SteepestError);
    expect((error as SteepestError).message).toContain('"x" holds 1, "other" 2');
    await program.release();
  });
});

describe("the engine in Node", () => {
  it("works on the memory that it was bound to", async () => {
    const w = input("w", [3, 2]);
    const session = await nodeEngine.load(writeModel({ inputs: [x, w], outputs: { y: matmul(x, w) } }), {
      threads: 1,
    });
    // One memory, as the arena is: nothing is copied in or out.
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    const data = new Float32Array(buffer, 64, 3);
    const weights = new Float32Array(buffer, 128, 6);
    const result = new Float32Array(buffer, 256, 2);
    const bound = session.bind(
      { x: { dtype: "float32", shape: [1, 3], data }, w: { dtype: "float32", shape: [3, 2], data: weights } },
      { y: { dtype: "float32", shape: [1, 2], data: result } },
    );
    data.set([1, 2, 3]);
    weights.set([1, 0, 0, 1, 1, 1]);
    await bound.run();
    expect([...result]).toEqual([4, 5]);
    weights.fill(1);
    await bound.run();
    expect([...result]).toEqual([6, 6]);
    await session.release();
  });

  it("says that bytes are no model", async () => {
    const error = await nodeEngine
      .load(new TextEncoder().encode("no model"))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SteepestError);
    expect((error as SteepestError).message).toMatch(/^ONNX Runtime does not load this model: .+$/);
  });
});

describe("an index that is out of range is told in one line", () => {
  const table = input("table", [3, 2]);
  const indices = input("indices", [batch], "int64");
  const updates = input("updates", [batch, 2]);
  const refusal = async (y: ReturnType<typeof gather>, values: Readonly<Record<string, number[]>>) => {
    const inputs = [table, indices, updates].filter((one) => inputName(one) in values);
    const program = await compile({ inputs, outputs: { y } });
    const error = await program.run(values).catch((caught: unknown) => caught);
    await program.release();
    expect(error).toBeInstanceOf(SteepestError);
    return (error as SteepestError).message;
  };
  const rows = [1, 2, 3, 4, 5, 6];

  it.each([7, 3, -4])("%d of three rows, and of two columns", async (index) => {
    expect(await refusal(gather(table, indices), { table: rows, indices: [0, index] })).toBe(
      `gather: the index ${index} is out of range; give whole numbers from 0 to 2, or from -3 to -1 to count from the end`,
    );
    expect(await refusal(gather(table, indices, 1), { table: rows, indices: [index] })).toBe(
      `gather: the index ${index} is out of range; give whole numbers from 0 to 1, or from -2 to -1 to count from the end`,
    );
    const sums = scatterAdd(updates, indices, 3);
    expect(await refusal(sums, { indices: [index], updates: [1, 1] })).toBe(
      `scatterAdd: the index ${index} is out of range; give whole numbers from 0 to the number of rows - 1, or negative ones to count from the end`,
    );
  });

  it("of none", async () => {
    expect(await refusal(gather(slice(table, { end: 0 }), indices), { table: rows, indices: [0] })).toBe(
      "gather: the index 0 is out of range; the axis that is gathered from has no elements",
    );
  });
});

it("refuses what is no engine", async () => {
  const x = input("x", [1]);
  for (const engine of [{}, "cpu", null, () => undefined]) {
    const program = compile({ inputs: [x], outputs: { y: x.add(1) } }, { engine: engine as never });
    await expect(program).rejects.toThrow(
      "compile: engine must be an engine, which has a function load, got",
    );
  }
});
