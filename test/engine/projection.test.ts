import { expect, it } from "vitest";
import { Layout } from "../../src/engine/arena.js";
import { placeGroups } from "../../src/engine/training/placement.js";
import { bindProjections, transposedWeights, unitCount } from "../../src/engine/training/projection.js";
import { batch, gemm, input, matmul, sum, transpose } from "../../src/graph/index.js";
import { gradientDescent, maxNorm } from "../../src/index.js";

const x = input("x", [batch, 2]);

it("weights that are multiplied with in transposed form only have a unit in each row", () => {
  const w = input("w", [3, 2]);
  const plain = input("plain", [2, 3]);
  const both = input("both", [2, 2]);
  const bias = input("bias", [3]);
  const names = (loss: Parameters<typeof transposedWeights>[0]) => [...transposedWeights(loss)];
  expect(names(sum(matmul(x, w, { transposeB: true })))).toEqual([w]);
  expect(names(sum(gemm(x, w, bias, { transposeB: true })))).toEqual([w]);
  expect(names(sum(matmul(x, transpose(w))))).toEqual([w]);
  expect(names(sum(matmul(x, transpose(plain), { transposeB: true })))).toEqual([]);
  expect(names(sum(matmul(x, plain)))).toEqual([]);
  expect(names(sum(matmul(x, both)).add(sum(matmul(x, both, { transposeB: true }))))).toEqual([]);
  expect(names(sum(matmul(x, plain).add(matmul(x, w, { transposeB: true }))))).toEqual([w]);
});

it("rows are projected where a unit is a row, and columns where it is a column", () => {
  const projected = (isTransposed: boolean) => {
    const w = input("w", [2, 3]);
    const layout = new Layout();
    const { acts } = maxNorm(5);
    if (acts.kind !== "units") throw new Error("max-norm is about units");
    const projection = { kind: "units", scaling: acts.scaling(gradientDescent()) } as const;
    const groups = placeGroups(layout, [
      {
        name: "w",
        tensor: w,
        shape: [2, 3],
        initialize: () => {},
        rule: gradientDescent(),
        projections: [projection],
      },
    ]);
    const scratch = layout.reserve(8);
    const arena = layout.allocate();
    const view = arena.view({ offset: groups[0]?.theta.offset ?? 0, count: 6 });
    view.set([6, 0, 8, 3, 0, 4]);
    bindProjections(
      groups,
      arena,
      scratch,
      new Set(isTransposed ? [w] : []),
    )({ step: 0, steps: 1, stepsPerEpoch: 1 });
    return [...view];
  };
  // Rows have the norms 10 and 5, columns √45, 0 and √80.
  expect(projected(true)).toEqual([3, 0, 4, 3, 0, 4]);
  const [first, third] = [5 / Math.sqrt(45), 5 / Math.sqrt(80)];
  projected(false).forEach((value, i) => {
    expect(value).toBeCloseTo([6 * first, 0, 8 * third, 3 * first, 0, 4 * third][i] ?? Number.NaN, 5);
  });
  expect([
    unitCount({ shape: [2, 3] }),
    unitCount({ shape: [7, 3, 2, 2] }),
    unitCount({ shape: [4] }),
  ]).toEqual([3, 7, 1]);
});
