import { describe, expect, it } from "vitest";
import { centre } from "../../src/linear/centre.js";
import { addToDiagonal, cholesky } from "../../src/linear/cholesky.js";
import { coordinateDescent } from "../../src/linear/coordinate-descent.js";
import {
  crossValidate,
  elasticNet,
  examples,
  kFold,
  lambdaGrid,
  lambdaMax,
  lasso,
  lassoPath,
  leastSquares,
  logisticRegression,
  meanSquaredResidual,
  polynomialFeatures,
  residuals,
  ridge,
  ridgePath,
  rSquared,
  selectExamples,
  softmaxRegression,
} from "../../src/linear/index.js";
import { powerIteration } from "../../src/linear/power.js";
import { proximalGradient } from "../../src/linear/proximal-gradient.js";
import { solveAugmented } from "../../src/linear/refined.js";
import { type ResidualState, residualState } from "../../src/linear/residual-state.js";
import { solveRidge } from "../../src/linear/ridge-solution.js";
import { equilibrate, isDependent, solveLeastSquares } from "../../src/linear/solution.js";
import { dualityGap, isConverged } from "../../src/linear/sparse-problem.js";
import { random } from "../../src/random/random.js";
import { regression } from "./problems.js";

const column = (...values: number[]) => Float64Array.from(values);

describe("refinement", () => {
  /** x·c = 3 with a factorisation of x = 3, so that each correction is |1 − c| of the one before. */
  const fit = (c: number) => solveAugmented([column(c)], equilibrate([column(1)]).factor, column(3));

  it("ends where a correction is 2⁻¹⁰⁰ of the first, which bounds what is missing", () => {
    for (const c of [0.6, 1.1, 1.4, 1.49]) {
      const { x, error, errors } = fit(c);
      expect(x.high[0]).toBeCloseTo(3 / c, 15);
      expect(error / (3 * 2 ** -100)).toBeLessThanOrEqual(1);
      expect(error / (3 * 2 ** -100)).toBeGreaterThanOrEqual(Math.abs(1 - c));
      expect(errors.x[0]).not.toBe(0);
    }
  });

  it("needs corrections that halve, and a hundred of them at most", () => {
    expect(fit(1.495).error).toBeLessThan(1e-29);
    // 0.497⁹⁹ is above 2⁻¹⁰⁰, 0.51 above a half.
    for (const c of [1.497, 1.51]) {
      const { error, errors } = fit(c);
      expect([error, errors.x[0], errors.r[0]]).toEqual([Infinity, Infinity, Infinity]);
    }
  });
});

