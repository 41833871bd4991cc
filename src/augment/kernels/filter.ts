import {
  type Code,
  i32,
  type Local,
  load,
  loadI32,
  loadLane,
  loadShort,
  loadSplat,
  op,
  repeat,
  store,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { add, advance, least, most, multiply, splat } from "./lanes.js";
import { type Storage, storages } from "./storage.js";

/*
 * Kernels of what is computed in float32 whatever the picture is stored as: sums over neighbours, noise.
 */

/** (from, to, values in a row, rows, strides, low, high): rows from one storage to the other, the values within low and high. Up to 3 values behind the end of a row are written too. */
const convert = (source: Storage, target: Storage): WasmFunction => ({
  parameters: ["i32", "i32", "i32", "i32", "i32", "i32", "f32", "f32"],
  body: ([from = missing(), to = missing(), values = missing(), rows = missing(), ...others], local) => {
    const [fromStride = missing(), toStride = missing(), low = missing(), high = missing()] = others;
    const [a, b, rest] = [local("i32"), local("i32"), local("i32")];
    const [lowest, highest] = [local("v128"), local("v128")];
    return [
      lowest.set(splat(low)),
      highest.set(splat(high)),
      repeat(rows, 1, [
        a.set(from.get),
        b.set(to.get),
        rest.set(op("i32.add", values.get, i32(3))),
        repeat(rest, 4, [
          target.store(b.get, least(most(source.load(a.get), lowest.get), highest.get)),
          advance(a, 4 * source.bytes),
          advance(b, 4 * target.bytes),
        ]),
        advance(from, fromStride.get),
        advance(to, toStride.get),
      ]),
    ];
  },
});

const UNROLL = 4;

/** (from, to, values, taps, number of taps): Σ wₜ·x[i + oₜ]; a tap is an offset in bytes (int32) and a weight (float32). Up to 15 values behind the end are written too. */
const convolve: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32"],
  body: (
    [from = missing(), to = missing(), values = missing(), taps = missing(), count = missing()],
    local,
  ) => {
    const sums = Array.from({ length: UNROLL }, () => local("v128"));
    const [tap, rest, address, weight] = [local("i32"), local("i32"), local("i32"), local("v128")];
    const zero = op("v128.xor", weight.get, weight.get);
    const accumulate = (sum: Local, i: number): Code =>
      sum.set(add(sum.get, multiply(weight.get, load(address.get, 16 * i))));
    return [
      values.set(op("i32.add", values.get, i32(4 * UNROLL - 1))),
      repeat(values, 4 * UNROLL, [
        sums.map((sum) => sum.set(zero)),
        tap.set(taps.get),
        rest.set(count.get),
        repeat(rest, 1, [
          address.set(op("i32.add", from.get, loadI32(tap.get))),
          weight.set(loadSplat(op("i32.add", tap.get, i32(4)))),
          sums.map(accumulate),
          advance(tap, 8),
        ]),
        sums.map((sum, i) => store(to.get, sum.get, 16 * i)),
        advance(from, 16 * UNROLL),
        advance(to, 16 * UNROLL),
      ]),
    ];
  },
};

/**
 * (from, to, values, random words, quantiles, deviation, low, high): adds noise to each value, the quantile whose number are the next 16
 * random bits, times the deviation. Up to 3 values behind the end are written too.
 */
const noise = (storage: Storage): WasmFunction => ({
  parameters: ["i32", "i32", "i32", "i32", "i32", "f32", "f32", "f32"],
  body: ([from = missing(), to = missing(), values = missing(), words = missing(), ...others], local) => {
    const [quantiles = missing(), ...numbers] = others;
    const vectors = numbers.map(() => local("v128"));
    const [deviation, low, high] = vectors.map(({ get }) => get) as [Code, Code, Code];
    const draws = local("v128");
    const draw = (k: number): Code => {
      const address = op("i32.add", quantiles.get, op("i32.shl", loadShort(words.get, 2 * k), i32(2)));
      return draws.set(loadLane(address, draws.get, k));
    };
    return [
      vectors.map((vector, i) => vector.set(splat(numbers[i] ?? missing()))),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        [0, 1, 2, 3].map(draw),
        storage.store(
          to.get,
          least(most(add(storage.load(from.get), multiply(draws.get, deviation)), low), high),
        ),
        advance(words, 8),
        advance(from, 4 * storage.bytes),
        advance(to, 4 * storage.bytes),
      ]),
    ];
  },
});

export const filterKernels = {
  widen: convert(storages.uint8, storages.float32),
  narrow: convert(storages.float32, storages.uint8),
  keep: convert(storages.float32, storages.float32),
  convolve,
  noise8: noise(storages.uint8),
  noise32: noise(storages.float32),
} as const;
