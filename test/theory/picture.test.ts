import { describe, expect, it } from "vitest";
import { meaning } from "../../src/figures/palette.js";
import type { Certificate } from "../../src/theory/certificate.js";
import { certificatePicture } from "../../src/theory/index.js";
import { boundColours, decreaseChart, suboptimalityChart } from "../../src/theory/picture.js";
import type { CertifiedProblem, SuboptimalityPoint } from "../../src/theory/problem.js";
import { texts } from "../figures/svg.js";

const certificate: Certificate = {
  L: { value: 10, certainty: "exact", how: "" },
  mu: { value: 0.5, certainty: "exact", how: "" },
  etaTimesL: 1,
  promised: true,
  outcome: "held",
  holds: true,
  inequalities: [],
  needed: { L: 10, step: 1 },
  verdict: [],
};

const point = (step: number, changes: Partial<SuboptimalityPoint> = {}): SuboptimalityPoint => ({
  step,
  measured: 1 / step,
  bound: 4 / step,
  linearBound: 2 / step,
  decrease: 3,
  promisedDecrease: 2,
  ...changes,
});

/** A problem that starts 2 above its minimum. */
const problem = (
  series: readonly SuboptimalityPoint[],
  changes: Partial<CertifiedProblem> = {},
): CertifiedProblem => ({
  model: "ridge",
  rows: 5,
  columns: 2,
  lambda: 1,
  L: certificate.L,
  mu: certificate.mu,
  conditionNumber: 20,
  eta: 0.1,
  steps: series.length,
  stopped: "steps",
  initialValue: 5,
  finalValue: 4,
  minimum: 3,
  minimumKnown: { value: 3, certainty: "exact", how: "" },
  squaredDistance: 1,
  w: new Float64Array(2),
  minimiser: new Float64Array(2),
  series,
  iterations: [],
  certificate,
  verdict: [],
  ...changes,
});

const digits = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));
const violated = (step: number) =>
  ({
    firstViolation: { inequality: "descent lemma", step, left: 1, right: 0, tolerance: 0, size: 1 },
  }) as const;

describe("the suboptimality and its bounds", () => {
  const steps = [1, 2, 4, 8].map((step) => point(step));

  it("are three lines over the steps, with room above and below", () => {
    const { series, x, y, rules } = suboptimalityChart(problem(steps));
    expect(series.map(({ name, points }) => [name, points])).toEqual([
      [
        "f(w) − f(w*), measured",
        [
          [1, 1],
          [2, 1 / 2],
          [4, 1 / 4],
          [8, 1 / 8],
        ],
      ],
      [
        "‖w₀ − w*‖² / 2ηt",
        [
          [1, 4],
          [2, 2],
          [4, 1],
          [8, 1 / 2],
        ],
      ],
      [
        "(1 − ημ)ᵗ · (f(w₀) − f(w*))",
        [
          [1, 2],
          [2, 1],
          [4, 1 / 2],
          [8, 1 / 4],
        ],
      ],
    ]);
    expect(series.map(({ colour }) => colour)).toEqual([
      meaning.gradientDescent,
      boundColours.sublinear,
      boundColours.linear,
    ]);
    expect(x).toEqual({ label: "step t", type: "log", domain: [1, 8] });
    // From half the lowest, 1/8, to twice the highest, the bound of 4 at step 1.
    expect(y).toEqual({ label: "f(w) − f(w*)", type: "log", domain: [1 / 16, 8] });
    expect(rules).toEqual([]);
  });

  it("are two lines where mu is 0", () => {
    const mu = { value: 0, certainty: "exact", how: "" } as const;
    const chart = suboptimalityChart(problem(steps, { mu }));
    expect(chart.series).toHaveLength(2);
    const tiny = { ...mu, value: 1e-9 };
    expect(suboptimalityChart(problem(steps, { mu: tiny })).series).toHaveLength(3);
  });

  it("reach up to the start where the bounds lie below it, and down to the lowest bound", () => {
    const y = (bound: number, measured: number) =>
      suboptimalityChart(problem([point(1, { bound, measured })])).y?.domain;
    expect(y(0.5, 0.25)).toEqual([0.1, 4]);
    expect(y(0.125, 0.25)).toEqual([0.0625, 4]);
    expect(y(0.5, 0.125)).toEqual([0.0625, 4]);
    // A tenth of the highest at least, so that there is an axis where nothing falls.
    expect(y(4, 4)).toEqual([0.2, 8]);
    expect(y(2, 1)).toEqual([0.1, 4]);
  });

  it("show a run that diverges up to a million times what is allowed", () => {
    const top = (measured: number) =>
      suboptimalityChart(problem([point(1), point(2, { measured })])).y?.domain?.[1];
    expect(top(5)).toBe(10);
    expect(top(3.9e6)).toBe(7.8e6);
    expect(top(4.1e6)).toBe(8e6);
  });

  it("are drawn where they are no rounding: above 1e-14 of the start", () => {
    const { series, y } = suboptimalityChart(
      problem([
        point(1),
        point(2, { measured: 3e-14 }),
        point(3, { measured: 2e-14 }),
        point(4, { measured: 0 }),
      ]),
    );
    expect(series[0]?.points).toEqual([
      [1, 1],
      [2, 3e-14],
      [3, Number.NaN],
      [4, Number.NaN],
    ]);
    expect(y?.domain).toEqual(digits([1.5e-14, 8]));
    expect(y?.domain?.[0]).toBeGreaterThan(1.4e-14);
    const low = suboptimalityChart(problem([point(1), point(2, { bound: 1e-20 })])).y?.domain?.[0];
    expect((low ?? 0) / 1e-14).toBeCloseTo(1, 9);
  });

  it("have an axis from 1 to 2 where there is one step or none", () => {
    expect(suboptimalityChart(problem([point(1)])).x?.domain).toEqual([1, 2]);
    expect(suboptimalityChart(problem([])).x?.domain).toEqual([1, 2]);
    expect(suboptimalityChart(problem([point(1), point(3)])).x?.domain).toEqual([1, 3]);
  });

  it("mark the first violation", () => {
    expect(suboptimalityChart(problem(steps, violated(4))).rules).toEqual([
      { x: 4, label: "violated at step 4" },
    ]);
  });
});