describe("the least sum of squares", () => {
  const e = Number.EPSILON;

  it("and the weights are known to their rounding where nothing else is missing", () => {
    const plain = solveLeastSquares([column(1, 0)], column(3, 1));
    // m·ε of the square 1, and ε of the weight 3
    expect([plain.square, plain.squareError / e, plain.weightsError / e]).toEqual([1, 2, 3]);
    expect(plain).toMatchObject({ rank: 1, rankIsCertain: true });
    const line = solveLeastSquares([column(1, 1, 1), column(1, 2, 4)], column(5, 1, 7));
    expect([...line.weights]).toEqual([expect.closeTo(2, 14), expect.closeTo(1, 14)]);
    expect(line.square).toBeCloseTo(14, 12);
    expect(line.squareError / (3 * e * 14)).toBeCloseTo(1, 6);
    expect(line.weightsError / (e * Math.hypot(2, 1))).toBeCloseTo(1, 6);
  });

  it("is 0 below 2⁻⁹⁵ of the target, where 32 digits end", () => {
    const of = (rest: number) => solveLeastSquares([column(1, 0)], column(1, rest));
    const [below, above] = [of(1.9 * 2 ** -96), of(2.1 * 2 ** -96)];
    expect(below.square).toBe(0);
    expect(below.squareError / (1.9 * 2 ** -96) ** 2).toBeCloseTo(1, 9);
    expect(above.square / (2.1 * 2 ** -96) ** 2).toBeCloseTo(1, 9);
    expect(above.squareError / above.square / e).toBeCloseTo(2, 6);
    // Of the target, whatever its size.
    expect(solveLeastSquares([column(8, 0)], column(8, 8 * 1.9 * 2 ** -96)).square).toBe(0);
  });

  it("has no bound where columns may be dependent or not", () => {
    // The second differs from the first by 2⁻⁵² in one place: a rounding of it, or not.
    const unsure = solveLeastSquares([column(1, 1, 1), column(1, 1, 1 + e)], column(1, 2, 4));
    expect(unsure).toMatchObject({
      rank: 1,
      rankIsCertain: false,
      squareError: Infinity,
      weightsError: Infinity,
    });
    const sure = solveLeastSquares([column(1, 1, 1), column(2, 2, 2)], column(1, 2, 4));
    expect(sure).toMatchObject({ rank: 1, rankIsCertain: true, weightsError: Infinity });
    expect(sure.squareError).toBeLessThan(1e-14);
    // The closest to the start, (1, 2)·7/3/5.
    expect([...sure.weights]).toEqual([7 / 15, 14 / 15].map((w) => expect.closeTo(w, 14)));
    expect(solveLeastSquares([column(1, 0), column(0, 1), column(1, 1)], column(1, 2))).toMatchObject({
      rank: 2,
      rankIsCertain: true,
      square: 0,
    });
  });

  it("depends on no column's unit, nor does dependence", () => {
    for (const unit of [2 ** -300, 1, 2 ** 300, 3e-7]) {
      const { factor, scales, columns } = equilibrate([column(unit, 0), column(0, 5)]);
      expect(factor.rank).toBe(2);
      for (const scaled of columns)
        expect([1, 2].map((limit) => Math.hypot(...scaled) >= limit)).toEqual([true, false]);
      expect(scales.every((scale) => Number.isInteger(Math.log2(scale)))).toBe(true);
      expect(isDependent(equilibrate([column(unit, 0), column(3 * unit, 0)]))).toBe(true);
    }
    expect([...equilibrate([column(0, 0)]).scales]).toEqual([1]);
    // 2⁻⁸⁰ of the column's length and of 1 is what a dependence in the numbers themselves may leave.
    for (const [apart, isOne] of [
      [0.9, true],
      [1.1, false],
    ] as const) {
      const pair = equilibrate([column(1, 0), column(1, apart * 2 ** -79)]);
      expect([pair.factor.rank, isDependent(pair)]).toEqual([1, isOne]);
    }
    // Half of float64's digits apart is independent, in 32 digits.
    const near = equilibrate([column(1, 1), column(1, 1 + 2 ** -52)], 1e-10);
    expect([near.factor.rank, isDependent(near)]).toEqual([1, false]);
  });

  it("with a penalty is known as well in both forms, by hand", () => {
    // 2w and w of one example and two features, the target 3 and λ = 4: w = (2, 1)·3/(5 + 4).
    const dual = solveRidge([column(2), column(1)], column(3), 4);
    expect([...dual.weights]).toEqual([2 / 3, 1 / 3].map((w) => expect.closeTo(w, 15)));
    expect(dual.square).toBeCloseTo((3 - 5 / 3) ** 2 + 4 * (5 / 9), 13);
    // (n + d)·ε and ε for the root of λ
    expect(dual.squareError / (e * dual.square)).toBeCloseTo(1 + 2 + 1, 6);
    const primal = solveRidge([column(2, 1)], column(3, 0), 4);
    expect(primal.weights[0]).toBeCloseTo(6 / 9, 15);
    expect(primal.square).toBeCloseTo(9 - 36 / 9, 13);
    expect(primal.squareError / (e * primal.square)).toBeCloseTo(2 + 1 + 1, 6);
    expect(primal.weightsError / (2 * e * (6 / 9))).toBeCloseTo(1, 6);
  });
});

