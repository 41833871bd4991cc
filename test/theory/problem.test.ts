import { describe, expect, it } from "vitest";
import { certifyProblem, matrix, type Problem, stepSize } from "../../src/theory/index.js";
import { gaussian, gramEigenvalues, normals, withSingularValues } from "./matrices.js";

const X = gaussian(50, 5, 1);
const y = normals(50, 2);
const labels = y.map((yi) => (yi > 0 ? 3 : 2));

describe("certifyProblem", () => {
  it("chooses eta = 1/L and holds what theory promises, for each model", async () => {
    const problems: Problem[] = [
      { X, y, model: "least-squares" },
      { X, y, model: "ridge", lambda: 2 },
      { X, y: labels, model: "logistic" },
    ];
    for (const problem of problems) {
      const result = await certifyProblem({ ...problem, steps: 300 });
      const { L, mu, eta, certificate, series, conditionNumber } = result;
      expect(certificate.holds, result.verdict.join("\n")).toBe(true);
      expect(eta).toBe(1 / L.value);
      expect(conditionNumber).toBe(L.value / mu.value);
      expect(result.firstViolation).toBeUndefined();
      expect(series[0]?.step).toBe(1);
      expect(series.at(-1)?.step).toBe(300);
      for (const { measured, bound, linearBound, decrease, promisedDecrease } of series) {
        expect(decrease).toBeGreaterThanOrEqual(promisedDecrease - 1e-9);
        expect(measured).toBeLessThanOrEqual(bound + 1e-9);
        expect(measured).toBeLessThanOrEqual((linearBound ?? Infinity) + 1e-9);
      }
      expect(result.minimum).toBeLessThanOrEqual(result.initialValue);
    }
  });

  it("knows L and mu of the data", async () => {
    const exact = gramEigenvalues(X);
    const { L, mu, lambda } = await certifyProblem({ X, y: labels, model: "logistic", steps: 5 });
    expect(L.value).toBeCloseTo((exact.at(-1) ?? 0) / 4 + 2, 8);
    expect([mu.value, lambda]).toEqual([2, 1]);
  });

  it("says so for a rank-deficient X", async () => {
    const flat = withSingularValues(30, 8, [3, 2, 1], 4);
    const result = await certifyProblem({
      X: flat,
      y: y.subarray(0, 30),
      model: "least-squares",
      steps: 200,
    });
    expect(result.mu.value).toBe(0);
    expect(result.conditionNumber).toBeNull();
    expect(result.certificate.holds).toBe(true);
    expect(result.verdict.join("\n")).toContain("rank-deficient");
  });

  it("reports the step at which eta = 2.1/L breaks the descent lemma, also as JSON", async () => {
    const result = await certifyProblem({ X, y, model: "least-squares", eta: "2.1/L", steps: 200 });
    expect(result.eta * result.L.value).toBeCloseTo(2.1, 12);
    expect(result.firstViolation?.inequality).toBe("descent lemma");
    expect(result.firstViolation?.step).toBeGreaterThanOrEqual(1);
    expect(result.verdict.join("\n")).toContain(`fails first at step ${result.firstViolation?.step}`);
    expect(JSON.parse(JSON.stringify(result)).firstViolation).toEqual(result.firstViolation);
  });

  it("says what is wrong with its input", async () => {
    const rejects = (problem: Partial<Problem>, message: RegExp) =>
      expect(certifyProblem({ X, y, model: "least-squares", ...problem })).rejects.toThrow(message);
    await rejects({ y: y.subarray(1) }, /50 rows but y has 49/);
    await rejects({ lambda: 1 }, /use the model ridge/);
    await rejects({ eta: "fast" }, /eta is "fast"/);
    await rejects({ eta: -1 }, /eta is "-1"/);
    await rejects({ model: "logistic" }, /two different values, y has 50/);
    await rejects({ X: { ...X, values: new Float64Array(250) } }, /every value of X is 0/);
    const separable = {
      X: matrix([[1], [2], [-1]]),
      y: Float64Array.of(1, 1, 0),
      model: "logistic",
    } as const;
    await rejects({ ...separable, lambda: 0 }, /separable.*give lambda > 0/);
    expect((await certifyProblem({ ...separable, lambda: 0.1, steps: 50 })).certificate.holds).toBe(true);
    await rejects({ model: "lasso" as Problem["model"] }, /choose one of least-squares, ridge, logistic/);
  });
});

it("reads step sizes", () => {
  expect(stepSize("1/L", 4)).toBe(0.25);
  expect(stepSize(" 2.1 / L ", 2)).toBe(1.05);
  expect(stepSize("0.3", 2)).toBe(0.3);
  expect(stepSize(0.3, 2)).toBe(0.3);
  for (const bad of ["", "L", "/L", "1/M", "0/L", "Infinity", Number.NaN])
    expect(() => stepSize(bad, 1)).toThrow(/eta is/);
  expect(() => stepSize("1/L", 0)).toThrow(/L is 0/);
});

it("the condition number of X = diag(2, 1/2) is 16, where mu = 1/4", async () => {
  const { L, mu, conditionNumber } = await certifyProblem({
    X: matrix([
      [2, 0],
      [0, 1 / 2],
    ]),
    y: Float64Array.of(1, 1),
    model: "least-squares",
    steps: 5,
  });
  expect([L.value, mu.value, conditionNumber]).toEqual([4, 1 / 4, 16].map((x) => expect.closeTo(x, 9)));
});
