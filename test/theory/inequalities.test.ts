import { describe, expect, it } from "vitest";
import type { DescentRun } from "../../src/theory/descend.js";
import { type InequalityName, inequalities } from "../../src/theory/inequalities.js";

/** A run of two steps in numbers that can be followed by hand: with gamma = 1/4 they are not those of a real one. */
const made = (changes: Partial<DescentRun> = {}): DescentRun => ({
  name: "by hand",
  eta: 1 / 2,
  rounding: { gamma: 1 / 4, floor: 0 },
  steps: 2,
  stopped: "steps",
  values: Float64Array.of(25, 9, 4),
  squaredGradients: Float64Array.of(16, 4, 1),
  // 2ε‖w‖ is 1 at step 1 and 2 at step 2.
  norms: Float64Array.of(2 ** 52, 2 ** 51, 2 ** 52),
  weighted: Float64Array.of(1, 1, 3),
  visited: [],
  w0: new Float64Array(2),
  w: new Float64Array(2),
  reference: { w: Float64Array.of(0, 3), value: 1, gradientNorm: 1 },
  squaredDistances: Float64Array.of(16, 9, 4),
  approaches: Float64Array.of(0, 7, -5),
  ...changes,
});

/** With L = 2, and mu such that 1 - eta·mu = 1/4. */
const of = (run: DescentRun, name: InequalityName) => inequalities(run, 2, 3 / 2).get(name) ?? [];
const tolerances = (run: DescentRun, name: InequalityName) => of(run, name).map(({ tolerance }) => tolerance);

describe("the inequalities of a run, with what rounding may do to them, by hand", () => {
  // √f + spread is 6, 4, 5: R = 9, 4, 25/4 (a quarter of the squares) and δ = 3, 2, 5/2 (a quarter of twice them).
  // e = 3/2 + 1 = 5/2 and 1 + 2 = 3. At the reference √f + spread is 1 + 3: R* = 4, ‖∇f‖ <= 1 + 2 = 3.
  const run = made();
  const [R0, R1, R2, best] = [9, 4, 25 / 4, 4];
  const lemma = [R0 + R1 + (4 * 3) / 2 + 2 * (5 / 2), R1 + R2 + (2 * 2) / 2 + 1 * 3];
  const second = [R1 + best + 2 * (5 / 2) + 2 * 3 * (5 / 2), R2 + best + 1 * 3 + 2 * 2 * 3];
  const digits = (value: number | undefined) => expect.closeTo(value ?? Number.NaN, 10);

  it("descent lemma", () => {
    expect(of(run, "descent lemma")).toEqual([
      { left: 9, right: 25 - 4, tolerance: digits(24), size: 4 },
      { left: 4, right: 9 - 1, tolerance: digits(15.25), size: 1 },
    ]);
    expect(lemma).toEqual([24, 15.25]);
  });

  it("minimum", () => {
    expect(of(run, "minimum")).toEqual([
      { left: 1, right: 9, tolerance: digits(R1 + best), size: 24 },
      { left: 1, right: 4, tolerance: digits(R2 + best), size: 24 },
    ]);
  });

  it("step II", () => {
    expect(of(run, "step II")).toEqual([
      { left: 8, right: 7, tolerance: digits(second[0]), size: 7 },
      { left: 3, right: -5, tolerance: digits(second[1]), size: 5 },
    ]);
    expect(second).toEqual([28, 25.25]);
  });

  it("rate bound", () => {
    expect(of(run, "rate bound")).toEqual([
      { left: 8, right: 16, tolerance: digits(28 + 24), size: 16 },
      { left: 3, right: 8, tolerance: digits((28 + 25.25) / 2 + 24 + 15.25), size: 8 },
    ]);
  });

  it("linear distance", () => {
    // w* is off by 3/mu = 2: the reach is 4 + 2, then 6/2 + 5/2, then 5.5/2 + 3.
    expect(of(run, "linear distance")).toEqual([
      { left: 9, right: 4, tolerance: digits((5.5 + 2) ** 2 - 4), size: 16 },
      { left: 4, right: 1, tolerance: digits((5.75 + 2) ** 2 - 1), size: 16 },
    ]);
  });

  it("linear gap", () => {
    // f(w*) is off by 3²/(2·mu) = 3: R0 + R* + 3 = 16 is carried, then 16/4 + 24 = 28, then 28/4 + 15.25.
    expect(of(run, "linear gap")).toEqual([
      { left: 8, right: 6, tolerance: digits(28 + R1 + best), size: 24 },
      { left: 3, right: 1.5, tolerance: digits(22.25 + R2 + best), size: 24 },
    ]);
  });

  const exact = { gamma: 0, floor: 0 };
  const still = { rounding: exact, norms: new Float64Array(3) };
  const reference = { w: Float64Array.of(0, 3), value: 1, gradientNorm: 0 };

  it("where f, its gradient and the steps are exact, the distances and powers still round", () => {
    const inEpsilons = (name: InequalityName) =>
      tolerances(made({ ...still, reference }), name).map((tolerance) => tolerance / Number.EPSILON);
    expect(inEpsilons("descent lemma")).toEqual([0, 0]);
    expect(inEpsilons("minimum")).toEqual([0, 0]);
    // (d + 4)·‖g‖·(√D + √D)/2
    expect(inEpsilons("step II")).toEqual([(6 * 4 * (4 + 3)) / 2, (6 * 2 * (3 + 2)) / 2]);
    expect(inEpsilons("rate bound")).toEqual([84 + 6 * 16, (84 + 30) / 2 + 6 * 8]);
    expect(inEpsilons("linear distance")).toEqual([(6 + 4) * 4, (6 + 8) * 1]);
    expect(inEpsilons("linear gap")).toEqual([4 * 6, 8 * 1.5]);
  });

  it("what is known of the minimum takes the place of what its gradient says", () => {
    const known = { valueError: 1 / 2, distance: 1 / 4 };
    const informed = made({ ...still, reference: { ...reference, gradientNorm: 9, known } });
    expect(tolerances(informed, "minimum")).toEqual([1 / 2, 1 / 2]);
    // The reach is 17/4 and halves.
    expect(tolerances(informed, "linear distance")).toEqual(
      [(17 / 8 + 1 / 4) ** 2 - 4, (17 / 16 + 1 / 4) ** 2 - 1].map(digits),
    );
    expect(tolerances(informed, "linear gap")).toEqual([1 / 8 + 1 / 2, 1 / 32 + 1 / 2].map(digits));
  });

  it("squares that float64 lost are in the tolerances", () => {
    const nothing = new Float64Array(3);
    const tiny = made({
      ...still,
      reference: { ...reference, value: 0 },
      values: nothing,
      squaredGradients: nothing,
      squaredDistances: nothing,
      approaches: nothing,
    });
    const lost = 2 * 2 ** -1022;
    const share = (name: InequalityName) => tolerances(tiny, name).map((tolerance) => tolerance / lost);
    expect(share("step II")).toEqual([2, 2]);
    expect(share("rate bound")).toEqual([4, 4]);
    expect(share("linear distance")).toEqual([1 + 1 / 4, 1 + 1 / 16].map(digits));
  });

  it("a step to where f is not finite breaks the lemma at that step", () => {
    expect(of(made({ stopped: "diverged" }), "descent lemma")[2]).toEqual({
      left: Infinity,
      right: 4 - 1 / 4,
      tolerance: 0,
      size: 1 / 4,
    });
  });
});
