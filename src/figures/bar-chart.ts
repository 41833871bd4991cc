import type * as PlotModule from "@observablehq/plot";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { extent, scaleOptions, tickText } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { Axis } from "./line-data.js";
import { colour } from "./palette.js";
import { fontSize, textWidth } from "./theme.js";

/** One colour of bars: a value for every category, in the categories' order; NaN leaves a gap. */
export interface BarSeries {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour?: string;
}

export interface BarChartOptions extends FrameOptions {
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
  /** The axis of the values, which starts at zero unless it is logarithmic. */
  readonly value?: Axis;
  /** Bars from the left, for categories with long names; upright by default. */
  readonly horizontal?: boolean;
  /** Text at the end of a bar; the value itself by default. */
  readonly format?: (value: number) => string;
}

interface Bar {
  readonly category: string;
  readonly name: string;
  readonly value: number;
}

/**
 * Bars by category, side by side where there are several series.
 *
 * @throws SteepestError when a series has another number of values than there are categories, when a name repeats, or
 * when no value can be drawn.
 */
export const barChart = async ({
  categories,
  series,
  value = {},
  horizontal = false,
  format = tickText,
  ...frame
}: BarChartOptions): Promise<Figure> => {
  const where = `barChart ${JSON.stringify(frame.title ?? "")}`;
  for (const { name, values } of series)
    if (values.length !== categories.length)
      throw new SteepestError(
        `${where}: series ${JSON.stringify(name)} has ${values.length} values for ${categories.length} categories; give one value for each`,
      );
  for (const names of [categories, series.map(({ name }) => name)])
    if (new Set(names).size !== names.length)
      throw new SteepestError(
        `${where}: a name repeats in ${JSON.stringify(names)}; give every bar its own name`,
      );

  const bars: Bar[] = series.flatMap(({ name, values }) =>
    values.flatMap((each, i) =>
      Number.isFinite(each) ? [{ category: categories[i] ?? missing(), name, value: each }] : [],
    ),
  );
  const axis: Axis = { zero: true, ...value };
  const range = extent(
    axis,
    bars.map((bar) => bar.value),
    where,
  );
  const log = axis.type === "log";
  const [low, high] = axis.domain ?? (log ? [range[0] / 2, range[1] * 1.3] : range);
  const colours = new Map(series.map((each, i) => [each.name, each.colour ?? colour(i)]));
  const fill = (bar: Bar) => colours.get(bar.name) ?? missing();
  const base = log ? low : 0;

  const values = { ...scaleOptions(axis, [low, high]), label: axis.label ?? null };
  const within = { domain: series.map(({ name }) => name), axis: null, label: null, padding: 0.12 };
  const across = { domain: [...categories], label: null, padding: series.length > 1 ? 0.18 : 0.1 };
  const text = {
    text: (bar: Bar) => format(bar.value),
    fill: "currentColor",
    fontSize: 11,
  };
  const legend = series.map(({ name }) => ({
    name,
    colour: colours.get(name) ?? missing(),
    kind: "square" as const,
  }));
  const options = { ...frame, ...(series.length > 1 && { legend }) };

  if (horizontal) {
    const marginLeft = Math.ceil(
      24 + Math.max(0, ...categories.map((name) => textWidth(name, fontSize.label))),
    );
    return figure({
      height: Math.max(200, 110 + categories.length * (12 + 20 * series.length)),
      ...options,
      marginLeft,
      marginRight: 56,
      marginTop: 8,
      x: values,
      y: within,
      fy: across,
      marks: (plot: typeof PlotModule) => [
        plot.axisFy({ anchor: "left", label: null, fill: "currentColor", tickSize: 0 }),
        plot.barX(bars, { x1: base, x2: "value", y: "name", fy: "category", fill }),
        plot.text(bars, { ...text, x: "value", y: "name", fy: "category", textAnchor: "start", dx: 5 }),
        plot.ruleX([base], { stroke: "currentColor", strokeOpacity: 0.6 }),
      ],
    });
  }
  return figure({
    ...options,
    x: within,
    y: values,
    fx: across,
    marks: (plot) => [
      plot.axisFx({ anchor: "bottom", label: null, tickSize: 0, lineWidth: 9 }),
      plot.barY(bars, { y1: base, y2: "value", x: "name", fx: "category", fill }),
      plot.text(bars, { ...text, y: "value", x: "name", fx: "category", dy: -8 }),
      plot.ruleY([base], { stroke: "currentColor", strokeOpacity: 0.6 }),
    ],
  });
};
