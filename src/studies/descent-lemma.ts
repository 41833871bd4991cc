import { lowest } from "../extremes.js";
import { type Dash, lineChart, orderedColour, type Point, panels, scatter } from "../figures/index.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";
import {
  certify,
  type DescentRun,
  descend,
  leastSquaresObjective,
  logisticObjective,
  type Objective,
  smoothnessConstant,
} from "../theory/index.js";
import { decreaseRatios, descentLemmaClaim, reportOf } from "./claims/descent.js";
import { logSpaced } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import { matrixWithSingularValues } from "./spectrum.js";
import type { Study, StudyContext } from "./study.js";

const multiples = [0.5, 1, 1.5, 1.9, 2.1] as const;

/** A random problem of one of four kinds in turn: tall, wide and rank-deficient least squares, and logistic regression. */
const problem = (index: number, seed: number): Objective => {
  const draws = random(seed, "descent-lemma problem", index);
  const sizes = [
    { rows: 60, columns: 12, rank: 12 },
    { rows: 15, columns: 40, rank: 15 },
    { rows: 50, columns: 20, rank: 7 },
    { rows: 80, columns: 10, rank: 10 },
  ] as const;
  const { rows, columns, rank } = sizes[index % 4] ?? sizes[0];
  const condition = 10 ** (0.5 + 2 * draws.uniform());
  const { matrix: X } = matrixWithSingularValues(
    rows,
    columns,
    logSpaced(10, 10 / condition, rank),
    draws.word(),
  );
  const y = new Float64Array(rows);
  draws.fillNormal(y);
  return index % 4 === 3
    ? logisticObjective(
        X,
        y.map((value) => (value > 0 ? 1 : -1)),
        0.01,
      )
    : leastSquaresObjective(X, y);
};

/** Decrease over promise along a run. */
const ratios = (run: DescentRun): Point[] => decreaseRatios(run).map((ratio, t) => [t + 1, ratio]);

/** Promise and decrease of each step. */
const pairs = ({ values, squaredGradients, eta, steps }: DescentRun): Point[] =>
  Array.from({ length: steps }, (_, t) => [
    (eta / 2) * (squaredGradients[t] ?? missing()),
    (values[t] ?? missing()) - (values[t + 1] ?? missing()),
  ]);

/** One run for each multiple of 1/L, with what the certificate says about the lemma. */
const runsOf = async (objective: Objective, steps: number, signal: AbortSignal | undefined) => {
  const constant = await smoothnessConstant(objective);
  const L = constant.value;
  const runs = [];
  for (const multiple of multiples) {
    // Not to the minimum itself, where decreases are smaller than the rounding of f.
    const run = await descend(objective, { eta: multiple / L, steps, tolerance: 1e-5, signal });
    const certificate = certify(run, { L: constant });
    const lemma = reportOf({ certificate }, "descent lemma");
    runs.push({
      multiple,
      run,
      certificate,
      checked: lemma?.checked ?? 0,
      violated: lemma?.violations ?? 0,
      first: lemma?.first,
    });
  }
  return { name: objective.name, L, runs };
};

type Runs = Awaited<ReturnType<typeof runsOf>>;

const at = (problem: Runs, multiple: (typeof multiples)[number]) => {
  const found = problem.runs.find((each) => each.multiple === multiple);
  if (found === undefined) throw new Error(`no run with eta = ${multiple}/L`);
  return found;
};

/** The points from the left, without those that would lie on the one before: both kinds of problem stay visible. */
const apart = (points: readonly Point[]): Point[] => {
  const kept: Point[] = [];
  for (const point of [...points].sort((a, b) => a[0] - b[0])) {
    const last = kept.at(-1);
    if (last === undefined || point[0] > 1.6 * last[0]) kept.push(point);
  }
  return kept;
};

const dashes: Readonly<Partial<Record<(typeof multiples)[number], Dash>>> = {
  0.5: "dotted",
  1.5: "dashed",
  1.9: "dash-dot",
  2.1: "long",
};

