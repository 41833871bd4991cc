import {
  aside,
  barChart,
  type Dash,
  type Figure,
  lineChart,
  type Point,
  palette,
  panels,
} from "../figures/index.js";
import { missing } from "../missing.js";
import { norm } from "../vector.js";
import { cornerClaim } from "./claims/sparsity.js";
import { images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import { LAMBDA, type Penalised, penalised } from "./sparsity/network.js";
import { type Path, type Paths, paths } from "./sparsity/paths.js";
import { minimisersAlong, plane } from "./sparsity/plane.js";
import { drawPlane, normColours } from "./sparsity/plane-picture.js";
import type { Effort, Study } from "./study.js";

interface Settings {
  readonly radii: number;
  readonly strengths: number;
  readonly train: number;
  readonly epochs: number;
}

const settings: Record<Effort, Settings> = {
  quick: { radii: 25, strengths: 60, train: 1000, epochs: 40 },
  default: { radii: 60, strengths: 200, train: 4000, epochs: 60 },
  full: { radii: 200, strengths: 500, train: 50_000, epochs: 60 },
};

/** The radius of the picture. */
const B = 1;

const dashes: readonly Dash[] = ["dashed", "dash-dot", "long", "dotted"];

const drawPath = (title: string, { lambdas, weights }: Path, useful: number): Promise<Figure> =>
  lineChart({
    title,
    subtitle: `20 weights, ${useful} of which matter`,
    width: 440,
    height: 340,
    x: { label: "λ", type: "log" },
    y: { label: "weight" },
    // Those that do not matter first, so that the others lie over them.
    series: Array.from(weights[0] ?? [], (_, j) => j)
      .sort((a, b) => Number(a < useful) - Number(b < useful))
      .map((j) => ({
        name: j < useful ? `w${"₁₂₃₄₅".charAt(j)}` : "the others",
        points: lambdas.map((lambda, i): Point => [lambda, weights[i]?.[j] ?? Number.NaN]),
        dots: false,
        colour: j < useful ? (palette[j] ?? missing()) : aside,
        ...(j < useful && j > 0 && { dash: dashes[j - 1] }),
      })),
  });

const drawCounts = (results: readonly Penalised[]): Promise<Figure> =>
  barChart({
    title: "A 784-64-10 network",
    subtitle: `share of its weights, λ = ${LAMBDA}`,
    width: 440,
    height: 512,
    categories: results.map(({ name }) => name),
    value: { label: "weights (%)" },
    format: (value) => value.toFixed(value < 10 && value > 0 ? 1 : 0),
    series: [
      { name: "exactly 0", values: results.map(({ zeros }) => zeros), colour: "currentColor" },
      { name: "below 10⁻³ in size", values: results.map(({ tiny }) => tiny), colour: aside },
    ],
  });

const drawZeros = ({ lasso, ridge }: Paths): Promise<Figure> =>
  lineChart({
    title: "Exact zeros among the 20 weights",
    subtitle: "lasso by coordinate descent, ridge in closed form",
    width: 440,
    height: 340,
    x: { label: "λ", type: "log" },
    y: { label: "zeros", domain: [0, 20.5] },
    series: [
      {
        name: "ℓ1",
        points: lasso.lambdas.map((l, i): Point => [l, lasso.zeros[i] ?? missing()]),
        step: true,
        dots: false,
        colour: normColours.l1,
      },
      {
        name: "ℓ2",
        points: ridge.lambdas.map((l, i): Point => [l, ridge.zeros[i] ?? missing()]),
        dots: false,
        colour: normColours.l2,
      },
    ],
  });

/** Rows 16 and 17 of the lecture: ℓ1 makes weights sparse, ℓ2 makes them small; the diamond and the circle. */
export const sparsity: Study = {
  name: "sparsity",
  title: "Sparse weights under ℓ1, small weights under ℓ2",
  section: "Regularization; ℓ1 Regularization Produces Sparse Solutions",
  describe:
    "Minimises a loss of two weights over the diamond ‖w‖₁ ≤ B and the circle ‖w‖₂ ≤ B by projected gradient for many B. Follows all weights of a regression along the lasso and the ridge path, and counts exact zeros there and in a network trained with a proximal step and with a subgradient.",
  run: async (context) => {
    const { radii, strengths, train, epochs } = settings[context.effort];
    const problem = await plane(context.seed);
    const size = norm(problem.free);
    const Bs = Array.from({ length: radii }, (_, i) => ((i + 1) / radii) * 1.5 * size);
    const ways = {
      l1: await minimisersAlong(problem, "l1", Bs, context.signal),
      l2: await minimisersAlong(problem, "l2", Bs, context.signal),
    };
    const [diamond = missing()] = await minimisersAlong(problem, "l1", [B], context.signal);
    const [circle = missing()] = await minimisersAlong(problem, "l2", [B], context.signal);
    await problem.objective.release();
    const lines = await paths(strengths, context);
    context.log("constrained minimisers and paths done");
    const parts = await images(context, { train, validation: 500, test: 100 });
    const results = await penalised(epochs, parts, context);

    const { lasso, ridge } = lines;
    const chosen = lasso.weights[lasso.lambdas.indexOf(lines.chosen)] ?? new Float64Array();
    const useful = chosen.filter((w, j) => w !== 0 && j < lines.useful).length;
    const dropped = chosen.filter((w, j) => w === 0 && j >= lines.useful).length;
    const ridgeNorms = ridge.weights.map(norm);
    const of = (name: string) => results.find((each) => each.name === name);
    const [plain, small, subgradient, proximal] = ["none", "L2", "L1, subgradient", "L1, proximal"].map(of);
    return {
      learned: `The corner of the diamond makes zeros: ${short(proximal?.zeros ?? Number.NaN)} % of the network's weights were exactly 0 under ℓ1 with a proximal step, ${short(small?.zeros ?? Number.NaN)} % under ℓ2, which makes weights small instead.`,
      claims: [
        cornerClaim({ B, free: problem.free, diamond, circle, radii: Bs, ways }),
        {
          claim: "ℓ1 regularisation: weights are sparse",
          measured: `lasso: at λ = ${short(lines.chosen)}, chosen by cross-validation (one standard error), ${dropped} of the ${20 - lines.useful} weights that do not matter are exactly 0, and ${useful} of the ${lines.useful} that matter are kept; all are 0 at the strongest. Coordinate descent and proximal gradient have ${lines.sameZeros ? "the same" : "different"} zeros and differ by at most ${short(lines.disagreement)}`,
          verdict: judged(
            dropped > 0 && Math.max(...lasso.zeros) === 20 && lines.sameZeros && lines.disagreement < 1e-4,
          ),
        },
        {
          claim: "ℓ2 regularisation: weights are small, not sparse",
          measured: `ridge: ${Math.max(...ridge.zeros)} exact zeros at any λ, while ‖w‖ falls from ${short(ridgeNorms.at(-1) ?? 0)} to ${short(ridgeNorms[0] ?? missing())}; network: ${short(small?.zeros ?? 0)} % zeros, ‖w‖ ${short(plain?.norm ?? 0)} without and ${short(small?.norm ?? 0)} with L2`,
          verdict: judged(
            ridge.zeros.every((zeros) => zeros === 0) &&
              (ridgeNorms[0] ?? missing()) < (ridgeNorms.at(-1) ?? 0) &&
              small?.zeros === 0 &&
              small.norm < (plain?.norm ?? 0),
          ),
        },
        {
          claim:
            "In a network the proximal step gives exact zeros, the subgradient weights that hop around 0",
          measured: `exactly 0: ${short(proximal?.zeros ?? 0)} % with the proximal step, ${short(subgradient?.zeros ?? 0)} % with the subgradient; below 10⁻³: ${short(proximal?.tiny ?? 0)} and ${short(subgradient?.tiny ?? 0)} %; validation error ${short(proximal?.validationError ?? 0)} and ${short(subgradient?.validationError ?? 0)} % (without a penalty ${short(plain?.validationError ?? 0)} %)`,
          verdict: judged((proximal?.zeros ?? 0) > 20 && (subgradient?.zeros ?? 100) < 1),
        },
      ],
      tables: [
        {
          title: `Network under each penalty, λ = ${LAMBDA}`,
          columns: ["penalty", "exactly 0 (%)", "below 10⁻³ (%)", "‖w‖", "validation error (%)"],
          rows: results.map((r) => [
            r.name,
            short(r.zeros),
            short(r.tiny),
            short(r.norm),
            short(r.validationError),
          ]),
        },
      ],
      figure: panels(
        [
          await drawPlane(problem, "l1", { B, w: diamond, way: ways.l1 }),
          await drawPlane(problem, "l2", { B, w: circle, way: ways.l2 }),
          await drawCounts(results),
          await drawPath("Lasso: weights along λ", lasso, lines.useful),
          await drawPath("Ridge: weights along λ", ridge, lines.useful),
          await drawZeros(lines),
        ],
        { columns: 3 },
      ),
      numbers: {
        free: problem.free,
        diamond,
        circle,
        radii: Bs,
        ways,
        lasso: { lambdas: lasso.lambdas, zeros: lasso.zeros },
        ridge: { norms: ridgeNorms },
        disagreement: lines.disagreement,
        chosen: lines.chosen,
        network: results,
      },
      notes: [
        parts.note,
        "Regression: 80 examples, 20 independent standard normal features, five with weights from 2 to 0.8 and alternating signs, noise 1. The network: gradient descent at 0.1, batches of 50, penalties on weights only.",
      ],
    };
  },
};
