import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as augment from "../../src/augment/index.js";
import { missing } from "../../src/missing.js";

/*
 * Against torchvision, Pillow and SciPy, whose numbers test/reference/augment/make.py wrote.
 */

const numbers = z.array(z.number());
const reference = z
  .object({
    width: z.number(),
    height: z.number(),
    float32: numbers,
    uint8: numbers,
    geometry: z.array(
      z.object({
        matrix: numbers,
        border: z.enum(["edge", "reflect", "wrap"]),
        interpolation: z.enum(["nearest", "bilinear", "bicubic"]),
        result: numbers,
      }),
    ),
    named: z.record(z.string(), z.object({ parameters: z.record(z.string(), z.number()), result: numbers })),
    values: z.array(
      z.object({
        operation: z.custom<augment.Operation>((value) => typeof value === "object"),
        float32: numbers.nullable(),
        uint8: numbers,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../reference/augment/reference.json", import.meta.url), "utf8")));

const { width, height } = reference;
const floats: augment.Picture = {
  width,
  height,
  channels: 3,
  pixels: Float32Array.from(reference.float32),
  range: [0, 1],
};
const bytes: augment.Picture = { width, height, channels: 3, pixels: Uint8Array.from(reference.uint8) };

const example = { seed: 1, epoch: 0, index: 0 };

/** What operations make of a picture. */
const result = (
  picture: augment.Picture,
  operations: readonly augment.Operation[],
  sampling: augment.Sampling = {},
): number[] => {
  const always = augment.transformation({ name: "always", draw: () => ({}), operations: () => operations });
  return [...augment.augmentation([always], sampling).apply(picture, example).picture.pixels];
};

const furthest = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? missing()))), 0);
};

describe("pixels are looked up as by SciPy and PyTorch", () => {
  for (const { matrix, border, interpolation, result: expected } of reference.geometry) {
    const kind = matrix[6] === 0 ? "an affine" : "a projective";
    const move = augment.move({ kind: "projective", matrix }, { width, height });
    it(`${interpolation} through ${kind} map, ${border}`, () => {
      expect(furthest(result(floats, [move], { border, interpolation }), expected)).toBeLessThan(2e-5);
      const rounded = expected.map((value) => Math.min(Math.max(255 * value, 0), 255));
      expect(furthest(result(bytes, [move], { border, interpolation }), rounded)).toBeLessThan(1.02);
    });
  }
});

describe("values are changed as by torchvision and Pillow", () => {
  for (const { operation, float32, uint8 } of reference.values) {
    const stretched = operation.kind === "autocontrast";
    const name = JSON.stringify(operation);
    const f =
      floats.pixels instanceof Float32Array && stretched
        ? floats.pixels.map((x) => 0.3 + 0.4 * x)
        : floats.pixels;
    const b = stretched ? Uint8Array.from(bytes.pixels, (x) => Math.floor(x / 2) + 30) : bytes.pixels;
    if (float32) {
      it(`float32: ${name}`, () => {
        const most = furthest(result({ ...floats, pixels: f }, [operation]), float32);
        // Their weights of grey sum to 0.9999.
        expect(most).toBeLessThan(operation.kind === "blend" ? 3e-4 : 2e-5);
      });
    }
    it(`uint8: ${name}`, () => {
      const most = furthest(result({ ...bytes, pixels: b }, [operation]), uint8);
      // They cut off what is behind the point, and the grey before it is blended.
      const whole = ["posterise", "solarise", "equalise", "invert"].includes(operation.kind);
      expect(most).toBeLessThanOrEqual(whole ? 0 : operation.kind === "hue" ? 2 : 1);
    });
  }
});

describe("what is drawn means the same as in torchvision", () => {
  const { rotate, scale, shear, translate } = augment;
  const cases = { rotate: rotate(), scale: scale(), "shear x": shear(), translate: translate() } as const;
  for (const [name, step] of Object.entries(cases)) {
    it(name, () => {
      const { parameters, result: expected } = reference.named[name] ?? missing();
      const pixels = augment
        .augmentation([step])
        .replay(floats, [{ at: 0, name: step.name, parameters }]).pixels;
      // At the rim theirs fades from the middle of the outermost pixels on.
      const inner = expected.flatMap((value, i) => {
        const [x, y] = [i % width, Math.floor(i / width) % height];
        const close = Math.abs((pixels[i] ?? missing()) - value) < 1e-4;
        return x >= 4 && x < width - 4 && y >= 3 && y < height - 3 ? [close] : [];
      });
      expect(inner.length).toBeGreaterThan(50);
      expect(inner.every(Boolean)).toBe(true);
    });
  }
});
