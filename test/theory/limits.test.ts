import { describe, expect, it } from "vitest";
import { palette } from "../../src/figures/palette.js";
import { input, sum } from "../../src/graph/index.js";
import {
  certify,
  convexity,
  descend,
  lanczos,
  leastSquaresMinimiser,
  leastSquaresObjective,
  logisticObjective,
  type Matrix,
  matrix,
  measuredRate,
  objective,
  products,
  quadraticObjective,
  ridgeObjective,
  smoothness,
  smoothnessConstant,
} from "../../src/theory/index.js";
import { inequalities } from "../../src/theory/inequalities.js";
import { curvatureScales } from "../../src/theory/objectives/regression.js";
import { samplePairs } from "../../src/theory/pairs.js";
import { boundColours } from "../../src/theory/picture.js";
import { float64 } from "../../src/theory/program.js";
import { gradientRoundoff, valueRoundoff } from "../../src/theory/rounding.js";
import { tridiagonalEigenvalues } from "../../src/theory/tridiagonal.js";
import { fake } from "./fake.js";
import { gaussian, normals } from "./matrices.js";

/** f(w) = w²/2 */
const bowl = quadraticObjective(matrix([[1]]), new Float64Array(1));

describe("a run of gradient descent", () => {
  // From 4 with eta = 1/2 each step halves w.
  const halving = (options: object = {}) =>
    descend(bowl, { eta: 1 / 2, steps: 10, w0: Float64Array.of(4), ...options });

  it("is recorded step by step, by hand", async () => {
    const run = await halving({ steps: 3, minimiser: Float64Array.of(1) });
    expect(run).toMatchObject({ name: "quadratic", eta: 1 / 2, steps: 3, stopped: "steps" });
    expect([...run.values]).toEqual([8, 2, 1 / 2, 1 / 8]);
    expect([...run.squaredGradients]).toEqual([16, 4, 1, 1 / 4]);
    expect([...run.norms]).toEqual([4, 2, 1, 1 / 2]);
    expect([...(run.squaredDistances ?? [])]).toEqual([9, 1, 0, 1 / 4]);
    expect([...(run.approaches ?? [])]).toEqual([0, 8, 1, -1 / 4]);
    expect(run.reference).toEqual({ w: Float64Array.of(1), value: 1 / 2, gradientNorm: 1 });
    expect([[...run.w0], [...run.w]]).toEqual([[4], [1 / 2]]);
  });

  it("keeps the iterates at 0, at powers of two and the last", async () => {
    const kept = async (steps: number) =>
      (await halving({ steps })).visited.map(([w = 0]) => Math.log2(4 / w));
    expect(await kept(10)).toEqual([0, 1, 2, 4, 8, 10]);
    expect(await kept(8)).toEqual([0, 1, 2, 4, 8]);
    expect(await kept(1)).toEqual([0, 1]);
  });

  it("ends where the gradient is the tolerance times the first, and not before", async () => {
    const end = async (tolerance: number) => {
      const { steps, stopped } = await halving({ tolerance });
      return [steps, stopped];
    };
    expect(await end(1 / 4)).toEqual([2, "tolerance"]);
    expect(await end(0.24)).toEqual([3, "tolerance"]);
    expect(await end(0.26)).toEqual([2, "tolerance"]);
    expect(await end(1)).toEqual([0, "tolerance"]);
    expect(await end(1e-9)).toEqual([10, "steps"]);
    // Without one it goes on even where nothing changes.
    expect(await descend(bowl, { eta: 1, steps: 3, w0: new Float64Array(1) })).toMatchObject({
      steps: 3,
      stopped: "steps",
    });
    for (const tolerance of [-1, Number.NaN])
      await expect(halving({ tolerance })).rejects.toThrow(`tolerance is ${tolerance}`);
    for (const eta of [0, -1, Infinity, Number.NaN])
      await expect(halving({ eta })).rejects.toThrow(`eta is ${eta}`);
    for (const steps of [0, 1.5, Number.NaN])
      await expect(halving({ steps })).rejects.toThrow(`steps is ${steps}`);
  });

  it("has no distances where no minimiser is given, nor does what is found of it", async () => {
    const run = await halving();
    expect(Object.keys(run)).not.toEqual(expect.arrayContaining(["reference"]));
    for (const absent of ["reference", "squaredDistances", "approaches"])
      expect(run).not.toHaveProperty(absent);
    const held = certify(run, { L: 1 });
    expect(held).not.toHaveProperty("firstViolation");
    expect(held.inequalities[0]).not.toHaveProperty("first");
    const known = await halving({
      minimiser: {
        w: new Float64Array(1),
        value: { value: -1, certainty: "bound", how: "" },
        valueError: 2,
        distance: 3,
      },
    });
    expect(known.reference).toEqual({
      ...{ w: new Float64Array(1), value: -1, gradientNorm: 0 },
      known: { valueError: 2, distance: 3 },
    });
  });

  it("refuses a minimiser at which f is not finite", async () => {
    await expect(halving({ minimiser: Float64Array.of(1e200) })).rejects.toThrow(
      'descend: f of "quadratic" is Infinity at the minimiser given',
    );
  });

  it("of no step holds, and one that leaves the bounds is violated at its first step that does", async () => {
    const none = await descend(bowl, {
      eta: 1,
      steps: 3,
      w0: new Float64Array(1),
      tolerance: 0.5,
      minimiser: new Float64Array(1),
    });
    expect(none.steps).toBe(0);
    expect(certify(none, { L: 1, mu: 1 })).toMatchObject({ outcome: "held", holds: true });
    const away = await descend(bowl, {
      eta: 2.5,
      steps: 4,
      w0: Float64Array.of(1),
      minimiser: new Float64Array(1),
    });
    const { outcome, holds, firstViolation, inequalities: reports, needed } = certify(away, { L: 1, mu: 1 });
    expect([outcome, holds, firstViolation?.step]).toEqual(["violated", false, 1]);
    expect(reports.map(({ inequality, violations, checked }) => [inequality, violations, checked])).toEqual([
      ["descent lemma", 4, 4],
      ["minimum", 0, 4],
      ["step II", 4, 4],
      // ½·1.5²ᵗ is below 1/(5t) nowhere.
      ["rate bound", 4, 4],
      ["linear distance", 4, 4],
      ["linear gap", 4, 4],
    ]);
    expect(needed.L).toBeCloseTo(1, 12);
  });

  it("goes with constants that can be", async () => {
    const run = await halving();
    for (const [L, mu] of [
      [0, 0],
      [Infinity, 0],
      [1, -1],
      [1, 1.1],
      [Number.NaN, 0],
      [1, Number.NaN],
    ] as const) {
      expect(() => certify(run, { L, mu })).toThrow(`certify: L is ${L} and mu is ${mu}`);
    }
    expect(certify(run, { L: 1, mu: 1 }).holds).toBe(true);
  });
});