describe("sparse solvers", () => {
  it("stop by the gap and by the change of the last pass", () => {
    const problem = { state: { targetSquare: 4 } as ResidualState, l1: 1, l2: 0 };
    const stops = (gap: number, change: number) =>
      isConverged(problem, { tolerance: 1e-3, maxIterations: 9 }, gap, change);
    expect(stops(4e-3, 2e-9)).toBe(true);
    expect(stops(4.1e-3, 2e-9)).toBe(false);
    expect(stops(4e-3, 2.1e-9)).toBe(false);
  });

  it("may make a single pass, and need none to see a minimum", async () => {
    const data = examples([[1], [2], [4]], [1, 2, 5]);
    expect(await lasso(data, { lambda: 1, maxIterations: 1 })).toMatchObject({ iterations: 1 });
    await expect(lasso(data, { lambda: 1, maxIterations: 1.5 })).rejects.toThrow("maxIterations is 1.5");
    expect((await lasso(data, { lambda: 1, tolerance: 0 })).weights[0]).toBeGreaterThan(0);
    const beyond = await lasso(data, { lambda: 1.01 * (await lambdaMax(data)) });
    expect([...beyond.weights]).toEqual([0]);
    expect(beyond).toMatchObject({ iterations: 1, converged: true });
  });

  it("leave alone what cannot change the fit", () => {
    let moves = 0;
    const state = {
      d: 2,
      targetSquare: 1,
      squares: column(0, 4),
      correlation: () => 0,
      move: () => {
        moves++;
      },
      set: () => {},
      square: () => 1,
      alongTarget: () => 1,
      gramTimes: (v: Float64Array) => v,
    };
    const { weights, iterations } = coordinateDescent({ state, l1: 1, l2: 0 }, column(0, 0), {
      tolerance: 1e-3,
      maxIterations: 50,
    });
    expect([[...weights], iterations, moves]).toEqual([[0, 0], 1, 0]);
  });

  it("make the steps of accelerated descent with restarts, by an independent implementation", async () => {
    const [n, d] = [12, 4];
    const data = regression(8, n, d);
    const scaled = { ...data, X: data.X.map((x, k) => x * 4 ** -(k % d)) };
    const state = await residualState(centre(scaled, false));
    const [l1, l2] = [0.3, 0.2];
    const start = column(0.5, 0, -0.2, 0);
    const { value, residual } = powerIteration(state.gramTimes, d, { tolerance: 1e-4, iterations: 1000 });
    const eta = 1 / (2 * (value + residual) + 2 * l2);
    let [w, before, t, restarts] = [start, start, 1, 0];
    let v = start;
    for (let step = 1; step <= 40; step++) {
      const r = scaled.y.map(
        (yi, i) => yi - v.reduce((sum, vj, j) => sum + vj * (scaled.X[i * d + j] ?? 0), 0),
      );
      const at = v;
      before = w;
      w = at.map((vj, j) => {
        const slope = 2 * l2 * vj - 2 * r.reduce((sum, ri, i) => sum + ri * (scaled.X[i * d + j] ?? 0), 0);
        const z = vj - eta * slope;
        return Math.sign(z) * Math.max(0, Math.abs(z) - eta * l1);
      });
      if (w.reduce((sum, wj, j) => sum + ((at[j] ?? 0) - wj) * (wj - (before[j] ?? 0)), 0) > 0) {
        t = 1;
        restarts++;
      }
      const next = (1 + Math.sqrt(1 + 4 * t ** 2)) / 2;
      v = w.map((wj, j) => wj + ((t - 1) / next) * (wj - (before[j] ?? 0)));
      t = next;
      const found = proximalGradient({ state, l1, l2 }, start, { tolerance: 0, maxIterations: step });
      expect(found).toMatchObject({ iterations: step, converged: false });
      expect([...found.weights]).toEqual(Array.from(w, (wj) => expect.closeTo(wj, 11)));
      expect(found.gap).toBeGreaterThan(0);
      state.set(found.weights);
      expect(found.gap).toBeCloseTo(dualityGap({ state, l1, l2 }, found.weights), 12);
    }
    expect(restarts).toBeGreaterThan(0);
  });

  it("look at the gap every ten steps of accelerated descent, and at how far the last one moved the fit", async () => {
    const state = await residualState(centre(regression(8, 12, 4), false));
    const run = (tolerance: number) =>
      proximalGradient({ state, l1: 0.3, l2: 0 }, new Float64Array(4), { tolerance, maxIterations: 10_000 });
    // At a tolerance that every gap is within, the last step decides.
    const loose = run(1);
    expect(loose.converged).toBe(true);
    expect(loose.iterations % 10).toBe(0);
    const { value, residual } = powerIteration(state.gramTimes, 4, { tolerance: 1e-4, iterations: 1000 });
    const moved = (iterations: number) => {
      const [last, previous] = [iterations, iterations - 1].map(
        (maxIterations) =>
          proximalGradient({ state, l1: 0.3, l2: 0 }, new Float64Array(4), { tolerance: 0, maxIterations })
            .weights,
      );
      return (
        Math.hypot(...(last ?? []).map((w, j) => w - (previous?.[j] ?? 0))) * Math.sqrt(value + residual)
      );
    };
    const limit = 1e-9 * Math.sqrt(state.targetSquare);
    expect(moved(loose.iterations)).toBeLessThan(3 * limit);
    expect(moved(loose.iterations - 10)).toBeGreaterThan(limit / 3);
  });

  it("ask for a strength and a ratio that can be", async () => {
    const data = examples([[1], [2], [4]], [1, 2, 5]);
    for (const ratio of [0, -0.5, 1.01, Number.NaN]) {
      await expect(elasticNet(data, { lambda: 1, ratio })).rejects.toThrow(`ratio is ${ratio}`);
      await expect(lambdaMax(data, { ratio })).rejects.toThrow(`lambdaMax: ratio is ${ratio}`);
    }
    expect((await elasticNet(data, { lambda: 1, ratio: 1 })).weights).toEqual(
      (await lasso(data, { lambda: 1 })).weights,
    );
    for (const lambda of [0, -1, Infinity, Number.NaN]) {
      await expect(lasso(data, { lambda })).rejects.toThrow(`lasso: lambda is ${lambda}`);
      await expect(ridge(data, { lambda })).rejects.toThrow(`ridge: lambda is ${lambda}`);
      await expect(ridgePath(data, { lambdas: [1, lambda] })).rejects.toThrow(
        `ridgePath: lambda is ${lambda}`,
      );
    }
    await expect(ridgePath(data, { lambdas: [] })).rejects.toThrow("ridgePath: no lambdas");
    await expect(lassoPath(data, { lambdas: [] })).rejects.toThrow("lassoPath: no lambdas");
    await expect(lassoPath(examples([[1], [2]], [3, 3]))).rejects.toThrow(
      "no feature is correlated with the target",
    );
    await expect(logisticRegression({ ...data, y: column(0, 1, 0) }, { lambda: -1 })).rejects.toThrow(
      /lambda is -1/,
    );
  });
});

