import { expect, it } from "vitest";
import { leastSquaresObjective, matrix, quadraticObjective, ridgeObjective } from "../../src/theory/index.js";
import { bothOrders, type Point, pairRoundoff, samplePairs } from "../../src/theory/pairs.js";
import { gaussian, normals } from "./matrices.js";

const d = 5;
const bowl = quadraticObjective(
  matrix(Array.from({ length: d }, (_, i) => normals(d, 1).map((_v, j) => Number(i === j)))),
  new Float64Array(d),
);
const moments = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b / values.length, 0);
  return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2 / values.length, 0))];
};

it("half of the pairs are far apart, the others near, in a random direction or along a coordinate", async () => {
  const around = Float64Array.of(10, 20, 30, 40, 50);
  const pairs = await samplePairs(bowl, "test", { around, radius: 2, samples: 400 });
  expect(pairs).toHaveLength(400);
  const offsets = (which: 0 | 1, kept: (i: number) => boolean) =>
    pairs.filter((_, i) => kept(i)).flatMap((pair) => [...pair[which].x].map((x, j) => x - (around[j] ?? 0)));
  for (const values of [offsets(1, () => true), offsets(0, (i) => i % 2 === 0)]) {
    const [mean = Number.NaN, deviation = Number.NaN] = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(deviation / 2).toBeGreaterThan(0.93);
    expect(deviation / 2).toBeLessThan(1.07);
  }
  const moved = pairs.map(([a, b]) => [...a.x].map((x, j) => x - (b.x[j] ?? 0)));
  const near = moved.filter((_, i) => i % 4 === 1);
  const lengths = near.map((step) => Math.hypot(...step) / (2 * Math.sqrt(d)));
  expect(Math.min(...lengths)).toBeLessThan(3e-3);
  expect(Math.min(...lengths)).toBeGreaterThan(2e-4);
  expect(Math.max(...lengths)).toBeGreaterThan(0.5);
  expect(Math.max(...lengths)).toBeLessThan(3);
  expect(near.every((step) => step.every((x) => x !== 0))).toBe(true);
  const along = moved
    .filter((_, i) => i % 4 === 3)
    .map((step) => step.flatMap((x, j) => (x === 0 ? [] : [j])));
  expect(along.every((places) => places.length === 1)).toBe(true);
  expect(new Set(along.flat())).toEqual(new Set([0, 1, 2, 3, 4]));
});

it("both orders of a pair hold what the inequalities are made of, by hand", () => {
  const point = (x: number, value: number, gradient: number): Point => ({
    x: Float64Array.of(x, 0),
    value,
    gradient: Float64Array.of(gradient, 0),
  });
  // f = x² at 3 and at 1
  const [forth, back] = bothOrders([[point(3, 9, 6), point(1, 1, 2)]]);
  expect(forth).toMatchObject({ distance: 2, slope: 4, excess: 4 });
  expect(back).toMatchObject({ distance: 2, slope: -12, excess: 4 });
  if (!forth || !back) throw new Error("two orders");
  const rounding = { gamma: 0.5, floor: 7 };
  expect(pairRoundoff({ ...bowl, rounding }, forth)).toBe(0.5 * (9 + 1 + 4 + 6 * 3 + 2 * 1 + 2 * 2 + 7));
  expect(pairRoundoff({ ...bowl, rounding }, back)).toBe(0.5 * (1 + 9 + 12 + 2 * 1 + 6 * 3 + 6 * 2 + 7));
});

it("a quadratic may be flat, and symmetric up to rounding", () => {
  const zero = () =>
    quadraticObjective(
      matrix([
        [0, 0],
        [0, 0],
      ]),
      new Float64Array(2),
    );
  expect(zero).not.toThrow();
  const skew = (by: number) => () =>
    quadraticObjective(
      matrix([
        [4, 1],
        [1 + by, 3],
      ]),
      new Float64Array(2),
    );
  expect(skew(3.9e-12)).not.toThrow();
  expect(skew(4.1e-12)).toThrow(/A\[1\]\[0\] is 1.0000000000041 but A\[0\]\[1\] is 1/);
});

it("constants say the formula that they come from", async () => {
  const [X, y] = [gaussian(12, 3, 1), normals(12, 2)];
  const how = async (f: ReturnType<typeof ridgeObjective>) => [
    (await f.constants?.smoothness())?.how,
    (await f.constants?.strongConvexity())?.how,
  ];
  expect(await how(leastSquaresObjective(X, y))).toEqual([
    expect.stringMatching(/^lambda_max\(X'X\) by Lanczos, \d+ products$/),
    expect.stringMatching(/^lambda_min\(X'X\) by Lanczos, \d+ products$/),
  ]);
  expect(await how(ridgeObjective(X, y, 2))).toEqual([
    expect.stringMatching(/^2 · lambda_max\(X'X\) \+ 2·lambda by Lanczos, \d+ products$/),
    expect.stringMatching(/^2 · lambda_min\(X'X\) by Lanczos, \d+ products \+ 2·lambda$/),
  ]);
});
