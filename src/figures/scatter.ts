import { SteepestError } from "../errors.js";
import { extent, scaleOptions, shows } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { Axis } from "./line-data.js";
import { colour } from "./palette.js";
import type { Point } from "./thin.js";

/** Points of one kind. */
export interface PointGroup {
  readonly name: string;
  readonly points: readonly Point[];
  readonly colour?: string;
}

export interface ScatterOptions extends FrameOptions {
  readonly groups: readonly PointGroup[];
  readonly x?: Axis;
  readonly y?: Axis;
  /** Draws the line y = x over both axes, which then share their range: predicted against true values. */
  readonly identity?: boolean;
}

/**
 * Points by two numbers, a colour for each group. Many points are drawn smaller and let those below shine through.
 *
 * @throws SteepestError when no point can be drawn on the axes.
 */
export const scatter = async ({
  groups,
  x = {},
  y = {},
  identity = false,
  ...frame
}: ScatterOptions): Promise<Figure> => {
  if (groups.length === 0) throw new SteepestError("scatter: no groups were given; give at least one");
  const where = `scatter ${JSON.stringify(frame.title ?? "")}`;
  const points = groups.flatMap((group) => group.points);
  let xs = extent(
    x,
    points.map((point) => point[0]),
    where,
  );
  let ys = extent(
    y,
    points.map((point) => point[1]),
    where,
  );
  if (identity) xs = ys = [Math.min(xs[0], ys[0]), Math.max(xs[1], ys[1])];
  const crowded = points.length > 400;
  return figure({
    ...frame,
    ...(groups.length > 1 && {
      legend: groups.map((group, i) => ({
        name: group.name,
        colour: group.colour ?? colour(i),
        kind: "dot" as const,
      })),
    }),
    x: scaleOptions(x, xs),
    y: scaleOptions(y, ys),
    marks: (plot) => [
      ...(identity
        ? [
            plot.line(
              [
                [xs[0], xs[0]],
                [xs[1], xs[1]],
              ],
              { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4,4" },
            ),
          ]
        : []),
      ...groups.map((group, i) =>
        plot.dot(
          group.points.filter(([px, py]) => shows(x)(px) && shows(y)(py)),
          {
            x: "0",
            y: "1",
            r: crowded ? 2 : 3.2,
            fill: group.colour ?? colour(i),
            fillOpacity: crowded ? 0.5 : 0.8,
            clip: x.domain !== undefined || y.domain !== undefined,
          },
        ),
      ),
    ],
  });
};
