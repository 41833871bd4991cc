import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import { batch, type DType, input, type Shape } from "../../src/graph/index.js";
import { normaliseChannels } from "../../src/graph/ops/normalisation.js";

const x = (shape: Shape, dtype: DType = "float32") => input("x", shape, dtype);
const matrix = x([2, 3]);
const indices = x([2], "int64");
const statistics = { gamma: x([3]), beta: x([3]), mean: x([3]), variance: x([3]) };

/** What is called wrongly, and what the message must name. */
const calls: readonly (readonly [string, () => unknown, readonly string[]])[] = [
  ["add", () => matrix.add(x([4, 5])), ["add", "[2, 3]", "[4, 5]", "broadcast"]],
  ["mul", () => x([batch, 3]).mul(x([2, 3])), ["mul", "[batch, 3]", "[2, 3]"]],
  ["sub of types", () => matrix.sub(x([2, 3], "float64")), ["sub", "float32 [2, 3]", "float64 [2, 3]"]],
  ["mul by one of another type", () => matrix.mul(graph.scalar(1, "float64")), ["mul", "float32", "float64"]],
  ["div of bools", () => graph.div(x([2], "bool"), x([2], "bool")), ["div", "bool [2]"]],
  ["add of 0 to bools", () => graph.add(x([2], "bool"), 0), ["add", "bool [2]"]],
  ["mul of bools by 1", () => graph.mul(1, x([2], "bool")), ["mul", "bool"]],
  ["pow of bools", () => graph.pow(x([2], "bool"), 1), ["pow", "bool [2]"]],
  ["a fraction beside int64", () => indices.mul(0.5), ["0.5", "whole number"]],
  ["where", () => graph.where(matrix, matrix, matrix), ["where", "bool", "float32 [2, 3]"]],
  [
    "and of one that is no bool",
    () => graph.and(matrix, graph.greater(matrix, 0)),
    ["and", "bool", "float32"],
  ],
  ["scatterAdd of no tensor", () => graph.scatterAdd(3 as never, indices, 2), ["scatterAdd", "3"]],
  ["and", () => graph.and(matrix, matrix), ["and", "bool", "float32"]],
  ["greater", () => graph.greater(x([2], "bool"), x([2], "bool")), ["greater", "bool [2]"]],
  ["equal", () => graph.equal(matrix, indices), ["equal", "float32", "int64"]],
  ["exp of integers", () => graph.exp(indices), ["exp", "float32 or float64", "int64 [2]"]],
  ["erf of integers", () => graph.erf(indices), ["erf", "float32 or float64", "int64 [2]"]],
  ["clip", () => graph.clip(matrix, 1, 0), ["clip", "1", "0"]],
  ["clip with NaN", () => graph.clip(matrix, Number.NaN, 0), ["clip", "NaN"]],
  ["matmul", () => matrix.matmul(x([4, 5])), ["matmul", "[2, 3]", "[4, 5]", "3", "4"]],
  [
    "matmul of transposes",
    () => matrix.matmul(matrix, { transposeA: true, transposeB: true }),
    ["[2, 3] transposed", "inner sizes 2 and 3"],
  ],
  ["matmul of vectors", () => matrix.matmul(x([3])), ["matmul", "[3]"]],
  ["matmul of stacks", () => x([2, 3, 4]).matmul(x([5, 4, 3])), ["matmul", "[2]", "[5]"]],
  ["matmul of integers", () => indices.matmul(indices), ["matmul", "int64"]],
  ["gemm", () => graph.gemm(matrix, x([3, 4]), x([5])), ["gemm", "[2, 4]", "[5]"]],
  ["sum", () => graph.sum(matrix, 2), ["sum", "axis 2", "[2, 3]"]],
  ["mean of integers", () => graph.mean(indices), ["mean", "int64"]],
  ["max", () => graph.max(matrix, [0, -3]), ["max", "axis -3", "[2, 3]"]],
  ["softmax", () => graph.softmax(x([])), ["softmax", "axis -1", "[]"]],
  ["logSoftmax of integers", () => graph.logSoftmax(indices), ["logSoftmax", "int64"]],
  ["reshape", () => graph.reshape(matrix, [4, 2]), ["reshape", "[2, 3]", "[4, 2]"]],
  ["reshape with two sizes open", () => graph.reshape(matrix, [-1, -1]), ["reshape", "[2, 3]", "[-1, -1]"]],
  ["reshape without the batch", () => graph.reshape(x([batch, 3]), [3]), ["reshape", "[batch, 3]", "[3]"]],
  ["transpose", () => graph.transpose(matrix, [0, 0]), ["transpose", "0,0", "[2, 3]"]],
  ["expand", () => graph.expand(matrix, [2, 4]), ["expand", "[2, 3]", "[2, 4]"]],
  ["expand to less", () => graph.expand(matrix, [3]), ["expand", "[2, 3]", "[3]"]],
  ["slice", () => graph.slice(matrix, { step: 0 }), ["slice", "step 0"]],
  ["slice at a fraction", () => graph.slice(matrix, { start: 0.5 }), ["slice", "0.5"]],
  ["slice of the batch", () => graph.slice(x([batch, 3]), { end: 1 }), ["slice", "batch", "[batch, 3]"]],
  ["pad", () => graph.pad(matrix, { before: -1 }), ["pad", "-1"]],
  ["concat", () => graph.concat([matrix, x([2, 4])]), ["concat", "[2, 4]", "[2, 3]", "axis 0"]],
  ["concat of types", () => graph.concat([matrix, x([2, 3], "float64")]), ["concat", "float64", "float32"]],
  ["concat of nothing", () => graph.concat([]), ["concat", "none"]],
  ["gather", () => graph.gather(matrix, matrix), ["gather", "int64", "float32"]],
  ["gather on no axis", () => graph.gather(matrix, indices, 2), ["gather", "axis 2", "[2, 3]"]],
  ["scatterAdd", () => graph.scatterAdd(x([3, 2]), indices, 4), ["scatterAdd", "[3, 2]", "[2]"]],
  ["oneHot", () => graph.oneHot(matrix, 3), ["oneHot", "int64", "float32"]],
  ["oneHot without depth", () => graph.oneHot(indices, 1.5), ["oneHot", "1.5"]],
  ["argMax", () => graph.argMax(matrix, 3), ["argMax", "axis 3", "[2, 3]"]],
  ["constant", () => graph.constant([1, 2, 3], [2]), ["constant", "3 values", "[2]"]],
  ["constant with the batch", () => graph.constant([1], [batch]), ["constant", "[batch]"]],
  [
    "constant in other memory",
    () => graph.constant(Float64Array.of(1), [1]),
    ["constant", "Float64Array", "float32"],
  ],
  [
    "normaliseChannels",
    () => normaliseChannels(matrix, { ...statistics, gamma: x([2]) }, 1e-5),
    ["normaliseChannels", "[2, 3]", "axis 1", "[2]"],
  ],
  [
    "normaliseChannels by a row",
    () => normaliseChannels(matrix, { ...statistics, beta: x([1, 3]) }, 1e-5),
    ["normaliseChannels", "[2, 3]", "axis 1", "[1, 3]"],
  ],
  [
    "normaliseChannels of a vector",
    () => normaliseChannels(x([3]), statistics, 1e-5),
    ["normaliseChannels", "[3]", "axis 1"],
  ],
  ["input", () => x([2, -1]), ["input", "[2, -1]"]],
  ["the name of no input", () => graph.inputName(graph.exp(matrix)), ["exp", "not an input"]],
  ["size of the batch", () => x([batch, 3]).size(0), ["size", "batch"]],
  ["grad of a matrix", () => graph.grad(matrix, [matrix]), ["grad", "scalar", "[2, 3]"]],
  ["vjp", () => graph.vjp([matrix], [x([3])], [matrix]), ["vjp", "[2, 3]", "[3]"]],
  ["vjp without cotangent", () => graph.vjp([matrix], [], [matrix]), ["vjp", "[2, 3]", "none"]],
  [
    "hessianVectorProduct",
    () => graph.hessianVectorProduct(graph.squaredNorm(matrix), [matrix], [x([2])]),
    ["hessianVectorProduct", "[2, 3]"],
  ],
];

describe("a wrong call is refused in one line that names the operator and the shapes", () => {
  it.each(calls)("%s", (_name, call, named) => {
    let message: string | undefined;
    try {
      call();
    } catch (error) {
      expect(error).toBeInstanceOf(SteepestError);
      message = (error as Error).message;
    }
    expect(message).toBeDefined();
    expect(message).not.toContain("\n");
    for (const part of named) expect(message).toContain(part);
  });
});
