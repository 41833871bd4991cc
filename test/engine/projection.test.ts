import { describe, expect, it } from "vitest";
import { Layout } from "../../src/engine/arena.js";
import { nodeEngine } from "../../src/engine/node.js";
import { runAlone } from "../../src/engine/team/runner.js";
import { placeGroups } from "../../src/engine/training/placement.js";
import { prepareProjections } from "../../src/engine/training/projection.js";
import { scratchFor, unitsOf } from "../../src/engine/training/units.js";
import {
  batch,
  conv,
  convTranspose,
  gemm,
  input,
  matmul,
  softmax,
  sum,
  type Tensor,
  transpose,
} from "../../src/graph/index.js";
import { type Constraint, gradientDescent, groupLasso, maxNorm, unitNorm } from "../../src/index.js";

const x = input("x", [batch, 2]);

/** Applies a constraint to a parameter of given values, updated by plain descent with a rate of 2. */
const projected = async (
  { name, acts }: Constraint,
  shape: readonly number[],
  values: readonly number[],
  use: (w: Tensor) => Tensor = (w) => w,
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
  const scratch = layout.reserve(scratchFor({ shape }));
  const arena = layout.allocate();
  const view = arena.view({ offset: group.theta.offset, count: values.length });
  view.set(values);
  const place = {
    arena,
    scratch,
    unitsOf: unitsOf(sum(use(tensor))),
    runner: runAlone(arena.memory),
    engine: nodeEngine,
    options: { threads: 1 },
  };
  for (const step of await prepareProjections(group, place)) {
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
  /** Those of the matrices whose units are rows. */
  const names = (loss: Tensor) =>
    [w, plain, both].filter((tensor) => {
      const shape = [tensor.size(0), tensor.size(1)];
      return unitsOf(loss)({ tensor, shape }).outer === 1;
    });
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
  expect(
    await projected(maxNorm(5), [2, 3], values, (w) => matmul(input("x", [batch, 3]), transpose(w))),
  ).toEqual([3, 0, 4, 3, 0, 4]);
  const [first, third] = [5 / Math.sqrt(45), 5 / Math.sqrt(80)];
  (await projected(maxNorm(5), [2, 3], values)).forEach((value, i) => {
    expect(value).toBeCloseTo([6 * first, 0, 8 * third, 3 * first, 0, 4 * third][i] ?? Number.NaN, 5);
  });
});

it("there is room for the norms of rows where these are many", () => {
  expect(scratchFor({ shape: [40, 2] })).toBeGreaterThanOrEqual(40);
  expect(scratchFor({ shape: [2, 40] })).toBeGreaterThanOrEqual(2 * 40);
});

it("group lasso takes w·max(0, 1 - ηλ/‖w‖) of each column, here with ηλ = 1", async () => {
  const result = await projected(groupLasso(0.5), [2, 3], [3, 0.6, 0, 4, 0.8, 0]);
  [2.4, 0, 0, 3.2, 0, 0].forEach((value, i) => void expect(result[i]).toBeCloseTo(value, 6));
});

describe("every constraint of units acts on filters as on the vectors that they are", () => {
  /** Where each number of weights of a shape belongs: which filter. */
  const places: [string, number[], (i: number) => number, (w: Tensor) => Tensor][] = [
    ["one axis", [3, 2, 4], (i) => Math.floor(i / 8), (w) => conv(input("x", [batch, 2, 9]), w)],
    ["two axes", [3, 2, 2, 3], (i) => Math.floor(i / 12), (w) => conv(input("x", [batch, 2, 5, 5]), w)],
    [
      "three axes",
      [2, 3, 2, 1, 2],
      (i) => Math.floor(i / 12),
      (w) => conv(input("x", [batch, 3, 4, 4, 4]), w),
    ],
    [
      "depthwise",
      [4, 1, 3, 3],
      (i) => Math.floor(i / 9),
      (w) => conv(input("x", [batch, 4, 5, 5]), w, { groups: 4 }),
    ],
    [
      "transposed",
      [3, 2, 2, 2],
      (i) => Math.floor(i / 4) % 2,
      (w) => convTranspose(input("x", [batch, 3, 4, 4]), w),
    ],
    [
      "transposed, one axis",
      [5, 3, 2],
      (i) => Math.floor(i / 2) % 3,
      (w) => convTranspose(input("x", [batch, 5, 4]), w),
    ],
    [
      "transposed, in groups",
      [4, 3, 2, 2],
      (i) => 3 * Math.floor(i / 24) + (Math.floor(i / 4) % 3),
      (w) => convTranspose(input("x", [batch, 4, 4, 4]), w, { groups: 2 }),
    ],
    [
      "transposed, depthwise",
      [4, 1, 3, 3],
      (i) => Math.floor(i / 9),
      (w) => convTranspose(input("x", [batch, 4, 4, 4]), w, { groups: 4 }),
    ],
  ];
  const constraints: [string, Constraint, (norm: number) => number][] = [
    ["maxNorm", maxNorm(1.5), (norm) => Math.min(1, 1.5 / norm)],
    ["unitNorm", unitNorm(), (norm) => 1 / norm],
    ["groupLasso", groupLasso(0.75), (norm) => Math.max(0, 1 - 1.5 / norm)],
  ];
  it.each(places.flatMap((place) => constraints.map((constraint) => [place, constraint] as const)))(
    "%s, %s",
    async ([, shape, filterOf, use], [, constraint, factorOf]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      // The first filter is a short one.
      const values = Array.from({ length: count }, (_, i) => Math.cos(3 * i) * (filterOf(i) === 0 ? 0.1 : 1));
      const squares = new Map<number, number>();
      values.forEach(
        (value, i) => void squares.set(filterOf(i), (squares.get(filterOf(i)) ?? 0) + value ** 2),
      );
      const result = await projected(constraint, shape, values, use);
      expect(result).toHaveLength(count);
      values.forEach((value, i) => {
        const norm = Math.sqrt(squares.get(filterOf(i)) ?? Number.NaN);
        expect(result[i]).toBeCloseTo(value * factorOf(norm), 5);
      });
    },
  );

  it("filters of a convolution and of a transposed one are those of the convolution", async () => {
    const tied = (w: Tensor) => {
      const x = input("x", [batch, 2, 4, 4]);
      return convTranspose(conv(x, w), w);
    };
    const result = await projected(maxNorm(1), [2, 2, 1, 1], [3, 4, 0.3, 0.4], tied);
    [0.6, 0.8, 0.3, 0.4].forEach((value, i) => void expect(result[i]).toBeCloseTo(value, 6));
  });
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
