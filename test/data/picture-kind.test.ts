import { describe, expect, it } from "vitest";
import { dataset } from "../../src/data/memory.js";
import { mnistKind, pictureKindOf } from "../../src/data/picture-kind.js";

type Bar = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** A picture of 40 × 40 pixels with one bar on a ground. */
const picture = ({ left, top, width, height }: Bar, ink = 200, ground = 0): number[] =>
  Array.from({ length: 1600 }, (_, i) => {
    const [x, y] = [i % 40, Math.floor(i / 40)];
    return x >= left && x < left + width && y >= top && y < top + height ? ink : ground;
  });

const pictures = (all: readonly (readonly number[])[], layout = { width: 40, height: 40, channels: 1 }) =>
  dataset({
    name: "bars",
    inputs: Float32Array.from(all.flat()),
    inputShape: [layout.width * layout.height * layout.channels],
    targets: new Float32Array(all.length),
    image: layout,
  });

const bar: Bar = { left: 10, top: 10, width: 5, height: 5 };
const kindOf = async (all: readonly (readonly number[])[]) => pictureKindOf(pictures(all));

it("MNIST's pictures, and those of other sizes in its manner", () => {
  expect(mnistKind({ width: 28, height: 28, channels: 1 })).toEqual({
    width: 28,
    height: 28,
    channels: 1,
    range: [0, 255],
    ink: { tone: "bright", size: 20, sizes: [18, 20], centre: [14, 14], spread: 1 },
  });
  // 20/28 of the shorter side
  expect(mnistKind({ width: 56, height: 42, channels: 1 }).ink).toEqual({
    tone: "bright",
    size: 30,
    sizes: [28, 30],
    centre: [28, 21],
    spread: 1,
  });
});

describe("where ink lies", () => {
  it("sizes: the middle one and those of all but a twentieth at both ends", async () => {
    // Longer sides 1 … 20, shuffled.
    const all = Array.from({ length: 20 }, (_, i) =>
      picture({ left: 5, top: 5, width: 1, height: 1 + ((7 * i) % 20) }),
    );
    expect((await kindOf(all))?.ink).toMatchObject({ tone: "bright", size: 11, sizes: [2, 20] });
  });

  it("centres: their mean, and how far nearly all are from it, in hundredths of a pixel", async () => {
    // Centres at x = 12, 12, 13 and y = 12: the mean is 12.333…, the farthest is 0.666… away.
    const all = [10, 10, 11].map((left) => picture({ ...bar, left }));
    expect((await kindOf(all))?.ink).toMatchObject({ centre: [12.33, 12], spread: 0.67 });
    // Of 20 with one far away, 19 are as far from the mean as the mean is moved: 20/20.
    const one = Array.from({ length: 21 }, (_, i) => picture({ ...bar, top: i === 3 ? 31 : 10 }));
    expect((await kindOf(one))?.ink).toMatchObject({ centre: [12, 13], spread: 1 });
  });

  it("is told where 19 of 20 pictures are strokes of one tone, and no fewer", async () => {
    const bright = picture(bar);
    const dark = picture(bar, 0, 200);
    const plain = picture(bar, 0);
    const of = async (usual: number[], odd: number[], odds: number) =>
      (await kindOf(Array.from({ length: 20 }, (_, i) => (i < odds ? odd : usual))))?.ink?.tone;
    expect(await of(bright, dark, 1)).toBe("bright");
    expect(await of(bright, dark, 2)).toBeUndefined();
    expect(await of(dark, bright, 1)).toBe("dark");
    expect(await of(dark, bright, 2)).toBeUndefined();
    expect(await of(bright, plain, 1)).toBe("bright");
    expect(await of(bright, plain, 2)).toBeUndefined();
  });

  it("is no ink that covers half of the picture, or a quarter of its edge", async () => {
    // Of 800 pixels, but few at the edge.
    const block = async (width: number) =>
      (await kindOf([picture({ left: 1, top: 1, width, height: 25 }, 200, 0)]))?.ink;
    expect(await block(31)).toMatchObject({ size: 31 });
    expect(await block(32)).toBeUndefined();
    // Of the 156 pixels of the edge.
    const edge = async (width: number) =>
      (await kindOf([picture({ left: 0, top: 0, width, height: 1 })]))?.ink;
    expect(await edge(38)).toMatchObject({ size: 38 });
    expect(await edge(39)).toBeUndefined();
  });

  it("is looked for in 200 pictures, spread over all", async () => {
    const every = (n: number) => Array.from({ length: 400 }, (_, i) => picture(bar, i % n === 0 ? 200 : 0));
    expect((await kindOf(every(2)))?.ink).toBeDefined();
    expect((await kindOf(every(2).reverse()))?.ink).toBeUndefined();
    expect((await kindOf(every(3)))?.ink).toBeUndefined();
  });
});

