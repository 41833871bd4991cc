import { type CompileOptions, compile, type Program } from "../../engine/compile.js";
import type { HostTensor } from "../../engine/engine.js";
import { batch, input } from "../../graph/index.js";
import { missing } from "../../missing.js";

/** A·B of matrices row by row: A has `inner` columns, B `columns`. */
export type Multiply = (
  A: Float64Array,
  inner: number,
  B: Float64Array,
  columns: number,
) => Promise<Float64Array>;

/** The numbers of a result, which are float64 already. */
export const float64 = ({ data }: HostTensor): Float64Array =>
  data instanceof Float64Array ? data : Float64Array.from(data, Number);

/** Products of so few numbers are not worth the way to the engine. */
const FEW = 1 << 20;

const multiplyHere = (A: Float64Array, inner: number, B: Float64Array, columns: number): Float64Array => {
  const rows = A.length / inner;
  const C = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const a = A[i * inner + k] ?? missing();
      for (let j = 0; j < columns; j++) {
        C[i * columns + j] = (C[i * columns + j] ?? missing()) + a * (B[k * columns + j] ?? missing());
      }
    }
  }
  return C;
};

/** Products in float64, by the engine where they are large. */
export interface Multiplier {
  readonly multiply: Multiply;
  release(): Promise<void>;
}

export const multiplier = (options: CompileOptions): Multiplier => {
  /** By inner and outer size; the number of rows may differ. */
  const programs = new Map<string, Promise<Program<"c">>>();
  const programFor = (inner: number, columns: number): Promise<Program<"c">> => {
    const a = input("a", [batch, inner], "float64");
    const b = input("b", [inner, columns], "float64");
    return compile({ inputs: [a, b], outputs: { c: a.matmul(b) } }, options);
  };
  return {
    multiply: async (A, inner, B, columns) => {
      if (A.length * columns <= FEW) return multiplyHere(A, inner, B, columns);
      const key = `${inner} x ${columns}`;
      const program = programs.get(key) ?? programFor(inner, columns);
      programs.set(key, program);
      const { c } = await (await program).run({ a: A, b: B });
      return float64(c);
    },
    release: async () => {
      for (const program of programs.values()) await (await program).release();
    },
  };
};
