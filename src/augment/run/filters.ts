import type { Operation } from "../operation.js";
import type { Canvas } from "./canvas.js";
import { padded, paddedBytes, writeMargins } from "./padded.js";

/** A neighbour, in columns and rows from the pixel, and its weight. */
export interface Tap {
  readonly column: number;
  readonly row: number;
  readonly weight: number;
}

/** Bytes of memory that a filter may take. */
export const filterBytes = (size: { width: number; height: number }, reach: number): number =>
  3 * (paddedBytes(size, 4, reach, 16) + 8 * reach * (size.width + 2 * reach + 16) + 1024) + 4096;

/**
 * Replaces each pixel by weighted sums of its neighbours, one filter after another, computed in float32. `reach` is the distance of the
 * furthest; beyond the picture it is mirrored at its outermost pixels. With `inner` the outermost pixels stay what they are.
 */
const runFilters = (
  canvas: Canvas,
  filters: readonly (readonly Tap[])[],
  reach: number,
  inner: boolean,
): void => {
  const { workspace, kernels, bytes, width, height, black, white } = canvas;
  const size = { width, height };
  // Rows behind and before the picture are computed too, which looks at rows beyond those.
  const lead = reach * 4 * (width + 2 * reach + 16) + 64;
  const place = () =>
    padded(workspace.take(paddedBytes(size, 4, reach, 16) + 2 * lead) + aligned16(lead), size, 4, reach, 16);
  const places = [place(), place()] as const;
  const taps = filters.map((filter) => {
    const address = workspace.take(8 * filter.length);
    filter.forEach(({ column, row, weight }, i) => {
      workspace.int32[address / 4 + 2 * i] = row * places[0].rowBytes + 4 * column;
      workspace.float32[address / 4 + 2 * i + 1] = weight;
    });
    return { address, count: filter.length };
  });
  const widen = bytes === 1 ? kernels.widen : kernels.keep;
  const narrow = bytes === 1 ? kernels.narrow : kernels.keep;
  const rim = inner ? 1 : 0;
  const [first] = places;
  const start = -reach * first.rowBytes;
  const values = ((height + 2 * reach) * first.rowBytes) / 4;
  const row = width * bytes;
  const scratch = workspace.take(inner ? aligned16(row) * height : 0);
  canvas.eachPlane((from, to) => {
    // The bounds are those of no value: only results are cut off.
    widen(from, first.origin, width, height, row, first.rowBytes, -Infinity, Infinity);
    writeMargins(workspace, first, "reflect", 0);
    if (from !== to && inner) kernels.copyRows(from, to, row * height, 1, 0, 0);
    let source = 0;
    for (const { address, count } of taps) {
      const [a, b] = source === 0 ? places : [places[1], places[0]];
      kernels.convolve(a.origin + start, b.origin + start, values, address, count);
      source = 1 - source;
    }
    const result = (source === 0 ? places[0] : places[1]).origin + rim * (first.rowBytes + 4);
    const [columns, rows] = [width - 2 * rim, height - 2 * rim];
    if (columns < 1 || rows < 1) return;
    writeRows(columns, rows, result, to + rim * (row + bytes));
  });

  /** Rows may be written a few values too far, into a pixel that stays: they go by way of a row of their own. */
  function writeRows(columns: number, rows: number, from: number, to: number): void {
    if (rim === 0) {
      narrow(from, to, columns, rows, first.rowBytes, row, black, white);
      return;
    }
    const stride = aligned16(columns * bytes);
    narrow(from, scratch, columns, rows, first.rowBytes, stride, black, white);
    kernels.copyRows(scratch, to, columns * bytes, rows, stride, row);
  }
};

const aligned16 = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** The weights of a Gaussian at whole distances up to `radius`, which sum to 1. */
export const gaussian = (sigma: number, radius: number): readonly number[] => {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
};

/** Distance beyond which the weights of a Gaussian are left out. */
export const radiusOf = (sigma: number): number => Math.max(1, Math.ceil(3 * sigma));

export const runBlur = (canvas: Canvas, { sigma, radius }: Extract<Operation, { kind: "blur" }>): void => {
  const weights = gaussian(sigma, radius);
  const along = (column: 0 | 1): readonly Tap[] =>
    weights.map((weight, i) => ({ column: column * (i - radius), row: (1 - column) * (i - radius), weight }));
  runFilters(canvas, [along(1), along(0)], radius, false);
};

/** f·x + (1 − f)·smooth(x), where smooth weighs a pixel 5/13 and its eight neighbours 1/13 each (Pillow's SMOOTH); outermost pixels stay. */
export const runSharpness = (canvas: Canvas, { factor }: Extract<Operation, { kind: "sharpness" }>): void => {
  const around = (1 - factor) / 13;
  const taps = [-1, 0, 1].flatMap((row) =>
    [-1, 0, 1].map((column) => ({
      column,
      row,
      weight: row === 0 && column === 0 ? factor + 5 * around : around,
    })),
  );
  runFilters(canvas, [taps], 1, true);
};
