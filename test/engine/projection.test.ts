import { expect, it } from "vitest";
import { Layout } from "../../src/engine/arena.js";
import { nodeEngine } from "../../src/engine/node.js";
import { placeGroups } from "../../src/engine/training/placement.js";
import { prepareProjections, transposedWeights, unitCount } from "../../src/engine/training/projection.js";
import { batch, gemm, input, matmul, softmax, sum, transpose } from "../../src/graph/index.js";
import { type Constraint, gradientDescent, groupLasso, maxNorm } from "../../src/index.js";

const x = input("x", [batch, 2]);

/** Applies a constraint to a parameter of given values, updated by plain descent with a rate of 2. */
const projected = async (
  { name, acts }: Constraint,
  shape: readonly number[],
  values: readonly number[],
  { transposed = false } = {},
): Promise<number[]> => {
  const rule = gradientDescent({ learningRate: 2 });
  if (acts.kind === "rule") throw new Error("a part of a rule is no projection");
  const projection =
    acts.kind === "units"
      ? ({ kind: "units", name, scaling: acts.scaling(rule) } as const)
      : ({ kind: "values", name, project: acts.project } as const);
  const tensor = input("w", shape);
  const layout = new Layout();
  const [group] = placeGroups(layout, [
    { name: "w", tensor, shape, initialize: () => {}, rule, projections: [projection] },
  ]);
  if (!group) throw new Error("there is no group");
  const scratch = layout.reserve(16);
  const arena = layout.allocate();
  const view = arena.view({ offset: group.theta.offset, count: values.length });
  view.set(values);
  const place = { arena, scratch, transposed: new Set(transposed ? [tensor] : []) };
  for (const step of await prepareProjections(group, place, nodeEngine, { threads: 1 })) {
    await step.run({ step: 0, steps: 1, stepsPerEpoch: 1 });
    await step.release();
  }
  return [...view];
};

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

it("rows are projected where a unit is a row, and columns where it is a column", async () => {
  const values = [6, 0, 8, 3, 0, 4];
  // Rows have the norms 10 and 5, columns √45, 0 and √80.
  expect(await projected(maxNorm(5), [2, 3], values, { transposed: true })).toEqual([3, 0, 4, 3, 0, 4]);
  const [first, third] = [5 / Math.sqrt(45), 5 / Math.sqrt(80)];
  (await projected(maxNorm(5), [2, 3], values)).forEach((value, i) => {
    expect(value).toBeCloseTo([6 * first, 0, 8 * third, 3 * first, 0, 4 * third][i] ?? Number.NaN, 5);
  });
  expect([
    unitCount({ shape: [2, 3] }),
    unitCount({ shape: [7, 3, 2, 2] }),
    unitCount({ shape: [4] }),
  ]).toEqual([3, 7, 1]);
});

it("group lasso takes w·max(0, 1 - ηλ/‖w‖) of each column, here with ηλ = 1", async () => {
  const result = await projected(groupLasso(0.5), [2, 3], [3, 0.6, 0, 4, 0.8, 0]);
  [2.4, 0, 0, 3.2, 0, 0].forEach((value, i) => void expect(result[i]).toBeCloseTo(value, 6));
});

it("units of convolutions are filters", async () => {
  const result = await projected(maxNorm(1), [2, 2, 1, 1], [3, 4, 0.3, 0.4]);
  [0.6, 0.8, 0.3, 0.4].forEach((value, i) => void expect(result[i]).toBeCloseTo(value, 6));
});

it("a factor that is not computed by elementwise operators from the norms is refused", async () => {
  const odd: Constraint = {
    name: "odd",
    acts: {
      kind: "units",
      scaling:
        () =>
        ({ norm }) =>
          softmax(norm),
    },
  };
  await expect(projected(odd, [2, 2], [1, 2, 3, 4])).rejects.toThrow(
    "odd: the factor of a unit must be computed from its norm by elementwise operators, such as minimum and div",
  );
});

it("a projection of values may take the rates and the operators of rules, also those that only the engine has", async () => {
  const shifted: Constraint = {
    name: "shifted",
    acts: { kind: "values", project: ({ theta, at }) => theta.add(at(({ step }) => step + 2)) },
  };
  expect(await projected(shifted, [3], [1, 2, 3])).toEqual([3, 4, 5]);
  const squared: Constraint = {
    name: "squared",
    acts: { kind: "values", project: ({ theta }) => matmul(theta, theta) },
  };
  expect(await projected(squared, [2, 2], [1, 2, 3, 4])).toEqual([7, 10, 15, 22]);
});