it("the spread of a run's values is the less of the two that are known", () => {
  const made = (norm: number, weighted: number) => ({
    ...({
      name: "by hand",
      eta: 1 / 2,
      rounding: { gamma: 1 / 4, floor: 0 },
      steps: 1,
      stopped: "steps",
    } as const),
    ...{ values: Float64Array.of(25, 9), squaredGradients: Float64Array.of(16, 4) },
    ...{ norms: Float64Array.of(norm, norm), weighted: Float64Array.of(weighted, weighted) },
    ...{ visited: [], w0: new Float64Array(1), w: new Float64Array(1) },
    reference: { w: new Float64Array(1), value: 1, gradientNorm: 0 },
    ...{ squaredDistances: Float64Array.of(1, 1), approaches: Float64Array.of(0, 0) },
  });
  // √(L/2) is 2: (√9 + spread)²/4 of f and 1/4 of the minimum.
  const tolerance = (norm: number, weighted: number) =>
    inequalities(made(norm, weighted), 8, 1).get("minimum")?.[0]?.tolerance;
  expect(tolerance(1.5, 7)).toBeCloseTo(9 + 1 / 4, 9);
  expect(tolerance(1.5, 1)).toBeCloseTo(4 + 1 / 4, 9);
});

it("what float64 loses below 2⁻¹⁰²² is in every rounding error", () => {
  expect(valueRoundoff({ gamma: 1, floor: 0 }, 0, 0)).toBe(2 ** -970);
  expect(gradientRoundoff({ gamma: 1, floor: 0 }, 2, 0, 0)).toBeCloseTo(2 * 2 ** -485, 160);
});

