import { join } from "node:path";
import sharp, { type Color, type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { digits } from "../../src/data/digits.js";
import { dataset } from "../../src/data/memory.js";
import { readPicture } from "../../src/data/picture.js";
import { mnistKind, pictureKindOf } from "../../src/data/picture-kind.js";
import { encodePng } from "../../src/encode-png.js";
import { temporaryFolder } from "../support/cli.js";
import { rowsOf, withInputs } from "../support/rows.js";

const layout = { width: 28, height: 28, channels: 1 };
const kind = mnistKind(layout);
/** Digits that the generator draws lie less strictly than MNIST's. */
const loose = {
  ...kind,
  ink: { ...(kind.ink ?? expect.fail("no ink")), sizes: [14, 26], spread: 6 },
} as const;
/** Pictures of anything. */
const whole = { ...layout, range: [0, 255] } as const;

const digit = async (index: number): Promise<Float32Array> =>
  rowsOf(digits({ train: 20, test: 20 }).test, [index]).inputs;

const centre = (pixels: Float32Array): [number, number] => {
  const mass = pixels.reduce((a, b) => a + b, 0);
  const x = pixels.reduce((sum, ink, i) => sum + ink * (i % 28), 0) / mass;
  const y = pixels.reduce((sum, ink, i) => sum + ink * Math.floor(i / 28), 0) / mass;
  return [x, y];
};

/** A file with a digit, changed by `change`. */
const file = async (name: string, index: number, change: (picture: Sharp) => Sharp = (p) => p) => {
  const path = join(temporaryFolder(), name);
  await change(
    sharp(await encodePng(Uint8Array.from(await digit(index)), { ...layout, channels: 1 })),
  ).toFile(path);
  return path;
};

const negative = (picture: Sharp) => picture.negate({ alpha: false });

/** A file of one colour. */
const plainFile = async (name: string, background: Color) => {
  const path = join(temporaryFolder(), name);
  await sharp({ create: { width: 28, height: 28, channels: 4, background } }).toFile(path);
  return path;
};

const correlation = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe("pictures of strokes", () => {
  it("that lie as those trained on are read as they are", async () => {
    expect(await readPicture(await file("digit.png", 3), loose)).toEqual({
      pixels: await digit(3),
      done: [],
    });
  });

  it("of the other tone are inverted, for either kind of model", async () => {
    const dark = { ...loose, ink: { ...loose.ink, tone: "dark" } } as const;
    const pixels = await digit(5);
    const paper = await file("paper.png", 5, negative);
    expect(await readPicture(paper, loose)).toEqual({ pixels, done: ["inverted"] });
    expect(await readPicture(paper, dark)).toEqual({ pixels: pixels.map((p) => 255 - p), done: [] });
    expect((await readPicture(await file("ink.png", 5), dark)).done).toEqual(["inverted"]);
  });

  it("of another size are cut out, scaled into 20/28 and centred", async () => {
    const large = await file("large.jpg", 7, (picture) =>
      negative(picture.resize(280, 280)).extend({
        left: 300,
        top: 20,
        right: 10,
        bottom: 50,
        background: "black",
      }),
    );
    const { pixels, done } = await readPicture(large, kind);
    const [x, y] = centre(pixels);
    expect(Math.abs(x - 14)).toBeLessThan(0.6);
    expect(Math.abs(y - 14)).toBeLessThan(0.6);
    expect(pixels.reduce((a, b) => Math.max(a, b), 0)).toBeGreaterThan(200);
    expect(done).toEqual(["inverted", "cropped to its ink, scaled and centred"]);
  });

  it("of the right size in the wrong place are centred", async () => {
    const shifted = await file("shifted.png", 1, (picture) =>
      picture.extract({ left: 6, top: 2, width: 20, height: 24 }).extend({ right: 8, bottom: 4 }),
    );
    const { pixels, done } = await readPicture(shifted, kind);
    const [x, y] = centre(pixels);
    expect(Math.hypot(x - 14, y - 14)).toBeLessThan(1);
    expect(done).toEqual(["cropped to its ink, scaled and centred"]);
  });

  it("are turned as a viewer turns them", async () => {
    const upright = await readPicture(await file("a.jpg", 7, (p) => negative(p.resize(280))), kind);
    const turned = await file("b.jpg", 7, (p) =>
      negative(p.resize(280)).rotate(90).withMetadata({ orientation: 8 }),
    );
    expect(correlation((await readPicture(turned, kind)).pixels, upright.pixels)).toBeGreaterThan(0.98);
  });

  it("of 16 bits, of a palette, and half transparent are read", async () => {
    const pixels = await digit(3);
    const wide = await file("wide.png", 3, (p) => p.toColourspace("grey16"));
    const palette = await file("palette.png", 3, (p) => p.png({ palette: true, colours: 256 }));
    for (const path of [wide, palette]) {
      expect(correlation((await readPicture(path, loose)).pixels, pixels)).toBeGreaterThan(0.99);
    }
  });

  it("have their ground taken off and their contrast stretched, wherever they lie", async () => {
    const said = "ground taken off and contrast stretched";
    const plain = await digit(7);
    for (const [name, scale, ground] of [
      ["grey.png", 100 / 255, 100],
      ["faint.png", 40 / 255, 60],
      ["weak.png", 0.5, 0],
      ["negative.png", -0.4, 200],
    ] as const) {
      const path = await file(name, 7, (p) => p.linear(scale, ground));
      const { pixels, done } = await readPicture(path, loose);
      expect(done, name).toEqual([...(scale < 0 ? ["inverted"] : []), said]);
      expect(correlation(pixels, plain), name).toBeGreaterThan(0.99);
      expect([Math.min(...pixels), Math.max(...pixels)], name).toEqual([0, 255]);
      const large = await file(name, 7, (p) => p.resize(280, 280).linear(scale, ground));
      expect((await readPicture(large, loose)).done.slice(-2), name).toEqual([
        said,
        "cropped to its ink, scaled and centred",
      ]);
    }
    const alpha = join(temporaryFolder(), "alpha.png");
    const grey = Array.from(plain, (v) => [v, v, v, 128]).flat();
    await sharp(Uint8Array.from(grey), { raw: { width: 28, height: 28, channels: 4 } }).toFile(alpha);
    const { pixels, done } = await readPicture(alpha, loose);
    expect(done).toEqual([said]);
    expect(correlation(pixels, plain)).toBeGreaterThan(0.99);
  });

  it("are refused in a frame or between bars, and doubted beside one bar", async () => {
    const beside = (name: string, bars: object) =>
      file(name, 7, (p) => p.resize(260, 260).extend({ ...bars, background: "white" }));
    const framed = await beside("framed.png", { left: 10, right: 10, top: 10, bottom: 10 });
    await expect(readPicture(framed, kind)).rejects.toThrow(
      /framed\.png: ink covers 100 % of the picture's edge, as a frame or bars do; cut them off/,
    );
    await expect(readPicture(await beside("bars.png", { left: 20, right: 20 }), kind)).rejects.toThrow(
      /bars\.png: ink covers 5\d %/,
    );
    const { done } = await readPicture(await beside("bar.png", { left: 20 }), kind);
    expect(done.at(-1)).toMatch(/^ink covers 2\d % of the picture's edge: a frame or bar would be taken/);
  });

  it("are missed where there are none", async () => {
    for (const [name, colour] of [
      ["white.png", "#ffffff"],
      ["grey.png", "#7f7f7f"],
      ["black.png", "#000000"],
      ["transparent.png", "#ffffff00"],
    ] as const) {
      await expect(readPicture(await plainFile(name, colour), kind)).rejects.toThrow(
        new RegExp(`${name}: no ink found`),
      );
    }
  });
});

describe("other pictures", () => {
  it("are taken whole: neither cut out, centred nor inverted", async () => {
    const path = await file("photo.png", 5, (p) => negative(p).extend({ left: 28, background: "white" }));
    const { pixels, done } = await readPicture(path, { ...whole, width: 56, height: 28 });
    const right = Float32Array.from(
      await digit(5),
      (_, i) => pixels[Math.floor(i / 28) * 56 + 28 + (i % 28)] ?? 0,
    );
    expect(right).toEqual((await digit(5)).map((p) => 255 - p));
    expect(done).toEqual(["taken whole, scaled to 56 x 28"]);
    expect((await readPicture(await plainFile("white.png", "#ffffff"), whole)).pixels[400]).toBe(255);
  });

  it("have their colours channel by channel", async () => {
    const { pixels } = await readPicture(await plainFile("red.png", "#ff8000"), { ...whole, channels: 3 });
    expect([pixels[0], pixels[784], pixels[1568]]).toEqual([255, 128, 0]);
  });

  it("have the scale of values that the model was trained on", async () => {
    const path = await plainFile("grey.png", "#333333");
    expect((await readPicture(path, { ...whole, range: [0, 1] })).pixels[0]).toBeCloseTo(0.2, 6);
    expect((await readPicture(path, { ...whole, range: [-1, 1] })).pixels[0]).toBeCloseTo(-0.6, 6);
  });

  it("that are missing or no pictures are refused in one line", async () => {
    await expect(readPicture("/nonexistent.png", kind)).rejects.toThrow(/nonexistent\.png: no such file$/);
    await expect(readPicture(new URL(import.meta.url).pathname, whole)).rejects.toThrow(/not a picture/);
  });
});

describe("what training pictures were", () => {
  const digitsAs = async (change: (pixel: number) => number) => {
    const { train } = digits({ train: 100, test: 1 });
    const { inputs } = rowsOf(train);
    return dataset({
      ...{ name: "pictures", inputs: inputs.map(change), inputShape: [784] },
      ...{ targets: new Float32Array(100), image: layout },
    });
  };

  it("is measured: tone, size, place and scale of strokes", async () => {
    const found = await pictureKindOf(digits({ train: 300, test: 1 }).train);
    expect(found).toMatchObject({ ...layout, range: [0, 255], ink: { tone: "bright" } });
    const { size = 0, sizes = [0, 0], centre: [x, y] = [0, 0], spread = 0 } = found?.ink ?? {};
    expect([size, ...sizes].map((each) => each > 14 && each < 27)).toEqual([true, true, true]);
    expect(Math.hypot(x - 13.5, y - 13.5)).toBeLessThan(1);
    expect(spread).toBeGreaterThan(1);
  });

  it.each([
    ["dark strokes", (pixel: number) => 255 - pixel, [0, 255], "dark"],
    ["values from 0 to 1", (pixel: number) => pixel / 255, [0, 1], "bright"],
    ["values from -1 to 1", (pixel: number) => pixel / 127.5 - 1, [-1, 1], "bright"],
    ["standardised values", (pixel: number) => (pixel - 51) / 102, [-0.5, 2], "bright"],
  ] as const)("%s", async (_name, change, range, tone) => {
    const found = await pictureKindOf(await digitsAs(change));
    expect(found?.ink?.tone).toBe(tone);
    for (const i of [0, 1] as const) expect(found?.range[i]).toBeCloseTo(range[i], 5);
  });

  it("has no strokes where pictures are of something else, or only some of strokes", async () => {
    let state = 1;
    const noise = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 256;
    };
    expect((await pictureKindOf(await digitsAs(noise)))?.ink).toBeUndefined();
    // Bars from edge to edge cover as little as strokes do, but lie on no ground.
    const crosses = dataset({
      ...{ name: "crosses", inputShape: [784], targets: [0, 0], image: layout },
      inputs: Float32Array.from({ length: 2 * 784 }, (_, i) => {
        const [x, y] = [i % 28, Math.floor(i / 28) % 28];
        return (x > 9 && x < 18) || (y > 9 && y < 18) ? 200 : 0;
      }),
    });
    expect((await pictureKindOf(crosses))?.ink).toBeUndefined();
    expect((await pictureKindOf(await digitsAs(() => 0)))?.ink).toBeUndefined();
    const { train } = digits({ train: 100, test: 1 });
    const half = withInputs(train, (inputs) => {
      inputs.subarray(0, inputs.length / 2).forEach((_, i) => {
        inputs[i] = noise();
      });
    });
    expect((await pictureKindOf(half))?.ink).toBeUndefined();
  });
});
