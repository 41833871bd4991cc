import { expect, it } from "vitest";
import * as graph from "../../src/graph/index.js";
import { constant, type Tensor } from "../../src/graph/index.js";
import { evaluateOnce } from "./run.js";

const x = constant([1, 2, 3, 4, 5, 6], [2, 3]);
const second = constant([1], [1], "int64");

it.each<[string, Tensor, number[], number[]]>([
  ["slice takes from the first axis", graph.slice(x, { start: 1 }), [1, 3], [4, 5, 6]],
  ["slice takes all", graph.slice(x, {}), [2, 3], [1, 2, 3, 4, 5, 6]],
  [
    "pad lengthens the first axis with zeros",
    graph.pad(x, { before: 1 }),
    [3, 3],
    [0, 0, 0, 1, 2, 3, 4, 5, 6],
  ],
  ["pad adds behind", graph.pad(x, { after: 1, value: 7 }), [3, 3], [1, 2, 3, 4, 5, 6, 7, 7, 7]],
  ["concat joins along the first axis", graph.concat([x, x]), [4, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]],
  ["gather takes from the first axis", graph.gather(x, second), [1, 3], [4, 5, 6]],
  ["argMax looks along the last axis", graph.argMax(x), [2], [2, 2]],
  ["oneHot is float32", graph.oneHot(second, 2), [1, 2], [0, 1]],
  ["transpose exchanges the last two axes", graph.transpose(x), [3, 2], [1, 4, 2, 5, 3, 6]],
  [
    "leakyRelu has the slope 0.01",
    graph.leakyRelu(x.sub(101)),
    [2, 3],
    [-1, -0.99, -0.98, -0.97, -0.96, -0.95],
  ],
  ["sums are over all axes, which go", graph.sum(x), [], [21]],
  ["full is float32", graph.full([2], 3), [2], [3, 3]],
])("%s unless told otherwise", async (_name, y, shape, values) => {
  const at = await evaluateOnce([], { y });
  expect(at.y.shape).toEqual(shape);
  values.forEach((value, i) => void expect(at.y.data[i]).toBeCloseTo(value, 6));
});

it("softmax is along the last axis unless told otherwise", async () => {
  const at = await evaluateOnce([], {
    rows: graph.sum(graph.softmax(x), 1),
    logs: graph.sum(graph.exp(graph.logSoftmax(x)), 1),
  });
  for (const { data } of [at.rows, at.logs]) for (const sum of data) expect(sum).toBeCloseTo(1, 6);
});

it("-0 and 0 are two constants in a model", async () => {
  const v = graph.input("v", [1]);
  const at = await evaluateOnce(
    [v],
    { zero: v.mul(0), negative: v.mul(-0), halves: v.mul(0).add(v.mul(-0)) },
    [[2]],
  );
  expect([at.zero.data[0], at.negative.data[0], at.halves.data[0]]).toEqual([0, -0, 0]);
});
