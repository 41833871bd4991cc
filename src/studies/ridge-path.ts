import { type Figure, lineChart, meaning, type Point, palette, panels } from "../figures/index.js";
import { type Examples, type LinearFit, type PathFit, ridge } from "../linear/index.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";
import { descend, ridgeObjective } from "../theory/index.js";
import { distance, norm } from "../vector.js";
import { chosenStrengthClaim, errorsAlongClaim, fallingNormClaim } from "./claims/ridge.js";
import { ridgeAlong } from "./ridge-path/along.js";
import {
  curve,
  fine,
  noise,
  noisyQuadratic,
  type Points,
  polynomialExamples,
  truth,
} from "./shared/quadratic.js";
import { logSpaced, short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study } from "./study.js";

const DEGREE = 14;
const N = 21;

interface Settings {
  /** Strengths of the path. */
  readonly count: number;
  /** Most steps of gradient descent. */
  readonly steps: number;
  /** Weakest strength that gradient descent is asked to solve; its steps grow as 1/λ. */
  readonly weakest: number;
}

const settings: Record<Effort, Settings> = {
  quick: { count: 81, steps: 20_000, weakest: 0.1 },
  default: { count: 161, steps: 200_000, weakest: 0.01 },
  full: { count: 321, steps: 2_000_000, weakest: 1e-3 },
};

/**
 * Ridge for one λ: by Cholesky of X'X + λI, by its dual, and by the lecture's gradient update, from the origin and from a
 * random start, since the minimiser is the only one.
 */
const compared = async (
  { X, y, n, d }: Examples,
  lambda: number,
  { steps, seed, signal }: { steps: number; seed: number; signal: AbortSignal | undefined },
) => {
  const closed = await ridge({ X, y, n, d }, { lambda, intercept: false });
  const dual = await ridge({ X, y, n, d }, { lambda, intercept: false, form: "dual" });
  const objective = ridgeObjective({ rows: n, columns: d, values: X }, y, lambda);
  const L = await objective.constants?.smoothness();
  const options = { eta: 1 / (L?.value ?? 1), steps, tolerance: 1e-12, signal };
  const w0 = new Float64Array(d);
  random(seed, "ridge path start").fillNormal(w0);
  const run = await descend(objective, options);
  const elsewhere = await descend(objective, { ...options, w0 });
  await objective.release();
  const size = norm(closed.weights);
  return {
    lambda,
    steps: run.steps,
    iterative: distance(run.w, closed.weights) / size,
    elsewhere: distance(elsewhere.w, closed.weights) / size,
    dual: distance(dual.weights, closed.weights) / size,
  };
};

const zip = (x: ArrayLike<number>, y: ArrayLike<number>): Point[] =>
  Array.from(x, (value, i): Point => [value, y[i] ?? Number.NaN]);

const drawFit = (points: Points, fit: LinearFit, title: string, subtitle: string): Promise<Figure> =>
  lineChart({
    title,
    subtitle,
    width: 350,
    height: 310,
    x: { label: "x", domain: [-1.06, 1.06] },
    y: { domain: [-2, 2.5] },
    series: [
      { name: "truth", points: zip(fine, fine.map(truth)), dash: "dashed", colour: "currentColor" },
      { name: "fit", points: zip(fine, curve(fit, fine)), colour: palette[0] },
    ],
    dots: { name: "21 points", points: zip(points.x, points.y), colour: meaning.training },
  });

const draw = async (
  points: Points,
  path: readonly PathFit[],
  errors: { readonly train: readonly number[]; readonly test: readonly number[] },
  chosen: number,
): Promise<Figure> => {
  const lambdas = path.map(({ lambda }) => lambda);
  const nearest = (lambda: number) =>
    path.reduce((a, b) =>
      Math.abs(Math.log(a.lambda / lambda)) <= Math.abs(Math.log(b.lambda / lambda)) ? a : b,
    );
  const [weak, right, strong] = [nearest(1e-10), nearest(chosen), nearest(100)];
  const fits = [
    await drawFit(points, weak, `λ = ${short(weak.lambda)}`, "too weak"),
    await drawFit(points, right, `λ = ${short(right.lambda)}`, "chosen by cross-validation on the 21 points"),
    await drawFit(points, strong, `λ = ${short(strong.lambda)}`, "too strong"),
  ];
  const mse = await lineChart({
    title: "Error against the strength of the regulariser",
    width: 525,
    height: 370,
    x: { label: "λ", type: "log" },
    y: { label: "mean squared error", type: "log" },
    series: [
      { name: "training", points: zip(lambdas, errors.train), colour: meaning.training, dots: false },
      { name: "test", points: zip(lambdas, errors.test), colour: meaning.test, dots: false },
    ],
    rules: [
      { x: chosen, label: "cross-validation" },
      { y: noise ** 2, label: "noise" },
    ],
  });
  const norms = await lineChart({
    title: "‖w‖ against the strength of the regulariser",
    width: 525,
    height: 370,
    x: { label: "λ", type: "log" },
    y: { label: "‖w‖", type: "log" },
    series: [
      {
        name: "‖w‖",
        points: path.map(({ lambda, weights }): Point => [lambda, norm(weights)]),
        dots: false,
        colour: palette[0],
      },
    ],
    rules: [{ x: chosen, label: "cross-validation" }],
  });
  return panels([...fits, mse, norms], { columns: [3, 2] });
};

