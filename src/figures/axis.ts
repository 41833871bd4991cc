import type { ScaleOptions } from "@observablehq/plot";
import { SteepestError } from "../errors.js";
import type { Axis } from "./line-data.js";
import { numberText } from "./numbers.js";

/** A number as a tick writes it: 0.001, 2,500, 10⁻⁶, 3·10⁸. */
export const tickText = (value: number): string => numberText(value);

/**
 * Ticks of a logarithmic axis: decades if there are at least three, else 1 and 3 or 1, 2, 5 of each. d3 leaves the text of a 5
 * out where there are more than two decades, which is why it is not asked for there.
 */
export const logTicks = (low: number, high: number, most = 8): number[] => {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Math.log10(high / low);
  const stride = Math.max(1, Math.ceil((last - first) / most));
  const steps =
    decades >= 3
      ? [1]
      : decades >= 2
        ? [1, 3]
        : decades >= 0.6
          ? [1, 2, 5]
          : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += stride)
    for (const step of steps) {
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  return ticks;
};

/** Ticks at whole numbers: every 1, 2, 5, 10, 20, … so that there are no more than `most`. */
export const wholeTicks = (low: number, high: number, most = 10): number[] => {
  const decade = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, (high - low) / most))));
  const step = [1, 2, 5, 10].find((each) => (high - low) / (each * decade) < most) ?? 10;
  const [first, last] = [Math.ceil(low / (step * decade)), Math.floor(high / (step * decade))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step * decade);
};

/** Whether the axis can show a value: finite, and positive where the axis is logarithmic. */
export const shows =
  ({ type = "linear" }: Axis) =>
  (value: number): boolean =>
    Number.isFinite(value) && (type === "linear" || value > 0);

/**
 * The range of the values that the axis can show, widened a little where all are equal.
 *
 * @throws SteepestError when it can show none of them.
 */
export const extent = (axis: Axis, values: Iterable<number>, where: string): readonly [number, number] => {
  if (axis.domain) return axis.domain;
  const visible = shows(axis);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values)
    if (visible(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high)
    throw new SteepestError(
      `${where}: no value can be drawn on the ${axis.type ?? "linear"} axis ${JSON.stringify(axis.label ?? "")}; give at least one finite ${axis.type === "log" ? "positive " : ""}number`,
    );
  if (axis.type === "log") return low === high ? [low / 2, high * 2] : [low, high];
  if (axis.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : [low, high];
};

/** The axis as Observable Plot's options for a scale over `domain`. */
export const scaleOptions = (
  axis: Axis,
  [low, high]: readonly [number, number],
): ScaleOptions & { type: "linear" | "log" } => ({
  type: axis.type ?? "linear",
  domain: [low, high],
  nice: axis.type !== "log" && axis.domain === undefined,
  label: axis.label ?? null,
  labelArrow: "none",
  grid: true,
  tickFormat: axis.format ?? tickText,
  ...(axis.type === "log" && { ticks: logTicks(low, high) }),
  ...(axis.whole && { ticks: wholeTicks(low, high) }),
});
