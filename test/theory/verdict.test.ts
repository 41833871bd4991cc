import { describe, expect, it } from "vitest";
import type { Certificate, InequalityReport, Violation } from "../../src/theory/certificate.js";
import type { DescentRun } from "../../src/theory/descend.js";
import { formulas, type InequalityName } from "../../src/theory/inequalities.js";
import { verdictOf } from "../../src/theory/verdict.js";

const run = (changes: Partial<DescentRun> = {}): DescentRun => ({
  name: "made up",
  eta: 0.25,
  rounding: { gamma: 0, floor: 0 },
  steps: 10,
  stopped: "steps",
  values: Float64Array.of(1),
  squaredGradients: Float64Array.of(1),
  norms: Float64Array.of(1),
  weighted: Float64Array.of(1),
  visited: [],
  w0: Float64Array.of(1),
  w: Float64Array.of(1),
  ...changes,
});

const report = (inequality: InequalityName, changes: Partial<InequalityReport> = {}): InequalityReport => ({
  ...{ inequality, formula: formulas[inequality], checked: 10, violations: 0, undecided: 0 },
  ...changes,
});

const broken = (inequality: InequalityName, violations = 3, step = 4): InequalityReport => {
  const first: Violation = { inequality, step, left: 2, right: 1.5, tolerance: 0.125, size: 1 };
  return report(inequality, { violations, first });
};

const known = (value: number, certainty: Certificate["L"]["certainty"]) => ({
  value,
  certainty,
  how: "by hand",
});

const found = (changes: Partial<Certificate> = {}): Certificate => {
  const inequalities = changes.inequalities ?? [report("descent lemma")];
  const first = inequalities.find((each) => each.first)?.first;
  return {
    L: known(4, "exact"),
    mu: known(0, "exact"),
    etaTimesL: 1,
    promised: true,
    outcome: "held",
    holds: true,
    inequalities,
    ...(first === undefined ? {} : { firstViolation: first }),
    needed: { L: 4, step: 2 },
    verdict: [],
    ...changes,
  };
};

const within = "eta = 0.250000 is 1.000/L, within the theory's eta <= 1/L";
/** The sentences after the first, on eta. */
const rest = (changes: Partial<Certificate>, of?: Partial<DescentRun>) =>
  verdictOf(run(of), found(changes)).slice(1);

describe("the first sentence says what eta promises", () => {
  it.each<[Certificate["promised"], Certificate["L"]["certainty"], string]>([
    [true, "exact", within],
    [true, "bound", within],
    [true, "given", `${within} if the L given is right`],
    [false, "exact", "eta = 0.250000 is 1.000/L, above the theory's 1/L: nothing is promised"],
    [false, "estimate", "eta = 0.250000 is 1.000/L, above the theory's 1/L: nothing is promised"],
    [
      ...([false, "bound"] as const),
      "eta = 0.250000 is 1.000/L for the bound L = 4.00000 (by hand), so that nothing is promised; the true L may be less",
    ],
    [
      ...(["unknown", "estimate"] as const),
      "eta = 0.250000 is 1.000/L for the estimate L = 4.00000 (by hand); the true L is at least that, so whether eta <= 1/L is not known and nothing is promised",
    ],
  ])("promised: %s, L: %s", (promised, certainty, sentence) => {
    expect(verdictOf(run(), found({ promised, L: known(4, certainty) }))[0]).toBe(sentence);
  });
});

describe("what held", () => {
  it("is named with the number of steps, and at how many of them to within rounding", () => {
    expect(rest({ inequalities: [report("descent lemma"), report("minimum")] })).toEqual([
      "descent lemma, minimum: held at each of 10 steps",
    ]);
    expect(
      rest({
        inequalities: [report("descent lemma", { undecided: 1 }), report("minimum", { undecided: 7 })],
      }),
    ).toEqual(["descent lemma, minimum: held at each of 10 steps (at up to 7 of them to within rounding)"]);
  });

  it("is not what no step decides", () => {
    const undecided =
      "minimum: undecided, since rounding is larger than what is compared at every step; float64 cannot tell";
    const minimum = report("minimum", { undecided: 10 });
    expect(rest({ inequalities: [report("descent lemma"), minimum] })).toEqual([
      "descent lemma: held at each of 10 steps",
      undecided,
    ]);
    expect(rest({ inequalities: [minimum] })).toEqual([undecided]);
    expect(rest({ inequalities: [minimum, { ...minimum, inequality: "step II" }] })).toEqual([
      undecided.replace("minimum", "minimum, step II"),
    ]);
    // A run without a step decides nothing and leaves nothing open.
    expect(rest({ inequalities: [report("minimum", { checked: 0 })] })).toEqual([
      "minimum: held at each of 10 steps",
    ]);
  });

  it("is not told where something else failed", () => {
    expect(rest({ inequalities: [report("descent lemma"), broken("minimum")] }).join()).not.toContain("held");
  });
});

