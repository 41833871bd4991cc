import type * as PlotModule from "@observablehq/plot";
import { SteepestError } from "../errors.js";
import type { Figure, FrameOptions } from "./frame.js";
import { keepInside } from "./isolate.js";
import { type ColourBar, colourBarRow, type LegendItem, legendRows } from "./legend.js";
import { type Markup, markup, raw } from "./markup.js";
import { fontFamily, fontSize, ink, textWidth } from "./theme.js";

/** Observable Plot as a whole, handed to `marks` so that it is loaded only when a figure is drawn. */
export type Plot = typeof PlotModule;

/** Options of `figure`: Observable Plot's own, except that `marks` is a function of Plot. */
export interface FigureOptions
  extends FrameOptions,
    Omit<PlotModule.PlotOptions, "marks" | "width" | "height" | "title" | "subtitle" | "caption" | "figure"> {
  readonly legend?: readonly LegendItem[];
  readonly colourBar?: ColourBar;
  readonly marks: (plot: Plot) => PlotModule.Markish[];
}

const margin = 12;

/** Loads the plotting library and a document to draw in; both cost start-up time, so not before they are needed. */
const load = async (): Promise<{ plot: Plot; document: Document }> => {
  const { plot, parseHTML } = await import("./drawing.js");
  return { plot, document: parseHTML("<!doctype html><html><body></body></html>").document };
};

/** 32-bit FNV-1a, for identifiers that depend on nothing but the figure's content. */
const fingerprint = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
};

/**
 * Plot numbers its clip paths through the life of the process. Renumbering them by content makes the same figure the
 * same text, and keeps different figures of one HTML page apart.
 */
const stableIds = (svg: string): string => {
  const seen = new Map<string, string>();
  const numbered = svg.replace(/\b(?:plot-(?:clip|pattern|marker)-\d+|figure-ramp)\b/g, (id) => {
    const known = seen.get(id) ?? `@id-${seen.size + 1}@`;
    seen.set(id, known);
    return known;
  });
  const name = fingerprint(numbered);
  return numbered.replace(/@id-(\d+)@/g, (_, number) => `f${name}-${number}`);
};

/** Wraps content in a standalone SVG document with a white background. */
export const svgDocument = (content: Markup, width: number, height: number): Figure => {
  const svg = markup`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" color="${ink}" fill="currentColor" font-family="${fontFamily}" font-size="${fontSize.label}"><rect class="figure-background" width="${width}" height="${height}" fill="#ffffff"/>${content}</svg>`;
  return { svg: stableIds(svg.markup), width, height };
};

/** Breaks a text into lines of `width` pixels, for headings that must not run out of the picture. */
const lines = (text: string, size: number, width: number): string[] => {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows[rows.length - 1];
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
};

/** Title, subtitle, legend and colour bar of a figure, and the height they take. */
export const heading = ({
  title,
  subtitle,
  legend = [],
  colourBar,
  width,
}: FrameOptions & {
  readonly legend?: readonly LegendItem[];
  readonly colourBar?: ColourBar;
  readonly width: number;
}): { content: Markup; height: number } => {
  const inner = width - 2 * margin;
  let y = margin;
  const parts: Markup[] = [];
  const write = (text: string, size: number, attributes: Markup) => {
    for (const line of lines(text, size, inner)) {
      y += size * 1.1;
      parts.push(markup`<text x="${margin}" y="${y}" font-size="${size}" ${attributes}>${line}</text>`);
      y += size * 0.25;
    }
  };
  if (title) write(title, fontSize.title, markup`font-weight="600"`);
  if (subtitle) write(subtitle, fontSize.subtitle, markup`fill-opacity="0.72"`);
  for (const row of [legendRows(legend, inner), colourBar && colourBarRow(colourBar, inner)]) {
    if (!row || row.height === 0) continue;
    y += parts.length > 0 ? 6 : 0;
    parts.push(markup`<g transform="translate(${margin},${y})">${row.content}</g>`);
    y += row.height;
  }
  return { content: markup`${parts}`, height: parts.length > 0 ? Math.ceil(y) + 4 : 0 };
};

/** Width of the widest text at the ticks of an axis. */
const tickWidth = (drawn: Element, axis: "x" | "y"): number => {
  const texts = drawn.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`);
  return Math.max(0, ...Array.from(texts, (text) => textWidth(text.textContent ?? "", fontSize.label)));
};

/** Pixels from an axis to the text of its ticks. */
const tickLength = 9;

/**
 * Draws a figure with Observable Plot: `figure({ title, width, height, x: { label }, marks: (plot) => [plot.line(…)] })`.
 * Title, subtitle and legend stand inside the SVG, above the data. The same options give the same bytes.
 *
 * @throws SteepestError when the title and legend leave no room for the plot.
 */
export const figure = async ({
  title,
  subtitle,
  legend,
  colourBar,
  marks,
  width = 640,
  height = 400,
  marginLeft = 60,
  marginRight = 30,
  ...options
}: FigureOptions): Promise<Figure> => {
  const head = heading({
    width,
    ...(title !== undefined && { title }),
    ...(subtitle !== undefined && { subtitle }),
    ...(legend && { legend }),
    ...(colourBar && { colourBar }),
  });
  const plotHeight = height - head.height;
  if (plotHeight < 60)
    throw new SteepestError(
      `figure ${JSON.stringify(title ?? "")}: a height of ${height} pixels leaves ${plotHeight} for the plot below the title and legend; ask for ${head.height + 200} or more`,
    );
  const { plot, document } = await load();
  const draw = (left: number, right: number) =>
    plot.plot({
      // The label of the vertical axis stands above it.
      marginTop: options.y?.label ? 32 : 16,
      marginBottom: 46,
      ...options,
      marginLeft: left,
      marginRight: right,
      x: { labelAnchor: "center", labelOffset: 38, ...options.x },
      y: { labelOffset: left - margin, tickSpacing: 44, ...options.y },
      document,
      width,
      height: plotHeight,
      marks: marks(plot),
    });
  // What stands at the ticks is known once they are drawn; where it is wider than the margins, they give way.
  const first = draw(marginLeft, marginRight);
  const left = Math.max(marginLeft, Math.ceil(tickWidth(first, "y") + tickLength + 2));
  const right = Math.max(marginRight, Math.ceil(tickWidth(first, "x") / 2 + 2));
  const drawn = left > marginLeft || right > marginRight ? draw(left, right) : first;
  for (const style of drawn.querySelectorAll("style")) style.remove();
  keepInside(drawn, width, plotHeight, document);
  const body = markup`<g transform="translate(0,${head.height})" text-anchor="middle" font-size="${fontSize.label}">${raw(drawn.innerHTML)}</g>`;
  return svgDocument(markup`${head.content}${body}`, width, height);
};
