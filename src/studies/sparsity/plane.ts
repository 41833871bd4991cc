import { type Figure, figure, numberText, palette } from "../../figures/index.js";
import { missing } from "../../missing.js";
import { projectOntoL1Ball, projectOntoL2Ball } from "../../optim/projections.js";
import { random } from "../../random/random.js";
import { leastSquaresMinimiser, leastSquaresObjective, matrix, type Objective } from "../../theory/index.js";

/** The constraint ‖w‖ ≤ B in the norm ℓ1 (a diamond) or ℓ2 (a circle). */
export type Norm = "l1" | "l2";

const projections = { l1: projectOntoL1Ball, l2: projectOntoL2Ball } as const;

/** The colour of each norm in every panel. */
export const normColours = { l1: palette[0], l2: palette[2] } as const;

export interface Plane {
  readonly objective: Objective;
  /** The minimiser without a constraint. */
  readonly free: Float64Array;
  /** The loss as a function of the two weights: L* + ½(w − w*)'H(w − w*). */
  readonly loss: (a: number, b: number) => number;
}

const N = 400;

/** Least squares with two correlated features, the first more useful than the second. */
export const plane = async (seed: number): Promise<Plane> => {
  const draws = random(seed, "sparsity plane");
  const rows = Array.from({ length: N }, () => {
    const [a, b] = [draws.normal(), draws.normal()];
    return [a / Math.sqrt(N), (0.4 * a + 0.9 * b) / Math.sqrt(N)] as const;
  });
  const X = matrix(rows);
  const y = Float64Array.from(rows, ([a, b]) => 1.8 * a + 0.5 * b + (0.3 * draws.normal()) / Math.sqrt(N));
  const loss = (u: number, v: number) =>
    rows.reduce((sum, [a, b], i) => sum + ((y[i] ?? missing()) - a * u - b * v) ** 2 / 2, 0);
  return { objective: leastSquaresObjective(X, y), free: await leastSquaresMinimiser(X, y), loss };
};

/** The minimiser of the loss over the ball of radius B by projected gradient: w ← P(w − η∇L(w)), η = 1/L. */
export const constrained = async (
  { objective }: Plane,
  norm: Norm,
  B: number,
  signal?: AbortSignal,
): Promise<Float64Array> => {
  const L = (await objective.constants?.smoothness())?.value ?? 1;
  let w = new Float64Array(2);
  for (let step = 0; step < 500; step++) {
    signal?.throwIfAborted();
    const { gradient } = await objective.valueAndGradient(w);
    const next = w.map((value, j) => value - (gradient[j] ?? missing()) / L);
    projections[norm](next, B);
    const moved = Math.max(...next.map((value, j) => Math.abs(value - (w[j] ?? missing()))));
    w = next;
    if (moved < 1e-14) break;
  }
  return w;
};

const ball = (norm: Norm, B: number): [number, number][] =>
  norm === "l1"
    ? [
        [B, 0],
        [0, B],
        [-B, 0],
        [0, -B],
      ]
    : Array.from({ length: 120 }, (_, i) => [
        B * Math.cos((2 * Math.PI * i) / 120),
        B * Math.sin((2 * Math.PI * i) / 120),
      ]);

/** Contours of the loss, the ball, the minimiser on it, and the way of the minimisers as B grows. */
export const drawPlane = (
  { free, loss }: Plane,
  norm: Norm,
  { B, w, way }: { B: number; w: Float64Array; way: readonly Float64Array[] },
): Promise<Figure> => {
  const [low, high] = [-1.4, 2.4];
  const point = (v: Float64Array): [number, number] => [v[0] ?? missing(), v[1] ?? missing()];
  const own = normColours[norm];
  const at = loss(...point(w));
  const least = loss(...point(free));
  return figure({
    title: norm === "l1" ? "ℓ1: ‖w‖₁ ≤ B" : "ℓ2: ‖w‖₂ ≤ B",
    subtitle: `B = ${B}: w = (${point(w)
      .map((value) => (value === 0 ? "0" : value.toFixed(3)))
      .join(", ")})`,
    width: 440,
    height: 512,
    legend: [
      { name: "contours of the loss", colour: "#8a8f98" },
      { name: "minimisers as B grows", colour: own },
    ],
    x: {
      domain: [low, high],
      label: "w₁",
      labelArrow: "none",
      grid: false,
      tickFormat: (w: number) => numberText(w),
    },
    y: {
      domain: [low, high],
      label: "w₂",
      labelArrow: "none",
      grid: false,
      tickFormat: (w: number) => numberText(w),
    },
    marks: (plot) => [
      plot.ruleX([0], { strokeOpacity: 0.4 }),
      plot.ruleY([0], { strokeOpacity: 0.4 }),
      plot.contour({
        x1: low,
        x2: high,
        y1: low,
        y2: high,
        fill: (a: number, b: number) => loss(a, b),
        fillOpacity: 0,
        stroke: "#8a8f98",
        strokeWidth: 1,
        // One of the contours touches the ball at the minimiser.
        thresholds: [0.1, 0.4, 1, 1.9, 3.2, 5].map((share) => least + share * (at - least)),
        clip: true,
      }),
      plot.line([...ball(norm, B), ...ball(norm, B).slice(0, 1)], {
        fill: own,
        fillOpacity: 0.22,
        stroke: own,
        strokeWidth: 1.6,
      }),
      plot.line(way.map(point), { stroke: own, strokeWidth: 2.4 }),
      plot.dot([point(w)], { r: 6, fill: own, stroke: "#ffffff", strokeWidth: 1.5 }),
      plot.dot([point(free)], { r: 5, symbol: "star", fill: "currentColor" }),
      plot.text([point(free)], { text: () => "minimum", dy: -12, fill: "currentColor" }),
      plot.frame({ strokeOpacity: 0.4 }),
    ],
  });
};
