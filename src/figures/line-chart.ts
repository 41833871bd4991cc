import type { Markish } from "@observablehq/plot";
import { SteepestError } from "../errors.js";
import { extent, scaleOptions, shows } from "./axis.js";
import { endLabels } from "./end-labels.js";
import { figure, type Plot } from "./figure.js";
import type { Figure } from "./frame.js";
import type { LegendItem } from "./legend.js";
import type { LineChartOptions, Rule, Series } from "./line-data.js";
import { dashArray, shapeOf } from "./line-style.js";
import { colour } from "./palette.js";
import { textWidth } from "./theme.js";
import { type Point, thin } from "./thin.js";

const rules = (plot: Plot, all: readonly Rule[], x: readonly [number, number]): Markish[] =>
  all.flatMap((rule) => {
    const style = { stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "2,3", strokeWidth: 1.2 };
    const text = { text: () => rule.label ?? "", fill: "currentColor", fillOpacity: 0.8, fontSize: 11 };
    if (rule.x === undefined)
      return [
        plot.ruleY([rule.y], style),
        plot.text([rule.y], { ...text, y: rule.y, frameAnchor: "right", textAnchor: "end", dy: -7, dx: -2 }),
      ];
    const right = rule.x > (x[0] + x[1]) / 2;
    const side = { textAnchor: right ? "end" : "start", dx: right ? -5 : 5 } as const;
    return [
      plot.ruleX([rule.x], style),
      plot.text([rule.x], { ...text, ...side, x: rule.x, frameAnchor: "top", dy: 4 }),
    ];
  });

/**
 * Lines over a common x: curves of a training run, bounds over measurements, sweeps.
 *
 * @throws SteepestError when no point of any series can be drawn on the axes.
 */
export const lineChart = async ({
  series,
  x = {},
  y = {},
  rules: across = [],
  names = series.length > 1 ? "legend" : "none",
  dots,
  ...frame
}: LineChartOptions): Promise<Figure> => {
  if (series.length === 0) throw new SteepestError("lineChart: no series were given; give at least one");
  const width = frame.width ?? 640;
  const visible = ([px, py]: Point) => shows(x)(px) && shows(y)(py);
  const data = [...series.flatMap(({ points }) => points.filter(visible)), ...(dots?.points ?? [])];
  const where = `lineChart ${JSON.stringify(frame.title ?? "")}`;
  if (data.length === 0)
    throw new SteepestError(
      `${where}: no point can be drawn on a ${x.type ?? "linear"} x and a ${y.type ?? "linear"} y axis; give finite numbers, above 0 on a logarithmic axis`,
    );
  const xs = extent(x, [...data.map(([value]) => value), ...across.flatMap((rule) => rule.x ?? [])], where);
  const bands = series.flatMap(({ band = [] }) => band.flatMap(([, low, high]) => [low, high]));
  const ys = extent(
    y,
    [...data.map(([, value]) => value), ...bands, ...across.flatMap((rule) => rule.y ?? [])],
    where,
  );
  const along = x.type === "log" ? Math.log : (value: number) => value;
  const position = (value: number) => ((along(value) - along(xs[0])) / (along(xs[1]) - along(xs[0]))) * width;

  const lines = series.map((each, i) => {
    const gaps = each.points.map((point): Point => (visible(point) ? point : [point[0], Number.NaN]));
    const drawn = thin(gaps, width, position);
    return {
      ...each,
      drawn,
      stroke: each.colour ?? colour(i),
      dotted: each.dots ?? (!each.dash && !each.wide && each.points.length <= 24),
      // Dots of the first line are circles, of the second squares: told apart without their colours.
      shape: shapeOf(i),
    };
  });
  const named = lines.filter(({ name }, i) => lines.findIndex((other) => other.name === name) === i);
  const legend: LegendItem[] = named.map(({ name, stroke, dash, wide, dotted, shape }) => ({
    name,
    colour: stroke,
    ...(dash && { dash }),
    ...(wide && { kind: "wide" as const }),
    ...(dotted && { shape }),
  }));
  if (dots) legend.push({ name: dots.name, colour: dots.colour ?? "currentColor", kind: "dot" });
  const ends = lines.flatMap(({ name, stroke, drawn }) => {
    const last = drawn.filter(visible).at(-1);
    return last ? [{ name, colour: stroke, y: last[1] }] : [];
  });
  // What was measured lies over what was predicted.
  const depth = ({ dash, wide }: Series) => (wide ? 0 : dash ? 1 : 2);
  const fromBelow = [...lines].sort((a, b) => depth(a) - depth(b));
  const clip = x.domain !== undefined || y.domain !== undefined;
  const yScale = scaleOptions(y, ys);

  return figure({
    ...frame,
    ...(names === "legend" && { legend }),
    ...(names === "ends" && {
      marginRight: Math.ceil(14 + Math.max(...lines.map(({ name }) => textWidth(name, 12) * 1.06))),
    }),
    x: { ...scaleOptions(x, xs), nice: false },
    y: yScale,
    marks: (plot) => [
      ...lines.flatMap(({ band, stroke }) =>
        band ? [plot.areaY(band, { x: "0", y1: "1", y2: "2", fill: stroke, fillOpacity: 0.16, clip })] : [],
      ),
      ...rules(plot, across, xs),
      ...fromBelow.map(({ drawn, stroke, dash, wide, step }) =>
        plot.line(drawn, {
          x: "0",
          y: "1",
          stroke,
          strokeWidth: wide ? 8 : dash ? 1.8 : 2.2,
          strokeLinejoin: "round",
          clip,
          ...(wide && { strokeOpacity: 0.3 }),
          ...(dash && { strokeDasharray: dashArray[dash] }),
          ...(step && { curve: "step-after" }),
        }),
      ),
      ...lines
        .filter(({ dotted }) => dotted)
        .map(({ drawn, stroke, shape }) =>
          plot.dot(drawn.filter(visible), { x: "0", y: "1", r: 2.8, symbol: shape, fill: stroke, clip }),
        ),
      ...(dots
        ? [plot.dot(dots.points, { x: "0", y: "1", r: 3, fill: dots.colour ?? "currentColor", clip })]
        : []),
      ...(names === "ends" ? [endLabels(ends)] : []),
    ],
  });
};
