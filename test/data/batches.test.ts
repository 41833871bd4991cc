import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchOptions, batchCount, batches } from "../../src/data/batches.js";
import type { Dataset } from "../../src/data/dataset.js";
import { dataset } from "../../src/data/memory.js";
import { soleFloats } from "../../src/data/rows.js";

/** n examples: inputs (i, −i), target 2i. */
const pairs = (n: number): Dataset =>
  dataset({
    name: "pairs",
    inputs: Float32Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? k / 2 : -(k - 1) / 2)),
    targets: Array.from({ length: n }, (_, i) => 2 * i),
    inputShape: [2],
  });

/** The same read asynchronously, later reads finishing first; counts reads under way. */
const slowPairs = (n: number) => {
  const source = pairs(n);
  const seen = { now: 0, most: 0 };
  const slow: Dataset = {
    ...source,
    read: async (indices, into) => {
      seen.now++;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise((resolve) => setTimeout(resolve, 6 - 2 * seen.now));
      source.read(indices, into);
      seen.now--;
    },
  };
  return { slow, seen };
};

const collect = async (source: Dataset, options: BatchOptions) => {
  const seen: { size: number; indices: number[]; inputs: number[]; targets: number[] }[] = [];
  for await (const { size, indices, inputs, targets } of batches(source, options)) {
    seen.push({
      size,
      indices: [...indices],
      inputs: [...soleFloats(inputs)],
      targets: [...soleFloats(targets)],
    });
  }
  return seen;
};

