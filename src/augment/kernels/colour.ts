import {
  type Code,
  i32,
  type Local,
  load,
  loadSplat,
  loadWide8,
  op,
  repeat,
  shuffleBytes,
  store,
  storeLow64,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import {
  add,
  advance,
  divide,
  floor,
  least,
  most,
  multiply,
  number,
  splat,
  subtract,
  sumOfProducts,
} from "./lanes.js";
import { type Storage, storages } from "./storage.js";

/*
 * Kernels that make each pixel from itself alone. They read planes and write planes, which may be the same, in whole vectors: up to 15
 * values behind the end are written too.
 */

/** (from, to, values, factor, offset, bits): factor·x + offset of bytes, both with so many bits behind the point (½ in the offset), within 0 and 255. */
const scale8: WasmFunction = {
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
const scale32: WasmFunction = {
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

/** (three planes, three planes, values, matrix, bits): 3 rows of int32 with so many bits behind the point: r and g as 16 bits each, b, offset with ½. */
const mix8: WasmFunction = {
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

/** A kernel from three planes to three: (three planes, three planes, values, numbers), the numbers lying in memory. */
const pixelwise = (
  storage: Storage,
  count: number,
  value: (
    rgb: readonly [Local, Local, Local],
    numbers: readonly Code[],
    local: () => Local,
  ) => {
    prepare: Code;
    rgb: readonly Code[];
  },
): WasmFunction => ({
  parameters: Array.from({ length: 8 }, () => "i32" as const),
  body: (parameters, local) => {
    const [from, to] = [parameters.slice(0, 3), parameters.slice(3, 6)];
    const [values = missing(), numbers = missing()] = parameters.slice(6);
    const vector = () => local("v128");
    const splatted = Array.from({ length: count }, vector);
    const rgb = [vector(), vector(), vector()] as const;
    const result = value(
      rgb,
      splatted.map(({ get }) => get),
      vector,
    );
    return [
      splatted.map((variable, i) => variable.set(loadSplat(op("i32.add", numbers.get, i32(4 * i))))),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        rgb.map((channel, c) => channel.set(storage.load((from[c] ?? missing()).get))),
        result.prepare,
        result.rgb.map((channel, c) => storage.store((to[c] ?? missing()).get, channel)),
        [...from, ...to].map((plane) => advance(plane, 4 * storage.bytes)),
      ]),
    ];
  },
});

/** A colour matrix of three rows r g b offset; then the lowest and the highest value. */
const mix32 = pixelwise(storages.float32, 14, ([r, g, b], numbers) => {
  const [low = missing(), high = missing()] = numbers.slice(12);
  const row = (i: number): Code => {
    const [onR = missing(), onG = missing(), onB = missing(), offset = missing()] = numbers.slice(4 * i);
    return least(most(add(sumOfProducts([onR, r.get], [onG, g.get], [onB, b.get]), offset), low), high);
  };
  return { prepare: [], rgb: [row(0), row(1), row(2)] };
});

/**
 * The hue turned by a number of sixths. With M the largest and m the smallest of r, g, b, c = M − m, and the hue h in sixths, the channels
 * are M − c·clip(min(k, 4 − k), 0, 1) where k = (n + h) mod 6, n = 5, 3, 1 for r, g, b; so only h has to be known.
 */
const turnHue = (storage: Storage): WasmFunction =>
  pixelwise(storage, 1, ([r, g, b], [turn = missing()], local) => {
    const [largest, chroma, inverse, hue, k] = [local(), local(), local(), local(), local()];
    const choose = (condition: Code, yes: Code, no: Code): Code => op("v128.bitselect", yes, no, condition);
    const sixth = (a: Local, c: Local): Code => multiply(subtract(a.get, c.get), inverse.get);
    const channel = (n: number): Code => [
      k.set(add(hue.get, number(n))),
      k.set(subtract(k.get, multiply(number(6), floor(multiply(k.get, number(1 / 6)))))),
      subtract(
        largest.get,
        multiply(chroma.get, most(least(least(k.get, subtract(number(4), k.get)), number(1)), number(0))),
      ),
    ];
    return {
      prepare: [
        largest.set(op("f32x4.pmax", op("f32x4.pmax", r.get, g.get), b.get)),
        chroma.set(subtract(largest.get, op("f32x4.pmin", op("f32x4.pmin", r.get, g.get), b.get))),
        inverse.set(divide(number(1), most(chroma.get, number(1e-20)))),
        hue.set(
          add(
            turn,
            choose(
              op("f32x4.eq", largest.get, r.get),
              sixth(g, b),
              choose(
                op("f32x4.eq", largest.get, g.get),
                add(sixth(b, r), number(2)),
                add(sixth(r, g), number(4)),
              ),
            ),
          ),
        ),
      ],
      rgb: [channel(5), channel(3), channel(1)],
    };
  });

/** (from, to, values, mask, flipped bits): (x & mask) ^ flipped, of bytes. */
const bits8: WasmFunction = {
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
const solarise8: WasmFunction = {
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
const solarise32: WasmFunction = {
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
const steps32: WasmFunction = {
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

export const colourKernels = {
  scale8,
  scale32,
  mix8,
  mix32,
  turnHue8: turnHue(storages.uint8),
  turnHue32: turnHue(storages.float32),
  bits8,
  solarise8,
  solarise32,
  steps32,
} as const;