it("a measured rate is the line through all steps that were fitted", () => {
  const gaps = [9, 7, 6, 5.5, 3, 2.5, 1.5, 1.4, 0.9, 0.4, 0.35];
  const rate = measuredRate({
    ...{ name: "by hand", eta: 1, rounding: { gamma: 0, floor: 0 }, steps: 10, stopped: "steps" },
    ...{
      values: Float64Array.from(gaps),
      squaredGradients: new Float64Array(11),
      norms: new Float64Array(11),
    },
    ...{ weighted: new Float64Array(11), visited: [], w0: new Float64Array(1), w: new Float64Array(1) },
    ...{
      reference: { w: new Float64Array(1), value: 0, gradientNorm: 0 },
      squaredDistances: new Float64Array(11),
    },
  });
  const slope = (x: (t: number) => number) => {
    const points = [5, 6, 7, 8, 9, 10].map((t) => [x(t), Math.log(gaps[t] ?? 0)] as const);
    const [mx, my] = [0, 1].map((k) => points.reduce((total, point) => total + (point[k] ?? 0) / 6, 0));
    const along = points.reduce((total, [px, py]) => total + (px - (mx ?? 0)) * (py - (my ?? 0)), 0);
    return along / points.reduce((total, [px]) => total + (px - (mx ?? 0)) ** 2, 0);
  };
  expect(rate).toMatchObject({ from: 5, to: 10 });
  expect(rate?.exponent).toBeCloseTo(slope(Math.log), 12);
  expect(rate?.factor).toBeCloseTo(Math.exp(slope((t) => t)), 12);
});

