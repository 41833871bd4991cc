import { missing } from "../../missing.js";
import { promoteHigh, promoteLow, total } from "./fold.js";
import {
  type Code,
  i32,
  i32x4,
  type Local,
  link,
  load,
  loadSplat,
  op,
  repeat,
  type WasmFunction,
} from "./wasm.js";

const UNROLL = 4;

/** Σ x², every square and sum in float64. */
const squaredNorm: WasmFunction = {
  parameters: ["i32", "i32"],
  result: "f64",
  body: ([pointer = missing(), count = missing()], local) => {
    const sums = Array.from({ length: 2 * UNROLL }, () => local("v128"));
    const x = local("v128");
    const half = local("v128");
    const addSquare = (sum: Local = missing(), value: Code): Code => [
      half.set(value),
      sum.set(op("f64x2.add", sum.get, op("f64x2.mul", half.get, half.get))),
    ];
    const advance = (bytes: number) => pointer.set(op("i32.add", pointer.get, i32(bytes)));
    const vector = (unroll: number): Code => [
      x.set(load(pointer.get, 16 * unroll)),
      addSquare(sums[2 * unroll], promoteLow(x.get)),
      addSquare(sums[2 * unroll + 1], promoteHigh(x.get)),
    ];
    const single = addSquare(
      sums[0],
      promoteLow(op("v128.and", loadSplat(pointer.get), i32x4([-1, 0, 0, 0]))),
    );
    return [
      repeat(count, 4 * UNROLL, [
        Array.from({ length: UNROLL }, (_, unroll) => vector(unroll)),
        advance(16 * UNROLL),
      ]),
      repeat(count, 4, [vector(0), advance(16)]),
      repeat(count, 1, [single, advance(4)]),
      total(sums, x),
    ];
  },
};

/** Norms of arrays in one memory. */
export interface Norms {
  /**
   * `‖x‖² = Σ xᵢ²` of `count` float32 from a byte offset, summed in float64. It is finite exactly if every element is,
   * which is how training detects divergence.
   */
  readonly squaredNorm: (pointer: number, count: number) => number;
}

/** Compiles the norm kernels for a memory. */
export const bindNorms = (memory: WebAssembly.Memory): Norms => link({ squaredNorm }, memory);
