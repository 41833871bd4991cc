import {
  type Code,
  i32,
  loadSplat,
  loadWide8,
  op,
  repeat,
  shuffleBytes,
  storeLow64,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { add, advance, least, most, sumOfProducts } from "./lanes.js";
import { pixelwise } from "./pixelwise.js";
import { storages } from "./storage.js";

/** (three planes, three planes, values, matrix, bits): 3 rows of int32 with so many bits behind the point: r and g as 16 bits each, b, offset with ½. */
export const mix8: WasmFunction = {
  parameters: Array.from({ length: 9 }, () => "i32" as const),
  body: (parameters, local) => {
    const [from, to] = [parameters.slice(0, 3), parameters.slice(3, 6)];
    const [values = missing(), matrix = missing(), bits = missing()] = parameters.slice(6);
    const vector = () => local("v128");
    const rows = to.map(() => ({ rg: vector(), b: vector(), offset: vector() }));
    const [r, g, b] = [vector(), vector(), vector()];
    const halves = [0, 1].map(() => ({ rg: vector(), b: vector() }));
    const entry = (row: number, column: number): Code =>
      loadSplat(op("i32.add", matrix.get, i32(12 * row + 4 * column)));
    const pairs = (half: 0 | 1): Code =>
      shuffleBytes(
        r.get,
        g.get,
        Array.from({ length: 16 }, (_, i) => ((i >> 1) % 2) * 16 + 8 * half + (i >> 2) * 2 + (i % 2)),
      );
    return [
      rows.map((row, i) => [row.rg.set(entry(i, 0)), row.b.set(entry(i, 1)), row.offset.set(entry(i, 2))]),
      values.set(op("i32.add", values.get, i32(7))),
      repeat(values, 8, [
        [r, g, b].map((channel, c) => channel.set(loadWide8((from[c] ?? missing()).get))),
        halves.map(({ rg }, half) => rg.set(pairs(half === 0 ? 0 : 1))),
        (halves[0] ?? missing()).b.set(op("i32x4.extend_low_i16x8_u", b.get)),
        (halves[1] ?? missing()).b.set(op("i32x4.extend_high_i16x8_u", b.get)),
        rows.map((row, i) => {
          const [low = missing(), high = missing()] = halves.map((half) =>
            op(
              "i32x4.shr_s",
              op(
                "i32x4.add",
                op(
                  "i32x4.add",
                  op("i32x4.dot_i16x8_s", half.rg.get, row.rg.get),
                  op("i32x4.dot_i16x8_s", half.b.get, row.b.get),
                ),
                row.offset.get,
              ),
              bits.get,
            ),
          );
          const words = vector();
          return [
            words.set(op("i16x8.narrow_i32x4_s", low, high)),
            storeLow64((to[i] ?? missing()).get, op("i8x16.narrow_i16x8_u", words.get, words.get)),
          ];
        }),
        [...from, ...to].map((plane) => advance(plane, 8)),
      ]),
    ];
  },
};

/** A colour matrix of three rows r g b offset; then the lowest and the highest value. */
export const mix32 = pixelwise(storages.float32, 14, ([r, g, b], numbers) => {
  const [low = missing(), high = missing()] = numbers.slice(12);
  const row = (i: number): Code => {
    const [onR = missing(), onG = missing(), onB = missing(), offset = missing()] = numbers.slice(4 * i);
    return least(most(add(sumOfProducts([onR, r.get], [onG, g.get], [onB, b.get]), offset), low), high);
  };
  return { prepare: [], rgb: [row(0), row(1), row(2)] };
});