describe("paths", () => {
  it("begin at the smallest strength without weights, and are given in the order asked for", async () => {
    const data = regression(3, 20, 3);
    const most = await lambdaMax(data);
    const path = await lassoPath(data, { count: 5 });
    expect(path.map(({ lambda }) => lambda / most)).toEqual(
      [0, 1, 2, 3, 4].map((k) => expect.closeTo(10 ** ((-3 * k) / 4), 12)),
    );
    expect([...(path[0]?.weights ?? [])]).toEqual([0, 0, 0]);
    expect(path[1]?.weights.some((w) => w !== 0)).toBe(true);
    expect(await lassoPath(data)).toHaveLength(100);
    const some = await lassoPath(data, { lambdas: [1, 5, 2] });
    expect(some.map(({ lambda }) => lambda)).toEqual([1, 5, 2]);
    for (const [i, lambda] of [1, 5, 2].entries()) {
      const alone = await lasso(data, { lambda });
      expect([...(some[i]?.weights ?? [])]).toEqual(Array.from(alone.weights, (w) => expect.closeTo(w, 6)));
    }
    // Without an intercept the means count too.
    expect(await lambdaMax(data, { intercept: false })).not.toBeCloseTo(most, 3);
    expect(await lambdaMax(data, { ratio: 0.5 })).toBeCloseTo(2 * most, 9);
  });

  it("of strengths have at least two, from a positive one down", () => {
    expect(lambdaGrid(4, { count: 2, fraction: 0.25 })).toEqual([4, 1]);
    for (const count of [1, 0, 2.5]) expect(() => lambdaGrid(4, { count })).toThrow(`count is ${count}`);
    expect(() => lambdaGrid(0)).toThrow("lambdaGrid: lambda is 0");
  });
});

it("a constant feature or target is centred to 0, whatever rounding its mean has", () => {
  // Ten tenths of 0.7 are not 0.7.
  expect(Array.from({ length: 10 }).reduce<number>((sum) => sum + 0.7 / 10, 0)).not.toBe(0.7);
  const X = Float64Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? 0.7 : k));
  const centred = centre({ X, y: new Float64Array(10).fill(0.7), n: 10, d: 2 }, true);
  expect([centred.constant, centred.means[0], centred.targetMean]).toEqual([[0], 0.7, 0.7]);
});

