import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import { normalQuantile } from "../../src/random/normal.js";
import { philox4x32 } from "../../src/random/philox.js";
import { random, streamKey } from "../../src/random/random.js";

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const average = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe("keys", () => {
  it("are the seed and FNV-1a of the purpose (published hashes)", () => {
    expect(streamKey(7, "")).toEqual([7, 0x811c9dc5]);
    expect(streamKey(7, "a")).toEqual([7, 0xe40c292c]);
    expect(streamKey(2 ** 32 - 1, "foobar")).toEqual([2 ** 32 - 1, 0xbf9cf968]);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])("refuse the seed %d", (seed) => {
    expect(() => streamKey(seed, "x")).toThrow(SteepestError);
    expect(() => streamKey(seed, "x")).toThrow(`seed is ${seed}`);
  });

  it.each([-1, 0.5, 2 ** 53])("refuse the step %d", (step) => {
    expect(() => random(1, "x", step)).toThrow(`step of a random stream is ${step}`);
  });
});

describe("a stream", () => {
  it("gives word i as word i mod 4 of block ⌊i/4⌋, with the step in the upper counter", () => {
    const step = 5 * 2 ** 32 + 9;
    const stream = random(3, "mask", step);
    const block = new Uint32Array(4);
    for (let i = 0; i < 23; i++) {
      philox4x32([Math.floor(i / 4), 0, 9, 5], streamKey(3, "mask"), block);
      expect(stream.word()).toBe(block[i % 4]);
    }
  });

  it("is a function of (seed, purpose, step), and differs when one of them does", () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.nat(), (seed, purpose, step) => {
        const draw = (...key: Parameters<typeof random>) => {
          const stream = random(...key);
          return Array.from({ length: 9 }, () => stream.word());
        };
        const words = draw(seed, purpose, step);
        expect(draw(seed, purpose, step)).toEqual(words);
        expect(draw((seed ^ 1) >>> 0, purpose, step)).not.toEqual(words);
        expect(draw(seed, `${purpose}!`, step)).not.toEqual(words);
        expect(draw(seed, purpose, step + 1)).not.toEqual(words);
      }),
    );
  });

  it("has no correlation with the stream of another purpose, step or seed", () => {
    const n = 50_000;
    const draw = (...key: Parameters<typeof random>) => {
      const values = new Float64Array(n);
      random(...key).fillNormal(values);
      return values;
    };
    const base = draw(1, "a", 0);
    for (const other of [draw(1, "b", 0), draw(1, "a", 1), draw(2, "a", 0)]) {
      const correlation = average(base.map((x, i) => x * (other[i] ?? 0)));
      expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n));
    }
  });
});

describe("distributions", () => {
  it("uniform fills [0, 1) evenly (chi-squared over 100 cells)", () => {
    const cells = new Array<number>(100).fill(0);
    const stream = random(5, "uniform");
    for (let i = 0; i < 100_000; i++) {
      const u = stream.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      const cell = Math.floor(u * 100);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    expect(cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(150);
  });

  it("normal is the quantile of the middle of the word's interval", () => {
    const [words, normals] = [random(4, "half"), random(4, "half")];
    for (let i = 0; i < 200; i++) {
      expect(normals.normal()).toBe(normalQuantile((words.word() + 0.5) / 2 ** 32));
    }
  });

  it("uniform is the start of the word's interval", () => {
    const [words, uniforms] = [random(4, "start"), random(4, "start")];
    for (let i = 0; i < 200; i++) expect(uniforms.uniform()).toBe(words.word() / 2 ** 32);
  });

  it("normal has the moments of N(0, 1)", () => {
    const values = new Float64Array(400_000);
    random(5, "normal").fillNormal(values);
    const moment = (k: number) => average(values.map((x) => x ** k));
    expect(Math.abs(moment(1))).toBeLessThan(0.007);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.01);
    expect(Math.abs(moment(3))).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.08);
    const tail = values.filter((x) => Math.abs(x) > 3).length / values.length;
    expect(Math.abs(tail - 0.0027)).toBeLessThan(0.0004);
  });

  it("integer is in range and even, also where 2³² is far from a multiple of n", () => {
    for (const n of [1, 3, 7, 3 * 2 ** 30]) {
      const stream = random(5, "integer", n);
      const draws = Array.from({ length: 20_000 }, () => stream.integer(n));
      expect(draws.every((x) => Number.isInteger(x) && x >= 0 && x < n)).toBe(true);
      // The remainder of 32 bits by 3 · 2³⁰ without rejection would fall into the lowest third half of the time.
      expect(Math.abs(average(draws) / n - (0.5 - 0.5 / n))).toBeLessThan(0.01);
    }
  });

  it("permutation holds every number once, each order of four equally often", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, n) => {
        expect([...random(seed, "p").permutation(n)].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
      }),
    );
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random(8, "orders", i).permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(55);
  });

  it("fills with the numbers that single draws give, from wherever the stream is", () => {
    const one = random(2, "fill");
    const many = random(2, "fill");
    one.uniform();
    many.uniform();
    const normals = new Float32Array(10);
    many.fillNormal(normals, 3, 2);
    expect([...normals]).toEqual(Array.from({ length: 10 }, () => Math.fround(3 + 2 * one.normal())));
    const uniforms = new Float64Array(10);
    many.fillUniform(uniforms, -4, 6);
    expect([...uniforms]).toEqual(Array.from({ length: 10 }, () => -4 + 10 * one.uniform()));
  });

  it("refuses parameters that make no distribution", () => {
    const stream = random(1, "bad");
    expect(() => stream.integer(0)).toThrow("integer(0)");
    expect(() => stream.integer(2.5)).toThrow("integer(2.5)");
    expect(() => stream.permutation(-1)).toThrow("permutation(-1)");
    expect(() => stream.fillNormal(new Float32Array(1), 0, -1)).toThrow("sd -1");
    expect(() => stream.fillNormal(new Float32Array(1), Number.NaN)).toThrow("mean NaN");
    expect(() => stream.fillUniform(new Float32Array(1), 2, 1)).toThrow("low 2, high 1");
  });
});
