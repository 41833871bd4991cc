import fc from "fast-check";
import { expect, it } from "vitest";
import { bindRandomFill } from "../../../src/engine/kernel/index.js";
import { philox4x32 } from "../../../src/random/philox.js";
import { streamKey } from "../../../src/random/random.js";

const memory = new WebAssembly.Memory({ initial: 80 });
const fill = bindRandomFill(memory);
const key = streamKey(1, "dropout");
const POINTER = 64;

const view = (count: number) => new Float32Array(memory.buffer, POINTER, count);

/** Word w of a Philox block, from the reference generator. */
const word = (block: number, w: number, step: number, [k0, k1]: readonly [number, number]): number => {
  const out = new Uint32Array(4);
  philox4x32([block, 0, step % 2 ** 32, Math.floor(step / 2 ** 32)], [k0, k1], out);
  return out[w] ?? 0;
};

const keys = fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1));
const steps = fc.oneof(fc.nat(100_000), fc.maxSafeNat());

it("draws bernoulli masks from the documented halves of Philox words", () => {
  fc.assert(
    fc.property(
      keys,
      steps,
      fc.nat(150),
      fc.nat(2 ** 20),
      fc.nat(65536),
      (key, step, count, part, threshold) => {
        const offset = 32 * part;
        view(count + 1).fill(-1);
        fill.bernoulli({ pointer: POINTER, count, keep: threshold / 65536, scale: 2.5, key, step, offset });
        const expected = Array.from({ length: count }, (_, position) => {
          const i = offset + position;
          const bits = word(4 * Math.floor(i / 32) + (i % 4), Math.floor(i / 4) % 4, step, key);
          return (i % 32 < 16 ? bits & 0xffff : bits >>> 16) < threshold ? 2.5 : 0;
        });
        expect(Array.from(view(count + 1))).toEqual([...expected, -1]);
      },
    ),
  );
});

it("draws whole words in the documented order", () => {
  fc.assert(
    fc.property(keys, steps, fc.nat(70), fc.nat(2 ** 20), (key, step, count, part) => {
      const offset = 32 * part;
      const words = new Uint32Array(memory.buffer, POINTER, count + 1).fill(77);
      fill.words({ pointer: POINTER, count, key, step, offset });
      const expected = Array.from({ length: count }, (_, position) => {
        const i = offset + position;
        return word(4 * Math.floor(i / 16) + (i % 4), Math.floor(i / 4) % 4, step, key);
      });
      expect([...words]).toEqual([...expected, 77]);
    }),
  );
});

it("gives the published Philox words", () => {
  // Known answers of Random123 for counter and key 0; lane 0 of each vector is the first block. A half of a word is below
  // each threshold that is greater than it.
  const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
  const halves = words.flatMap((w, i) => [
    { at: 4 * i, value: w & 0xffff },
    { at: 4 * i + 16, value: w >>> 16 },
  ]);
  for (const { at, value } of halves) {
    const drawn = [value, value + 1].map((threshold) => {
      fill.bernoulli({
        pointer: POINTER,
        count: 32,
        keep: threshold / 65536,
        scale: 1,
        key: [0, 0],
        step: 0,
      });
      return view(32)[at];
    });
    expect(drawn).toEqual([0, 1]);
  }
});

it("takes probabilities to the nearest multiple of 2^-16", () => {
  // Among so many halves of words each of the 65536 values occurs.
  const count = 2 ** 20;
  const drawn = (threshold: number) => {
    fill.bernoulli({ pointer: POINTER, count, keep: threshold / 65536, scale: 1, key, step: 9 });
    return view(count).reduce((sum, x, i) => sum + x * (i + 1), 0);
  };
  const [below, at, above] = [drawn(40_000), drawn(40_001), drawn(40_002)];
  expect(new Set([below, at, above]).size).toBe(3);
  expect([drawn(40_000.4), drawn(40_000.6), drawn(40_001.4), drawn(40_001.6)]).toEqual([
    below,
    at,
    at,
    above,
  ]);
});

it("keeps all with probability 1 and none with 0", () => {
  fill.bernoulli({ pointer: POINTER, count: 100_003, keep: 1, scale: 1, key, step: 4 });
  expect(view(100_003).every((x) => x === 1)).toBe(true);
  fill.bernoulli({ pointer: POINTER, count: 100_003, keep: 0, scale: 1, key, step: 4 });
  expect(view(100_003).every((x) => x === 0)).toBe(true);
});

it("has the right rate, no correlation of neighbours, lanes or steps", () => {
  const count = 2 ** 20;
  const keep = 0.8;
  const draw = (step: number) => {
    fill.bernoulli({ pointer: POINTER, count, keep, scale: 1, key, step });
    return Float32Array.from(view(count));
  };
  const [first, second] = [draw(1), draw(2)];
  const fiveSigma = 5 / Math.sqrt(count);
  const mean = first.reduce((a, b) => a + b) / count;
  expect(Math.abs(mean - keep)).toBeLessThan(fiveSigma * Math.sqrt(keep * (1 - keep)) + 2 ** -17);
  const correlation = (x: Float32Array, y: Float32Array, lag: number) => {
    let sum = 0;
    for (let i = lag; i < count; i++) sum += ((x[i] ?? 0) - keep) * ((y[i - lag] ?? 0) - keep);
    return sum / count / (keep * (1 - keep));
  };
  for (const lag of [1, 2, 3, 4, 8, 16, 32, 128]) {
    expect(Math.abs(correlation(first, first, lag))).toBeLessThan(fiveSigma);
  }
  expect(Math.abs(correlation(first, second, 0))).toBeLessThan(fiveSigma);
});

it("names what is wrong with a request", () => {
  const base = { pointer: 0, count: 1, key, step: 0, keep: 0.5, scale: 1 };
  expect(() => fill.bernoulli({ ...base, keep: 1.5 })).toThrow(/keep is 1.5/);
  expect(() => fill.bernoulli({ ...base, keep: Number.NaN })).toThrow(/keep is NaN/);
  expect(() => fill.bernoulli({ ...base, step: -1 })).toThrow(/step is -1/);
  expect(() => fill.bernoulli({ ...base, offset: 5 })).toThrow(/multiple of 32/);
});
