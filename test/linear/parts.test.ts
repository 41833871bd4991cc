import { describe, expect, it } from "vitest";
import { centre, interceptOf } from "../../src/linear/centre.js";
import { conditionOf } from "../../src/linear/condition.js";
import { coordinateDescent } from "../../src/linear/coordinate-descent.js";
import { rationalStep } from "../../src/linear/eigen/secular.js";
import { gram, normalEquations } from "../../src/linear/gram.js";
import { type Convex, minimise } from "../../src/linear/newton.js";
import { lambdaGrid } from "../../src/linear/path.js";
import { powerIteration } from "../../src/linear/power.js";
import { proximalGradient } from "../../src/linear/proximal-gradient.js";
import { solveAugmented } from "../../src/linear/refined.js";
import { residualState } from "../../src/linear/residual-state.js";
import { ridge } from "../../src/linear/ridge.js";
import { solveRidge } from "../../src/linear/ridge-solution.js";
import { withTarget } from "../../src/linear/rows.js";
import { equilibrate } from "../../src/linear/solution.js";
import { dualityGap, softThreshold } from "../../src/linear/sparse-problem.js";
import { correlations, regression } from "./problems.js";

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 9) =>
  expect(Array.from(actual)).toEqual(Array.from(expected, (x) => expect.closeTo(x, digits)));

describe("centring", () => {
  it("subtracts means, keeps constant features exactly, and gives the intercept back", () => {
    const X = Float64Array.of(1, 0.1, 3, 0.1, 8, 0.1);
    const centred = centre({ X, y: Float64Array.of(1, 2, 6), n: 3, d: 2 }, true);
    close(centred.means, [4, 0.1], 15);
    expect(centred.means[1]).toBe(0.1);
    expect(centred.constant).toEqual([1]);
    expect(centred.targetMean).toBeCloseTo(3, 14);
    expect(interceptOf(centred, Float64Array.of(2, 10))).toBeCloseTo(3 - 8 - 1, 14);
    const plain = centre({ X, y: Float64Array.of(1, 2, 6), n: 3, d: 2 }, false);
    expect([...plain.means, plain.targetMean]).toEqual([0, 0, 0]);
  });
});

it("centring looks for constant features in their own column", () => {
  const X = Float64Array.of(1, 7, 0.1, 2, 9, 0.1, 4, 7, 0.1);
  const centred = centre({ X, y: Float64Array.of(1, 2, 6), n: 3, d: 3 }, true);
  expect(centred.constant).toEqual([2]);
  close(centred.means, [7 / 3, 23 / 3, 0.1], 14);
  // Equal to what stands beside them or a row above, but not constant.
  const stairs = centre({ X: Float64Array.of(5, 1, 1, 2), y: Float64Array.of(0, 1), n: 2, d: 2 }, true);
  expect(stairs.constant).toEqual([]);
});

describe("Gram matrices", () => {
  it("are those of the centred examples, read in parts", async () => {
    const examples = regression(3, 400_000, 2);
    const centred = centre(examples, true);
    const { G, b, yy } = await normalEquations(withTarget(centred));
    const { X, y, n, d } = examples;
    const column = (j: number) =>
      Array.from({ length: n }, (_, i) => (X[i * d + j] ?? 0) - (centred.means[j] ?? 0));
    const [first, second, target] = [
      column(0),
      column(1),
      Array.from(y, (value) => value - centred.targetMean),
    ];
    const relative = (value: number | undefined, expected: number) =>
      expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(1e-9 * n);
    relative(G[0], dot(first, first));
    relative(G[1], dot(first, second));
    expect(G[2]).toBe(G[1]);
    relative(G[3], dot(second, second));
    relative(b[0], dot(first, target));
    relative(b[1], dot(second, target));
    relative(yy, dot(target, target));
  });

  it("say so where they overflow", async () => {
    const rows = { count: 1, width: 1, read: () => Float64Array.of(1e200) };
    await expect(gram(rows)).rejects.toThrow(/overflow: scale the columns/);
  });
});