describe("Lanczos' method", () => {
  const diagonal = (values: readonly number[]) => {
    let count = 0;
    return {
      dimension: values.length,
      apply: async (v: Float64Array) => {
        count++;
        return v.map((vi, i) => vi * (values[i] ?? 0));
      },
      count: () => count,
    };
  };
  /** A hundred eigenvalues up to 1, and one apart from them. */
  const apart = (top: number) => diagonal(Array.from({ length: 100 }, (_, i) => (i === 0 ? top : i / 100)));

  it("looks after 20 products and then after a fifth more each time, and believes what two looks say", async () => {
    for (const [top, steps] of [
      [3, 24],
      [1.5, 29],
      [1.2, 42],
    ] as const) {
      const operator = apart(top);
      const found = await lanczos(operator, { ends: "largest" });
      expect(found).toMatchObject({ steps, restarts: 0, largest: { converged: true } });
      expect(operator.count()).toBe(steps);
      expect(Math.abs(found.largest.value - top)).toBeLessThan(found.largest.error);
    }
  });

  it("waits for both ends unless one is enough", async () => {
    const operator = () => diagonal(Array.from({ length: 100 }, (_, i) => (i === 0 ? 3 : 1 + 1 / (i + 1))));
    const [both, largest] = [await lanczos(operator()), await lanczos(operator(), { ends: "largest" })];
    expect(largest.steps).toBe(24);
    expect(both.steps).toBeGreaterThan(24);
    expect(both.smallest.value).toBeCloseTo(1.01, 9);
  });

  it("stops earlier at a larger tolerance, with an error that says so", async () => {
    const [exact, rough] = [
      await lanczos(apart(1.2), { ends: "largest" }),
      await lanczos(apart(1.2), { ends: "largest", tolerance: 1e-3 }),
    ];
    expect(rough.steps).toBeLessThan(exact.steps);
    expect(rough.largest).toMatchObject({ converged: true });
    expect(rough.largest.error).toBeLessThan(1.2e-3);
    expect(rough.largest.error).toBeGreaterThan(1e-9);
    expect(exact.largest.error).toBeLessThan(1.3e-12);
  });

  it("gives a fresh direction twenty products before it is looked at", async () => {
    const operator = apart(3);
    const start = new Float64Array(100);
    start[5] = 1;
    expect(await lanczos(operator, { start, ends: "largest" })).toMatchObject({ steps: 26, restarts: 1 });
    // A start of no length is none.
    expect(await lanczos(operator, { start: new Float64Array(100), ends: "largest" })).toMatchObject({
      steps: 24,
      restarts: 0,
    });
  });

  it("begins where it is told to, whatever the length of the start", async () => {
    const values = [4, 2, 1];
    for (const length of [1e-150, 1, 1e150]) {
      const found = await lanczos(diagonal(values), { start: Float64Array.of(0, length, 0), maxSteps: 1 });
      expect(found).toMatchObject({ steps: 1, largest: { value: 2 }, smallest: { value: 2 } });
      expect([...found.largest.vector()].map(Math.abs)).toEqual([0, 1, 0]);
    }
  });

  it("takes as many products as there are dimensions, at most 1000, or as are allowed", async () => {
    const many = diagonal(Array.from({ length: 1200 }, (_, i) => 1 + i / 1e9));
    expect((await lanczos(diagonal([1, 2, 3]))).steps).toBe(3);
    expect((await lanczos(diagonal([1, 2, 3]), { maxSteps: 2 })).steps).toBe(2);
    expect((await lanczos(diagonal([1, 2, 3]), { maxSteps: 9 })).steps).toBe(3);
    expect(many.dimension).toBe(1200);
    for (const maxSteps of [0, -1, Number.NaN]) {
      await expect(lanczos(diagonal([1, 2]), { maxSteps })).rejects.toThrow(
        `maxSteps ${maxSteps}; give whole numbers >= 1`,
      );
    }
    for (const dimension of [0, 1.5]) {
      await expect(lanczos({ dimension, apply: async (v) => v })).rejects.toThrow(`dimension ${dimension}`);
    }
  });

  it("is right for numbers of any size", async () => {
    for (const unit of [2 ** -1000, 2 ** -600, 1, 2 ** 600, 2 ** 1000]) {
      const { largest, smallest } = await lanczos(diagonal([3, 2, 1].map((value) => unit * value)));
      expect(largest.value / unit).toBeCloseTo(3, 12);
      expect(smallest.value / unit).toBeCloseTo(1, 12);
      expect(largest.error / unit).toBeLessThan(1e-14);
    }
  });
});

describe("the QR steps of a tridiagonal matrix", () => {
  /** How many rotations there are for each eigenvalue: the first element of a row is turned once a step through the whole. */
  const rotations = (size: number, seed: number) => {
    let writes = 0;
    const row = new Proxy(new Float64Array(size), {
      set: (target, key, value) => {
        writes++;
        return Reflect.set(target, key, value);
      },
    });
    tridiagonalEigenvalues(normals(size, seed), normals(size, seed + 50), [row]);
    return writes / 2 / size;
  };

  it("are few: Wilkinson's shift finds an eigenvalue in two", () => {
    for (const [seed, size] of [10, 20, 40, 60].entries()) {
      // Two steps through half of the matrix on average.
      expect(rotations(size, seed)).toBeLessThan(1.28 * size);
      expect(rotations(size, seed)).toBeGreaterThan(0.5 * size);
    }
  });

  it("find eigenvalues of any size, and those of a matrix that is diagonal already", () => {
    for (const unit of [2 ** -1000, 1, 2 ** 1000]) {
      const [low = 0, high = 0] = [...tridiagonalEigenvalues([2 * unit, 2 * unit], [unit])].sort(
        (a, b) => a - b,
      );
      expect([low / unit, high / unit]).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
    }
    const row = Float64Array.of(5, 6, 7);
    expect([...tridiagonalEigenvalues([3, 1, 2], [0, 1e-17], [row])]).toEqual([3, 1, 2]);
    expect([...row]).toEqual([5, 6, 7]);
    expect([...tridiagonalEigenvalues([4], [])]).toEqual([4]);
  });
});

