import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { digits } from "../../src/data/digits.js";
import { encodeGreyPng, readPicture } from "../../src/data/picture.js";
import { temporaryFolder } from "../support/cli.js";

const layout = { width: 28, height: 28, channels: 1 };

const digit = async (index: number): Promise<Float32Array> => {
  const pixels = new Float32Array(784);
  await digits({ train: 20, test: 20 }).test.read([index], pixels, new Float32Array(1));
  return pixels;
};

const centre = (pixels: Float32Array): [number, number] => {
  const mass = pixels.reduce((a, b) => a + b, 0);
  const x = pixels.reduce((sum, ink, i) => sum + ink * (i % 28), 0) / mass;
  const y = pixels.reduce((sum, ink, i) => sum + ink * Math.floor(i / 28), 0) / mass;
  return [x, y];
};

describe("pictures", () => {
  it("of the model's size are read as they are", async () => {
    const path = join(temporaryFolder(), "digit.png");
    const pixels = await digit(3);
    await sharp(await encodeGreyPng(pixels, layout)).toFile(path);
    expect(await readPicture(path, layout)).toEqual(pixels);
  });

  it("with dark ink on paper are inverted", async () => {
    const path = join(temporaryFolder(), "paper.png");
    const pixels = await digit(5);
    await sharp(await encodeGreyPng(pixels, layout))
      .negate({ alpha: false })
      .toFile(path);
    expect(await readPicture(path, layout)).toEqual(pixels);
  });

  it("of another size are cropped to the ink, scaled into 20/28 and centred", async () => {
    const path = join(temporaryFolder(), "large.jpg");
    await sharp(await encodeGreyPng(await digit(7), layout))
      .resize(280, 280)
      .negate({ alpha: false })
      .extend({ left: 300, top: 20, right: 10, bottom: 50, background: "white" })
      .jpeg()
      .toFile(path);
    const read = await readPicture(path, layout);
    const [x, y] = centre(read);
    expect(Math.abs(x - 13.5)).toBeLessThan(0.8);
    expect(Math.abs(y - 13.5)).toBeLessThan(0.8);
    expect(read.reduce((a, b) => Math.max(a, b), 0)).toBeGreaterThan(100);
  });

  it("that are missing or no pictures are refused in one line", async () => {
    await expect(readPicture("/nonexistent.png", layout)).rejects.toThrow(/nonexistent\.png: no such file$/);
    await expect(readPicture(new URL(import.meta.url).pathname, layout)).rejects.toThrow(/not a picture/);
  });
});
