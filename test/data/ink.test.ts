import { expect, it } from "vitest";
import { drawStroke } from "../../src/data/digits/ink.js";
import { findInk, inkSize, strength } from "../../src/data/ink.js";

/** A picture of 6 × 5 pixels on a ground, with some others. */
const picture = (ground: number, others: readonly (readonly [x: number, y: number, value: number])[]) => {
  const pixels = Array<number>(30).fill(ground);
  for (const [x, y, value] of others) pixels[6 * y + x] = value;
  return { width: 6, height: 5, pixels };
};

it("ink is what differs from the median, measured by hand", () => {
  // strengths 100, 200 and 60 beside a limit of 50; the fourth is at the limit
  const ink = findInk(
    picture(10, [
      [1, 1, 110],
      [3, 2, 210],
      [4, 4, 70],
      [2, 3, 60],
    ]),
  );
  expect(ink).toEqual({
    tone: "bright",
    ground: 10,
    contrast: 200,
    box: { left: 1, top: 1, right: 4, bottom: 4 },
    centre: { x: (100 + 600 + 240) / 360, y: (100 + 400 + 240) / 360 },
    cover: 3 / 30,
    // one of the 18 outermost pixels
    border: 1 / 18,
  });
  expect(ink && inkSize(ink)).toBe(4);
});

it("dark ink is as much ink as bright one, the stronger of both counts", () => {
  const both = (dark: number, bright: number) =>
    findInk(
      picture(100, [
        [0, 0, dark],
        [5, 4, bright],
      ]),
    );
  expect(both(20, 150)).toMatchObject({
    tone: "dark",
    contrast: 80,
    box: { left: 0, top: 0, right: 0, bottom: 0 },
  });
  expect(both(60, 180)).toMatchObject({
    tone: "bright",
    contrast: 80,
    box: { left: 5, top: 4, right: 5, bottom: 4 },
  });
  expect(both(50, 150)?.tone).toBe("bright");
  expect([strength(30, { tone: "dark", ground: 100 }), strength(130, { tone: "dark", ground: 100 })]).toEqual(
    [70, 0],
  );
  expect([
    strength(30, { tone: "bright", ground: 100 }),
    strength(130, { tone: "bright", ground: 100 }),
  ]).toEqual([0, 30]);
});

it("every side of the frame is border", () => {
  for (const place of [
    [0, 2],
    [5, 2],
    [2, 0],
    [2, 4],
  ] as const) {
    expect(findInk(picture(0, [[...place, 200]]))?.border).toBe(1 / 18);
  }
  expect(
    findInk(
      picture(0, [
        [1, 1, 200],
        [4, 3, 200],
      ]),
    )?.border,
  ).toBe(0);
});

it("grain is no ink", () => {
  expect(findInk(picture(100, [[2, 2, 131]]))).toBeUndefined();
  expect(findInk(picture(100, [[2, 2, 132]]))?.contrast).toBe(32);
  // beside weak strokes of 40, grain of 16 is none either
  const ink = findInk(
    picture(100, [
      [2, 2, 140],
      [3, 3, 116],
    ]),
  );
  expect(ink?.cover).toBe(1 / 30);
});

it("a stroke along the right edge leaves no ink at the left one", () => {
  const canvas = new Float32Array(16);
  drawStroke(canvas, 4, [3, 1, 3, 2], {
    startRadius: 1.5,
    endRadius: 1.5,
    startInk: 1,
    endInk: 1,
    softness: 1,
  });
  // Distances from the edge: 0 and 1 are within the radius, 2 is at its soft end.
  expect([...canvas.subarray(4, 12)]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
});
