import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  certify,
  type DescentRun,
  descend,
  iterationsTo,
  leastSquaresMinimiser,
  leastSquaresObjective,
  logisticObjective,
  matrix,
  measuredRate,
  newtonMinimiser,
  type Objective,
  rateBound,
  ridgeObjective,
  smoothness,
  strongConvexity,
  suboptimality,
} from "../../src/theory/index.js";
import { gaussian, normals, withSingularValues } from "./matrices.js";

const constants = async (f: Objective) => ({
  L: (await f.constants?.smoothness())?.value ?? Number.NaN,
  mu: (await f.constants?.strongConvexity())?.value ?? Number.NaN,
});

/** Problems of every shape: rank-deficient, badly conditioned, tiny and huge units, targets in and out of X's range. */
const problems = fc.record({
  seed: fc.nat(1e6),
  m: fc.integer({ min: 1, max: 20 }),
  d: fc.integer({ min: 1, max: 20 }),
  rankShare: fc.double({ min: 0, max: 1, noNaN: true }),
  decay: fc.constantFrom(1, 0.9, 0.5, 0.1),
  unit: fc.constantFrom(1e-4, 1, 1e4),
  targetScale: fc.constantFrom(0, 1e-3, 1, 1e6),
  start: fc.constantFrom(0, 1, 1e3),
  model: fc.constantFrom("least squares", "ridge", "logistic"),
  lambda: fc.constantFrom(1e-3, 1, 100),
  share: fc.constantFrom(1, 1, 0.5, 0.01),
  steps: fc.integer({ min: 1, max: 80 }),
});

describe("the guarantees", () => {
  it("are never violated for eta <= 1/L in 100 random problems", { timeout: 60_000 }, async () => {
    let undecided = 0;
    await fc.assert(
      fc.asyncProperty(
        problems,
        async ({ seed, m, d, rankShare, decay, unit, targetScale, start, model, lambda, share, steps }) => {
          const rank = Math.max(1, Math.round(rankShare * Math.min(m, d)));
          const X = withSingularValues(
            m,
            d,
            Array.from({ length: rank }, (_, k) => unit * decay ** k),
            seed,
          );
          const y = normals(m, seed, targetScale);
          const w0 = normals(d, seed + 1, start);
          const labels = y.map((_, i) => ((seed >> (i % 10)) & 1 ? 1 : -1));
          const f =
            model === "logistic"
              ? logisticObjective(X, labels, lambda)
              : model === "ridge"
                ? ridgeObjective(X, y, lambda)
                : leastSquaresObjective(X, y);
          const { L, mu } = await constants(f);
          const minimiser =
            model === "logistic"
              ? await newtonMinimiser(f, L)
              : await leastSquaresMinimiser(X, y, model === "ridge" ? lambda : 0, w0);
          const run = await descend(f, { w0, eta: share / L, steps, minimiser });
          const certificate = certify(run, { L, mu });
          await f.release();
          // Undecided: values so large, or steps so short, that rounding exceeds what is promised.
          expect(certificate.outcome, certificate.verdict.join("\n")).not.toBe("violated");
          if (certificate.outcome === "undecided") undecided++;
          expect(certificate.promised).toBe(true);
          expect(certificate.inequalities.map(({ checked }) => checked)).toEqual(
            Array.from({ length: mu > 0 ? 6 : 4 }, () => steps),
          );
          // The tolerance is rounding, not slack: without it the bound holds to ten digits of the problem's size.
          const size =
            Math.abs(run.values[0] ?? 0) + L * Math.max(...run.norms) ** 2 + (model === "logistic" ? m : 0);
          suboptimality(run).forEach((gap, t) => {
            if (t > 0) expect(gap - rateBound(run, t)).toBeLessThanOrEqual(1e-10 * size);
          });
        },
      ),
      {
        numRuns: 100,
        examples: [
          [
            // One direction with eta = 1/L: each step leaves rounding only, until values are too small for float64.
            {
              seed: 820082,
              m: 15,
              d: 1,
              rankShare: 0,
              decay: 1,
              unit: 10_000,
              targetScale: 0,
              start: 1000,
              model: "least squares",
              lambda: 0.001,
              share: 1,
              steps: 12,
            },
          ],
        ],
      },
    );
    expect(undecided).toBeLessThan(25);
  });

  const X = withSingularValues(30, 6, [5, 4, 3, 2, 1.5, 1], 1);
  const y = normals(30, 2);
  const f = leastSquaresObjective(X, y);
  const runAt = async (
    timesL: number,
    steps: number,
  ): Promise<{ run: DescentRun; L: number; mu: number }> => {
    const { L, mu } = await constants(f);
    const minimiser = await leastSquaresMinimiser(X, y);
    return { run: await descend(f, { eta: timesL / L, steps, minimiser }), L, mu };
  };

  it("are reported as violated at a step, with its numbers, for eta = 2.1/L", async () => {
    const { run, L, mu } = await runAt(2.1, 100);
    const { holds, promised, firstViolation, verdict, etaTimesL } = certify(run, { L, mu });
    expect([holds, promised]).toEqual([false, false]);
    expect(etaTimesL).toBeCloseTo(2.1, 12);
    expect(firstViolation?.inequality).toBe("descent lemma");
    const t = firstViolation?.step ?? 0;
    const [before, after, g] = [run.values[t - 1] ?? 0, run.values[t] ?? 0, run.squaredGradients[t - 1] ?? 0];
    expect(after).toBeGreaterThan(before - (run.eta / 2) * g);
    expect(firstViolation?.left).toBe(after);
    expect(firstViolation?.right).toBe(before - (run.eta / 2) * g);
    // No earlier step breaks it.
    for (let s = 1; s < t; s++) {
      const allowed = (run.values[s - 1] ?? 0) - (run.eta / 2) * (run.squaredGradients[s - 1] ?? 0);
      expect(run.values[s]).toBeLessThanOrEqual(allowed + 1e-10);
    }
    expect(verdict.join("\n")).toMatch(new RegExp(`the descent lemma fails first at step ${t}:`));
  });

  it("are reported as violated for a step only just too long, and for an L that is too small", async () => {
    const { run, L, mu } = await runAt(1.05, 1);
    // From w* along the eigenvector of L, the only direction that shows it.
    const top = (await smoothness(f)).lipschitz;
    expect(top.holds).toBe(true);
    const minimiser = run.reference?.w ?? run.w;
    let v: Float64Array = normals(6, 3);
    for (let i = 0; i < 200; i++) v = (await f.hessianVector(v, v)).map((x) => x / L);
    const w0 = minimiser.map((wi, i) => wi + (v[i] ?? 0));
    const short = await descend(f, { w0, eta: 1.05 / L, steps: 5, minimiser });
    expect(certify(short, { L, mu }).firstViolation?.step).toBe(1);
    const honest = await descend(f, { w0, eta: 1 / L, steps: 5, minimiser });
    expect(certify(honest, { L, mu }).holds).toBe(true);
    const deceived = certify(short, { L: L / 2, mu });
    expect([deceived.promised, deceived.holds]).toEqual([true, false]);
    expect(deceived.verdict.at(-1)).toContain("not convex and L-smooth with this L");
  });

  it("are violated by a step to where f is not finite, also by the first", async () => {
    const { run, L } = await runAt(1e200, 3);
    expect([run.steps, run.stopped]).toEqual([0, "diverged"]);
    const { holds, firstViolation } = certify(run, { L });
    expect(holds).toBe(false);
    expect(firstViolation).toMatchObject({ inequality: "descent lemma", step: 1, left: Infinity });
  });

  it("catch a mu that is too large and a minimiser that is none", async () => {
    const { run, L, mu } = await runAt(1, 100);
    expect(certify(run, { L, mu }).holds).toBe(true);
    expect(certify(run, { L, mu: 8 * mu }).firstViolation?.inequality).toMatch(/^linear/);
    const { reference, squaredDistances } = run;
    const low = {
      ...run,
      reference: { w: reference?.w ?? run.w, value: (reference?.value ?? 0) - 1, gradientNorm: 0 },
    };
    expect(squaredDistances?.length).toBe(101);
    expect(certify(low, { L, mu }).holds).toBe(false);
  });

  it("need nothing but the run for the descent lemma", async () => {
    const { L } = await constants(f);
    const run = await descend(f, { eta: 1 / L, steps: 20 });
    expect(certify(run, { L }).inequalities.map(({ inequality }) => inequality)).toEqual(["descent lemma"]);
    expect(() => suboptimality(run)).toThrow(/no minimiser/);
  });
});

