import { SteepestError } from "../errors.js";
import { highest, lowest } from "../extremes.js";
import { tickText } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { Axis } from "./line-data.js";
import { type Dash, dashArray } from "./line-style.js";
import { colour } from "./palette.js";
import { rampAt } from "./theme.js";
import type { Point } from "./thin.js";

/** The way of an optimiser through a landscape, from its first point to its last. */
export interface Trajectory {
  readonly name: string;
  readonly points: readonly Point[];
  readonly colour?: string;
  /** A broken line, which lets another show that takes nearly the same way. */
  readonly dash?: Dash;
}

export interface ContourMapOptions extends FrameOptions {
  /** Height of the landscape at (x, y); finite over the whole domain. */
  readonly f: (x: number, y: number) => number;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly x?: Pick<Axis, "label">;
  readonly y?: Pick<Axis, "label">;
  readonly paths?: readonly Trajectory[];
  /** Points to mark with a star, such as the minimum. */
  readonly stars?: readonly Point[];
  /** Number of levels; 12 by default. */
  readonly levels?: number;
  /** Levels evenly spaced in value (`linear`, default) or in its logarithm above the lowest point (`log`). */
  readonly spacing?: "linear" | "log";
  /** What the height is, written beside the colour bar; no bar without it. */
  readonly valueLabel?: string;
}

const grid = 120;

/**
 * Filled contours of a function of two variables with trajectories over them, dark where the function is low.
 * Trajectories are clipped at the frame; a ring marks where each begins and a disc where it ends.
 *
 * @throws SteepestError when the domain is empty or `f` is not finite in it.
 */
export const contourMap = async ({
  f,
  xDomain,
  yDomain,
  x = {},
  y = {},
  paths = [],
  stars = [],
  levels = 12,
  spacing = "linear",
  valueLabel,
  ...frame
}: ContourMapOptions): Promise<Figure> => {
  const where = `contourMap ${JSON.stringify(frame.title ?? "")}`;
  const [[x1, x2], [y1, y2]] = [xDomain, yDomain];
  if (!(x1 < x2 && y1 < y2))
    throw new SteepestError(
      `${where}: the domain is [${x1}, ${x2}] × [${y1}, ${y2}]; expected lower before upper bounds`,
    );
  const heights = Array.from({ length: grid * grid }, (_, i) =>
    f(x1 + ((i % grid) / (grid - 1)) * (x2 - x1), y1 + (Math.floor(i / grid) / (grid - 1)) * (y2 - y1)),
  );
  const [low, high] = [lowest(heights), highest(heights)];
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new SteepestError(`${where}: f is not finite everywhere in the domain; choose a smaller domain`);

  // Four decades below the highest point, so that a minimum of exactly zero does not swallow all levels.
  const offset = (high - low) * 1e-4 || 1;
  const forward = spacing === "log" ? (value: number) => Math.log(value - low + offset) : (v: number) => v;
  const back = spacing === "log" ? (level: number) => Math.exp(level) + low - offset : (v: number) => v;
  const [bottom, top] = [forward(low), forward(high)];
  const thresholds = Array.from({ length: levels }, (_, i) => bottom + (i / levels) * (top - bottom || 1));

  const drawn = paths.map((path, i) => ({ ...path, stroke: path.colour ?? colour(i) }));
  return figure({
    width: 520,
    height: 520,
    ...frame,
    ...(drawn.length > 0 && {
      legend: drawn.map(({ name, stroke, dash }) => ({ name, colour: stroke, ...(dash && { dash }) })),
    }),
    ...(valueLabel !== undefined && {
      colourBar: {
        label: valueLabel,
        ramp: "landscape" as const,
        ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({
          at,
          text: tickText(Number(back(bottom + at * (top - bottom)).toPrecision(2))),
        })),
      },
    }),
    x: { domain: [x1, x2], label: x.label ?? null, labelArrow: "none", tickFormat: tickText },
    y: { domain: [y1, y2], label: y.label ?? null, labelArrow: "none", tickFormat: tickText },
    color: {
      type: "linear",
      domain: [bottom, top],
      interpolate: () => (t: number) => rampAt("landscape", t),
    },
    marks: (plot) => [
      plot.contour(heights.map(forward), {
        width: grid,
        height: grid,
        x1,
        x2,
        y1,
        y2,
        value: (value: number) => value,
        fill: "value",
        thresholds,
        stroke: "#ffffff",
        strokeOpacity: 0.35,
        strokeWidth: 0.6,
        clip: true,
      }),
      ...drawn.flatMap(({ points, stroke, dash }) => [
        // A halo, without which a path is lost where it crosses others; under a broken line it would hide them.
        plot.line(dash ? [] : points, {
          x: "0",
          y: "1",
          stroke: "#ffffff",
          strokeWidth: 4,
          strokeOpacity: 0.7,
          clip: true,
        }),
        plot.line(points, {
          x: "0",
          y: "1",
          stroke,
          strokeWidth: 2,
          clip: true,
          ...(dash && { strokeDasharray: dashArray[dash] }),
        }),
        plot.dot(points.length <= 60 ? points : [], { x: "0", y: "1", r: 2.2, fill: stroke, clip: true }),
        plot.dot(points.slice(0, 1), {
          x: "0",
          y: "1",
          r: 4.5,
          fill: "#ffffff",
          stroke,
          strokeWidth: 2,
          clip: true,
        }),
        plot.dot(points.slice(-1), { x: "0", y: "1", r: 4.5, fill: stroke, stroke: "#ffffff", clip: true }),
      ]),
      plot.dot(stars, { x: "0", y: "1", symbol: "star", r: 7, fill: "#F0E442", stroke: "#1f2328" }),
      plot.frame({ strokeOpacity: 0.4 }),
    ],
  });
};
