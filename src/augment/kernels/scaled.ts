import {
  type Code,
  i32,
  type Local,
  load,
  op,
  repeat,
  store,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { add, advance, least, most, multiply, splat } from "./lanes.js";

/** (from, to, values, factor, offset, bits): factor·x + offset of bytes, both with so many bits behind the point (½ in the offset), within 0 and 255. */
export const scale8: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
  body: ([from = missing(), to = missing(), values = missing(), ...numbers], local) => {
    const [factor = missing(), offset = missing(), bits = missing()] = numbers;
    const [factors, offsets, x] = [local("v128"), local("v128"), local("v128")];
    const words = [local("v128"), local("v128")];
    const part = (half: "low" | "high", variable: Local): Code =>
      op(
        "i32x4.shr_s",
        op("i32x4.add", op(`i32x4.extmul_${half}_i16x8_s`, variable.get, factors.get), offsets.get),
        bits.get,
      );
    const both = (variable: Local): Code =>
      op("i16x8.narrow_i32x4_s", part("low", variable), part("high", variable));
    const [lower = missing(), upper = missing()] = words;
    return [
      factors.set(op("i16x8.splat", factor.get)),
      offsets.set(op("i32x4.splat", offset.get)),
      values.set(op("i32.add", values.get, i32(15))),
      repeat(values, 16, [
        x.set(load(from.get)),
        lower.set(op("i16x8.extend_low_i8x16_u", x.get)),
        upper.set(op("i16x8.extend_high_i8x16_u", x.get)),
        store(to.get, op("i8x16.narrow_i16x8_u", both(lower), both(upper))),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};

/** (from, to, values, factor, offset, low, high): factor·x + offset, within low and high. */
export const scale32: WasmFunction = {
  parameters: ["i32", "i32", "i32", "f32", "f32", "f32", "f32"],
  body: ([from = missing(), to = missing(), values = missing(), ...numbers], local) => {
    const vectors = numbers.map(() => local("v128"));
    const [factor, offset, low, high] = vectors.map(({ get }) => get) as [Code, Code, Code, Code];
    return [
      vectors.map((vector, i) => vector.set(splat(numbers[i] ?? missing()))),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        store(to.get, least(most(add(multiply(factor, load(from.get)), offset), low), high)),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};