describe("points and pairs", () => {
  it("along a coordinate are apart like all others", async () => {
    const flat = fake({ dimension: 3, at: () => ({ value: 0, gradient: [0, 0, 0] }) });
    const pairs = await samplePairs(flat, "test", { radius: 2, samples: 2000 });
    const along = pairs
      .filter((_, i) => i % 4 === 3)
      .map(([a, b]) => Math.max(...a.x.map((x, j) => Math.abs(x - (b.x[j] ?? 0)))));
    expect(along).toHaveLength(500);
    // Normal of deviation 2, times 10⁻³ to 1, evenly in the logarithm.
    expect(Math.max(...along)).toBeLessThan(2 * 4);
    expect(along.filter((step) => step > 2).length).toBeGreaterThan(5);
    const middle = along.sort((a, b) => a - b)[250] ?? 0;
    expect(Math.log10(middle)).toBeGreaterThan(-1.9);
    expect(Math.log10(middle)).toBeLessThan(-1.1);
  });

  it("that rounding makes equal are left out, and refused where that is all of them", async () => {
    const parabola = fake({ at: ([x = 0]) => ({ value: (x * x) / 2, gradient: [x] }) });
    const far = { around: Float64Array.of(1e20) };
    await expect(smoothness(parabola, far)).rejects.toThrow(
      "radius 1 is lost beside numbers as large as those of around (100000000000000000000): no two points differ; give a larger one",
    );
    const some = await samplePairs(parabola, "test", { around: Float64Array.of(1e16) });
    expect(some.length).toBeLessThan(200);
    expect(some.length).toBeGreaterThan(20);
    expect(some.every(([a, b]) => a.x[0] !== b.x[0])).toBe(true);
    expect((await smoothnessConstant(parabola, { around: Float64Array.of(1e16) })).value).toBeCloseTo(1, 6);
  });

  it("that break convexity come before all that only seem to", async () => {
    // Near 1000 the first pair's tangents are known to 20, the others' values to 0.19, by which 1 is missing of 19.
    let told = 0;
    const f = fake({
      gamma: 0.01,
      at: () => {
        const call = told++;
        if (call < 2) return { value: 0, gradient: [1] };
        return { value: call % 2 === 0 ? 9 : 10, gradient: [0] };
      },
    });
    const { convex, worst } = await convexity(f, { around: Float64Array.of(1000) });
    expect(convex).toBe(false);
    expect([worst.value, worst.tangent, worst.violation]).toEqual([9, 10, 1]);
  });
});

