import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { Size } from "./picture.js";

/** From low to high, or a distance to both sides of what changes nothing. */
export type Spread = number | readonly [low: number, high: number];

/** The two ends of a spread around a value, no lower than `least`. Throws where they are not finite numbers in order within [least, most]. */
export const spreadOf = (
  where: string,
  name: string,
  given: Spread,
  { around = 0, least = -Infinity, most = Infinity }: { around?: number; least?: number; most?: number } = {},
): readonly [low: number, high: number] => {
  const numbers = typeof given === "number" ? [given] : given;
  const valid = Array.isArray(numbers) && numbers.every(Number.isFinite);
  const [low = Number.NaN, high = Number.NaN] = !valid
    ? []
    : typeof given === "number"
      ? [Math.max(around - given, least), around + given]
      : numbers;
  if (valid && low <= high && low >= least && high <= most && (typeof given !== "number" || given >= 0))
    return [low, high];
  const bounds = [
    ...(Number.isFinite(least) ? [`at least ${least}`] : []),
    ...(Number.isFinite(most) ? [`at most ${most}`] : []),
  ].join(" and ");
  const what = Array.isArray(given) ? `[${given.join(", ")}]` : givenText(given);
  throw new SteepestError(
    `${where}: ${name} is ${what}; give a number that is not negative, or [low, high]${bounds === "" ? "" : `, ${bounds}`}`,
  );
};

/** Of a square, or of another rectangle. */
export type SizeOption = number | Size;

/** Throws where it is not one or two whole numbers above 0. */
export const sizeOf = (where: string, given: SizeOption): Size => {
  const size = typeof given === "number" ? { width: given, height: given } : given;
  if (Number.isInteger(size?.width) && Number.isInteger(size.height) && size.width > 0 && size.height > 0)
    return size;
  throw new SteepestError(
    `${where}: size is ${givenText(given)}; give the side of a square in pixels, or { width, height }`,
  );
};