describe("power iteration", () => {
  const times = (diagonal: readonly number[]) => (v: Float64Array) => v.map((x, i) => x * (diagonal[i] ?? 0));

  it("finds the largest eigenvalue from below, and how far it may be off", () => {
    const { value, residual } = powerIteration(times([5, 3, 1, 0]), 4, { tolerance: 1e-8, iterations: 1000 });
    expect(value).toBeLessThanOrEqual(5 + 1e-12);
    expect(value).toBeCloseTo(5, 12);
    expect(residual).toBeLessThanOrEqual(5e-8);
    const rough = powerIteration(times([5, 4, 1, 0]), 4);
    expect(rough.residual).toBeLessThanOrEqual(5e-3);
    expect(rough.residual).toBeGreaterThan(1e-3);
  });

  it("stops at once where it can, and after as many products as allowed", () => {
    const products = (apply: (v: Float64Array) => Float64Array, options = {}) => {
      let count = 0;
      const result = powerIteration(
        (v) => {
          count++;
          return apply(v);
        },
        3,
        options,
      );
      return { count, ...result };
    };
    expect(products(times([2, 2, 2]))).toMatchObject({ count: 1 });
    expect(products(times([0, 0, 0]))).toEqual({ count: 1, value: 0, residual: 0 });
    expect(products(times([3, 2.9, 1]), { tolerance: 0, iterations: 7 }).count).toBe(7);
    expect(products(times([3, 2.9999, 1]), { tolerance: 1e-12 }).count).toBe(100);
  });
});

describe.each([
  ["through X'X, of few features", 12, 4],
  ["through the residual itself, of many", 4, 12],
])("the residual while w changes, %s", (_name, n, d) => {
  it("is that of its definition after moves and after a new start", async () => {
    const centred = centre(regression(5, n, d), true);
    const state = await residualState(centred);
    const rows = withTarget(centred).read(0, n);
    const at = (i: number, j: number) => rows[i * (d + 1) + j] ?? Number.NaN;
    const target = Float64Array.from({ length: n }, (_, i) => at(i, d));
    const X = Float64Array.from({ length: n * d }, (_, k) => at(Math.floor(k / d), k % d));
    const w = new Float64Array(d);
    const check = () => {
      const r = target.map((t, i) => t - w.reduce((sum, wj, j) => sum + wj * at(i, j), 0));
      close(
        Array.from(w, (_w, j) => state.correlation(j)),
        correlations({ X, y: target, n, d }, r),
      );
      expect(state.square()).toBeCloseTo(dot(r, r), 9);
      expect(state.alongTarget()).toBeCloseTo(dot(r, target), 9);
    };
    expect(state.d).toBe(d);
    expect(state.targetSquare).toBeCloseTo(dot(target, target), 9);
    close(
      state.squares,
      Array.from(w, (_w, j) => target.reduce((sum, _t, i) => sum + at(i, j) ** 2, 0)),
    );
    check();
    for (const [j, delta] of [
      [0, 1.5],
      [3, -2],
      [0, 0.25],
    ] as const) {
      w[j] = (w[j] ?? 0) + delta;
      state.move(j, delta);
      if (n < d) check();
    }
    state.set(w);
    check();
    w.fill(0)[2] = -1;
    state.set(w);
    check();
    const v = w.map((_w, j) => Math.sin(j));
    const Xv = target.map((_t, i) => v.reduce((sum, vj, j) => sum + vj * at(i, j), 0));
    close(state.gramTimes(v), correlations({ X, y: target, n, d }, Xv));
  });
});