describe("objectives", () => {
  it("count an example for what has no batch, and name no scales that they do not have", async () => {
    const v = input("v", [], "float64");
    const t = input("t", ["batch"], "float64");
    const u = input("u", [3], "float64");
    const made = (data: Record<string, readonly number[]>, value = sum(v.sub(t))) =>
      objective({ name: "f", parameters: v, value, data });
    const alone = made({ t: [1] });
    const beside = made({ t: [1], u: [1, 2, 3] }, sum(v.sub(t)).add(sum(u)));
    // The sum of three and the sum of both are four operations more.
    expect((beside.rounding.gamma - alone.rounding.gamma) / (2 * Number.EPSILON)).toBeCloseTo(1 + 3 + 1, 6);
    expect(alone.rounding).not.toHaveProperty("scales");
    expect(alone).not.toHaveProperty("constants");
    await alone.release();
  });

  it("of linear models have the roots of half the Hessian's diagonal as scales", () => {
    const X = matrix([[3, 0], [4, 2]]); // biome-ignore format: a matrix
    // √(½·(c·‖Xⱼ‖² + 2λ))
    expect([...curvatureScales(X, 1 / 4, 0.5)]).toEqual(
      [25, 4].map((square) => expect.closeTo(Math.sqrt((square / 4 + 1) / 2), 14)),
    );
    expect([...curvatureScales(X, 2, 0)]).toEqual([5, 2].map((size) => expect.closeTo(size, 14)));
    const y = Float64Array.of(1, 0);
    const scales = (f: { rounding: { scales?: Float64Array } }) =>
      [...(f.rounding.scales ?? [])].map((scale) => scale ** 2);
    expect(scales(leastSquaresObjective(X, y))).toEqual(
      [25 / 2, 2].map((square) => expect.closeTo(square, 12)),
    );
    expect(scales(ridgeObjective(X, y, 3))).toEqual(
      [25 + 3, 4 + 3].map((square) => expect.closeTo(square, 12)),
    );
    expect(scales(logisticObjective(X, y, 3))).toEqual(
      [25 / 8 + 3, 1 / 2 + 3].map((square) => expect.closeTo(square, 12)),
    );
    expect(logisticObjective(X, y, 3).rounding.floor).toBe(2);
  });

  it("of no penalty and of one differ by its terms only", () => {
    const [X, y] = [gaussian(5, 2, 1), Float64Array.of(0, 1, 1, 0, 1)];
    const operations = (lambda: number) =>
      logisticObjective(X, y, lambda).rounding.gamma / (2 * Number.EPSILON);
    // A square or product, a sum of two, a product with lambda and a sum.
    expect(operations(1) - operations(0)).toBeGreaterThanOrEqual(4);
    expect(operations(0.5)).toBe(operations(0.25));
  });

  it("check what they are made of, in their own name", async () => {
    const X = gaussian(3, 2, 1);
    const labels = Float64Array.of(0, 1, 1);
    expect(() => logisticObjective(X, labels.subarray(1), 1)).toThrow(
      "logistic regression: X has 3 rows but y has 2 values",
    );
    expect(() => logisticObjective(X, Float64Array.of(0, 1, Number.NaN), 1)).toThrow(
      "logistic regression: y[2] is NaN",
    );
    await expect(leastSquaresMinimiser(X, labels, -1)).rejects.toThrow("leastSquaresMinimiser: lambda is -1");
    await expect(leastSquaresMinimiser(X, labels, Infinity)).rejects.toThrow(
      "leastSquaresMinimiser: lambda is Infinity",
    );
    await expect(leastSquaresMinimiser(X, labels, 0, new Float64Array(3))).rejects.toThrow(
      "w0 has 3 elements, X has 2 columns",
    );
    await expect(leastSquaresMinimiser(X, labels.subarray(1))).rejects.toThrow(
      "leastSquaresMinimiser: X has 3 rows but y has 2",
    );
    const shaped = (rows: number, columns: number, count = rows * columns): Matrix => ({
      rows,
      columns,
      values: new Float64Array(Math.floor(count)),
    });
    for (const [bad, message] of [
      [shaped(0, 2), "a 0 x 2 matrix"],
      [shaped(2, 0), "a 2 x 0 matrix"],
      [shaped(1.5, 2), "a 1.5 x 2 matrix"],
      [shaped(2, 1.5), "a 2 x 1.5 matrix"],
      [shaped(2, 2, 3), "3 values do not fill a 2 x 2 matrix"],
      [{ ...shaped(2, 2), values: Float64Array.of(1, 2, Infinity, 3) }, "row 1, column 0 is Infinity"],
    ] as const) {
      expect(() => products(bad)).toThrow(`products: ${message}`);
    }
    expect((await products(shaped(1, 1)).times(Float64Array.of(1)))[0]).toBe(0);
  });

  it("of a quadratic are symmetric beside their own largest number", () => {
    const tiny = (by: number) => () => quadraticObjective(matrix([[4e-6, 1e-6], [1e-6 + by, 3e-6]]), new Float64Array(2)); // biome-ignore format: a matrix
    expect(tiny(3.9e-18)).not.toThrow();
    expect(tiny(4.2e-18)).toThrow(/give \(A \+ A'\)\/2/);
    expect(() => quadraticObjective(matrix([[1, 2]]), new Float64Array(1))).toThrow(
      "A is 1 x 2; it must be square",
    );
  });

  it("are computed in float64, or not at all", () => {
    expect(() => float64({ dtype: "float32", shape: [1], data: Float32Array.of(1) })).toThrow(
      "an output is float32",
    );
  });
});

it("colours of bounds are the first two of the palette", () => {
  expect(boundColours).toEqual({ sublinear: palette[0], linear: palette[1] });
});
