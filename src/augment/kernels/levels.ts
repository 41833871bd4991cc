import { type Code, i32, load, op, repeat, store, type WasmFunction } from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { add, advance, divide, floor, least, most, multiply, number, splat, subtract } from "./lanes.js";

/** (from, to, values, mask, flipped bits): (x & mask) ^ flipped, of bytes. */
export const bits8: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32"],
  body: (
    [from = missing(), to = missing(), values = missing(), mask = missing(), flipped = missing()],
    local,
  ) => {
    const [masks, flips] = [local("v128"), local("v128")];
    return [
      masks.set(op("i8x16.splat", mask.get)),
      flips.set(op("i8x16.splat", flipped.get)),
      values.set(op("i32.add", values.get, i32(15))),
      repeat(values, 16, [
        store(to.get, op("v128.xor", op("v128.and", load(from.get), masks.get), flips.get)),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};

/** (from, to, values, threshold): bytes of at least the threshold inverted. */
export const solarise8: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32"],
  body: ([from = missing(), to = missing(), values = missing(), threshold = missing()], local) => {
    const [x, thresholds] = [local("v128"), local("v128")];
    return [
      thresholds.set(op("i8x16.splat", threshold.get)),
      values.set(op("i32.add", values.get, i32(15))),
      repeat(values, 16, [
        x.set(load(from.get)),
        store(to.get, op("v128.xor", x.get, op("i8x16.ge_u", x.get, thresholds.get))),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};

/** (from, to, values, threshold, low + high): values of at least the threshold inverted. */
export const solarise32: WasmFunction = {
  parameters: ["i32", "i32", "i32", "f32", "f32"],
  body: (
    [from = missing(), to = missing(), values = missing(), threshold = missing(), sum = missing()],
    local,
  ) => {
    const [x, thresholds, sums] = [local("v128"), local("v128"), local("v128")];
    return [
      thresholds.set(splat(threshold)),
      sums.set(splat(sum)),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        x.set(load(from.get)),
        store(
          to.get,
          op("v128.bitselect", subtract(sums.get, x.get), x.get, op("f32x4.ge", x.get, thresholds.get)),
        ),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};

/** (from, to, values, low, steps per unit, most steps): each value taken down to a multiple of a step. */
export const steps32: WasmFunction = {
  parameters: ["i32", "i32", "i32", "f32", "f32", "f32"],
  body: ([from = missing(), to = missing(), values = missing(), ...numbers], local) => {
    const vectors = numbers.map(() => local("v128"));
    const [low, per, last] = vectors.map(({ get }) => get) as [Code, Code, Code];
    return [
      vectors.map((vector, i) => vector.set(splat(numbers[i] ?? missing()))),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        store(
          to.get,
          add(
            low,
            divide(most(least(floor(multiply(subtract(load(from.get), low), per)), last), number(0)), per),
          ),
        ),
        advance(from, 16),
        advance(to, 16),
      ]),
    ];
  },
};
