import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import { batch, type DType, input, type Shape, type Tensor } from "../../src/graph/index.js";
import { concrete, Draw, drawValues } from "./cases.js";
import { size } from "./ndarray.js";
import { windowOperators } from "./operators/windows.js";
import { evaluateOnce, largestDifference, leafTensors } from "./run.js";

const waves = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(step * i + 1)));

// In float64 everything is computed as products of matrices, and there compared with finite differences.
describe.each(Object.entries(windowOperators))("%s in float32", (_name, spec) => {
  it("has the first and second derivatives of float64", () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), fc.integer({ min: 1, max: 3 }), async (value, batchSize) => {
        const draw = new Draw(value, batchSize);
        const drawn = spec.draw(draw);
        const values = drawValues(draw, drawn.leaves).map(({ data }) => data.map(Math.fround));
        const derivatives = async (dtype: DType) => {
          const leaves = leafTensors(drawn, dtype);
          const y = drawn.build(...leaves);
          const v = input("v", y.shape, dtype);
          const loss = graph.sum(y.mul(v));
          const directions = leaves.map((x, i) => input(`w${i}`, x.shape, dtype));
          const first = graph.grad(loss, leaves);
          const second = graph.hessianVectorProduct(loss, leaves, directions);
          const shapes = [v, ...directions].map((x) => concrete(x.shape, batchSize));
          const at = await evaluateOnce(
            [...leaves, v, ...directions],
            Object.fromEntries([...first, ...second].map((g, i) => [`${i}`, g])),
            [...values, ...shapes.map((shape, i) => waves(size(shape), i + 1.3))],
          );
          return Object.values(at).flatMap(({ data }) => data);
        };
        const [narrow, wide] = [await derivatives("float32"), await derivatives("float64")];
        expect(largestDifference(narrow, wide), `${narrow} instead of ${wide}`).toBeLessThan(1e-5);
      }),
      { numRuns: 8 },
    ));
});

it("a third derivative of a convolution exists and is that of a product", async () => {
  // y = x * w · x * w, all of one element: d³y/dx²dw = 4w
  const x = input("x", [1, 1, 1, 1], "float64");
  const w = input("w", [1, 1, 1, 1], "float64");
  const y = graph.sum(graph.square(graph.conv(x, w)));
  const [dx] = graph.grad(y, [x]);
  const [dxx] = graph.grad(graph.sum(dx), [x]);
  const [dxxw] = graph.grad(graph.sum(dxx), [w]);
  const at = await evaluateOnce([x, w], { dxx, dxxw }, [[3], [5]]);
  expect([at.dxx.data, at.dxxw.data]).toEqual([[50], [20]]);
});

it("the gradient of a maximum goes to the first of equal elements", async () => {
  const x = input("x", [1, 1, 2, 4]);
  const [dx] = graph.grad(graph.sum(graph.maxPool(x, { size: 2 })), [x]);
  const at = await evaluateOnce([x], { dx }, [[1, 1, 0, 2, 1, 1, 2, 2]]);
  expect(at.dx.data).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
});

it("same padding makes a place for every stride-th element, the odd one behind", async () => {
  const x = input("x", [batch, 1, 5]);
  const w = input("w", [1, 1, 2]);
  const outputs = {
    all: graph.conv(x, w, { padding: "same" }),
    half: graph.conv(x, w, { padding: "same", stride: 2 }),
    pooled: graph.averagePool(x, { size: 2, padding: "same" }),
  };
  const at = await evaluateOnce([x, w], outputs, [
    [1, 2, 3, 4, 5],
    [1, 10],
  ]);
  expect(at.all.data).toEqual([21, 32, 43, 54, 5]);
  expect(at.half.data).toEqual([21, 43, 5]);
  expect(at.pooled.data).toEqual([1.5, 3.5, 5]);
});

const x = (shape: Shape, dtype: DType = "float32"): Tensor => input("x", shape, dtype);
const picture = x([batch, 4, 8, 8]);