describe("what failed", () => {
  const fails =
    "fails first at step 4: 2.00000 <= 1.50000 is wrong by 0.500000, of which 1.3e-1 could be rounding; 3 of 10 steps violate it";
  const notConvex = "so f is not convex and L-smooth with this L (or has no such mu)";

  it("is told with its first step, and what that says of f", () => {
    expect(rest({ inequalities: [broken("descent lemma")] })).toEqual([
      `the descent lemma ${fails}`,
      notConvex,
    ]);
    expect(rest({ inequalities: [broken("step II")] })).toEqual([`step II ${fails}`, notConvex]);
    expect(rest({ inequalities: [broken("step II"), broken("rate bound")] })).toEqual([
      `step II ${fails}`,
      `the rate bound ${fails}`,
      notConvex,
    ]);
  });

  it("says nothing of f where eta is larger than 1/L, by more than a rounding of it", () => {
    const of = (etaTimesL: number) => rest({ etaTimesL, inequalities: [broken("descent lemma")] }).slice(1);
    expect(of(1)).toEqual([notConvex]);
    expect(of(1 + 2 * Number.EPSILON)).toEqual([notConvex]);
    expect(of(1 + 3 * Number.EPSILON)).toEqual([]);
    expect(of(2.1)).toEqual([]);
    expect(of(0.5)).toEqual([notConvex]);
  });

  it("refutes a minimiser that the run goes below, and nothing else", () => {
    const noMinimiser = "the run went below f(w*), so the minimiser given is not one";
    const inequalities = [broken("minimum"), broken("rate bound")];
    expect(rest({ inequalities }).slice(2)).toEqual([noMinimiser]);
    expect(rest({ inequalities, L: known(4, "estimate") }).slice(2)).toEqual([noMinimiser]);
    expect(rest({ inequalities, etaTimesL: 2 }).slice(2)).toEqual([noMinimiser]);
  });

  it("refutes an estimate of mu where only the linear rates fail", () => {
    const mu = known(0.5, "estimate");
    const linear = [broken("linear gap"), broken("linear distance")];
    const promisesNothing =
      "the linear rates are checked for an estimate of mu from above: nothing promises them";
    expect(rest({ mu, inequalities: linear }).slice(2)).toEqual([
      "so the estimate mu = 0.500000 was too large",
      promisesNothing,
    ]);
    expect(rest({ mu, inequalities: [...linear, broken("rate bound")] }).slice(3)).toEqual([
      notConvex,
      promisesNothing,
    ]);
    expect(rest({ mu: known(0.5, "exact"), inequalities: linear }).slice(2)).toEqual([notConvex]);
  });

  it("refutes an estimate of L, or convexity", () => {
    const L = known(4, "estimate");
    const inequalities = [broken("descent lemma")];
    expect(rest({ L, inequalities }).slice(1)).toEqual([
      "so the estimate L = 4.00000 was too small, or f is not convex",
    ]);
    const needed = { L: 8, step: 6 };
    expect(rest({ L, inequalities, needed }).slice(1)).toEqual([
      "the estimate L = 4.00000 was too small: step 6 asks for L >= 8.00000",
    ]);
  });

  it("is also an L that a step contradicts, though every inequality held", () => {
    const needed = { L: 4.5, step: 6 };
    const said = "L = 4.00000 is too small: step 6 asks for L >= 4.50000, so f is not L-smooth with it";
    expect(rest({ needed })).toEqual(["descent lemma: held at each of 10 steps", said]);
    expect(rest({ needed: { L: 4, step: 6 } })).toEqual(["descent lemma: held at each of 10 steps"]);
    expect(rest({ needed, inequalities: [broken("rate bound")] }).slice(1)).toEqual([said, notConvex]);
  });
});

it("an estimate of mu is said to be one where linear rates were checked for it", () => {
  const nothing = "the linear rates are checked for an estimate of mu from above: nothing promises them";
  expect(rest({ mu: known(0.5, "estimate") }).slice(1)).toEqual([nothing]);
  expect(rest({ mu: known(0, "estimate") }).slice(1)).toEqual([]);
  expect(rest({ mu: known(-1, "estimate") }).slice(1)).toEqual([]);
  expect(rest({ mu: known(0.5, "bound") }).slice(1)).toEqual([]);
});

it("a run that diverged is told last", () => {
  expect(rest({}, { stopped: "diverged", steps: 7 })).toEqual([
    "descent lemma: held at each of 7 steps",
    "the run diverged after step 7",
  ]);
  expect(rest({}, { stopped: "tolerance" })).toHaveLength(1);
});
