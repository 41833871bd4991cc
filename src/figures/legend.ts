import { type Dash, dashArray, type Shape, shapeMark } from "./line-style.js";
import { type Markup, markup } from "./markup.js";
import { fontSize, type Ramp, ramps, textWidth } from "./theme.js";

/** One entry of a legend: a name and how its data is drawn. */
export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  /** `line` by default. */
  readonly kind?: "line" | "wide" | "dot" | "square";
  /** How its line is broken. */
  readonly dash?: Dash;
  /** The shape of the dots on its line. */
  readonly shape?: Shape;
}

/** A ramp of colours with what its values mean; `ticks` lie at `at` in [0, 1] from left to right. */
export interface ColourBar {
  readonly label: string;
  readonly ramp: Ramp;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const rowHeight = 20;
const swatchWidth = 30;

const swatch = ({ kind = "line", colour, dash, shape }: LegendItem): Markup => {
  switch (kind) {
    case "dot":
      return markup`<circle cx="13" cy="-4" r="4.5" fill="${colour}"/>`;
    case "square":
      return markup`<rect x="6" y="-10" width="13" height="12" rx="2" fill="${colour}"/>`;
    case "wide":
      return markup`<path d="M0,-4H25" stroke="${colour}" stroke-width="8" stroke-opacity="0.3"/>`;
    default:
      return markup`<path d="M0,-4H25" stroke="${colour}" stroke-width="2.2"${
        dash && markup` stroke-dasharray="${dashArray[dash]}"`
      }/>${shape && shapeMark(shape, 12.5, -4, colour)}`;
  }
};

/** Lays a legend out in rows no wider than `width`; the first row's text stands at y = 14. */
export const legendRows = (items: readonly LegendItem[], width: number) => {
  let [x, row] = [0, 0];
  const placed = items.map((item) => {
    const itemWidth = swatchWidth + textWidth(item.name, fontSize.label);
    if (x > 0 && x + itemWidth > width) [x, row] = [0, row + 1];
    const at = markup`<g transform="translate(${x},${row * rowHeight + 14})">${swatch(item)}<text x="${swatchWidth}">${item.name}</text></g>`;
    x += itemWidth + 16;
    return at;
  });
  return { content: markup`${placed}`, height: items.length === 0 ? 0 : (row + 1) * rowHeight };
};

/** Draws a colour bar `width` pixels wide; its text stands below the bar. */
export const colourBarRow = ({ label, ramp, ticks }: ColourBar, width: number) => {
  const labelWidth = textWidth(label, fontSize.label) + 14;
  const barWidth = Math.min(260, width - labelWidth - 20);
  const stops = ramps[ramp];
  const gradient = stops.map(
    (stop, i) => markup`<stop offset="${i / (stops.length - 1)}" stop-color="${stop}"/>`,
  );
  return {
    content: markup`<defs><linearGradient id="figure-ramp">${gradient}</linearGradient></defs><text y="14">${label}</text><g transform="translate(${labelWidth},4)"><rect width="${barWidth}" height="11" rx="2" fill="url(#figure-ramp)" stroke="currentColor" stroke-opacity="0.25"/>${ticks.map(
      ({ at, text }) =>
        markup`<text x="${Math.round(at * barWidth * 10) / 10}" y="25" font-size="11" text-anchor="${at === 0 ? "start" : at === 1 ? "end" : "middle"}">${text}</text>`,
    )}</g>`,
    height: 36,
  };
};
