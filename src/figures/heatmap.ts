import { SteepestError } from "../errors.js";
import { highest, lowest } from "../extremes.js";
import { missing } from "../missing.js";
import { tickText } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import { fontSize, type Ramp, rampAt, readableOn, textWidth } from "./theme.js";

export interface HeatmapOptions extends FrameOptions {
  /** `values[row][column]`, rows from the top. */
  readonly values: readonly (readonly number[])[];
  /** Names of rows and columns; their numbers from 0 by default. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** What rows and columns stand for, written along the axes. */
  readonly rowLabel?: string;
  readonly columnLabel?: string;
  /** `sequential` (low to high, default) or `diverging` (zero in the middle). */
  readonly ramp?: Ramp;
  /** Colour `#rrggbb` of a cell, where a ramp over the values does not say what matters. */
  readonly colour?: (value: number, row: number, column: number) => string;
  /** Text of a cell; by default the value, where cells are large enough. `false` for a colour bar in its place. */
  readonly format?: ((value: number, row: number, column: number) => string) | false;
  /** What the values are, written beside the colour bar. */
  readonly valueLabel?: string;
}

/**
 * A matrix as coloured cells with its numbers.
 *
 * @throws SteepestError when the matrix is empty, ragged, or has another size than its names.
 */
export const heatmap = async ({
  values,
  rows = values.map((_, i) => String(i)),
  columns = (values[0] ?? []).map((_, i) => String(i)),
  rowLabel,
  columnLabel,
  ramp = "sequential",
  colour,
  format,
  valueLabel = "",
  ...frame
}: HeatmapOptions): Promise<Figure> => {
  const where = `heatmap ${JSON.stringify(frame.title ?? "")}`;
  if (values.length === 0 || columns.length === 0)
    throw new SteepestError(`${where}: the matrix has no cells; give at least one row with one value`);
  if (rows.length !== values.length || values.some((row) => row.length !== columns.length))
    throw new SteepestError(
      `${where}: rows of ${[...new Set(values.map((row) => row.length))].join(", ")} values under ${columns.length} column names and ${values.length} rows under ${rows.length} row names; give a full matrix and a name for each`,
    );

  const cells = values.flatMap((line, row) => line.map((value, column) => ({ value, row, column })));
  const finite = cells.map(({ value }) => value).filter(Number.isFinite);
  const most = highest(finite.map(Math.abs));
  const [low, high] = ramp === "diverging" ? [-most, most] : [lowest(finite), highest(finite)];
  const fill = ({ value, row, column }: (typeof cells)[number]) => {
    if (colour) return colour(value, row, column);
    return Number.isFinite(value) ? rampAt(ramp, high > low ? (value - low) / (high - low) : 0.5) : "#bbbbbb";
  };
  const longest = Math.max(...rows.map((name) => textWidth(name, fontSize.label)));
  const marginLeft = Math.ceil(longest + (rowLabel ? 44 : 24));
  const width = frame.width ?? Math.min(900, marginLeft + 30 + Math.max(200, columns.length * 40));
  const cellWidth = (width - marginLeft - 30) / columns.length;
  const roomy = cellWidth >= 22;
  const text = format ?? (roomy ? tickText : false);
  const tallest = Math.max(...columns.map((name) => textWidth(name, fontSize.label)));
  const turned = tallest > cellWidth - 4;
  const below = turned ? Math.ceil(0.71 * tallest) + 16 : 28;
  const bar = text === false && colour === undefined && finite.length > 0 && high > low;

  return figure({
    height: Math.max(220, 110 + rows.length * Math.min(40, cellWidth)) + (bar ? 40 : 0),
    ...frame,
    width,
    marginLeft,
    marginTop: 12,
    marginBottom: below + 18,
    padding: 0.04,
    x: {
      domain: columns.map((_, i) => i),
      tickFormat: (i: number) => columns[i] ?? missing(),
      label: columnLabel ?? null,
      labelArrow: "none",
      labelOffset: below + 10,
      tickSize: 0,
      ...(turned && { tickRotate: -45 }),
    },
    y: {
      domain: rows.map((_, i) => i),
      tickFormat: (i: number) => rows[i] ?? missing(),
      label: rowLabel ?? null,
      labelArrow: "none",
      tickSize: 0,
    },
    ...(bar && {
      colourBar: {
        label: valueLabel,
        ramp,
        ticks: [0, 0.5, 1].map((at) => ({
          at,
          text: tickText(Number((low + at * (high - low)).toPrecision(3))),
        })),
      },
    }),
    marks: (plot) => [
      plot.cell(cells, { x: "column", y: "row", fill, rx: 2 }),
      ...(text === false
        ? []
        : [
            plot.text(cells, {
              x: "column",
              y: "row",
              text: ({ value, row, column }) => text(value, row, column),
              fill: (cell) => readableOn(fill(cell)),
              fontSize: Math.min(13, Math.max(9, cellWidth / 3.2)),
            }),
          ]),
    ],
  });
};

/**
 * The confusion matrix of a classifier: `counts[truth][predicted]`. Right answers are blue and mistakes orange, each the
 * darker the larger its share of its row, so that rare classes show as well as common ones.
 */
export const confusionChart = ({
  classes,
  counts,
  ...frame
}: FrameOptions & {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}): Promise<Figure> => {
  const shares = counts.map((row) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    return row.map((count) => count / total);
  });
  const worst = Math.max(
    ...shares.flatMap((row, truth) => row.filter((_, predicted) => predicted !== truth)),
  );
  return heatmap({
    ...frame,
    values: counts,
    rows: classes,
    columns: classes,
    rowLabel: "true class",
    columnLabel: "predicted class",
    // Four digits stand closer without a comma.
    format: (count) => (count === 0 ? "" : count < 10_000 ? String(count) : count.toLocaleString("en-US")),
    colour: (count, truth, predicted) => {
      const share = shares[truth]?.[predicted] ?? missing();
      if (count === 0) return "#8080801a";
      return truth === predicted
        ? rampAt("sequential", 0.15 + 0.75 * share)
        : rampAt("diverging", 0.62 + 0.38 * (share / worst));
    },
  });
};