describe("the decrease over its promise", () => {
  it("is a ratio for each step that promises something, on an axis of its own", () => {
    const { series, x, y, rules } = decreaseChart(
      problem([
        point(1, { decrease: 3, promisedDecrease: 2 }),
        point(5, { decrease: 1, promisedDecrease: 1 }),
        point(9, { decrease: 1, promisedDecrease: 0 }),
      ]),
    );
    expect(series.map(({ points }) => points)).toEqual([
      [
        [1, 1.5],
        [5, 1],
      ],
    ]);
    expect(x).toEqual({ label: "step t", type: "log", domain: [1, 5] });
    expect(y).toEqual({ label: "(f before − f after) / (η/2)‖∇f‖²", domain: [0, 2.2] });
    expect(rules).toEqual([{ y: 1, label: "the lemma's promise" }, { y: 0 }]);
  });

  it("leaves room below for steps that go uphill", () => {
    const { y, rules } = decreaseChart(
      problem([point(1, { decrease: -10, promisedDecrease: 2 }), point(2)], violated(1)),
    );
    expect(y?.domain).toEqual([-6, 2.2]);
    expect(rules?.at(-1)).toEqual({ x: 1, label: "violated at step 1" });
  });

  it("is shown where it is clear of rounding, 1e-11 of f; if that is nowhere, all of it", () => {
    const small = (promisedDecrease: number) => point(3, { decrease: promisedDecrease, promisedDecrease });
    const shown = (series: readonly SuboptimalityPoint[], initialValue = 5) =>
      decreaseChart(problem(series, { initialValue })).series[0]?.points.map(([step]) => step);
    expect(shown([point(1), small(5.1e-11)])).toEqual([1, 3]);
    expect(shown([point(1), small(4.9e-11)])).toEqual([1]);
    expect(shown([point(1), small(4.9e-11)], -5)).toEqual([1]);
    expect(shown([small(4.9e-11)])).toEqual([3]);
    expect(decreaseChart(problem([small(4.9e-11)])).x?.domain).toEqual([1, 3]);
    expect(decreaseChart(problem([point(1)])).x?.domain).toEqual([1, 2]);
  });
});

describe("the picture", () => {
  const subtitle = async (changes: Partial<CertifiedProblem>) =>
    texts((await certificatePicture(problem([point(1), point(2)], changes), "ridge on data")).svg);

  it("says the constants and what was found", async () => {
    const held = await subtitle({});
    expect(held).toContain("ridge on data");
    expect(held).toContain("L = 10, μ = 0.5, η = 1/L: every guarantee held at every step");
    expect(held).toContain("Suboptimality against its bounds");
    expect(held).toContain("Decrease of each step over (η/2)·‖∇f‖²");
    expect((await subtitle(violated(2))).join("\n")).toContain(
      "η = 1/L: the descent lemma fails first, at step 2",
    );
    expect((await subtitle({ certificate: { ...certificate, outcome: "undecided" } })).join("\n")).toContain(
      "η = 1/L: rounding is too large to decide every guarantee",
    );
  });

  it("says of which side an estimate is", async () => {
    const L = { value: 10, certainty: "estimate", how: "" } as const;
    const mu = { value: 0.5, certainty: "estimate", how: "" } as const;
    expect((await subtitle({ L, mu })).join("\n")).toContain("L ≥ 10, μ ≤ 0.5, η = 1/L");
  });
});