/** Rows 18 and 20 of the lecture, figure 4.5: ridge regression on a degree-14 polynomial. */
export const ridgePathStudy: Study = {
  name: "ridge-path",
  title: "Ridge regression of a degree-14 polynomial on 21 points",
  section: "Ridge Regression; Weight Decay Benefits (figure 4.5)",
  describe:
    "The lecture's figure 4.5: a polynomial of degree 14 through 21 noisy points of a quadratic, under stronger and stronger ridge. Compares the closed form with the gradient update, follows ‖w‖ and the errors along λ, and marks the λ that cross-validation on the 21 points chooses.",
  run: async ({ effort, seed, log, signal }) => {
    const { count, steps, weakest } = settings[effort];
    const points = noisyQuadratic(N, seed);
    const examples = polynomialExamples(points, DEGREE);
    const lambdas = logSpaced(1e-12, 1e4, count);
    const { path, train, test, chosen } = await ridgeAlong(examples, lambdas, { seed, signal });
    log("path and cross-validation done; comparing with gradient descent");
    const solved = [];
    for (const lambda of logSpaced(weakest, 100, 4))
      solved.push(await compared(examples, lambda, { steps, seed, signal }));

    const norms = path.map(({ weights }) => norm(weights));
    const lowest = Math.min(...test);
    const bestLambda = lambdas[test.indexOf(lowest)] ?? Number.NaN;
    const atChosen = test[lambdas.indexOf(chosen)] ?? Number.NaN;
    const worst = Math.max(...solved.map(({ iterative }) => iterative));
    const worstElsewhere = Math.max(...solved.map(({ elsewhere }) => elsewhere));

    return {
      learned: `A penalty chosen by cross-validation brought degree ${DEGREE} through 21 points from a test error of ${short(test[0] ?? missing())} to ${short(atChosen)}, where ${short(lowest)} is the best that any λ gives.`,
      claims: [
        fallingNormClaim(path),
        {
          claim:
            "The solution is unique: the gradient update arrives at ŵ = (X'X + λI)⁻¹X'y, wherever it starts",
          measured: `relative distance at most ${short(worst)} over λ = ${solved.map(({ lambda }) => short(lambda)).join(", ")}, after ${solved.map(({ steps }) => steps).join(", ")} steps from w = 0, and at most ${short(worstElsewhere)} from a random start; the dual form differs by ${short(Math.max(...solved.map(({ dual }) => dual)))}`,
          verdict: judged(worst < 1e-6 && worstElsewhere < 1e-6),
        },
        errorsAlongClaim({ lambdas, train, test }),
        chosenStrengthClaim({ lambdas, test, train }, chosen),
      ],
      tables: [
        {
          title: "Closed form against gradient descent with η = 1/L",
          columns: ["λ", "steps", "relative distance", "from a random start", "distance of the dual form"],
          rows: solved.map((s) => [
            short(s.lambda),
            s.steps,
            short(s.iterative),
            short(s.elsewhere),
            short(s.dual),
          ]),
        },
      ],
      figure: await draw(points, path, { train, test }, chosen),
      numbers: { lambdas, train, test, norms, chosen, best: bestLambda, solved },
      notes: [
        `y = −0.5 + 0.5x + 1.5x² + N(0, ${noise}²), x evenly spaced on [−1, 1]; the test error is the expected one over x uniform there. The intercept is not penalised on the path; the comparison with gradient descent is without intercept.`,
        "For strong λ the train error lies above the test error: evenly spaced points with both ends among them weigh the ends, where a flat fit is furthest from the curve, more than x uniform does.",
        `Gradient descent needs steps in proportion to 1/λ and is compared from λ = ${weakest} on.`,
      ],
    };
  },
};
