import { type CompileOptions, compile } from "../../engine/compile.js";
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
export const multiplier =
  (options: CompileOptions): Multiply =>
  async (A, inner, B, columns) => {
    if (A.length * columns <= FEW) return multiplyHere(A, inner, B, columns);
    const a = input("a", [batch, inner], "float64");
    const b = input("b", [inner, columns], "float64");
    const program = await compile({ inputs: [a, b], outputs: { c: a.matmul(b) } }, options);
    const { c } = await program.run({ a: A, b: B });
    await program.release();
    return float64(c);
  };
