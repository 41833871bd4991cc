import { missing } from "../../missing.js";
import type { Size } from "../picture.js";
import type { PointMap } from "../point-map.js";
import type { CompleteSampling } from "../sampling.js";
import type { Canvas } from "./canvas.js";
import { beyondEdge } from "./padded.js";

/** A map along one axis that takes pixels to pixels: source = direction·index + first. */
interface Steps {
  readonly direction: 1 | -1;
  readonly first: number;
}

/** A map that only moves or mirrors by whole pixels. */
export interface Shift {
  readonly x: Steps;
  readonly y: Steps;
}

const stepsOf = (factor: number, offset: number): Steps | undefined => {
  const direction = Math.sign(factor) < 0 ? -1 : 1;
  // The centre i + ½ is taken to factor·(i + ½) + offset.
  const first = Math.round((factor - 1) / 2 + offset);
  const exact = Math.abs(Math.abs(factor) - 1) < 1e-9 && Math.abs((factor - 1) / 2 + offset - first) < 1e-9;
  return exact ? { direction, first } : undefined;
};

/** A chain of maps as moves by whole pixels; undefined where it is more. Such pictures are copied, exactly, and quickly. */
export const shiftOf = (maps: readonly PointMap[]): Shift | undefined => {
  const [only] = maps;
  if (maps.length !== 1 || only?.kind !== "projective") return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = only.matrix;
  if (b !== 0 || d !== 0 || g !== 0 || h !== 0 || i !== 1) return undefined;
  const [x, y] = [stepsOf(a, c), stepsOf(e, f)];
  return x && y ? { x, y } : undefined;
};

/** The indices from `start` to `end` of a result whose pixels lie within the source. */
const inside = ({ direction, first }: Steps, from: number, to: number) => {
  const [start, end] = direction === 1 ? [-first, from - first] : [first - from + 1, first + 1];
  const clipped = Math.min(Math.max(start, 0), to);
  return { start: clipped, end: Math.max(clipped, Math.min(end, to)) };
};

/** Copies the picture moved or mirrored, and what lies beyond it as `border` says; `constants` are addresses of a colour, one per channel. */
export const runShift = (
  canvas: Canvas,
  { x, y }: Shift,
  size: Size,
  border: CompleteSampling["border"],
  constants: readonly number[],
): void => {
  const { bytes, kernels, width, height } = canvas;
  const target = canvas.planesOf(size);
  const columns = inside(x, width, size.width);
  const rows = inside(y, height, size.height);
  const [fromRow, toRow] = [width * bytes, size.width * bytes];
  const count = columns.end - columns.start;
  const flip = bytes === 1 ? kernels.flipRows8 : kernels.flipRows32;
  for (let c = 0; c < canvas.channels; c++) {
    const [from, to] = [canvas.plane(c), canvas.plane(c, target)];
    const sourceRow = y.direction * rows.start + y.first;
    if (count > 0 && rows.end > rows.start) {
      // Mirrored rows are read from their left end too.
      const sourceColumn = x.direction === 1 ? columns.start + x.first : x.first - columns.end + 1;
      const source = from + sourceRow * fromRow + sourceColumn * bytes;
      const place = to + rows.start * toRow + columns.start * bytes;
      const number = rows.end - rows.start;
      if (x.direction === -1) flip(source, place, count, number, y.direction * fromRow, toRow);
      else kernels.copyRows(source, place, count * bytes, number, y.direction * fromRow, toRow);
    }
    if (border === "constant") {
      const colour = constants[c] ?? missing();
      const fill = (row: number, number: number, column: number, length: number) => {
        if (number > 0 && length > 0)
          kernels.copyRows(colour, to + row * toRow + column * bytes, length * bytes, number, 0, toRow);
      };
      fill(0, rows.start, 0, size.width);
      fill(rows.end, size.height - rows.end, 0, size.width);
      fill(rows.start, rows.end - rows.start, 0, columns.start);
      fill(rows.start, rows.end - rows.start, columns.end, size.width - columns.end);
      continue;
    }
    const source = (steps: Steps, index: number, length: number) =>
      beyondEdge(steps.direction * index + steps.first, length, border);
    for (let j = 0; j < size.width; j++) {
      if (j === columns.start) j = columns.end;
      if (j >= size.width) break;
      const column = from + source(x, j, width) * bytes;
      if (rows.end > rows.start) {
        kernels.copyRows(
          column + sourceRow * fromRow,
          to + rows.start * toRow + j * bytes,
          bytes,
          rows.end - rows.start,
          y.direction * fromRow,
          toRow,
        );
      }
    }
    for (let i = 0; i < size.height; i++) {
      if (i === rows.start) i = rows.end;
      if (i >= size.height) break;
      const row = source(y, i, height);
      const same = (row - y.first) * y.direction;
      if (same >= rows.start && same < rows.end) {
        kernels.copyRows(to + same * toRow, to + i * toRow, toRow, 1, 0, 0);
        continue;
      }
      for (let j = 0; j < size.width; j++) {
        const from0 = from + row * fromRow + source(x, j, width) * bytes;
        kernels.copyRows(from0, to + i * toRow + j * bytes, bytes, 1, 0, 0);
      }
    }
  }
  canvas.becomes(target, size);
};
