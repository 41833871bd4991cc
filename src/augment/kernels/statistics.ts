import { promoteHigh, promoteLow, total } from "../../engine/kernel/fold.js";
import {
  type Code,
  extractI32,
  i32,
  type Local,
  load,
  loadByte,
  loadI32,
  op,
  repeat,
  store,
  storeByte,
  storeI32,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { advance } from "./lanes.js";

const sumLanes = (vector: Local): Code =>
  [0, 1, 2, 3].map((lane) => extractI32(vector.get, lane)).reduce((a, b) => op("i32.add", a, b));

/** (from, values): the sum of bytes, of which `values` is a multiple of 16, modulo 2³². */
const sum8: WasmFunction = {
  parameters: ["i32", "i32"],
  result: "i32",
  body: ([from = missing(), values = missing()], local) => {
    const sums = local("v128");
    return [
      repeat(values, 16, [
        sums.set(
          op(
            "i32x4.add",
            sums.get,
            op("i32x4.extadd_pairwise_i16x8_u", op("i16x8.extadd_pairwise_i8x16_u", load(from.get))),
          ),
        ),
        advance(from, 16),
      ]),
      sumLanes(sums),
    ];
  },
};

/** (from, values): the sum of float32, of which `values` is a multiple of 4, in float64. */
const sum32: WasmFunction = {
  parameters: ["i32", "i32"],
  result: "f64",
  body: ([from = missing(), values = missing()], local) => {
    const [low, high, x] = [local("v128"), local("v128"), local("v128")];
    return [
      repeat(values, 4, [
        x.set(load(from.get)),
        low.set(op("f64x2.add", low.get, promoteLow(x.get))),
        high.set(op("f64x2.add", high.get, promoteHigh(x.get))),
        advance(from, 16),
      ]),
      total([low, high], x),
    ];
  },
};

/** (from, values, to): the least and the largest of each lane of vectors, `values` being whole vectors: two vectors. */
const range = (bytes: 1 | 4): WasmFunction => ({
  parameters: ["i32", "i32", "i32"],
  body: ([from = missing(), values = missing(), to = missing()], local) => {
    const [low, high, x] = [local("v128"), local("v128"), local("v128")];
    const [lower, higher] =
      bytes === 1 ? (["i8x16.min_u", "i8x16.max_u"] as const) : (["f32x4.pmin", "f32x4.pmax"] as const);
    return [
      low.set(load(from.get)),
      high.set(low.get),
      repeat(values, 16 / bytes, [
        x.set(load(from.get)),
        low.set(op(lower, low.get, x.get)),
        high.set(op(higher, high.get, x.get)),
        advance(from, 16),
      ]),
      store(to.get, low.get),
      store(to.get, high.get, 16),
    ];
  },
});

/** Tables side by side, so that equal values in a row do not wait for each other. */
const TABLES = 4;

/** (from, values, counts): counts how often each byte occurs, in four tables of 256 int32 that were zero. */
const histogram8: WasmFunction = {
  parameters: ["i32", "i32", "i32"],
  body: ([from = missing(), values = missing(), counts = missing()], local) => {
    const address = local("i32");
    const one = (i: number): Code => [
      address.set(op("i32.add", counts.get, op("i32.shl", loadByte(from.get, i), i32(2)))),
      storeI32(address.get, op("i32.add", loadI32(address.get, 1024 * i), i32(1)), 1024 * i),
    ];
    return [
      repeat(values, TABLES, [Array.from({ length: TABLES }, (_, i) => one(i)), advance(from, TABLES)]),
      repeat(values, 1, [one(0), advance(from, 1)]),
    ];
  },
};

/** (from, to, values, table): each byte replaced by what a table of 256 bytes says. */
const lookUp8: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32"],
  body: ([from = missing(), to = missing(), values = missing(), table = missing()]) => {
    const one = (i: number): Code =>
      storeByte(to.get, loadByte(op("i32.add", table.get, loadByte(from.get, i))), i);
    return [
      repeat(values, 8, [Array.from({ length: 8 }, (_, i) => one(i)), advance(from, 8), advance(to, 8)]),
      repeat(values, 1, [one(0), advance(from, 1), advance(to, 1)]),
    ];
  },
};

export const statisticsKernels = {
  sum8,
  sum32,
  range8: range(1),
  range32: range(4),
  histogram8,
  lookUp8,
} as const;
