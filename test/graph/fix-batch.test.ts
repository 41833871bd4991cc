import { expect, it } from "vitest";
import { fixBatch } from "../../src/graph/fix-batch.js";
import { batch, batchSize, input, reshape, topologicalOrder } from "../../src/graph/index.js";
import { scalarValue } from "../../src/graph/ops/constant.js";
import { isSymbolic } from "../../src/graph/shape.js";

it("a graph for one batch size has numbers in place of the batch, its multiples and its size", () => {
  const x = input("x", [batch, 2, 3]);
  const size = batchSize();
  const y = reshape(x, ["2*batch", 3]).mul(size);
  const fixed = fixBatch([y, size], 5);
  expect(fixed(y).shape).toEqual([10, 3]);
  expect(fixed(x).shape).toEqual([5, 2, 3]);
  expect(scalarValue(fixed(size))).toBe(5);
  const left = topologicalOrder([fixed(y)]).filter(({ shape }) => shape.some(isSymbolic));
  expect(left).toEqual([]);
});