describe("a run", () => {
  const X = gaussian(25, 4, 5);
  const y = normals(25, 6);
  const f = leastSquaresObjective(X, y);

  it("makes the updates of the formula and records them", async () => {
    const w0 = normals(4, 7);
    const run = await descend(f, { w0, eta: 0.01, steps: 3, minimiser: new Float64Array(4) });
    let w = w0;
    for (let t = 0; t < 3; t++) {
      const g = await f.gradient(w);
      expect(run.values[t]).toBe(await f.value(w));
      expect(run.squaredGradients[t]).toBeCloseTo(
        g.reduce((s, x) => s + x * x, 0),
        10,
      );
      expect(run.squaredDistances?.[t]).toBeCloseTo(
        w.reduce((s, x) => s + x * x, 0),
        12,
      );
      w = w.map((wi, i) => wi - 0.01 * (g[i] ?? 0));
    }
    expect(Array.from(run.w)).toEqual(Array.from(w).map((x) => expect.closeTo(x, 14)));
  });

  it("stops at its tolerance, and at divergence without a NaN in the record", async () => {
    const { L } = await constants(f);
    const early = await descend(f, { eta: 1 / L, steps: 10_000, tolerance: 1e-6 });
    expect(early.stopped).toBe("tolerance");
    expect(early.squaredGradients[early.steps] ?? 1).toBeLessThanOrEqual(
      1e-12 * (early.squaredGradients[0] ?? 0),
    );
    const away = await descend(f, { eta: 1000 / L, steps: 1000 });
    expect(away.stopped).toBe("diverged");
    expect([...away.values, ...away.norms, ...away.w, ...away.squaredGradients].every(Number.isFinite)).toBe(
      true,
    );
    expect(certify(away, { L }).verdict.join()).toContain(`diverged after step ${away.steps}`);
  });

  it("stops at once where the gradient is 0", async () => {
    const flat = leastSquaresObjective({ ...X, values: X.values.map(() => 0) }, y);
    const run = await descend(flat, { eta: 1, steps: 5, tolerance: 1e-6 });
    expect([run.stopped, run.steps]).toEqual(["tolerance", 0]);
  });

  it("refuses settings that make no sense", async () => {
    const end = new AbortController();
    setTimeout(() => end.abort(), 20);
    await expect(descend(f, { eta: 1e-9, steps: 1_000_000, signal: end.signal })).rejects.toThrow("aborted");
    await expect(descend(f, { eta: 0, steps: 1 })).rejects.toThrow(/eta is 0/);
    await expect(descend(f, { eta: 1, steps: 0 })).rejects.toThrow(/steps is 0/);
    await expect(descend(f, { eta: 1, steps: 1, tolerance: -1 })).rejects.toThrow(/tolerance is -1/);
    await expect(descend(f, { eta: 1, steps: 1, w0: new Float64Array(4).fill(1e200) })).rejects.toThrow(
      /start elsewhere/,
    );
    expect(() => certify({} as DescentRun, { L: 1, mu: 2 })).toThrow(/L is 1 and mu is 2/);
  });
});

