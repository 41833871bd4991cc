import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readPicture } from "../../src/data/picture.js";
import type { PictureKind } from "../../src/data/picture-kind.js";
import { encodePng } from "../../src/encode-png.js";
import { temporaryFolder } from "../support/cli.js";

type Bar = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** A picture of 20 × 20 pixels with bars on a ground. */
const bars = (all: readonly Bar[], ink = 255, ground = 0): number[] =>
  Array.from({ length: 400 }, (_, i) => {
    const [x, y] = [i % 20, Math.floor(i / 20)];
    const isInked = all.some(
      ({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height,
    );
    return isInked ? ink : ground;
  });

/** Strokes 10 to 12 pixels long, of which 11 is usual, whose centre is within 2 pixels of (9, 8). */
const kind = {
  ...{ width: 20, height: 20, channels: 1, range: [0, 255] },
  ink: { tone: "bright", size: 11, sizes: [10, 12], centre: [9, 8], spread: 2 },
} as const satisfies PictureKind;

const read = async (pixels: ArrayLike<number>, as: PictureKind = kind) => {
  const path = join(temporaryFolder(), "picture.png");
  await sharp(await encodePng(Uint8Array.from(pixels), { width: 20, height: 20, channels: 1 })).toFile(path);
  return readPicture(path, as);
};

const moved = "cropped to its ink, scaled and centred";
const stretched = "ground taken off and contrast stretched";

describe("strokes are left where they lie", () => {
  /** A bar of 3 columns and an odd number of rows around (x, y). */
  const around = (x: number, y: number, height: number): Bar => ({
    ...{ left: x - 1, top: y - (height - 1) / 2 },
    ...{ width: 3, height },
  });

  it("where they are at most a pixel longer or shorter than those of the training pictures", async () => {
    const done = async (height: number) => (await read(bars([around(9, 8, height)]))).done;
    expect(await done(9)).toEqual([]);
    expect(await done(13)).toEqual([]);
    expect(await done(7)).toEqual([moved]);
    expect(await done(15)).toEqual([moved]);
    const exactly = async (height: number) =>
      (
        await read(bars([{ left: 8, top: 3, width: 3, height }]), {
          ...kind,
          ink: { ...kind.ink, spread: 9 },
        })
      ).done;
    expect(await exactly(8)).toEqual([moved]);
    expect(await exactly(14)).toEqual([moved]);
  });

  it("where their centre is at most half a pixel farther away", async () => {
    const done = async (x: number, spread: number) =>
      (await read(bars([around(x, 8, 11)]), { ...kind, ink: { ...kind.ink, spread } })).done;
    expect(await done(11, 1.5)).toEqual([]);
    expect(await done(11, 1.49)).toEqual([moved]);
    expect(await done(7, 1.5)).toEqual([]);
    expect(await done(7, 1.49)).toEqual([moved]);
    const down = async (y: number, spread: number) =>
      (await read(bars([around(9, y, 11)]), { ...kind, ink: { ...kind.ink, spread } })).done;
    expect(await down(10, 1.5)).toEqual([]);
    expect(await down(10, 1.49)).toEqual([moved]);
  });

  it("where the picture is as large as the training pictures", async () => {
    const { pixels, done } = await read(bars([around(9, 8, 11)]), { ...kind, height: 24 });
    expect(done).toEqual([moved]);
    expect(pixels).toHaveLength(20 * 24);
    const wide = await read(bars([around(9, 8, 11)]), { ...kind, width: 24 });
    expect(wide.done).toEqual([moved]);
    expect(wide.pixels).toHaveLength(24 * 20);
  });
});

describe("strokes that are moved", () => {
  /** A bar of 4 × 11, of two strengths, so that its centre of mass is not its middle. */
  const halves = [
    ...bars([{ left: 15, top: 2, width: 4, height: 11 }]).map((value, i) =>
      i % 20 > 16 ? value / 3 : value,
    ),
  ];

  it("keep their pixels where they are of the usual size, their centre of mass where it usually is", async () => {
    const { pixels, done } = await read(halves);
    expect(done).toEqual([moved]);
    // Columns of weights 1, 1, 1/3, 1/3: the centre of mass is 1 column from the left, 5 rows from the top.
    const expected = bars([{ left: 8, top: 3, width: 4, height: 11 }]).map((value, i) =>
      i % 20 > 9 ? value / 3 : value,
    );
    expect([...pixels]).toEqual(expected);
  });

  it.each([
    ["left", [0, 8]],
    ["right", [19, 8]],
    ["top", [9, 0]],
    ["bottom", [9, 19]],
  ] as const)("are cut off at the %s edge", async (_, centre) => {
    const { pixels } = await read(halves, { ...kind, ink: { ...kind.ink, centre } });
    const [left, top] = [centre[0] - 1, centre[1] - 5];
    const expected = bars([{ left, top, width: 4, height: 11 }]).map((value, i) =>
      (i % 20) - left > 1 ? value / 3 : value,
    );
    expect([...pixels]).toEqual(expected);
  });

  it("are laid on white where training pictures are dark", async () => {
    const { pixels, done } = await read(halves, { ...kind, ink: { ...kind.ink, tone: "dark" } });
    expect(done).toEqual(["inverted", moved]);
    expect([pixels[0], pixels[8 * 20 + 8], pixels[8 * 20 + 10]]).toEqual([255, 0, 255 - 85]);
  });
});

describe("a ground", () => {
  const bar = { left: 8, top: 3, width: 3, height: 11 };

  it("is left as it is up to 16 from black or white, beside strokes of at least 128", async () => {
    const said = async (ink: number, ground: number) => (await read(bars([bar], ink, ground))).done;
    expect(await said(255, 16)).toEqual([]);
    expect(await said(255, 17)).toEqual([stretched]);
    expect(await said(0, 239)).toEqual(["inverted"]);
    expect(await said(0, 238)).toEqual(["inverted", stretched]);
    expect(await said(128, 0)).toEqual([]);
    expect(await said(127, 0)).toEqual([stretched]);
    expect(await said(127, 255)).toEqual(["inverted"]);
    expect(await said(128, 255)).toEqual(["inverted", stretched]);
  });

  it("that is left stays in the picture; one that is taken off becomes black, and the strongest ink white", async () => {
    const values = async (ink: number, ground: number, weak: number) => {
      const picture = bars([bar], ink, ground);
      picture[3 * 20 + 8] = weak;
      const { pixels } = await read(picture);
      return [pixels[0], pixels[3 * 20 + 8], pixels[3 * 20 + 9]];
    };
    expect(await values(240, 10, 100)).toEqual([10, 100, 240]);
    expect(await values(20, 250, 100)).toEqual([5, 155, 235]);
    // (110 − 60)/(160 − 60) of 255
    expect(await values(160, 60, 110)).toEqual([0, 128, 255]);
    expect(await values(100, 200, 160)).toEqual([0, 102, 255]);
    // weaker than the ground is no ink
    expect(await values(160, 60, 40)).toEqual([0, 0, 255]);
  });
});

describe("ink at the edge of the picture", () => {
  // 20 × 20 pixels have 76 outermost ones: a quarter are 19, a half are 38.
  const edge = (count: number) => bars([{ left: 0, top: 0, width: count, height: 1 }]);
  const loose = { ...kind, ink: { ...kind.ink, sizes: [1, 20], spread: 20 } } as const;

  it("is doubted from a quarter of it on", async () => {
    expect((await read(edge(18), loose)).done).toEqual([]);
    expect((await read(edge(19), loose)).done).toEqual([
      "ink covers 25 % of the picture's edge: a frame or bar would be taken for a part of the strokes",
    ]);
  });

  it("is refused from a half of it on", async () => {
    const two = (lower: number) =>
      bars([
        { left: 0, top: 0, width: 20, height: 1 },
        { left: 0, top: 19, width: lower, height: 1 },
      ]);
    expect((await read(two(17), loose)).done).toEqual([
      "ink covers 49 % of the picture's edge: a frame or bar would be taken for a part of the strokes",
    ]);
    await expect(read(two(18), loose)).rejects.toThrow(
      /picture\.png: ink covers 50 % of the picture's edge, as a frame or bars do/,
    );
  });
});

it("ink is looked for in pictures of at most 1024 pixels a side", async () => {
  const of = (side: number) =>
    sharp(
      Uint8Array.from({ length: side * side }, (_, i) =>
        ((i % side) + Math.floor(i / side)) % 2 === 0 ? 255 : 0,
      ),
      { raw: { width: side, height: side, channels: 1 } },
    ).png();
  const folder = temporaryFolder();
  const path = (side: number) => join(folder, `${side}.png`);
  for (const side of [1024, 2048]) await of(side).toFile(path(side));
  // A board of single pixels is grey at half the size.
  await expect(readPicture(path(2048), kind)).rejects.toThrow(/no ink found/);
  await expect(readPicture(path(1024), kind)).rejects.toThrow(/ink covers 50 %/);
});

it("values of whole pictures are on the scale of the training pictures, channel by channel", async () => {
  const path = join(temporaryFolder(), "colours.png");
  await sharp(Uint8Array.of(255, 0, 51, 0, 102, 255), { raw: { width: 2, height: 1, channels: 3 } })
    .png()
    .toFile(path);
  const { pixels, done } = await readPicture(path, { width: 2, height: 1, channels: 3, range: [-1, 4] });
  expect([...pixels]).toEqual([4, -1, -1, 1, 0, 4].map((value) => expect.closeTo(value, 6)));
  expect(done).toEqual(["taken whole, scaled to 2 x 1"]);
});
