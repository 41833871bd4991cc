import { missing } from "../../missing.js";
import {
  type Code,
  clear,
  i32,
  type Local,
  link,
  load,
  loadSplat,
  op,
  repeat,
  store,
  storeLane,
  type WasmFunction,
} from "./wasm.js";

/** Columns worked on at a time: what is kept per column (8 KiB) stays in the first-level cache. */
const BLOCK = 2048;
/** Columns of one decision whether to scale: two cache lines. */
const GRAIN = 32;
/** Rows that share one load of what is kept per column. */
const ROWS = 4;

/**
 * A pass over the rows of a matrix beside a vector with an element per column. Parameters: matrix, rows, columns, bytes
 * from row to row, vector. `cell` handles four columns (or one, in all lanes) of a few rows.
 */
const rowPass = (
  cell: (x: readonly Code[], element: Code) => { readonly rows?: readonly Code[]; readonly element?: Code },
): WasmFunction => ({
  parameters: ["i32", "i32", "i32", "i32", "i32"],
  body: (
    [matrix = missing(), rows = missing(), columns = missing(), stride = missing(), vector = missing()],
    local,
  ) => {
    const cursors: readonly Local[] = Array.from({ length: ROWS }, () => local("i32"));
    const side = local("i32");
    const remaining = local("i32");
    const group = (count: number): Code => {
      const used = cursors.slice(0, count);
      const cells = (
        width: number,
        read: (cursor: Code) => Code,
        write: (cursor: Code, value: Code) => Code,
      ): Code => {
        const next = cell(
          used.map(({ get }) => read(get)),
          read(side.get),
        );
        return [
          used.map(({ get }, row) => (next.rows ? write(get, next.rows[row] ?? missing()) : [])),
          next.element ? write(side.get, next.element) : [],
          [...used, side].map((cursor) => cursor.set(op("i32.add", cursor.get, i32(4 * width)))),
        ];
      };
      return [
        used.map((cursor) => [cursor.set(matrix.get), matrix.set(op("i32.add", matrix.get, stride.get))]),
        side.set(vector.get),
        remaining.set(columns.get),
        repeat(remaining, 4, cells(4, load, store)),
        repeat(remaining, 1, cells(1, loadSplat, storeLane)),
      ];
    };
    return [repeat(rows, ROWS, group(ROWS)), repeat(rows, 1, group(1))];
  },
});

/** Rows whose squares are added up one after another, before their sum joins those of the others: float32 would lose digits over many. */
const CHUNK = 512;

const addRows = rowPass((x, sum) => ({ element: x.reduce((a, b) => op("f32x4.add", a, b), sum) }));

const addSquares = rowPass((x, sum) => ({
  element: x.map((value) => op("f32x4.mul", value, value)).reduce((a, b) => op("f32x4.add", a, b), sum),
}));

const scale = rowPass((x, factor) => ({ rows: x.map((value) => op("f32x4.mul", value, factor)) }));

const clearBytes: WasmFunction = {
  parameters: ["i32", "i32"],
  body: ([pointer = missing(), bytes = missing()]) => clear(pointer.get, bytes.get),
};

/** Turns `count` squared norms from a byte offset on into factors, in place. */
export type ToFactors = (pointer: number, count: number) => void;

/** How many factors are not 1. */
export const changing = (factors: Float32Array): number => {
  let changed = 0;
  for (let j = 0; j < factors.length; j++) if (factors[j] !== 1) changed++;
  return changed;
};

/**
 * Norms of the columns of row-major float32 matrices `[rows, columns]` in one memory. A weight matrix `[in, out]` has a
 * unit's incoming weights in a column. Pointers are byte offsets.
 */
export interface Columns {
  /**
   * Scales every column by a factor that depends on its squared norm (summed in float32, in parts), and returns how many factors are not
   * 1. `scratch` has room for twice `columns` float32; only blocks of columns with such a factor are written.
   */
  readonly rescaleColumns: (
    pointer: number,
    rows: number,
    columns: number,
    toFactors: ToFactors,
    scratch: number,
  ) => number;
}

/**
 * The columns to scale, as ranges, given the factor of each: those blocks that hold a factor other than 1. Picking blocks out of every
 * row reads memory in leaps: beyond a third of them, whole rows are faster.
 */
export const rangesToScale = (factors: Float32Array): readonly (readonly [from: number, to: number])[] => {
  const columns = factors.length;
  const grains = Array.from({ length: Math.ceil(columns / GRAIN) }, (_, index) => index * GRAIN);
  const scaled = grains.filter((start) =>
    factors.subarray(start, start + GRAIN).some((value) => value !== 1),
  );
  return 3 * scaled.length > grains.length
    ? [[0, columns]]
    : scaled.map((start) => [start, Math.min(start + GRAIN, columns)]);
};

/** Compiles the column kernels for a memory. */
export const bindColumns = (memory: WebAssembly.Memory): Columns => {
  const kernels = link({ addRows, addSquares, scale, clearBytes }, memory);

  const inBlocks = (
    pass: typeof kernels.scale,
    pointer: number,
    rows: number,
    columns: number,
    vector: number,
    [from, to]: readonly [number, number] = [0, columns],
  ) => {
    for (let start = from; start < to; start += BLOCK) {
      const width = Math.min(BLOCK, to - start);
      pass(pointer + 4 * start, rows, width, 4 * columns, vector + 4 * start);
    }
  };
  const rescaleColumns: Columns["rescaleColumns"] = (pointer, rows, columns, toFactors, scratch) => {
    kernels.clearBytes(scratch, 4 * columns);
    const part = scratch + 4 * columns;
    for (let row = 0; row < rows; row += CHUNK) {
      const chunk = [pointer + 4 * columns * row, Math.min(CHUNK, rows - row)] as const;
      if (rows <= CHUNK) {
        inBlocks(kernels.addSquares, ...chunk, columns, scratch);
      } else {
        kernels.clearBytes(part, 4 * columns);
        inBlocks(kernels.addSquares, ...chunk, columns, part);
        inBlocks(kernels.addRows, part, 1, columns, scratch);
      }
    }
    const factors = new Float32Array(memory.buffer, scratch, columns);
    toFactors(scratch, columns);
    const changed = changing(factors);
    if (changed === 0) return 0;
    for (const range of rangesToScale(factors))
      inBlocks(kernels.scale, pointer, rows, columns, scratch, range);
    return changed;
  };
  return { rescaleColumns };
};
