import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { heading, svgDocument } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { LegendItem } from "./legend.js";
import { markup, raw } from "./markup.js";
import { fontSize } from "./theme.js";

/** How `panels` lays figures out. */
export interface PanelsOptions extends Pick<FrameOptions, "title" | "subtitle"> {
  /** Figures in a row; all of them by default, up to three. */
  readonly columns?: number;
  /** Letters (a), (b), … in the upper left corners; off by default. */
  readonly letters?: boolean;
  /** A legend that all panels share. */
  readonly legend?: readonly LegendItem[];
}

/**
 * Puts several figures into one, row by row: small multiples. Every column is as wide as its widest figure.
 *
 * @throws SteepestError when there are no figures or `columns` is not a positive integer.
 */
export const panels = (
  figures: readonly Figure[],
  { columns = Math.min(figures.length, 3), letters = false, ...frame }: PanelsOptions = {},
): Figure => {
  if (figures.length === 0) throw new SteepestError("panels: no figures were given; give at least one");
  if (!Number.isInteger(columns) || columns < 1)
    throw new SteepestError(`panels: columns is ${columns}; expected a positive integer`);

  const rows = Math.ceil(figures.length / columns);
  const widest = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...figures.filter((_, i) => i % columns === column).map((each) => each.width)),
  );
  const tallest = Array.from({ length: rows }, (_, row) =>
    Math.max(...figures.slice(row * columns, (row + 1) * columns).map((each) => each.height)),
  );
  const before = (sizes: readonly number[], index: number) =>
    sizes.slice(0, index).reduce((a, b) => a + b, 0);
  const width = before(widest, columns);
  const head = heading({ width, ...frame });

  const placed = figures.map(({ svg }, i) => {
    const x = before(widest, i % columns);
    const y = head.height + before(tallest, Math.floor(i / columns));
    const letter = letters && String.fromCharCode(97 + (i % 26));
    // A group and not an inner <svg>: resvg misplaces clip paths inside nested documents.
    const content = raw(svg.slice(svg.indexOf(">") + 1, -"</svg>".length));
    return markup`<g transform="translate(${x},${y})">${content}</g>${
      letter &&
      markup`<text x="${x + (widest[i % columns] ?? missing()) - 14}" y="${y + 27}" text-anchor="end" font-size="${fontSize.title}" font-weight="600" fill-opacity="0.5">${letter}</text>`
    }`;
  });
  return svgDocument(markup`${head.content}${placed}`, width, head.height + before(tallest, rows));
};