describe("sparse solvers", () => {
  it("soft thresholding shrinks towards exact zero", () => {
    expect([3, 1, 0.5, 0, -0.5, -1, -3].map((z) => softThreshold(z, 1))).toEqual([2, 0, 0, 0, 0, 0, -2]);
  });

  /** Orthogonal features of squares 4 and 9, and X'y = (8, 3). */
  const orthogonal = () =>
    residualState(
      centre({ X: Float64Array.of(2, 0, 0, 3, 0, 0), y: Float64Array.of(4, 1, 2), n: 3, d: 2 }, false),
    );
  const limits = { tolerance: 1e-12, maxIterations: 1000 };

  it("solve orthogonal features in closed form: soft(X_j'y, l1/2)/(‖X_j‖² + l2), in a pass and one to see it", async () => {
    const problem = { state: await orthogonal(), l1: 4, l2: 1 };
    const { weights, iterations, gap, converged } = coordinateDescent(problem, new Float64Array(2), limits);
    close(weights, [6 / 5, 1 / 10], 12);
    expect([iterations, converged]).toEqual([2, true]);
    expect(Math.abs(gap)).toBeLessThan(1e-12);
    const proximal = proximalGradient(problem, new Float64Array(2), limits);
    close(proximal.weights, [6 / 5, 1 / 10], 8);
    expect(proximal.converged).toBe(true);
    expect(proximal.iterations).toBeLessThanOrEqual(60);
    expect(proximal.iterations % 10).toBe(0);
  });

  it("bound what is missing by duality, by hand", async () => {
    const state = await orthogonal();
    // w = 0: r = y, 2|X'r| is at most 16, s = l1/16 = 1/4: 21 − s·(2·21 − s·21)
    expect(dualityGap({ state, l1: 4, l2: 0 }, new Float64Array(2))).toBeCloseTo(21 - (42 - 21 / 4) / 4, 12);
    // l1 beyond 16: s = 1, and w = 0 is the minimum
    expect(dualityGap({ state, l1: 20, l2: 0 }, new Float64Array(2))).toBeCloseTo(0, 12);
    const w = Float64Array.of(1, 0);
    state.set(w);
    // r = (2, 1, 2), rr = 9 + l2; X'r − l2·w = (4 − 1, 3): s = 4/6; r'y = 13
    expect(dualityGap({ state, l1: 4, l2: 1 }, w)).toBeCloseTo(10 + 4 - (2 / 3) * (26 - (2 / 3) * 10), 12);
  });

  it("stop where they are told to", async () => {
    const state = await residualState(centre(regression(2, 30, 6), true));
    for (const solver of [coordinateDescent, proximalGradient]) {
      const stopped = solver({ state, l1: 1, l2: 0 }, new Float64Array(6), {
        tolerance: 0,
        maxIterations: 3,
      });
      expect([stopped.iterations, stopped.converged]).toEqual([3, false]);
    }
  });
});

describe("Newton's method", () => {
  const counted = (f: Omit<Convex, "precondition">) => {
    let evaluations = 0;
    const convex: Convex = {
      curvature: f.curvature,
      precondition: (v) => v.slice(),
      evaluate: (w) => {
        evaluations++;
        return f.evaluate(w);
      },
    };
    return { convex, evaluations: () => evaluations };
  };
  const curvatures = [1, 10, 100];
  const bowl = {
    evaluate: async (w: Float64Array) => ({
      value: 3 + w.reduce((sum, x, i) => sum + ((curvatures[i] ?? 0) * (x - i) ** 2) / 2, 0),
      gradient: w.map((x, i) => (curvatures[i] ?? 0) * (x - i)),
    }),
    curvature: async (_w: Float64Array, v: Float64Array) => v.map((x, i) => (curvatures[i] ?? 0) * x),
  };

  it("comes to the minimum of a quadratic in a few steps", async () => {
    const { convex } = counted(bowl);
    const { w, value, iterations, converged } = await minimise(convex, Float64Array.of(5, -5, 5), 50);
    close(w, [0, 1, 2], 9);
    expect(value).toBeCloseTo(3, 12);
    expect(converged).toBe(true);
    expect(iterations).toBeLessThanOrEqual(6);
  });

  it("needs no step at the minimum, and says so where it had too few", async () => {
    const { convex, evaluations } = counted(bowl);
    expect(await minimise(convex, Float64Array.of(0, 1, 2), 50)).toMatchObject({
      iterations: 0,
      converged: true,
    });
    expect(evaluations()).toBe(1);
    const short = await minimise(convex, Float64Array.of(5, -5, 5), 1);
    expect(short).toMatchObject({ iterations: 1, converged: false });
    expect(short.value).toBeLessThan(1000);
  });

  it("halves steps that go too far: √(1 + w²) from 3, where Newton's own step goes to −27", async () => {
    const visited: number[] = [];
    const { convex } = counted({
      evaluate: async (w) => {
        const x = w[0] ?? 0;
        visited.push(x);
        return { value: Math.sqrt(1 + x * x), gradient: Float64Array.of(x / Math.sqrt(1 + x * x)) };
      },
      curvature: async (w, v) => v.map((x) => x * (1 + (w[0] ?? 0) ** 2) ** -1.5),
    });
    const { w, converged } = await minimise(convex, Float64Array.of(3), 50);
    expect(visited.slice(0, 4)).toEqual([3, -27, -12, -4.5].map((x) => expect.closeTo(x, 9)));
    expect(Math.abs(w[0] ?? 1)).toBeLessThan(1e-9);
    expect(converged).toBe(true);
  });
});

