import type { FrameOptions } from "./frame.js";
import type { Dash } from "./line-style.js";
import type { Point } from "./thin.js";

/*
 * What a chart of lines is made of. Apart from what draws it: types that a program sees must not lead to the drawing packages, which it
 * need not have.
 */

/** One axis of a figure. */
export interface Axis {
  /** What is drawn, with its unit: `"time (s)"`. */
  readonly label?: string;
  /** `linear` by default. */
  readonly type?: "linear" | "log";
  /** From and to; the range of the data by default. */
  readonly domain?: readonly [number, number];
  /** Whether a linear axis starts at zero; it need not by default. */
  readonly zero?: boolean;
  /** Whether the values are whole numbers, such as epochs: a tick between two of them would mean nothing. */
  readonly whole?: boolean;
  /** Text of a tick; powers of ten or plain decimals by default. */
  readonly format?: (value: number) => string;
}

/** One line of a chart; lines of one name share its place in the legend. Points that the axes cannot show (NaN, or 0 on a logarithmic axis) leave a gap. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** A broken line, as for a bound, a prediction or a variant; drawn under the unbroken ones. */
  readonly dash?: Dash;
  /** A wide pale line under all others: a theory that what was measured should lie on. */
  readonly wide?: boolean;
  /** A band around the line: x, lower and upper edge. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Colour; the next of the palette by default. */
  readonly colour?: string;
  /** Dots at the points; by default where there are at most 24 of them and the line is neither broken nor wide. */
  readonly dots?: boolean;
  /** A staircase: the value holds until the next point. */
  readonly step?: boolean;
}

/** A line across the chart at one x or one y, with a name. */
export type Rule = { readonly label?: string } & (
  | { readonly x: number; readonly y?: never }
  | { readonly y: number; readonly x?: never }
);

export interface LineChartOptions extends FrameOptions {
  readonly series: readonly Series[];
  readonly x?: Axis;
  readonly y?: Axis;
  readonly rules?: readonly Rule[];
  /** Names in a legend above the chart (default), at the ends of the lines, or nowhere; one nameless line needs none. */
  readonly names?: "legend" | "ends" | "none";
  /** Dots to draw besides the lines, such as data under a fitted curve. */
  readonly dots?: { readonly name: string; readonly points: readonly Point[]; readonly colour?: string };
}
