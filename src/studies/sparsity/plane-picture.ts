import { type Figure, figure, numberText, palette } from "../../figures/index.js";
import { missing } from "../../missing.js";
import { ballEdge, type Norm, type Plane } from "./plane.js";

/** The colour of each norm in every panel. */
export const normColours = { l1: palette[0], l2: palette[2] } as const;

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
      plot.line([...ballEdge(norm, B), ...ballEdge(norm, B).slice(0, 1)], {
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