describe("the refined solution of least squares", () => {
  const fit = (column: number) => {
    const { factor } = equilibrate([Float64Array.of(1)]);
    return solveAugmented([Float64Array.of(column)], factor, Float64Array.of(3));
  };

  it("is exact where corrections shrink", () => {
    const { x, r, error } = fit(1);
    expect([x.high[0], r.high[0]]).toEqual([3, 0]);
    expect(error).toBe(0);
  });

  it("has no known error where they do not: with a factorisation of 1, those for 1.9 hardly do", () => {
    expect(fit(1.9).error).toBe(Infinity);
  });
});

it("the error of the dual form's weights is their rounding and that of the penalty's root, by hand", () => {
  // 3w₁ + 4w₂ + 5u = 50, λ = 25: w = (3, 4) and u = 5, each of the two is ε·‖w‖.
  const columns = [Float64Array.of(3), Float64Array.of(4)];
  const { weights, weightsError, square } = solveRidge(columns, Float64Array.of(50), 25);
  close(weights, [3, 4], 14);
  expect(square).toBeCloseTo(25 * 50, 10);
  expect(weightsError / (2 * 5 * Number.EPSILON)).toBeCloseTo(1, 9);
});

it("one step leads to the root of a secular function of two poles", () => {
  // f(λ) = 1 + 1/(0 − λ) + ½/(1 − λ) is 0 at ½; from ¼, the poles are at −¼ and ¾.
  const parts = { psi: -4, dPsi: 16, phi: 2 / 3, dPhi: 8 / 9 };
  expect(rationalStep(parts, -1 / 4, 3 / 4)).toBeCloseTo(1 / 4, 14);
  // From ¾, back: the poles are at −¾ and ¼.
  expect(rationalStep({ psi: -4 / 3, dPsi: 16 / 9, phi: 2, dPhi: 8 }, -3 / 4, 1 / 4)).toBeCloseTo(-1 / 4, 14);
  // The last root has one pole: 1 + 2/(0 − λ) is 0 at 2; from 1.
  expect(rationalStep({ psi: -2, dPsi: 2, phi: 0, dPhi: 0 }, -1, undefined)).toBeCloseTo(1, 14);
});