describe("fits", () => {
  const data = examples([[1, 0], [2, 1], [4, 5]], [1, 2, 5]); // biome-ignore format: a matrix

  it("have one weight for each feature of the examples that they are measured on", () => {
    const fit = { weights: column(1), intercept: 0 };
    expect(() => residuals(fit, data)).toThrow("residuals: the fit has 1 weights, the examples 2 features");
    expect([...residuals({ weights: column(1, 1), intercept: 1 }, data)]).toEqual([-1, -2, -5]);
    expect(meanSquaredResidual({ weights: column(1, 1), intercept: 1 }, data)).toBeCloseTo(10, 14);
    // Around the mean 8/3 of the targets.
    expect(rSquared({ weights: column(1, 1), intercept: 1 }, data)).toBeCloseTo(1 - 30 / (30 - 64 / 3), 12);
    expect(rSquared({ weights: column(0, 0), intercept: 8 / 3 }, data)).toBeCloseTo(0, 12);
    expect(() => rSquared({ weights: column(1, 1), intercept: 1 }, { ...data, y: column(2, 2, 2) })).toThrow(
      "rSquared: all 3 targets are 2",
    );
  });

  it("say why they are not unique", async () => {
    const fails = (rows: number[][], y: number[], options: Parameters<typeof leastSquares>[1] = {}) =>
      expect(leastSquares(examples(rows, y), options)).rejects;
    const remedy = 'many solutions fit equally well; use ridge with lambda > 0, or singular: "minimum-norm"';
    await fails([[1, 2], [2, 4]], [1, 2]).toThrow(`2 features and an intercept from 2 examples: ${remedy}`); // biome-ignore format: a matrix
    await fails([[1, 2, 4]], [1], { intercept: false }).toThrow(`3 features from 1 example: ${remedy}`);
    await fails([[1, 2], [2, 4], [3, 6]], [1, 2, 4]).toThrow(`of 2 features only 1 are independent: ${remedy}`); // biome-ignore format: a matrix
    await fails([[1, 7], [2, 7], [4, 7]], [1, 2, 4]).toThrow("feature 1 is constant, which the intercept already stands for"); // biome-ignore format: a matrix
    await fails([[1, 2], [2, 4]], [1, 2], { intercept: false }).toThrow(`of 2 features only 1 are independent: ${remedy}`); // biome-ignore format: a matrix
    await fails([[7]], [1]).toThrow(`1 feature and an intercept from 1 example: ${remedy}`);
    const { rank, condition, method } = await leastSquares(examples([[1, 2], [2, 4], [3, 6]], [1, 2, 4]), { singular: "minimum-norm" }); // biome-ignore format: a matrix
    expect([rank, condition, method]).toEqual([1, Infinity, "qr"]);
  });
});

describe("examples", () => {
  it("are whole, finite and some", () => {
    const bad = (rows: unknown, y: number[]) => expect(() => examples(rows as number[][], y));
    bad([[1, 2], [3]], [1, 2]).toThrow("examples: row 1 has 1 features, row 0 has 2; give equally many");
    bad([], []).toThrow("examples: 0 examples with 0 features");
    bad([[]], [1]).toThrow("examples: 1 examples with 0 features");
    bad([[1], [2]], [1]).toThrow("examples: y holds 1 targets for 2 examples");
    bad([[1], [2]], [1, Number.NaN]).toThrow("the target of example 1 is NaN");
    bad([[1, 2], [3, Infinity]], [1, 2]).toThrow("feature 1 of example 1 is Infinity"); // biome-ignore format: a matrix
    bad([[Infinity, 2]], [1]).toThrow("feature 0 of example 0 is Infinity");
    bad(7, [1]).toThrow("examples: the rows are 7");
    expect(examples([[1]], [1])).toMatchObject({ n: 1, d: 1 });
  });

  it("are checked by whatever they are handed to", async () => {
    const data = examples([[1], [2], [4]], [1, 2, 5]);
    const fails = (changes: object) => expect(ridge({ ...data, ...changes }, { lambda: 1 })).rejects;
    await fails({ X: undefined }).toThrow("ridge: the examples have no X");
    await fails({ y: undefined }).toThrow("ridge: the examples have no y");
    await fails({ n: 0 }).toThrow("ridge: 0 examples with 1 features");
    await fails({ d: 0 }).toThrow("ridge: 3 examples with 0 features");
    await fails({ n: 1.5 }).toThrow("ridge: 1.5 examples");
    await fails({ d: 2 }).toThrow("ridge: X holds 3 numbers, 3 examples × 2 features need 6");
    await expect(ridge({ ...data, X: [1, 2, 4] as never }, { lambda: 1 })).rejects.toThrow(
      "ridge: X is a list of 3",
    );
    const hole = { ...data, X: column(1, Number.NaN, 4), y: column(0, 1, 0) };
    const named = (name: string, fit: Promise<unknown>) =>
      expect(fit).rejects.toThrow(`${name}: feature 0 of example 1 is NaN; fill or drop it first`);
    await named("leastSquares", leastSquares(hole));
    await named("lasso", lasso(hole, { lambda: 1 }));
    await named("lassoPath", lassoPath(hole));
    await named("lambdaMax", lambdaMax(hole));
    await named("ridgePath", ridgePath(hole, { lambdas: [1] }));
    await named("logisticRegression", logisticRegression(hole, { lambda: 1 }));
    await named("softmaxRegression", softmaxRegression(hole, { lambda: 1 }));
    await named("crossValidate", crossValidate(hole, { lambdas: [1], path: async () => [], k: 2 }));
    await expect(ridge(undefined as never, { lambda: 1 })).rejects.toThrow("ridge: the examples have no X");
    expect((await ridge(examples([[1]], [2]), { lambda: 1 })).weights[0]).toBe(0);
  });

  it("are chosen by their numbers", () => {
    const data = examples([[1, 2], [3, 4], [5, 6]], [7, 8, 9]); // biome-ignore format: a matrix
    expect(selectExamples(data, [2, 0])).toEqual({ X: column(5, 6, 1, 2), y: column(9, 7), n: 2, d: 2 });
    for (const wrong of [3, -1, 0.5])
      expect(() => selectExamples(data, [wrong])).toThrow(`example ${wrong} of 3; give numbers from 0 to 2`);
  });
});

