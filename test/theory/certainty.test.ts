import { describe, expect, it } from "vitest";
import { input, matmul, softplus, sum } from "../../src/graph/index.js";
import {
  type Constant,
  certify,
  descend,
  logisticObjective,
  objective,
  smoothness,
  smoothnessConstant,
  strongConvexity,
} from "../../src/theory/index.js";
import { gaussian, normals } from "./matrices.js";

const X = gaussian(30, 3, 4);
const labels = normals(30, 5).map((value) => (value > 0 ? 1 : -1));

/** Logistic regression as a user would write it, without its constants. The mean, so that L is that of X'X/(4n). */
const own = () => {
  const w = input("w", [3, 1], "float64");
  const x = input("x", [30, 3], "float64");
  const s = input("s", [30, 1], "float64");
  return objective({
    name: "my logistic regression",
    parameters: w,
    value: sum(softplus(s.mul(matmul(x, w)).neg())).div(30),
    data: { x: X.values, s: labels },
  });
};

describe("an estimate of L", () => {
  it("looks at 0, where logistic regression has its largest curvature", async () => {
    const f = own();
    const truth = (await smoothness(logisticObjective(X, labels, 0))).value / 30;
    const L = await smoothness(f);
    expect(L.certainty).toBe("estimate");
    expect(L.value / truth).toBeCloseTo(1, 8);
    // Also where the region lies elsewhere; not where it is told to keep to it.
    const away = Float64Array.of(3, -3, 3);
    expect((await smoothnessConstant(f, { around: away })).value / truth).toBeCloseTo(1, 8);
    const there = await smoothnessConstant(f, { around: away, radius: 0.1 });
    expect(there.value).toBeLessThan(0.9 * truth);
    // ... until the iterates of a run are given.
    const run = await descend(f, { w0: away, eta: 1 / truth, steps: 300 });
    expect(run.visited.length).toBeGreaterThan(8);
    expect(Array.from(run.visited[0] ?? [])).toEqual([3, -3, 3]);
    expect(run.visited.at(-1)).toBe(run.w);
    const along = await smoothnessConstant(f, { around: away, radius: 0.1, points: run.visited });
    expect(along.value).toBeGreaterThan(1.1 * there.value);
    expect(along.how).toMatch(/Hessian at \d+ points/);
    expect((await strongConvexity(f, { around: away, radius: 0.1, points: run.visited })).certainty).toBe(
      "estimate",
    );
    await f.release();
  });

  const estimate = (value: number): Constant => ({ value, certainty: "estimate", how: "from samples" });

  it("promises nothing, and the certificate says so", async () => {
    const f = own();
    const L = await smoothnessConstant(f);
    const run = await descend(f, { eta: 1 / L.value, steps: 20 });
    const certificate = certify(run, { L });
    expect(certificate).toMatchObject({ promised: "unknown", outcome: "held", L: { certainty: "estimate" } });
    expect(certificate.verdict[0]).toMatch(
      /is 1.000\/L for the estimate L = .*the true L is at least that, so whether eta <= 1\/L is not known and nothing is promised/,
    );
    expect(certificate.verdict.join()).not.toContain("within the theory");
    await f.release();
  });

  it("that a run contradicts was too small, which the certificate says, with the L that is needed", async () => {
    const f = own();
    const truth = (await smoothnessConstant(f)).value;
    const run = await descend(f, { eta: 3 / truth, steps: 20, w0: Float64Array.of(0.1, 0.1, 0.1) });
    const small = certify(run, { L: estimate(truth / 4) });
    expect(small.promised).toBe("unknown");
    expect(small.needed.L).toBeGreaterThan(truth / 4);
    expect(small.needed.L).toBeLessThanOrEqual(truth * (1 + 1e-9));
    expect(small.verdict.join("\n")).toMatch(/the estimate L = .* was too small: step \d+ asks for L >= \d/);
    await f.release();
  });

  it("of mu that the linear rate contradicts was too large", async () => {
    const f = logisticObjective(X, labels, 0.01);
    const L = await smoothnessConstant(f);
    const run = await descend(f, { eta: 1 / L.value, steps: 200 });
    const end = await descend(f, { eta: 1 / L.value, steps: 20_000 });
    const measured = await descend(f, { eta: 1 / L.value, steps: run.steps, minimiser: end.w });
    const { verdict, firstViolation } = certify(measured, { L, mu: estimate(0.9 * L.value) });
    expect(firstViolation?.inequality).toMatch(/^linear/);
    expect(verdict.join("\n")).toContain("was too large");
    expect(verdict.join("\n")).not.toContain("not convex and L-smooth");
    await f.release();
  });
});

it("misspelt options are refused", async () => {
  const f = own();
  const untyped = (options: object) => options as never;
  await expect(descend(f, untyped({ lr: 1, steps: 5 }))).rejects.toThrow("did you mean eta?");
  await expect(smoothness(f, untyped({ sample: 3 }))).rejects.toThrow("did you mean samples?");
  const run = await descend(f, { eta: 1, steps: 1 });
  expect(() => certify(run, untyped({ l: 1 }))).toThrow("did you mean L?");
  await f.release();
});

it("a bare number counts as given, an exact or bounded one as known, in sentence and certificate", async () => {
  const f = logisticObjective(X, labels, 1);
  const L = await smoothnessConstant(f);
  const run = await descend(f, { eta: 1 / L.value, steps: 5 });
  const first = (constant: number | Constant) => certify(run, { L: constant }).verdict[0];
  expect(first(L)).toMatch(/within the theory's eta <= 1\/L$/);
  expect(first(L.value)).toMatch(/within the theory's eta <= 1\/L if the L given is right$/);
  expect(certify(run, { L: L.value }).L).toMatchObject({ certainty: "given" });
  const bound = { value: 2 * L.value, certainty: "bound", how: "twice L" } as const;
  expect(first(bound)).toMatch(
    /above the theory|for the bound L = .*nothing is promised; the true L may be less/,
  );
  await f.release();
});