describe("the condition number", () => {
  const conditionOfRows = (rows: readonly (readonly number[])[]) =>
    conditionOf({
      count: rows.length,
      width: rows[0]?.length ?? 0,
      read: (start, end) => Float64Array.from(rows.slice(start, end).flat()),
    });

  it("is that of the singular values, to the last digits where float64 holds them", () => {
    expect(
      conditionOfRows([
        [3, 0],
        [0, 4],
        [0, 0],
      ]),
    ).toBeCloseTo(4 / 3, 12);
    // singular values 3 and 1 of [[2, 1], [1, 2]]
    expect(
      conditionOfRows([
        [2, 1],
        [1, 2],
      ]),
    ).toBeCloseTo(3, 12);
    expect(
      conditionOfRows([
        [1, 0],
        [0, 1e-13],
      ]) / 1e13,
    ).toBeCloseTo(1, 9);
  });

  it("is right to one per cent beyond 1e14, by inverse iteration", () => {
    // The product of the singular values is the determinant 1e-16, the two large ones are those of the first two rows.
    const [a, b] = [
      [1, 2, 3],
      [0, 1, 4],
    ];
    const [aa, ab, bb] = [14, 14, 17];
    const root = Math.sqrt(((aa - bb) / 2) ** 2 + ab ** 2);
    const [first, second] = [(aa + bb) / 2 + root, (aa + bb) / 2 - root].map(Math.sqrt);
    if (!a || !b || first === undefined || second === undefined) throw new Error("two rows");
    // σ₁ and σ₂ are those of the rows to 1e-16, so that σ₃ = |det| / (σ₁σ₂)
    const smallest = 1e-16 / (first * second);
    expect(conditionOfRows([a, b, [0, 0, 1e-16]]) / (first / smallest)).toBeCloseTo(1, 1);
  });

  it("is infinite for dependent columns and for more columns than rows", () => {
    expect(conditionOfRows([[1, 2, 3]])).toBe(Infinity);
    expect(
      conditionOfRows([
        [1, 0],
        [1, 0],
      ]),
    ).toBe(Infinity);
  });
});

it("a grid of strengths has 100 of them over three decades, unless told otherwise", () => {
  const grid = lambdaGrid(5);
  expect(grid).toHaveLength(100);
  expect([grid[0], grid[99]]).toEqual([5, expect.closeTo(5e-3, 15)]);
  expect(lambdaGrid(8, { count: 4, fraction: 1 / 8 })).toEqual(
    [8, 4, 2, 1].map((x) => expect.closeTo(x, 14)),
  );
});

it("restarts keep accelerated steps from swinging: few suffice for features of unlike scale", async () => {
  const { X, y, n, d } = regression(4, 40, 6);
  const scaled = { X: X.map((x, k) => x * 3 ** -(k % d)), y, n, d };
  const state = await residualState(centre(scaled, true));
  const limits = { tolerance: 1e-9, maxIterations: 100_000 };
  const { iterations, converged } = proximalGradient({ state, l1: 0.01, l2: 0 }, new Float64Array(d), limits);
  expect(converged).toBe(true);
  expect(iterations).toBeLessThan(6000);
});

it("ridge's condition number is that of X'X + λI, or of XX' + λI, also where its factor cannot be trusted", async () => {
  const tiny = 1e-6;
  const close = (value: number, expected: number) => expect(value / expected).toBeCloseTo(1, 6);
  const plain = { lambda: 1e-12, intercept: false } as const;
  // Columns (1, 1, 1) ± multiples of (0, 1, −1)·tiny/2: s₁² = 6 and s₂² = tiny² to first order.
  const tall = {
    X: Float64Array.of(1, 1, 1, 1 + tiny, 1, 1 - tiny),
    y: Float64Array.of(1, 2, 4),
    n: 3,
    d: 2,
  };
  const { method, condition } = await ridge(tall, plain);
  expect(method).toBe("svd");
  close(condition, Math.sqrt((6 + 1e-12) / (tiny ** 2 + 1e-12)));
  // Rows (1, 1, 1) and (1, 1 + tiny, 1 − tiny) in the same way; X'X has the eigenvalue 0 beside them.
  const wide = { X: Float64Array.of(1, 1, 1, 1, 1 + tiny, 1 - tiny), y: Float64Array.of(1, 2), n: 2, d: 3 };
  close(
    (await ridge(wide, { ...plain, form: "dual" })).condition,
    Math.sqrt((6 + 1e-12) / (tiny ** 2 + 1e-12)),
  );
  close((await ridge(wide, { ...plain, form: "primal" })).condition, Math.sqrt((6 + 1e-12) / 1e-12));
});