describe("measured rates", () => {
  it("stay within the bounds on the steps needed, and match the linear rate on a full-rank X", async () => {
    const X = withSingularValues(40, 3, [2, 1.5, 0.4], 3);
    const y = normals(40, 4);
    const f = leastSquaresObjective(X, y);
    const L = (await smoothness(f)).value;
    const mu = (await strongConvexity(f)).value;
    const run = await descend(f, { eta: 1 / L, steps: 400, minimiser: await leastSquaresMinimiser(X, y) });
    for (const epsilon of [1e-2, 1e-4, 1e-6]) {
      const needed = iterationsTo(run, epsilon, mu);
      expect(needed.measured).toBeGreaterThan(0);
      expect(needed.measured ?? Infinity).toBeLessThanOrEqual(
        Math.min(needed.bound, needed.linearBound ?? 0),
      );
      expect(needed.bound).toBe(Math.ceil((L * (run.squaredDistances?.[0] ?? 0)) / (2 * epsilon)));
    }
    expect(iterationsTo(run, 1e-300).measured).toBeUndefined();
    // On a quadratic the slowest direction shrinks by (1 - mu/L)² in f.
    const rate = measuredRate(run);
    expect(rate?.law).toBe("geometric");
    expect(rate?.factor).toBeCloseTo((1 - mu / L) ** 2, 3);
  });

  it("show a power law where the spectrum reaches down to 0", async () => {
    const d = 60;
    const X = withSingularValues(
      d,
      d,
      Array.from({ length: d }, (_, k) => (k + 1) ** -2),
      2,
    );
    const y = normals(d, 3);
    const f = leastSquaresObjective(X, y);
    const L = (await smoothness(f)).value;
    const run = await descend(f, { eta: 1 / L, steps: 2000, minimiser: await leastSquaresMinimiser(X, y) });
    const rate = measuredRate(run);
    expect(rate?.law).toBe("power");
    expect(rate?.exponent).toBeLessThan(0);
    expect(certify(run, { L }).holds).toBe(true);
  });
});

it("a minimiser that the run goes below is refuted, not undecided at the same time", async () => {
  const f = leastSquaresObjective(matrix([[1], [2]]), Float64Array.of(1, 2));
  const run = await descend(f, { eta: 0.2, steps: 5, minimiser: Float64Array.of(9) });
  const { inequalities, outcome, verdict } = certify(run, { L: 5 });
  // f(0) = 2.5 and f(9) = 160.
  expect(inequalities.find(({ inequality }) => inequality === "minimum")).toMatchObject({
    checked: 5,
    violations: 5,
    undecided: 0,
  });
  expect(outcome).toBe("violated");
  expect(verdict.join("\n")).not.toContain("undecided");
  await f.release();
});

it("every inequality of a certificate comes with its formula", async () => {
  const f = leastSquaresObjective(matrix([[1], [2]]), Float64Array.of(1, 2));
  const run = await descend(f, { eta: 0.2, steps: 2, minimiser: Float64Array.of(1) });
  const formulas = certify(run, { L: 5, mu: 5 }).inequalities.map(({ inequality, formula }) => [
    inequality,
    formula,
  ]);
  expect(Object.fromEntries(formulas)).toMatchObject({
    "descent lemma": "f(w_t) <= f(w_{t-1}) - (eta/2)·‖∇f(w_{t-1})‖²",
    minimum: "f(w*) <= f(w_t)",
    "rate bound": "f(w_t) - f(w*) <= ‖w_0 - w*‖²/(2·eta·t)",
    "linear gap": "f(w_t) - f(w*) <= (1 - eta·mu)^t·(f(w_0) - f(w*))",
  });
});
