import { interval } from "../statistics.js";
import { scaleOptions, tickText } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import { meaning } from "./palette.js";
import { panels } from "./panels.js";

/** Examples of about one probability. */
export interface ReliabilityPoint {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Their mean probability. */
  readonly probability: number;
  /** The share of them for which it came true. */
  readonly share: number;
}

export interface ReliabilityOptions extends FrameOptions {
  readonly bins: readonly ReliabilityPoint[];
  /** What the probabilities are of. */
  readonly about: string;
}

/** How often what was given a probability came true, with 95 % intervals, over the number of examples. */
export const reliabilityChart = async ({
  bins,
  about,
  width = 520,
  height = 500,
  ...frame
}: ReliabilityOptions): Promise<Figure> => {
  const below = 120;
  const unit = { domain: [0, 1] } as const;
  const points = bins.map((bin) => {
    const [low, high] = interval(bin.share, bin.rows);
    return { ...bin, low, high };
  });
  const upper = await figure({
    ...frame,
    width,
    height: height - below,
    x: scaleOptions(unit, [0, 1]),
    y: scaleOptions({ ...unit, label: "came true" }, [0, 1]),
    marks: (plot) => [
      plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4,4" },
      ),
      plot.ruleX(points, {
        x: "probability",
        y1: "low",
        y2: "high",
        stroke: meaning.test,
        strokeOpacity: 0.6,
        strokeWidth: 1.6,
      }),
      plot.line(points, { x: "probability", y: "share", stroke: meaning.test, strokeWidth: 1.6 }),
      plot.dot(points, { x: "probability", y: "share", r: 4, fill: meaning.test }),
    ],
  });
  const most = Math.max(...bins.map(({ rows }) => rows));
  const lower = await figure({
    width,
    height: below,
    x: scaleOptions({ ...unit, label: `probability of ${about}` }, [0, 1]),
    y: { ...scaleOptions({ zero: true, label: "examples" }, [0, most]), ticks: 2, tickFormat: tickText },
    marks: (plot) => [
      plot.rectY(bins, {
        x1: "from",
        x2: "to",
        y: "rows",
        fill: meaning.test,
        fillOpacity: 0.55,
        inset: 0.5,
      }),
      plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
    ],
  });
  return panels([upper, lower], { columns: 1, letters: false });
};