const picture = (shown: readonly Runs[]) =>
  Promise.all([
    scatter({
      title: "Decrease of steps with η = 1/L",
      subtitle: "on or above the dashed line: at least what the lemma promises; of close steps one is drawn",
      groups: shown.map((each) => ({ name: each.name, points: apart(pairs(at(each, 1).run)) })),
      x: { label: "promised: (η/2)·‖∇f(w)‖²", type: "log" },
      y: { label: "f(w) − f(next w)", type: "log" },
      identity: true,
      width: 440,
      height: 420,
    }),
    ...shown.map((each) =>
      lineChart({
        title: `${each.name[0]?.toUpperCase()}${each.name.slice(1)}: decrease over promise`,
        subtitle: "below 1 the lemma fails; below 0 the step goes uphill",
        series: each.runs.map(({ multiple, run }, i) => ({
          name: `η = ${multiple}/L`,
          points: ratios(run),
          dots: false,
          colour: orderedColour(i, multiples.length),
          ...(dashes[multiple] && { dash: dashes[multiple] }),
        })),
        x: { label: "step", type: "log" },
        y: { domain: [-0.4, 2.2] },
        rules: [{ y: 1 }, { y: 0 }],
        width: 440,
        height: 420,
      }),
    ),
  ]);

const run = async ({ effort, seed, log, signal }: StudyContext) => {
  const count = { quick: 12, default: 100, full: 400 }[effort];
  const steps = effort === "quick" ? 200 : 1000;
  const problems: Runs[] = [];
  for (let i = 0; i < count; i++) {
    const objective = problem(i, seed);
    problems.push(await runsOf(objective, steps, signal));
    await objective.release();
    if ((i + 1) % 20 === 0) log(`${i + 1} of ${count} problems`);
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const rows = multiples.map((multiple) => {
    const all = problems.map((each) => at(each, multiple));
    const steepest = lowest(all.flatMap(({ run }) => ratios(run).map(([, ratio]) => ratio)));
    return {
      multiple,
      steps: sum(all.map(({ checked }) => checked)),
      violations: sum(all.map(({ violated }) => violated)),
      problems: all.filter(({ violated }) => violated > 0).length,
      smallest: steepest,
    };
  });
  const quadratics = problems.filter(({ name }) => name === "least squares");
  const caught = quadratics.filter((each) => at(each, 2.1).violated > 0);
  const [squares, logistics] = [problems[0], problems[3]];
  if (squares === undefined || logistics === undefined) throw new Error("there are at least four problems");
  const first = at(squares, 2.1).first;
  const safe = rows.filter(({ multiple }) => multiple <= 1);
  return {
    learned: `With η ≤ 1/L not one of ${sum(safe.map((each) => each.steps))} steps missed the promised decrease; with η = 2.1/L ${caught.length} of ${quadratics.length} least-squares problems did, so that 1/L is a safe rate and 2/L the edge.`,
    claims: [
      descentLemmaClaim(problems.flatMap((each) => each.runs.filter(({ multiple }) => multiple <= 1))),
      {
        claim: "With η = 2.1/L the lemma fails on least squares, and the step where it first does is named",
        measured: `it failed on ${caught.length} of ${quadratics.length} least-squares problems; on the first at step ${first?.step ?? "none"}, where f should be at most ${first?.right.toPrecision(5)} and was ${first?.left.toPrecision(5)}`,
        verdict: judged(caught.length === quadratics.length),
      },
    ],
    tables: [
      {
        title: `The descent lemma over ${count} random problems`,
        columns: ["η · L", "steps", "violations", "problems with one", "smallest decrease / promise"],
        rows: rows.map((each) => [each.multiple, each.steps, each.violations, each.problems, each.smallest]),
      },
    ],
    figure: panels(await picture([squares, logistics]), { columns: 3 }),
    numbers: {
      rows,
      examples: [squares, logistics].map(({ name, L, runs }) => ({
        name,
        L,
        runs: runs.map(({ multiple, run, first }) => ({
          multiple,
          steps: run.steps,
          stopped: run.stopped,
          first,
          values: run.values,
        })),
      })),
    },
    notes: [
      "η ≤ 1/L is enough but not necessary: between 1/L and 2/L f still falls, by less than promised, and logistic regression, whose curvature is below L away from w = 0, often bears more",
      "in float64; violations are counted beyond what rounding can explain",
    ],
  };
};

/** Lecture, "Step I: The Descend". */
export const descentLemma: Study = {
  name: "descent-lemma",
  title: "The descent lemma: how far a step goes down",
  section: "GD for Convex Functions, Step I: The Descend",
  describe:
    "Runs gradient descent with η = 0.5/L … 2.1/L on random least-squares problems (tall, wide, rank-deficient) and logistic regressions, with L computed by Lanczos' method, and checks f(w) - (η/2)·‖∇f(w)‖² at every step.",
  run,
};
