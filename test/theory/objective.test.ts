import { describe, expect, it } from "vitest";
import { abs, batch, exp, input, mean, pow, relu, square, step, sum } from "../../src/graph/index.js";
import {
  leastSquaresObjective,
  logisticObjective,
  matrix,
  type Objective,
  objective,
  quadraticObjective,
  ridgeObjective,
} from "../../src/theory/index.js";
import { dense, gaussian, normals } from "./matrices.js";

const X = gaussian(12, 4, 1);
const y = normals(12, 2);
const labels = y.map((yi) => (yi > 0 ? 1 : -1));
const w = normals(4, 3);
const rows = dense(X).to2DArray();
const predict = (at: Float64Array) => rows.map((row) => row.reduce((t, x, j) => t + x * (at[j] ?? 0), 0));
const penalty = (at: Float64Array) => at.reduce((total, wi) => total + wi * wi, 0);

const cases: Record<string, { made: Objective; f: (at: Float64Array) => number }> = {
  leastSquares: {
    made: leastSquaresObjective(X, y),
    f: (at) => predict(at).reduce((total, p, i) => total + ((y[i] ?? 0) - p) ** 2 / 2, 0),
  },
  ridge: {
    made: ridgeObjective(X, y, 0.7),
    f: (at) => predict(at).reduce((total, p, i) => total + ((y[i] ?? 0) - p) ** 2, 0) + 0.7 * penalty(at),
  },
  logistic: {
    made: logisticObjective(X, labels, 0.3),
    f: (at) =>
      predict(at).reduce((total, p, i) => total + Math.log1p(Math.exp(-p * (labels[i] ?? 0))), 0) +
      0.3 * penalty(at),
  },
  quadratic: {
    made: quadraticObjective(
      matrix([
        [2, 1, 0, 0],
        [1, 3, 0, 0],
        [0, 0, -1, 2],
        [0, 0, 2, 5],
      ]),
      Float64Array.of(1, 2, 3, 4),
    ),
    f: ([a = 0, b = 0, c = 0, d = 0]) =>
      a * a + a * b + 1.5 * b * b - 0.5 * c * c + 2 * c * d + 2.5 * d * d - (a + 2 * b + 3 * c + 4 * d),
  },
};

describe.each(Object.entries(cases))("%s", (_, { made, f }) => {
  const h = 1e-5;
  const shifted = (at: Float64Array, j: number, by: number) => at.map((wi, i) => (i === j ? wi + by : wi));

  it("has the value of its formula", async () => {
    expect(await made.value(w)).toBeCloseTo(f(w), 12);
  });

  it("has the gradient and Hessian of finite differences", async () => {
    const gradient = await made.gradient(w);
    const v = normals(4, 9);
    const product = await made.hessianVector(w, v);
    const ahead = await made.gradient(w.map((wi, i) => wi + h * (v[i] ?? 0)));
    const behind = await made.gradient(w.map((wi, i) => wi - h * (v[i] ?? 0)));
    for (let j = 0; j < 4; j++) {
      expect(gradient[j]).toBeCloseTo((f(shifted(w, j, h)) - f(shifted(w, j, -h))) / (2 * h), 6);
      expect(product[j]).toBeCloseTo(((ahead[j] ?? 0) - (behind[j] ?? 0)) / (2 * h), 6);
    }
  });
});

it("sees which graphs are quadratic", () => {
  const u = input("u", [3], "float64");
  const made = (value: Parameters<typeof objective>[0]["value"]) =>
    objective({ name: "f", parameters: u, value });
  expect(made(sum(square(u.sub(1))).div(4)).quadratic).toBe(true);
  expect(made(mean(u)).quadratic).toBe(true);
  expect(made(sum(pow(u, 4))).quadratic).toBe(false);
  // Their second derivative is 0 wherever there is one, but they are not quadratic.
  expect(made(sum(relu(u))).quadratic).toBe(false);
  expect(made(sum(abs(u))).quadratic).toBe(false);
  expect(made(sum(u.mul(step(u)))).quadratic).toBe(false);
  expect(cases.leastSquares?.made.quadratic).toBe(true);
  expect(cases.logistic?.made.quadratic).toBe(false);
});

it("takes several parameters, batched data and parts that do not depend on w", async () => {
  const a = input("a", [2], "float64");
  const b = input("b", [], "float64");
  const x = input("x", ["batch", 2], "float64");
  const value = sum(exp(sum(x.mul(a), 1).add(b))).add(sum(square(x)));
  const made = objective({ name: "f", parameters: [a, b], value, data: { x: [1, 0, 0, 1] } });
  const { value: f, gradient } = await made.valueAndGradient(Float64Array.of(1, 2, 3));
  expect(made.dimension).toBe(3);
  expect(f).toBeCloseTo(Math.exp(4) + Math.exp(5) + 2, 10);
  expect(Array.from(gradient)).toEqual(
    [Math.exp(4), Math.exp(5), Math.exp(4) + Math.exp(5)].map((g) => expect.closeTo(g, 9)),
  );
});

it("says what is wrong", async () => {
  const u = input("u", [3], "float64");
  const single = input("single", [3]);
  expect(() => objective({ name: "f", parameters: u, value: square(u) })).toThrow(
    'objective "f": the value has shape [3], a scalar is needed; take its sum or mean',
  );
  expect(() => objective({ name: "f", parameters: single, value: sum(single) })).toThrow(
    /is float32; build it from float64/,
  );
  expect(() => objective({ name: "f", parameters: [], value: sum(u) })).toThrow(/no parameters/);
  expect(() =>
    objective({ name: "f", parameters: u, value: sum(u.mul(input("x", [3], "float64"))) }),
  ).toThrow(/"x" is neither a parameter nor given in data/);
  expect(() => objective({ name: "f", parameters: u, value: sum(u), data: { z: [1] } })).toThrow(
    /data "z" is not an input/,
  );
  await expect(
    objective({ name: "f", parameters: u, value: sum(u) }).value(new Float64Array(2)),
  ).rejects.toThrow(/w has 2 elements, its dimension is 3/);
  expect(() => leastSquaresObjective(X, y.subarray(1))).toThrow(/12 rows but y has 11/);
  expect(() =>
    leastSquaresObjective({ ...X, values: X.values.map((v, i) => (i === 5 ? Number.NaN : v)) }, y),
  ).toThrow(/row 1, column 1 is NaN/);
  expect(() =>
    leastSquaresObjective({ rows: 0, columns: 3, values: new Float64Array(0) }, new Float64Array(0)),
  ).toThrow(/0 x 3/);
  expect(() => ridgeObjective(X, y, -1)).toThrow(/lambda is -1/);
  expect(() => logisticObjective(X, y, 1)).toThrow(/give class numbers 0 and 1 \(or -1 and \+1\)/);
  expect(() =>
    quadraticObjective(
      matrix([
        [1, 2],
        [3, 4],
      ]),
      Float64Array.of(0, 0),
    ),
  ).toThrow(/A\[1\]\[0\] is 3 but A\[0\]\[1\] is 2/);
  expect(() => matrix([[1, 2], [3]])).toThrow(/row 1 has 1 numbers, row 0 has 2/);
});

it("rounding counts the examples of a batch, whose number the data say", () => {
  const v = input("v", [], "float64");
  const t = input("t", [batch], "float64");
  const gammaOf = (examples: number) =>
    objective({
      name: "f",
      parameters: v,
      value: sum(square(v.sub(t))),
      data: { t: new Float64Array(examples) },
    }).rounding.gamma;
  expect((gammaOf(1001) - gammaOf(1)) / Number.EPSILON).toBeCloseTo(2 * 1000, 9);
});
