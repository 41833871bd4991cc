import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset } from "../../src/data/memory.js";
import { standardise } from "../../src/data/standardise.js";
import { random } from "../../src/random/random.js";
import { withInputs } from "../support/rows.js";

const table = (rows: readonly (readonly number[])[]) =>
  dataset({
    name: "table",
    inputs: Float32Array.from(rows.flat()),
    targets: rows.map(() => 0),
    inputShape: [rows[0]?.length ?? 0],
  });

const column = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => [value(i)]);

describe("standardise", () => {
  it("fits mean and population standard deviation per feature", async () => {
    const fit = await standardise(
      table([
        [1, 10],
        [2, 20],
        [3, 60],
      ]),
    );
    expect([...fit.mean]).toEqual([2, 30]);
    expect(fit.scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(fit.scale[1]).toBeCloseTo(Math.sqrt(1400 / 3), 4);
  });

  it("merges chunks exactly: agrees with a direct two-pass sum at any size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1200 }), fc.nat(), async (n, seed) => {
        const stream = random(seed, "test");
        const values = Float32Array.from({ length: n }, () => 5 + 3 * stream.normal());
        const mean = values.reduce((a, b) => a + b, 0) / n;
        const sd = Math.sqrt([...values].reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
        const fit = await standardise(table(column(n, (i) => values[i] ?? 0)));
        expect(fit.mean[0]).toBeCloseTo(mean, 4);
        expect(fit.scale[0]).toBeCloseTo(sd, 4);
      }),
      { numRuns: 30 },
    );
  });

  it("does not lose small deviations beside a large mean", async () => {
    const fit = await standardise(table(column(1000, (i) => 1e6 + (i % 2))));
    expect(fit.mean[0]).toBe(1e6 + 0.5);
    // float32 cannot hold this mean: its numbers are whole there.
    expect((await standardise(table(column(1000, (i) => 1.6e7 + (i % 2))))).mean[0]).toBe(1.6e7 + 0.5);
    expect(fit.scale[0]).toBeCloseTo(0.5, 6);
  });

  it("turns a constant feature into 0", async () => {
    const fit = await standardise(table(column(700, () => 0.1)));
    expect((Math.fround(0.1) - (fit.mean[0] ?? 0)) / (fit.scale[0] ?? 0)).toBe(0);
    expect(fit.scale[0]).toBe(1);
  });

  it("keeps a nearly constant feature below 10, in any unit", async () => {
    for (const unit of [255, 1e-6]) {
      const fit = await standardise(table(column(5000, (i) => (i === 17 ? unit : 0))));
      expect((unit - (fit.mean[0] ?? 0)) / (fit.scale[0] ?? 0)).toBeCloseTo(10, 3);
    }
  });

  it("fits one mean and scale for the whole input with per: all", async () => {
    const fit = await standardise(
      table([
        [0, 2],
        [4, 6],
      ]),
      { per: "all" },
    );
    expect([...fit.mean]).toEqual([3, 3]);
    expect(fit.scale[0]).toBeCloseTo(Math.sqrt(5), 6);
    expect(fit.scale[1]).toBe(fit.scale[0]);
  });

  it("fits one mean and scale for each channel with per: channel, by the shape or the image layout", async () => {
    // Two examples of two channels of two pixels.
    const numbers = Float32Array.of(0, 2, 10, 30, 4, 6, 20, 40);
    const layout = { width: 2, height: 1, channels: 2 };
    for (const of of [{ inputShape: [2, 2] }, { inputShape: [4], image: layout }]) {
      const data = dataset({ name: "pictures", inputs: numbers, targets: [0, 1], classes: 2, ...of });
      const fit = await standardise(data, { per: "channel" });
      expect([...fit.mean]).toEqual([3, 3, 25, 25]);
      expect([...fit.scale]).toEqual([5, 5, 125, 125].map((variance) => Math.fround(Math.sqrt(variance))));
    }
    await expect(standardise(table([[1, 2]]), { per: "channel" })).rejects.toThrow(
      'standardise: inputs of shape [2] have no channels; give data of shape [channels, …] or with an image layout, or standardise per "all" or "feature"',
    );
  });

  it("refuses values that are not finite", async () => {
    const source = table([
      [1, 2],
      [3, 4],
    ]);
    const broken = withInputs(source, (inputs) => inputs.fill(Number.NaN));
    await expect(standardise(broken)).rejects.toThrow(
      'dataset "table": input 0 of example 0 is NaN; fill or drop it first',
    );
  });
});
