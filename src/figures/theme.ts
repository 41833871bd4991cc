import { missing } from "../missing.js";

/** Colour of text, axes and everything that names no other; `currentColor` inside a figure. */
export const ink = "#1f2328";

/** Colour ramps, low to high. */
export const ramps = {
  sequential: ["#f7fbff", "#d6e6f4", "#abd0e6", "#6aaed6", "#3787c0", "#105ba4", "#08306b"],
  diverging: ["#0072B2", "#6aaed6", "#d6e6f4", "#f7f7f7", "#fbdcc4", "#f0955b", "#D55E00"],
  /** Kinds that have an order, each a hue of its own: depths, degrees, multiples of a rate. */
  ordered: ["#d99a2b", "#5aa469", "#21918c", "#31588e", "#440154"],
  /** Without a hue, so that every path through it shows. */
  landscape: ["#77828e", "#98a2ac", "#b4bcc4", "#cbd1d7", "#dee2e6", "#edeff1", "#fafbfc"],
} as const satisfies Record<string, readonly string[]>;

export type Ramp = keyof typeof ramps;

/** Fonts of a figure: Inter where it is installed (PNG files always use it), else the system's. */
export const fontFamily = "Inter, system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/** Sizes of text in pixels. */
export const fontSize = { title: 16, subtitle: 12.5, label: 12 } as const;

const narrow = new Set("ijltfrI.,:;!|'()[] ");
const wide = new Set("mwMWQO@%");

/** Estimated width in pixels of a text set in `size` pixels; a little generous, since fonts differ. */
export const textWidth = (text: string, size: number): number => {
  let ems = 0;
  for (const character of text) ems += narrow.has(character) ? 0.34 : wide.has(character) ? 0.9 : 0.62;
  return ems * size;
};

const channel = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);

/** Three numbers, 0 to 255, of a colour `#rrggbb`. */
export const rgb = (hex: string): readonly [number, number, number] => [
  channel(hex, 1),
  channel(hex, 3),
  channel(hex, 5),
];

const toHex = (numbers: readonly number[]): string =>
  `#${numbers.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/** Colour at `t` in [0, 1] between two colours. */
export const mix = (from: string, to: string, t: number): string => {
  const [a, b] = [rgb(from), rgb(to)];
  return toHex([0, 1, 2].map((i) => (a[i] ?? missing()) * (1 - t) + (b[i] ?? missing()) * t));
};

/** Colour at `t` in [0, 1] of a ramp, linear between its stops. */
export const rampAt = (ramp: Ramp, t: number): string => {
  const stops = ramps[ramp];
  const position = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(position), stops.length - 2);
  return mix(stops[below] ?? missing(), stops[below + 1] ?? missing(), position - below);
};

/** Colour of the `index`-th of `count` kinds that have an order. */
export const orderedColour = (index: number, count: number): string =>
  rampAt("ordered", count > 1 ? index / (count - 1) : 0.5);

/** Black or white, whichever reads better on `background`. */
export const readableOn = (background: string): string => {
  const [red, green, blue] = rgb(background);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#0d1117" : "#ffffff";
};