describe("black and white", () => {
  const rangeOf = async (low: number, high: number) => (await kindOf([picture(bar, high, low)]))?.range;

  it("are the usual ones where all values lie between them", async () => {
    expect(await rangeOf(0, 1)).toEqual([0, 1]);
    expect(await rangeOf(0.25, 0.75)).toEqual([0, 1]);
    expect(await rangeOf(0, 1.5)).toEqual([0, 255]);
    expect(await rangeOf(0, 255)).toEqual([0, 255]);
    expect(await rangeOf(0, 256)).toEqual([0, 256]);
    expect(await rangeOf(-1, 1)).toEqual([-1, 1]);
    expect(await rangeOf(-0.5, 0.75)).toEqual([-1, 1]);
    expect(await rangeOf(-1.5, 1)).toEqual([-1.5, 1]);
    expect(await rangeOf(-1, 1.5)).toEqual([-1, 1.5]);
  });

  it("say how weak ink may be: 32 of 255 parts between them", async () => {
    const hasInk = async (low: number, high: number) =>
      (await kindOf([picture(bar, high, low)]))?.ink !== undefined;
    expect([await hasInk(0.25, 0.25 + 33 / 255), await hasInk(0.25, 0.25 + 31 / 255)]).toEqual([true, false]);
    expect([await hasInk(-0.5, -0.5 + 65 / 255), await hasInk(-0.5, -0.5 + 63 / 255)]).toEqual([true, false]);
    expect([await hasInk(100, 133), await hasInk(100, 131)]).toEqual([true, false]);
    // Beyond the usual scales the values themselves are black and white.
    expect(await hasInk(-700, -699)).toBe(true);
  });

  it("may be the same: pictures of one value have no ink", async () => {
    for (const value of [0, 1, 255, -1, 300, -7]) {
      const kind = await kindOf([picture(bar, value, value)]);
      expect(kind?.ink).toBeUndefined();
      expect(kind?.range).toHaveLength(2);
    }
  });
});

it("pictures in colour have a range and no ink; data that are no pictures have no kind", async () => {
  const colours = Array.from({ length: 3 }, () => picture(bar)).flat();
  const layout = { width: 40, height: 40, channels: 3 };
  expect(await pictureKindOf(pictures([colours], layout))).toEqual({ ...layout, range: [0, 255] });
  const table = dataset({
    name: "table",
    inputs: Float32Array.of(1, 2, 3, 4),
    inputShape: [2],
    targets: [0, 1],
  });
  expect(await pictureKindOf(table)).toBeUndefined();
});

it("pictures of classes are read like those with a value", async () => {
  const all = [picture(bar), picture({ ...bar, left: 20 })];
  const data = dataset({
    name: "classes",
    inputs: Float32Array.from(all.flat()),
    inputShape: [1600],
    targets: [0, 1],
    classes: 2,
    image: { width: 40, height: 40, channels: 1 },
  });
  expect((await pictureKindOf(data))?.ink).toMatchObject({ size: 5, centre: [17, 12] });
});
