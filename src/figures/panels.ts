import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { heading, svgDocument } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { LegendItem } from "./legend.js";
import { markup, raw } from "./markup.js";
import { fontSize } from "./theme.js";

const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);

/** How `panels` lays figures out. */
export interface PanelsOptions extends Pick<FrameOptions, "title" | "subtitle"> {
  /**
   * Figures in a row: a number for a grid, whose columns are as wide as their widest figures, or the number in each row,
   * laid out on its own. All in one row by default, up to three.
   */
  readonly columns?: number | readonly number[];
  /** Letters a, b, … in the upper right corners, for the text to name them by; on where there are several figures. */
  readonly letters?: boolean;
  /** A legend that all panels share. */
  readonly legend?: readonly LegendItem[];
}

/**
 * Puts several figures into one, row by row: small multiples.
 *
 * @throws SteepestError when there are no figures, or `columns` is not a positive integer or a list of them that adds up to
 * the number of figures.
 */
export const panels = (
  figures: readonly Figure[],
  { columns = Math.min(figures.length, 3), letters = figures.length > 1, ...frame }: PanelsOptions = {},
): Figure => {
  if (figures.length === 0) throw new SteepestError("panels: no figures were given; give at least one");
  const given = typeof columns === "number" ? [columns] : columns;
  if (given.length === 0 || given.some((each) => !Number.isInteger(each) || each < 1))
    throw new SteepestError(`panels: columns is ${given.join(", ")}; expected positive integers`);
  if (typeof columns !== "number" && sum(columns) !== figures.length)
    throw new SteepestError(
      `panels: rows of ${columns.join(", ")} figures hold ${sum(columns)}; there are ${figures.length}`,
    );

  const perRow =
    typeof columns === "number"
      ? Array.from({ length: Math.ceil(figures.length / columns) }, () => columns)
      : columns;
  const rows = perRow.map((count, row) => {
    const start = sum(perRow.slice(0, row));
    return figures.slice(start, start + count);
  });
  const widthsOf = (row: readonly Figure[]): number[] =>
    typeof columns === "number"
      ? Array.from({ length: columns }, (_, column) =>
          Math.max(0, ...rows.map((each) => each[column]?.width ?? 0)),
        )
      : row.map((each) => each.width);
  const heights = rows.map((row) => Math.max(...row.map((each) => each.height)));
  const width = Math.max(...rows.map((row) => sum(widthsOf(row))));
  const head = heading({ width, ...frame });

  let drawn = 0;
  const placed = rows.flatMap((row, r) => {
    const widths = widthsOf(row);
    const y = head.height + sum(heights.slice(0, r));
    return row.map(({ svg }, c) => {
      const x = sum(widths.slice(0, c));
      const letter = letters && String.fromCharCode(97 + (drawn++ % 26));
      // A group and not an inner <svg>: resvg misplaces clip paths inside nested documents.
      const content = raw(svg.slice(svg.indexOf(">") + 1, -"</svg>".length));
      return markup`<g transform="translate(${x},${y})">${content}</g>${
        letter &&
        markup`<text x="${x + (widths[c] ?? missing()) - 14}" y="${y + 27}" text-anchor="end" font-size="${fontSize.title}" font-weight="600" fill-opacity="0.5">${letter}</text>`
      }`;
    });
  });
  return svgDocument(markup`${head.content}${placed}`, width, head.height + sum(heights));
};