describe("folds", () => {
  it("are as many as asked for, and differ by one example at most", () => {
    for (const [n, k] of [
      [10, 2],
      [10, 3],
      [7, 7],
      [2, 2],
    ] as const) {
      const folds = kFold(n, k, 5);
      expect(folds).toHaveLength(k);
      const sizes = folds.map(({ test }) => test.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
      for (const { train, test } of folds) {
        expect(train.length + test.length).toBe(n);
        expect([...train].every((i) => !test.includes(i))).toBe(true);
        for (const part of [train, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
      }
    }
    for (const [n, k] of [
      [10, 1],
      [10, 11],
      [10, 2.5],
      [1.5, 2],
    ] as const) {
      expect(() => kFold(n, k, 0)).toThrow(`kFold: ${k} folds of ${n} examples`);
    }
  });

  it("choose the largest strength of the smallest mean, and the largest within one standard error of it", async () => {
    // Errors by strength and fold: 8 is 1 and 3, the mean 2 ± 1; 4 and 2 likewise; 16 is 2.9 and 3.1; 32 is 3.2 and 3.
    const told: Record<number, readonly number[]> = {
      2: [1, 3],
      4: [3, 1],
      8: [1, 3],
      16: [2.9, 3.1],
      32: [3.2, 3],
      1: [9, 9],
    };
    const data = examples([[1], [2], [3], [4]], [1, 2, 3, 4]);
    let fold = -1;
    const path = async (_: unknown, lambdas: readonly number[]) => {
      fold++;
      return lambdas.map((lambda) => ({ weights: column(told[lambda]?.[fold] ?? 0), intercept: 0 }));
    };
    const error = ({ weights }: { weights: Float64Array }) => weights[0] ?? 0;
    const lambdas = [1, 2, 8, 4, 16, 32];
    const found = await crossValidate(data, { lambdas, path, error, k: 2 });
    expect(found).toMatchObject({ lambdas, best: 8, oneStandardError: 16 });
    expect([...found.mean]).toEqual([9, 2, 2, 2, 3, 3.1].map((mean) => expect.closeTo(mean, 12)));
    // The deviation of 1 and 3 is √2, over √2 folds.
    expect([...found.standardError]).toEqual(
      [0, 1, 1, 1, 0.1, 0.1].map((spread) => expect.closeTo(spread, 12)),
    );
    await expect(crossValidate(data, { lambdas: [], path })).rejects.toThrow("crossValidate: no lambdas");
    await expect(crossValidate(data, { lambdas: [1, 2], k: 2, path: async () => [] })).rejects.toThrow(
      "crossValidate: path returned 0 models for 2 lambdas",
    );
  });

  it("are five unless told otherwise, with the first seed", async () => {
    const data = regression(1, 20, 2);
    let folds = 0;
    const path = (train: typeof data, lambdas: readonly number[]) => {
      folds++;
      return ridgePath(train, { lambdas });
    };
    const plain = await crossValidate(data, { lambdas: [1], path });
    expect(folds).toBe(5);
    expect((await crossValidate(data, { lambdas: [1], path, k: 5, seed: 0 })).mean).toEqual(plain.mean);
    expect((await crossValidate(data, { lambdas: [1], path, seed: 1 })).mean).not.toEqual(plain.mean);
  });
});

describe("polynomial features", () => {
  it("are the powers of each input, by name", () => {
    const of = (options: Parameters<typeof polynomialFeatures>[2], degree = 2) =>
      polynomialFeatures([2, 3, -1, 4], degree, options);
    expect(of({})).toMatchObject({
      n: 4,
      d: 3,
      columns: ["1", "x", "x^2"],
      X: column(1, 2, 4, 1, 3, 9, 1, -1, 1, 1, 4, 16),
    });
    expect(of({ constant: false })).toMatchObject({
      d: 2,
      columns: ["x", "x^2"],
      X: column(2, 4, 3, 9, -1, 1, 4, 16),
    });
    expect(of({ inputs: 2 })).toMatchObject({
      n: 2,
      columns: ["1", "x1", "x1^2", "x2", "x2^2"],
      X: column(1, 2, 4, 3, 9, 1, -1, 1, 4, 16),
    });
    expect(of({}, 1)).toMatchObject({ columns: ["1", "x"] });
    expect(of({}, 1)).not.toHaveProperty("warning");
    // [1, x] of −1 and 1: both columns are √2 long and orthogonal.
    expect(polynomialFeatures([-1, 1], 1).condition).toBeCloseTo(1, 12);
  });

  it("warn where float64 cannot tell them apart", () => {
    const many = polynomialFeatures([1, 2, -3], 4);
    expect(many.condition).toBe(Infinity);
    expect(many.warning).toBe(
      "polynomialFeatures: degree 4 on 3 examples has condition number Infinity, above the 4.5e15 that double precision holds; use a degree below 3, or add ridge",
    );
    const large = polynomialFeatures(
      Array.from({ length: 20 }, (_, i) => 100 * (i - 15)),
      8,
    );
    expect(large.warning).toMatch(
      /^polynomialFeatures: degree 8 on 20 examples has condition number \d\.\de\+\d+, above .*; scale the inputs to \[-1, 1\] \(the largest is 1\.50e\+3\) or use a lower degree, or add ridge$/,
    );
    expect(large.condition).toBeGreaterThan(4.5e15);
    // As many features as examples are not too many.
    expect(polynomialFeatures([-1, 0, 1], 2)).not.toHaveProperty("warning");
  });

  it("ask for whole examples and degrees, and for powers that are finite", () => {
    for (const degree of [0, -1, 1.5])
      expect(() => polynomialFeatures([1], degree)).toThrow(`degree is ${degree}`);
    expect(() => polynomialFeatures([1], 1, { inputs: 0 })).toThrow("inputs is 0");
    expect(() => polynomialFeatures([1, 2, 3], 1, { inputs: 2 })).toThrow(
      "3 numbers are not whole examples of 2 inputs",
    );
    expect(() => polynomialFeatures([], 1)).toThrow("0 numbers are not whole examples of 1 inputs");
    expect(() => polynomialFeatures([1, 2, 3, 1e200], 2, { inputs: 2 })).toThrow(
      "input 1 of example 1 is 1e+200; its power 2 is not a finite number",
    );
  });
});

describe("a Cholesky factor", () => {
  it("has the condition of the matrix, and of the one with a diagonal of ones", () => {
    const factor = cholesky(column(4, 0, 0, 1e-6));
    expect([factor?.condition(), factor?.scaledCondition()]).toEqual([
      expect.closeTo(4e6, -3),
      expect.closeTo(1, 9),
    ]);
    const tilted = cholesky(column(2, 1, 1, 2));
    expect(tilted?.condition()).toBeCloseTo(3, 2);
    expect([...(tilted?.solve(column(3, 0)) ?? [])]).toEqual([2, -1].map((x) => expect.closeTo(x, 12)));
  });

  it("is none where a matrix is not positive definite", () => {
    for (const matrix of [
      column(1, 2, 2, 1),
      column(0, 0, 0, 1),
      column(-1),
      column(Infinity),
      column(Number.NaN),
    ]) {
      expect(cholesky(matrix)).toBeUndefined();
    }
    expect([...addToDiagonal(column(1, 2, 3, 4), 0.5)]).toEqual([1.5, 2, 3, 4.5]);
  });
});

it("ridge of orthogonal features has the condition of their lengths, at least 1", async () => {
  const data = (a: number, b: number) => examples([[a, 0], [0, b], [0, 0]], [1, 2, 3]); // biome-ignore format: a matrix
  const condition = async (a: number, b: number, lambda: number) =>
    (await ridge(data(a, b), { lambda, intercept: false })).condition;
  expect(await condition(2, 2, 1)).toBeCloseTo(1, 9);
  expect(await condition(4, 1, 3)).toBeCloseTo(Math.sqrt((16 + 3) / (1 + 3)), 3);
  expect(await condition(1e-3, 1e-3, 1e-9)).toBeGreaterThanOrEqual(1);
});

it("the residual of few examples is squared without becoming negative", async () => {
  // A target that is fitted exactly: what is left is rounding.
  const state = await residualState(centre(examples([[1, 2], [3, 4], [7, 5]], [0.1, 0.3, 0.7]), false)); // biome-ignore format: a matrix
  for (const scale of [1, 1 + 1e-9, 1 - 1e-9]) {
    state.set(column(0.1 * scale, 0));
    expect(state.square()).toBeGreaterThanOrEqual(0);
    expect(state.square()).toBeLessThan(1e-15);
  }
});

describe("likelihoods", () => {
  const rows = Array.from({ length: 12 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)]);
  const labels = Array.from({ length: 12 }, (_, i) => Number(i % 3 === 0));

  it("have no fit where the features depend on each other, unless there is a penalty", async () => {
    const twice = examples(
      rows.map(([a = 0]) => [a, 2 * a]),
      labels,
    );
    await expect(logisticRegression(twice, { lambda: 0 })).rejects.toThrow(
      "features depend on each other (or are constant)",
    );
    const { weights } = await logisticRegression(twice, { lambda: 0.5 });
    // Both share what one alone would have: w ∝ (1, 2).
    expect((weights[1] ?? 0) / (weights[0] ?? 1)).toBeCloseTo(2, 6);
    const constant = examples(
      rows.map(([a = 0]) => [a, 3]),
      labels,
    );
    await expect(logisticRegression(constant, { lambda: 0 })).rejects.toThrow(
      "features depend on each other",
    );
    expect((await logisticRegression(constant, { lambda: 0.5 })).weights[1]).toBeCloseTo(0, 9);
  });

  it("have none without a penalty where a line separates the classes, for two and for three of them", async () => {
    const two = examples([[0], [1], [2], [3]], [0, 0, 1, 1]);
    await expect(logisticRegression(two, { lambda: 0 })).rejects.toThrow(
      "the features separate the classes without error",
    );
    expect((await logisticRegression(two, { lambda: 1e-3 })).weights[0]).toBeGreaterThan(1);
    const mixed = examples([[0], [1], [2], [3]], [0, 1, 0, 1]);
    expect((await logisticRegression(mixed, { lambda: 0 })).iterations).toBeLessThan(30);
    const three = examples([[0, 0], [1, 0], [0, 1], [0.1, 0], [1, 0.1], [0.1, 1]], [0, 1, 2, 0, 1, 2]); // biome-ignore format: a matrix
    await expect(softmaxRegression(three, { lambda: 0 })).rejects.toThrow("separate the classes");
    expect((await softmaxRegression(three, { lambda: 0.1 })).weights).toHaveLength(6);
  });

  it("are read in parts where they are many, with the same result", async () => {
    // 2²⁰ numbers go through the engine at a time.
    const [n, d] = [300_000, 2];
    const X = new Float64Array(n * d);
    random(1, "long").fillNormal(X);
    const y = Float64Array.from({ length: n }, (_, i) => i % 2);
    const data = { X, y, n, d };
    const { weights, intercept, value } = await logisticRegression(data, { lambda: 500 });
    let sum = 500 * weights.reduce((total, w) => total + w * w, 0);
    const gradient = weights.map((w) => 1000 * w);
    for (let i = 0; i < n; i++) {
      let z = intercept;
      for (let j = 0; j < d; j++) z += (X[i * d + j] ?? 0) * (weights[j] ?? 0);
      sum += Math.log1p(Math.exp(z)) - (y[i] ?? 0) * z;
      const slope = 1 / (1 + Math.exp(-z)) - (y[i] ?? 0);
      for (let j = 0; j < d; j++) gradient[j] = (gradient[j] ?? 0) + slope * (X[i * d + j] ?? 0);
    }
    expect(value / sum).toBeCloseTo(1, 9);
    expect(Math.hypot(...gradient)).toBeLessThan(1e-4);
  });
});
