import { describe, expect, it } from "vitest";
import { certifyProblem, logisticObjective, matrix, type Problem } from "../../src/theory/index.js";
import { newtonMinimum } from "../../src/theory/minimisers.js";
import { gaussian, normals } from "./matrices.js";

/** `f(w) = ½((2 − 2w₁)² + (1 − w₂)² + 3²)`: L = 4, mu = 1, the minimum 9/2 at (1, 1). */
const X = matrix([
  [2, 0],
  [0, 1],
  [0, 0],
]);
const y = Float64Array.of(2, 1, 3);
const near = (value: number, digits = 12) => expect.closeTo(value, digits);

describe("gradient descent on two parabolas, by hand", () => {
  // With eta = 1/4 the first parabola is at its minimum after one step, the second a quarter nearer at each.
  const gap = (t: number) => (t === 0 ? 5 / 2 : 0.75 ** (2 * t) / 2);
  const problem: Problem = { X, y, model: "least-squares", steps: 50 };

  it("has the constants, the ends and the minimum of the formula", async () => {
    const { w, minimiser, ...found } = await certifyProblem(problem);
    expect([...w, ...minimiser]).toEqual([near(1), near(1 - 0.75 ** 50), near(1), near(1)]);
    expect(found).toMatchObject({
      ...{ model: "least-squares", rows: 3, columns: 2, lambda: 0, steps: 50, stopped: "steps" },
      L: { value: near(4), certainty: "exact" },
      mu: { value: near(1), certainty: "exact" },
      conditionNumber: near(4, 10),
      eta: near(1 / 4),
      initialValue: near(7),
      finalValue: near(9 / 2 + gap(50)),
      minimum: near(9 / 2),
      minimumKnown: { certainty: "exact" },
      squaredDistance: near(2),
      certificate: { outcome: "held" },
    });
  });

  it("has a series of what was measured and what is allowed", async () => {
    const { series } = await certifyProblem(problem);
    expect(series).toHaveLength(50);
    expect(series).toEqual(
      Array.from({ length: 50 }, (_, i) => {
        const t = i + 1;
        const squaredGradient = t === 1 ? 16 + 1 : 0.75 ** (2 * (t - 1));
        return {
          step: t,
          measured: near(gap(t)),
          bound: near(2 / (2 * (1 / 4) * t), 10),
          linearBound: near(0.75 ** t * (5 / 2), 10),
          decrease: near(gap(t - 1) - gap(t), 12),
          promisedDecrease: near(squaredGradient / 8, 10),
        };
      }),
    );
  });

  it("says after how many steps each tenth of the way was reached", async () => {
    const { iterations } = await certifyProblem(problem);
    const start = 5 / 2;
    expect(iterations).toHaveLength(8);
    iterations.forEach(({ epsilon, measured, bound, linearBound }, k) => {
      const wanted = start * 10 ** -(k + 1);
      expect(epsilon / wanted).toBeCloseTo(1, 10);
      expect(measured).toBe(Math.ceil(Math.log(2 * wanted) / Math.log(0.75 ** 2)));
      // 2/(2·eta·epsilon), for an eta just below 1/4.
      expect(bound - 1.6 * 10 ** (k + 1)).toBeCloseTo(1, 6);
      expect(linearBound).toBe(Math.ceil((Math.log(10) * (k + 1)) / -Math.log(0.75)));
    });
  });

  it("tells all of it in sentences", async () => {
    const { verdict, rate } = await certifyProblem(problem);
    // 0.5·0.5625^t is last above 1e-10 of 5/2 at t = 37.
    expect(rate).toMatchObject({ law: "geometric", from: 19, to: 37, factor: near(0.5625, 6) });
    expect(verdict).toEqual([
      "least squares: L = 4.0000000 (exact: lambda_max(X'X) by Lanczos, 2 products)",
      "mu = 1.0000000 (exact: lambda_min(X'X) by Lanczos, 2 products), condition number 4.00000: O(log 1/eps) steps",
      "f(w*) = 4.5000000 (exact: from a QR factorisation of X, refined in 32 digits)",
      expect.stringMatching(/^eta = 0\.250000 is 1\.000\/L, within the theory's eta <= 1\/L$/),
      expect.stringMatching(
        /^descent lemma, minimum, step II, rate bound, linear distance, linear gap: held/,
      ),
      expect.stringMatching(/^after 50 steps f\(w\) - f\(w\*\) = \d\.\d{3}e-13; the bound allows 8\.000e-2$/),
      "over steps 19 to 37 each step multiplied the suboptimality by 0.562500; the linear rate promises at most 1 - eta·mu = 0.750000",
    ]);
  });

  it("promises no negative rate", async () => {
    // eta·mu = 1.5, and each step multiplies by (1 − 1.5)².
    const { verdict, series } = await certifyProblem({
      ...{ X: matrix([[1], [0]]), y: Float64Array.of(1, 1), model: "least-squares", eta: 1.5, steps: 12 },
    });
    expect(verdict.at(-1)).toBe(
      "over steps 6 to 12 each step multiplied the suboptimality by 0.250000; the linear rate promises at most 1 - eta·mu = 0.00000",
    );
    expect(series[0]?.linearBound).toBe(0);
  });

  it("has a series of at most 200 steps, evenly spaced on a logarithmic axis", async () => {
    const { series } = await certifyProblem({ ...problem, steps: 3000, eta: "0.001/L" });
    const steps = Array.from({ length: 200 }, (_, i) => Math.round(3000 ** (i / 199)));
    expect(series.map(({ step }) => step)).toEqual([...new Set(steps)]);
  });

  it("takes 1000 steps and the strength 1 unless told otherwise", async () => {
    const plain = await certifyProblem({ X, y, model: "least-squares" });
    expect([plain.steps, plain.lambda]).toEqual([1000, 0]);
    const ridge = await certifyProblem({ X, y, model: "ridge", steps: 5 });
    // f(w) = (2 − 2w₁)² + (1 − w₂)² + 9 + w₁² + w₂²
    expect(ridge).toMatchObject({
      lambda: 1,
      L: { value: near(10) },
      mu: { value: near(4) },
      initialValue: near(14),
    });
    expect([...ridge.minimiser]).toEqual([near(4 / 5), near(1 / 2)]);
    expect(ridge.minimum).toBeCloseTo(4 / 25 + 1 / 4 + 9 + 16 / 25 + 1 / 4, 12);
  });
});

describe("where mu is 0", () => {
  it("O(1/eps) steps are what is promised, and no linear rate", async () => {
    const flat = { X: matrix([[3, 4]]), y: Float64Array.of(5), model: "least-squares", eta: 0.02 } as const;
    const { verdict, series, conditionNumber, minimiser, iterations } = await certifyProblem({
      ...flat,
      steps: 20,
    });
    expect(verdict[1]).toBe(
      "mu = 0 (exact: lambda_min(X'X) = 0, since X has more columns than rows): O(1/eps) steps are what theory promises",
    );
    expect(verdict.at(-1)).toMatch(
      /^over steps \d+ to \d+ each step multiplied the suboptimality by 0\.250000$/,
    );
    expect(conditionNumber).toBeNull();
    expect(series[0]).not.toHaveProperty("linearBound");
    expect(iterations[0]).not.toHaveProperty("linearBound");
    // The closest to the origin.
    expect([...minimiser]).toEqual([near(3 / 5), near(4 / 5)]);
  });

  it("a power law is compared with that of the bound", async () => {
    // Curvatures 1/k² and a gap of 1/(2k²ᵖ) along each: after t steps those of k < √(2t) are gone.
    const d = 60;
    const k = Float64Array.from({ length: d }, (_, i) => i + 1);
    const slow = matrix(
      Array.from(k, (of, i) => Array.from({ length: d }, (_, j) => (i === j ? 1 / of : 0))),
    );
    const last = async (p: number) =>
      (
        await certifyProblem({ X: slow, y: k.map((of) => of ** -p), model: "least-squares", steps: 400 })
      ).verdict.at(-1);
    expect(await last(1)).toMatch(
      /^over steps 200 to 400 the suboptimality fell like t\^-0\.\d\d\d; the rate bound, which falls like t\^-1, is still far above it$/,
    );
    expect(await last(2)).toMatch(
      /^over steps 200 to 400 the suboptimality fell like t\^-1\.\d\d; the rate bound, which falls like t\^-1, stays above it$/,
    );
  });
});

describe("runs that end at once", () => {
  it("have no series where the first step leaves float64's range", async () => {
    const { series, steps, stopped, verdict, firstViolation, rate } = await certifyProblem({
      ...{ X, y, model: "least-squares", eta: 1e200, steps: 5 },
    });
    expect([series, steps, stopped, rate]).toEqual([[], 0, "diverged", undefined]);
    expect(firstViolation).toMatchObject({ inequality: "descent lemma", step: 1 });
    expect(verdict.join("\n")).not.toContain("after 0 steps");
    expect(verdict.at(-1)).toBe("the run diverged after step 0");
  });

  it("have no steps to count where they start at the minimum", async () => {
    const { iterations, series } = await certifyProblem({
      X,
      y: new Float64Array(3),
      model: "least-squares",
      steps: 3,
    });
    expect(iterations).toEqual([]);
    expect(series.map(({ measured }) => measured)).toEqual([0, 0, 0]);
  });

  it("are told also after one step", async () => {
    const { verdict, series } = await certifyProblem({ X, y, model: "least-squares", steps: 1 });
    expect(series).toHaveLength(1);
    expect(verdict.join("\n")).toMatch(
      /after 1 steps f\(w\) - f\(w\*\) = 2\.81[23]e-1; the bound allows 4\.000e\+0/,
    );
  });
});

describe("logistic regression", () => {
  const points = gaussian(30, 3, 7);
  const labels = normals(30, 8).map((value) => (value > 0 ? 7 : -2));
  const of = (changes: Partial<Problem> = {}) =>
    certifyProblem({ X: points, y: labels, model: "logistic", steps: 5, ...changes });

  it("takes the larger of two numbers for the positive class", async () => {
    const zeroOne = labels.map((label) => (label === 7 ? 1 : 0));
    const [named, plain] = [await of(), await of({ y: zeroOne })];
    expect(named.w).toEqual(plain.w);
    expect(named.initialValue).toBeCloseTo(30 * Math.log(2), 12);
  });

  it("bounds the minimum by mu = 2·lambda", async () => {
    const lambda = 1e-18;
    const { L, minimumKnown } = await of({ lambda });
    const objective = logisticObjective(
      points,
      labels.map((label) => Number(label === 7)),
      lambda,
    );
    const { value } = await newtonMinimum(objective, L.value, 2 * lambda);
    await objective.release();
    expect(value.how).toContain("leaves");
    expect(minimumKnown).toEqual(value);
  });

  it("has no minimiser without a penalty where a plane separates the classes, and one where none does", async () => {
    expect((await of({ lambda: 0 })).minimumKnown.certainty).toBe("bound");
    const separable = { X: matrix([[1], [2], [-1]]), y: Float64Array.of(1, 1, 0) };
    await expect(of({ ...separable, lambda: 0 })).rejects.toThrow(/separable/);
    expect((await of({ ...separable, lambda: 1e-3 })).minimumKnown.certainty).toBe("exact");
  });

  it("names up to four of the values where there are not two", async () => {
    const classes = (...values: number[]) =>
      of({ X: matrix(values.map((value) => [value])), y: Float64Array.from(values) });
    await expect(classes(1, 1, 1)).rejects.toThrow(/with two different values, y has 1: 1$/);
    await expect(classes(3, 1, 2)).rejects.toThrow(/y has 3: 1, 2, 3$/);
    await expect(classes(4, 3, 1, 2)).rejects.toThrow(/y has 4: 1, 2, 3, 4$/);
    await expect(classes(5, 10, 3, 1, 2)).rejects.toThrow(/y has 5: 1, 2, 3, 5, …$/);
  });
});
