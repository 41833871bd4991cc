import { compile, type Program } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { batch, input } from "../graph/index.js";
import { missing } from "../missing.js";
import type { Rows } from "./rows.js";

/** Numbers handed to the engine at a time: 8 MiB. */
const CHUNK = 2 ** 20;

/** Compiled products kept, the oldest dropped first. */
const KEPT = 16;

const programs = new Map<number, Promise<Program<"gram">>>();

const gramProgram = (width: number): Promise<Program<"gram">> => {
  const known = programs.get(width);
  if (known) return known;
  const a = input("a", [batch, width], "float64");
  const program = compile({ inputs: [a], outputs: { gram: a.matmul(a, { transposeA: true }) } });
  programs.set(width, program);
  const oldest = programs.keys().next().value;
  if (programs.size > KEPT && oldest !== undefined) programs.delete(oldest);
  return program;
};

/** Up to this many multiplications, calling an engine costs more than the work. */
const directUpTo = 2 ** 14;

/** A'A of few rows, here. */
const smallGram = (a: Float64Array, width: number): Float64Array => {
  const total = new Float64Array(width * width);
  for (let row = 0; row < a.length; row += width) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        const product = (a[row + i] ?? missing()) * (a[row + j] ?? missing());
        total[i * width + j] = (total[i * width + j] ?? missing()) + product;
      }
    }
  }
  return total;
};

/** A'A by the engine. */
const largeGram = async ({ count, width, read }: Rows): Promise<Float64Array> => {
  const program = await gramProgram(width);
  const total = new Float64Array(width * width);
  const step = Math.max(1, Math.floor(CHUNK / width));
  for (let start = 0; start < count; start += step) {
    const { gram: part } = await program.run({ a: read(start, Math.min(start + step, count)) });
    for (let k = 0; k < total.length; k++) total[k] = (total[k] ?? missing()) + Number(part.data[k]);
  }
  return total;
};

/**
 * The Gram matrix A'A of rows, width × width and exactly symmetric, in float64: by the engine, but for few rows. A is read in chunks of
 * 8 MiB; the program is compiled once per width.
 */
export const gram = async (rows: Rows): Promise<Float64Array> => {
  const { count, width, read } = rows;
  const isSmall = count * width * width <= directUpTo;
  const total = isSmall ? smallGram(read(0, count), width) : await largeGram(rows);
  if (!total.every(Number.isFinite)) {
    throw new SteepestError("the products of the features overflow: scale the columns of X and y first");
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) total[i * width + j] = total[j * width + i] ?? missing();
  }
  return total;
};

/** What least squares needs of the examples: X'X (d × d), X'y (d) and y'y. */
export interface Normal {
  readonly G: Float64Array;
  readonly b: Float64Array;
  readonly yy: number;
}

/** Takes X'X, X'y and y'y out of the Gram matrix of [X | y]. */
export const normalEquations = async (rows: Rows): Promise<Normal> => {
  const all = await gram(rows);
  const d = rows.width - 1;
  const G = new Float64Array(d * d);
  for (let i = 0; i < d; i++) G.set(all.subarray(i * rows.width, i * rows.width + d), i * d);
  return { G, b: all.slice(d * rows.width, d * rows.width + d), yy: all[all.length - 1] ?? missing() };
};