it.each<readonly [string, () => unknown, string]>([
  [
    "of channels",
    () => graph.conv(picture, x([2, 3, 3, 3])),
    "conv: x [batch, 4, 8, 8] needs weights [out, 4, size, size], got [2, 3, 3, 3]",
  ],
  [
    "of groups",
    () => graph.conv(picture, x([3, 2, 3, 3]), { groups: 2 }),
    "conv: x [batch, 4, 8, 8] needs weights [out, 2, size, size] with channels for 2 groups, got [3, 2, 3, 3]",
  ],
  [
    "of groups that do not divide",
    () => graph.conv(picture, x([3, 1, 3, 3]), { groups: 3 }),
    "conv: groups must be a whole number that divides the 4 channels of x [batch, 4, 8, 8], got 3",
  ],
  [
    "of rank",
    () => graph.conv(picture, x([2, 4, 3])),
    "conv: x [batch, 4, 8, 8] needs weights [out, 4, size, size], got [2, 4, 3]",
  ],
  [
    "of a matrix",
    () => graph.conv(x([2, 4]), x([2, 4])),
    "conv: expected a tensor of shape [batch, channels, …] with at least one axis more, got [2, 4]",
  ],
  [
    "of type",
    () => graph.conv(picture, x([2, 4, 3, 3], "float64")),
    "conv: types float32 [batch, 4, 8, 8] and float64 [2, 4, 3, 3] differ; cast one of them first",
  ],
  [
    "of size",
    () => graph.conv(picture, x([2, 4, 3, 9]), { dilation: [1, 2] }),
    "conv: a window of 3 x 9 (dilation 1 x 2) does not fit into 8 x 8 with padding [0,0,0,0]; make it smaller or pad more",
  ],
  [
    "of stride",
    () => graph.conv(picture, x([2, 4, 3, 3]), { stride: 0 }),
    "conv: stride must be a whole number of at least 1, or 2 of them, got 0",
  ],
  [
    "of padding",
    () => graph.conv(picture, x([2, 4, 3, 3]), { padding: [[1, -1], 0] }),
    "conv: padding must be a whole number of at least 0, or 2 of them, got ",
  ],
  [
    "of bias",
    () => graph.conv(picture, x([2, 4, 3, 3]), { bias: x([4]) }),
    "conv: bias must have a number for each of the 2 output channels, got [4]",
  ],
  [
    "of the batch in weights",
    () => graph.conv(picture, x([batch, 4, 3, 3])),
    "conv: x [batch, 4, 8, 8] needs weights [out, 4, size, size], got [batch, 4, 3, 3]",
  ],
  [
    "of a transposed convolution",
    () => graph.convTranspose(picture, x([2, 4, 3, 3])),
    "convTranspose: x [batch, 4, 8, 8] needs weights [4, out, size, size], got [2, 4, 3, 3]",
  ],
  [
    "of its same padding",
    () => graph.convTranspose(picture, x([4, 2, 3, 3]), { padding: "same" }),
    'convTranspose: padding "same" says nothing of the size of the result',
  ],
  [
    "of its output padding",
    () => graph.convTranspose(picture, x([4, 2, 3, 3]), { stride: 2, outputPadding: 2 }),
    "convTranspose: outputPadding 2 must be smaller than the stride 2",
  ],
  [
    "of too much padding",
    () => graph.convTranspose(x([1, 1, 2]), x([1, 1, 1]), { padding: 1 }),
    "convTranspose: padding takes away all of 2; give less",
  ],
  [
    "of pooling padding",
    () => graph.maxPool(picture, { size: 2, padding: [0, 2] }),
    "maxPool: padding 2+2 must be smaller than the window's size 2 on spatial axis 1; pad less",
  ],
  [
    "of whole numbers",
    () => graph.averagePool(x([1, 1, 4], "int64"), { size: 2 }),
    "averagePool: expected a tensor of float32 or float64, got int64 [1, 1, 4]; cast it first",
  ],
  [
    "of indices",
    () => graph.gatherAlong(x([2, 3]), x([3, 3], "int64"), 1),
    "gatherAlong: indices [3, 3] must be like [2, 3] on all axes but axis 1",
  ],
])("a mistake %s is told in one line", (_name, call, message) => {
  expect(call).toThrow(SteepestError);
  expect(call).toThrow(message);
});