describe("batches", () => {
  it("give every example once, rows matching indices, sizes as promised", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (n, batchSize, shuffle, dropLast) => {
          const seen = await collect(pairs(n), { batchSize, seed: 1, epoch: 0, shuffle, dropLast });
          expect(seen.length).toBe(batchCount(pairs(n), batchSize, dropLast));
          for (const { size, indices, inputs, targets } of seen) {
            expect(indices.length).toBe(size);
            expect(inputs).toEqual(indices.flatMap((i) => [i, i === 0 ? -0 : -i]));
            expect(targets).toEqual(indices.map((i) => 2 * i));
          }
          const all = seen.flatMap(({ indices }) => indices);
          expect(new Set(all).size).toBe(dropLast ? n - (n % batchSize) : n);
          if (!shuffle) expect(all).toEqual([...all.keys()]);
          if (dropLast) expect(seen.every(({ size }) => size === batchSize)).toBe(true);
        },
      ),
    );
  });

  it("order each epoch by (seed, epoch) alone", async () => {
    const order = async (seed: number, epoch: number, batchSize: number) =>
      (await collect(pairs(50), { batchSize, seed, epoch })).flatMap(({ indices }) => indices);
    const base = await order(3, 4, 7);
    expect(await order(3, 4, 16)).toEqual(base);
    expect(await order(3, 5, 7)).not.toEqual(base);
    expect(await order(4, 4, 7)).not.toEqual(base);
  });

  it("are the same from an asynchronous source, with `prefetch` reads ahead", async () => {
    for (const prefetch of [0, 1, 2, 3]) {
      const options = { batchSize: 4, seed: 1, epoch: 0, prefetch };
      const { slow, seen } = slowPairs(30);
      expect(await collect(slow, options)).toEqual(await collect(pairs(30), options));
      expect(seen.most).toBe(prefetch + 1);
    }
  });

  it("without options are shuffled, keep a last small batch, and read two ahead", async () => {
    const options = { batchSize: 4, seed: 1, epoch: 0 };
    const documented = { ...options, shuffle: true, dropLast: false, prefetch: 2 };
    expect(await collect(pairs(30), options)).toEqual(await collect(pairs(30), documented));
    const { slow, seen } = slowPairs(30);
    await collect(slow, options);
    expect(seen.most).toBe(3);
  });

  it("reuse one buffer for a synchronous source, prefetch + 1 for an asynchronous one", async () => {
    const buffersOf = async (source: Dataset) => {
      const seen = new Set<ArrayBufferLike>();
      for await (const { inputs } of batches(source, { batchSize: 4, seed: 1, epoch: 0 }))
        seen.add(soleFloats(inputs).buffer);
      return seen.size;
    };
    expect(await buffersOf(pairs(30))).toBe(1);
    expect(await buffersOf(slowPairs(30).slow)).toBe(3);
  });

  it("wait for the reads under way when the loop ends early", async () => {
    let begun = 0;
    let finished = 0;
    const slower: Dataset = {
      ...pairs(40),
      read: async () => {
        await new Promise((resolve) => setTimeout(resolve, 10 * begun++));
        finished++;
      },
    };
    for await (const _ of batches(slower, { batchSize: 4, seed: 1, epoch: 0, prefetch: 3 })) break;
    expect([begun, finished]).toEqual([4, 4]);
  });

  it("report a failed read when its batch is due", async () => {
    let reads = 0;
    const failing: Dataset = {
      ...pairs(20),
      read: async () => {
        if (++reads === 2) throw new Error("broken image");
      },
    };
    let given = 0;
    const loop = async () => {
      for await (const _ of batches(failing, { batchSize: 4, seed: 1, epoch: 0 })) {
        given++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await expect(loop()).rejects.toThrow("broken image");
    expect(given).toBe(1);
  });

  it("go on in the middle of an epoch as if it had never stopped", async () => {
    for (const dropLast of [false, true]) {
      const options = { batchSize: 4, seed: 1, epoch: 2, dropLast };
      const whole = await collect(pairs(30), options);
      for (const from of [0, 3, whole.length, whole.length + 5]) {
        expect(await collect(pairs(30), { ...options, from })).toEqual(whole.slice(from));
      }
    }
  });

  it("are shared by processes: each reads its part, all together every batch in its order", async () => {
    const options = { batchSize: 7, seed: 1, epoch: 0 };
    const whole = await collect(pairs(30), options);
    for (const of of [2, 3, 5]) {
      const parts = await Promise.all(
        Array.from({ length: of }, (_, rank) => collect(pairs(30), { ...options, rank, of })),
      );
      whole.forEach((batch, step) => {
        const here = parts.map((part) => part[step] ?? expect.fail("a batch is missing"));
        expect(here.flatMap(({ indices }) => indices)).toEqual(batch.indices);
        expect(here.flatMap(({ inputs }) => inputs)).toEqual(batch.inputs);
        expect(here.every(({ size, indices }) => size === indices.length)).toBe(true);
        const sizes = here.map(({ size }) => size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      });
      expect(parts.every((part) => part.length === whole.length)).toBe(true);
    }
  });

  it("say where a part lies in its batch", async () => {
    const places: number[][] = [];
    for await (const { size, offset, globalSize } of batches(pairs(10), {
      ...{ batchSize: 7, seed: 0, epoch: 0 },
      ...{ rank: 1, of: 2 },
    })) {
      places.push([size, offset, globalSize]);
    }
    expect(places).toEqual([
      [4, 3, 7],
      [2, 1, 3],
    ]);
  });

  it("refuse impossible sizes", async () => {
    const run = (change: Partial<BatchOptions>) =>
      collect(pairs(4), { batchSize: 2, seed: 0, epoch: 0, ...change });
    await expect(run({ batchSize: 0 })).rejects.toThrow("batchSize is 0");
    await expect(run({ batchSize: 1.5 })).rejects.toThrow("batchSize is 1.5");
    await expect(run({ prefetch: -1 })).rejects.toThrow("prefetch is -1");
    await expect(run({ epoch: -1 })).rejects.toThrow("-1");
    await expect(run({ from: -1 })).rejects.toThrow("from is -1");
    await expect(run({ of: 0 })).rejects.toThrow("of is 0");
    await expect(run({ rank: 2, of: 2 })).rejects.toThrow("rank is 2; of 2 processes the last is 1");
  });
});
