import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { picturesFor } from "../../src/studies/augmentation/data.js";
import { gainOf, relativeGain } from "../../src/studies/augmentation/gain.js";
import { sizesWithin } from "../../src/studies/augmentation.js";
import { plainPicture, writeTree } from "../data/images/pictures.js";
import { rowsOf } from "../support/rows.js";

const folder = mkdtempSync(join(tmpdir(), "steepest-augmentation-"));
beforeAll(() => void vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache")));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("what augmentation gains", () => {
  it("is the mean of the differences between trainings that share a seed", () => {
    // Differences 9 and 11: mean 10, standard deviation √2, standard error 1.
    const gain = gainOf(500, [40, 60], [49, 71]);
    expect(gain).toMatchObject({ examples: 500, gain: 10 });
    expect(gain.error).toBeCloseTo(1, 12);
    // Of a mean of 50 % without.
    expect(relativeGain(gain).gain).toBeCloseTo(20, 12);
    expect(relativeGain(gain).error).toBeCloseTo(2, 12);
  });

  it("has no known error after one training", () => {
    expect(gainOf(500, [40], [49]).error).toBe(Number.POSITIVE_INFINITY);
  });
});

it("sizes end with all pictures that there are", () => {
  const sizes = [500, 5000, Number.POSITIVE_INFINITY].map((examples) => ({ examples, repeats: 2 }));
  const within = (available: number) => sizesWithin(sizes, available).map(({ examples }) => examples);
  expect(within(60_000)).toEqual([500, 5000, 60_000]);
  expect(within(5000)).toEqual([500, 5000]);
  expect(within(800)).toEqual([500, 800]);
  expect(within(40)).toEqual([40]);
});

describe("the pictures of the study", () => {
  const most = { train: 500, test: 100 };

  it("set some aside for the test where there is no part for it, and mirror photographs", async () => {
    const shades = Array.from({ length: 20 }, (_, i) => 10 * i);
    const files = await Promise.all(
      shades.map(
        async (v) =>
          [`${v < 100 ? "dark" : "light"}/${v}.png`, await plainPicture({ r: v, g: v, b: v })] as const,
      ),
    );
    const path = await writeTree(join(folder, "photos"), Object.fromEntries(files));
    const { train, test, families, note, close } = await picturesFor({ data: path, seed: 1 }, most);
    expect([train.size, test.size]).toEqual([16, 4]);
    const size = rowsOf(train).inputs.length / train.size;
    const shadesOf = (data: typeof train) =>
      Array.from({ length: data.size }, (_, i) => rowsOf(data).inputs[i * size]);
    expect([...shadesOf(train), ...shadesOf(test)].sort((a = 0, b = 0) => a - b)).toEqual(shades);
    expect(note).toMatch(/^Pictures: photos, without a test part: 4 of them were set aside for it/);
    expect(Object.keys(families)).toContain("flips");
    await close();
  });

  it("take the four files of MNIST, packed or not, and mirror none", async () => {
    const idx = (shape: readonly number[], data: readonly number[]) =>
      Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...data]);
    const path = join(folder, "mnist");
    mkdirSync(path);
    for (const [part, labels] of Object.entries({ train: [9, 0, 4], t10k: [1, 2] })) {
      const pixels = labels.flatMap((label) => [label, 1, 1, 1]);
      writeFileSync(join(path, `${part}-images-idx3-ubyte`), idx([labels.length, 2, 2], pixels));
      writeFileSync(join(path, `${part}-labels-idx1-ubyte`), idx([labels.length], labels));
    }
    const { train, test, families, note } = await picturesFor({ data: path, seed: 1 }, most);
    expect([train.size, test.size]).toEqual([3, 2]);
    expect(note).toMatch(/^Pictures: MNIST/);
    expect(Object.keys(families)).not.toContain("flips");
  });
});
