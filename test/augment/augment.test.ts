import { describe, expect, it } from "vitest";
import * as augment from "../../src/augment/index.js";
import { missing } from "../../src/missing.js";
import { random } from "../../src/random/random.js";

const { augmentation } = augment;

/** A smooth picture with some noise, so that no two places are alike. */
const photo = (
  width: number,
  height: number,
  channels: number,
  type: "uint8" | "float32" = "uint8",
): augment.Picture => {
  const draws = random(1, "test picture");
  const pixels = new (type === "uint8" ? Uint8Array : Float32Array)(width * height * channels);
  for (let k = 0; k < pixels.length; k++) {
    const [c, y, x] = [Math.floor(k / (width * height)), Math.floor(k / width) % height, k % width];
    pixels[k] = 128 + 60 * Math.sin(x / 3 + c) + 40 * Math.cos(y / 4 - c) + 20 * draws.uniform();
  }
  return { width, height, channels, pixels };
};

const at = ({ width, height, pixels }: augment.Picture, x: number, y: number, c = 0): number =>
  pixels[(c * height + y) * width + x] ?? missing();

const example = { seed: 3, epoch: 2, index: 5 };
const copy = (picture: augment.Picture) => ({ ...picture, pixels: picture.pixels.slice() });

/** Steps done to a picture with what is given instead of what would be drawn. */
const replayed = (
  picture: augment.Picture,
  done: readonly (readonly [augment.Step, augment.Parameters])[],
  sampling: augment.Sampling = {},
): augment.Picture => {
  const drawn = done.map(([{ name }, parameters], at) => ({ at, name, parameters }));
  return copy(
    augmentation(
      done.map(([step]) => step),
      sampling,
    ).replay(picture, drawn),
  );
};

const everything = (): augment.Step[] => [
  augment.flipHorizontally(),
  augment.flipVertically(),
  augment.alternatingFlip(),
  augment.randomCrop(),
  augment.translate(),
  augment.rotate(),
  augment.scale(),
  augment.shear(),
  augment.perspective(),
  augment.lens(),
  augment.elastic(),
  augment.colourJitter({ saturation: 0.4, hue: 0.1 }),
  augment.brightness(),
  augment.contrast(),
  augment.saturation(),
  augment.hue(),
  augment.grey(),
  augment.invert(),
  augment.posterise(),
  augment.solarise(),
  augment.equalise(),
  augment.autocontrast(),
  augment.sharpness(),
  augment.blur(),
  augment.noise(),
  augment.erase(),
  augment.erase({ fill: "noise" }),
  augment.randAugment(),
  augment.trivialAugment(),
  augment.sometimes(0.5, augment.chain(augment.rotate(), augment.grey())),
  augment.oneOf(augment.invert(), augment.blur()),
  augment.inRandomOrder(augment.rotate(), augment.translate()),
];

describe("parameters that change nothing", () => {
  const picture = photo(21, 14, 3);
  const { elastic } = augment;
  const cases: readonly (readonly [augment.Step, augment.Parameters])[] = [
    [augment.rotate(), { degrees: 0 }],
    [augment.rotate(), { degrees: 360 }],
    [augment.scale(), { x: 1, y: 1 }],
    [augment.shear(), { x: 0, y: 0 }],
    [augment.translate(), { x: 0, y: 0 }],
    [augment.perspective(), { corners: [0, 0, 0, 0, 0, 0, 0, 0] }],
    [augment.lens(), { k1: 0, k2: 0 }],
    [elastic({ strength: 0 }), { field: 5 }],
    [
      augment.randomResizedCrop({ size: { width: 21, height: 14 } }),
      { left: 0, top: 0, width: 21, height: 14 },
    ],
    [augment.brightness(), { factor: 1 }],
    [augment.contrast(), { factor: 1 }],
    [augment.saturation(), { factor: 1 }],
    [augment.hue(), { turn: 0 }],
    [augment.hue(), { turn: 1 }],
    [augment.posterise(), { bits: 8 }],
    [augment.sharpness(), { factor: 1 }],
    [augment.noise(), { deviation: 0, word: 1 }],
    [augment.erase(), { left: 0.5, top: 0.5, width: 0, height: 0 }],
  ];
  for (const type of ["uint8", "float32"] as const) {
    for (const interpolation of ["nearest", "bilinear", "bicubic"] as const) {
      it(`${type}, ${interpolation}`, () => {
        const given = photo(21, 14, 3, type);
        for (const [step, parameters] of cases) {
          // Float32 keeps more than 256 levels.
          if (step.name === "posterise" && type === "float32") continue;
          const pixels = [...replayed(given, [[step, parameters]], { interpolation }).pixels];
          const most = pixels.reduce(
            (far, value, i) => Math.max(far, Math.abs(value - (given.pixels[i] ?? missing()))),
            0,
          );
          expect([step.name, most < (type === "uint8" ? 0.5 : 2e-3)]).toEqual([step.name, true]);
        }
      });
    }
  }
  it("nothing drawn leaves the picture itself", () => {
    const never = augmentation([augment.flipHorizontally({ probability: 0 })]);
    expect(never.apply(picture, example)).toEqual({ picture, drawn: [] });
  });
});

describe("moves", () => {
  it("a flip mirrors exactly, at any width", () => {
    for (const type of ["uint8", "float32"] as const) {
      for (const width of [1, 2, 3, 5, 15, 16, 17, 31, 33, 224]) {
        const given = photo(width, 3, 2, type);
        const flipped = replayed(given, [[augment.flipHorizontally(), {}]]);
        const upended = replayed(given, [[augment.flipVertically(), {}]]);
        for (let c = 0; c < 2; c++) {
          for (let y = 0; y < 3; y++) {
            for (let x = 0; x < width; x++) {
              expect(at(flipped, x, y, c)).toBe(at(given, width - 1 - x, y, c));
              expect(at(upended, x, y, c)).toBe(at(given, x, 2 - y, c));
            }
          }
        }
      }
    }
  });

  const beyond = {
    edge: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1),
    reflect: (i: number, n: number) => {
      const t = ((i % (2 * n - 2)) + 2 * n - 2) % (2 * n - 2);
      return Math.min(t, 2 * n - 2 - t);
    },
    wrap: (i: number, n: number) => ((i % n) + n) % n,
  } as const;

  it("crops take whole pixels, and what lies beyond as the border says", () => {
    const given = photo(9, 7, 3);
    const crop = augment.randomCrop({ size: { width: 20, height: 12 }, padding: 30 });
    for (const [left, top] of [
      [2, 1],
      [-3, -5],
      [-6, 3],
      [-25, -20],
      [8, 6],
    ] as const) {
      for (const border of ["edge", "reflect", "wrap"] as const) {
        for (const flipped of [false, true]) {
          const steps = [
            [crop, { left, top }] as const,
            ...(flipped ? [[augment.flipHorizontally(), {}] as const] : []),
          ];
          const part = replayed(given, steps, { border });
          const expected = Array.from({ length: 3 * 12 * 20 }, (_, k) => {
            const [c, y, x] = [Math.floor(k / 240), Math.floor(k / 20) % 12, k % 20];
            const column = flipped ? 19 - x : x;
            return at(given, beyond[border](column + left, 9), beyond[border](y + top, 7), c);
          });
          expect([...part.pixels]).toEqual(expected);
        }
      }
      const filled = replayed(given, [[crop, { left, top }]], { fill: [1, 2, 3] });
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < 12; y++) {
          for (let x = 0; x < 20; x++) {
            const [u, v] = [x + left, y + top];
            const inside = u >= 0 && u < 9 && v >= 0 && v < 7;
            expect(at(filled, x, y, c)).toBe(inside ? at(given, u, v, c) : c + 1);
          }
        }
      }
    }
  });

  it("a picture is looked up once: there and back is where it was, and as sharp", () => {
    const given = photo(64, 48, 3);
    const there = [augment.rotate(), { degrees: 33 }] as const;
    const back = [augment.rotate(), { degrees: -33 }] as const;
    expect([...replayed(given, [there, back]).pixels]).toEqual([...given.pixels]);
    const twice = replayed(replayed(given, [there]), [back]);
    expect([...twice.pixels]).not.toEqual([...given.pixels]);
  });

  it("moves around a change of colour are joined as well", () => {
    const given = photo(40, 30, 3);
    const there = [augment.rotate(), { degrees: 20 }] as const;
    const back = [augment.rotate(), { degrees: -20 }] as const;
    const inverted = replayed(given, [there, [augment.invert(), {}], back]);
    expect([...inverted.pixels]).toEqual([...given.pixels].map((value) => 255 - value));
  });

  it("the map of a chain is the product of its maps", () => {
    const given = photo(40, 32, 1, "float32");
    const { product, aboutCentre, rotation, scaling, translation } = augment;
    const steps = [
      [augment.rotate(), { degrees: 25 }],
      [augment.scale(), { x: 1.3, y: 0.8 }],
      [augment.translate(), { x: 3.5, y: -2 }],
    ] as const;
    const matrix = [
      aboutCentre(rotation(-25), given),
      aboutCentre(scaling(1 / 1.3, 1 / 0.8), given),
      translation(-3.5, 2),
    ].reduce(product);
    const once = augment.transformation({
      name: "once",
      draw: () => ({}),
      operations: (_, size) => [augment.move({ kind: "projective", matrix }, size)],
    });
    const joined = replayed(given, steps, { border: "reflect" });
    const direct = replayed(given, [[once, {}]], { border: "reflect" });
    joined.pixels.forEach((value, i) => {
      expect(value).toBeCloseTo(direct.pixels[i] ?? missing(), 3);
    });
  });

  it("a map that bends and one of a function agree with the kernels' own", () => {
    const given = photo(37, 29, 3, "float32");
    const maps: augment.PointMap[] = [
      { kind: "radial", centre: [18, 15], radius: 20, k1: 0.3, k2: -0.1 },
      {
        kind: "displacement",
        width: 37,
        height: 29,
        columns: 3,
        rows: 4,
        field: Float32Array.from({ length: 24 }, (_, i) => 3 * Math.sin(i)),
      },
    ];
    const radial = (x: number, y: number): [number, number] => {
      const [dx, dy] = [x - 18, y - 15];
      const r2 = (dx * dx + dy * dy) / 400;
      const f = 1 + 0.3 * r2 - 0.1 * r2 * r2;
      return [18 + dx * f, 15 + dy * f];
    };
    const field = (column: number, row: number, part: number) => 3 * Math.sin(2 * (3 * row + column) + part);
    const displaced = (x: number, y: number): [number, number] => {
      const u = Math.min(Math.max((x / 37) * 2, 0), 2);
      const v = Math.min(Math.max((y / 29) * 3, 0), 3);
      const [i, j] = [Math.min(Math.floor(u), 1), Math.min(Math.floor(v), 2)];
      const mean = (part: number) => {
        const row = (dj: number) =>
          (1 - u + i) * field(i, j + dj, part) + (u - i) * field(i + 1, j + dj, part);
        return (1 - v + j) * row(0) + (v - j) * row(1);
      };
      return [x + mean(0), y + mean(1)];
    };
    for (const [k, move] of [radial, displaced].entries()) {
      const always = (map: augment.PointMap) =>
        augment.transformation({
          name: "map",
          draw: () => ({}),
          operations: (_, size) => [augment.move(map, size)],
        });
      const own = replayed(given, [[always(maps[k] ?? missing()), {}]], { border: "edge" });
      const points = replayed(given, [[always({ kind: "points", move }), {}]], { border: "edge" });
      own.pixels.forEach((value, i) => {
        expect(Math.abs(value - (points.pixels[i] ?? missing()))).toBeLessThan(0.02);
      });
    }
  });

  it("resizing keeps an even picture even, also at its rim", () => {
    const even = { width: 10, height: 8, channels: 1, pixels: new Uint8Array(80).fill(200) };
    for (const size of [{ width: 3, height: 2 }, 23, 40]) {
      const { pixels } = replayed(even, [[augment.resize({ size }), {}]]);
      expect(new Set(pixels)).toEqual(new Set([200]));
    }
  });

  it("a picture made much smaller is averaged: no pixel is passed over", () => {
    const given = photo(64, 64, 1, "float32");
    const mean = (pixels: augment.Picture["pixels"]) =>
      [...pixels].reduce((a, b) => a + b, 0) / pixels.length;
    const small = replayed(given, [[augment.resize({ size: 8 }), {}]]);
    expect(mean(small.pixels)).toBeCloseTo(mean(given.pixels), 3);
    const block = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((y) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((x) => at(given, x, y)),
    );
    expect(at(small, 0, 0)).toBeCloseTo(block.reduce((a, b) => a + b) / 64, 3);
  });

  it("nothing outside is seen but the colour for it", () => {
    const given = { width: 8, height: 8, channels: 1, pixels: new Uint8Array(64).fill(50) };
    const away = replayed(given, [[augment.translate(), { x: 100.25, y: 0.5 }]], { fill: 77 });
    expect(new Set(away.pixels)).toEqual(new Set([77]));
  });

  it("any number of channels, each as alone", () => {
    for (const channels of [1, 2, 4, 5, 9]) {
      const given = photo(19, 11, channels);
      const turned = replayed(given, [[augment.rotate(), { degrees: 30 }]], { border: "wrap" });
      for (let c = 0; c < channels; c++) {
        const alone = { ...given, channels: 1, pixels: given.pixels.slice(c * 209, (c + 1) * 209) };
        const expected = replayed(alone, [[augment.rotate(), { degrees: 30 }]], { border: "wrap" });
        expect([...turned.pixels.slice(c * 209, (c + 1) * 209)]).toEqual([...expected.pixels]);
      }
    }
  });
});

describe("values", () => {
  it("a run of tones is one tone: nothing is cut off between them", () => {
    const given = photo(16, 16, 3);
    const brighter = replayed(given, [
      [augment.brightness(), { factor: 4 }],
      [augment.brightness(), { factor: 0.25 }],
    ]);
    expect([...brighter.pixels]).toEqual([...given.pixels]);
    const float = { ...given, pixels: Float32Array.from(given.pixels) };
    const one = replayed(float, [
      [augment.saturation(), { factor: 0.7 }],
      [augment.contrast(), { factor: 1.2 }],
      [augment.invert(), {}],
    ]);
    const after = [
      [augment.saturation(), { factor: 0.7 }],
      [augment.contrast(), { factor: 1.2 }],
      [augment.invert(), {}],
    ] as const;
    const several = after.reduce<augment.Picture>((picture, step) => replayed(picture, [step]), float);
    one.pixels.forEach((value, i) => {
      expect(value).toBeCloseTo(several.pixels[i] ?? missing(), 3);
    });
  });

  it("noise has the deviation that was drawn, and is not seen where it is cut off", () => {
    const grey = { width: 200, height: 200, channels: 1, pixels: new Float32Array(40000).fill(128) };
    const pixels = [...replayed(grey, [[augment.noise(), { deviation: 0.05, word: 9 }]]).pixels];
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length;
    const deviation = Math.sqrt(pixels.reduce((a, b) => a + (b - mean) ** 2, 0) / pixels.length);
    expect(Math.abs(mean - 128)).toBeLessThan(0.3);
    expect(Math.abs(deviation - 12.75)).toBeLessThan(0.2);
    const again = replayed(grey, [[augment.noise(), { deviation: 0.05, word: 10 }]]);
    expect([...again.pixels]).not.toEqual([...pixels]);
    const white = { ...grey, pixels: new Uint8Array(40000).fill(255) };
    expect(Math.max(...replayed(white, [[augment.noise(), { deviation: 0.5, word: 1 }]]).pixels)).toBe(255);
  });

  it("a rectangle is erased, and nothing else", () => {
    const given = photo(20, 10, 3);
    const box = { left: 0.25, top: 0.2, width: 0.5, height: 0.3 };
    const erased = replayed(given, [[augment.erase({ fill: 1 }), box]]);
    const noisy = replayed(given, [[augment.erase({ fill: "noise" }), { ...box, word: 4 }]]);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 10; y++) {
        for (let x = 0; x < 20; x++) {
          const inside = x >= 5 && x < 15 && y >= 2 && y < 5;
          expect(at(erased, x, y, c)).toBe(inside ? 255 : at(given, x, y, c));
          if (!inside) expect(at(noisy, x, y, c)).toBe(at(given, x, y, c));
        }
      }
    }
    expect(new Set(noisy.pixels).size).toBeGreaterThan(50);
  });

  it("grey pictures have no colour to change", () => {
    const given = photo(12, 12, 1);
    for (const step of [
      [augment.saturation(), { factor: 0 }],
      [augment.hue(), { turn: 0.4 }],
      [augment.grey(), {}],
    ] as const) {
      expect([...replayed(given, [step]).pixels]).toEqual([...given.pixels]);
    }
  });

  it("a picture of one value is left by what spreads values", () => {
    const even = { width: 9, height: 9, channels: 3, pixels: new Uint8Array(243).fill(90) };
    expect(new Set(replayed(even, [[augment.autocontrast(), {}]]).pixels)).toEqual(new Set([90]));
    expect(new Set(replayed(even, [[augment.equalise(), {}]]).pixels)).toEqual(new Set([90]));
  });
});

describe("draws", () => {
  it("the same example in the same epoch is the same, in any order, and replayed", () => {
    const recipe = () => augmentation(everything());
    const [one, other] = [recipe(), recipe()];
    const given = photo(32, 32, 3);
    const indices = Array.from({ length: 12 }, (_, i) => i);
    const pixelsOf = (index: number, which: augment.Augmentation) => [
      ...which.apply(given, { seed: 5, epoch: 1, index }).picture.pixels,
    ];
    const forwards = indices.map((index) => pixelsOf(index, one));
    const backwards = [...indices].reverse().map((index) => pixelsOf(index, other));
    expect(backwards.reverse()).toEqual(forwards);
    expect(new Set(forwards.map((pixels) => pixels.join())).size).toBe(indices.length);
    for (const index of indices) {
      const { drawn } = one.apply(given, { seed: 5, epoch: 1, index });
      const kept = JSON.parse(JSON.stringify(drawn));
      expect([...other.replay(given, kept).pixels]).toEqual(forwards[index]);
    }
  });

  it("the given picture stays as it is", () => {
    const given = photo(33, 21, 3);
    const before = [...given.pixels];
    const recipe = augmentation(everything());
    for (let index = 0; index < 20; index++) recipe.apply(given, { seed: 1, epoch: 0, index });
    expect([...given.pixels]).toEqual(before);
    const place = recipe.place(given);
    place.pixels.set(given.pixels);
    for (let index = 0; index < 20; index++) recipe.apply(place, { seed: 1, epoch: 0, index });
    expect([...place.pixels]).toEqual(before);
  });

  it("bytes and float32 that are alike stay alike", () => {
    const recipe = augmentation([
      augment.rotate(),
      augment.elastic(),
      augment.colourJitter({ saturation: 0.3 }),
      augment.noise(),
      augment.sharpness(),
    ]);
    const given = photo(32, 32, 3);
    const float = { ...given, pixels: Float32Array.from(given.pixels) };
    for (let index = 0; index < 5; index++) {
      const bytes = [...recipe.apply(given, { seed: 1, epoch: 0, index }).picture.pixels];
      const floats = [...recipe.apply(float, { seed: 1, epoch: 0, index }).picture.pixels];
      bytes.forEach((value, i) => {
        expect(Math.abs(value - (floats[i] ?? missing()))).toBeLessThan(6);
      });
    }
  });

  it("an alternating flip shows every example both ways in two epochs", () => {
    const flip = augmentation([augment.alternatingFlip()]);
    const sides = (epoch: number) =>
      Array.from(
        { length: 200 },
        (_, index) => flip.draw({ seed: 1, epoch, index }, { width: 8, height: 8 }).drawn.length,
      );
    const [first, second, third] = [sides(0), sides(1), sides(2)];
    expect(second).toEqual(first.map((side) => 1 - side));
    expect(third).toEqual(first);
    const flipped = first.reduce((a, b) => a + b);
    expect(flipped).toBeGreaterThan(70);
    expect(flipped).toBeLessThan(130);
  });

  it("parts and sizes are drawn within their ranges", () => {
    const size = { width: 500, height: 375 };
    const crops = augmentation([augment.randomScaleCrop()]);
    const parts = augmentation([augment.randomResizedCrop({ size: 224, area: [0.1, 0.5] })]);
    for (let index = 0; index < 200; index++) {
      const [crop] = crops.draw({ seed: 1, epoch: 0, index }, size).drawn;
      const { side, left, top } = z.parse(crop?.parameters);
      expect(side).toBeGreaterThanOrEqual(256);
      expect(side).toBeLessThanOrEqual(480);
      expect(left).toBeLessThanOrEqual(Math.round((500 * side) / 375) - 224);
      expect(top).toBeLessThanOrEqual(side - 224);
      const [part] = parts.draw({ seed: 1, epoch: 0, index }, size).drawn;
      const { width, height } = z.parse(part?.parameters);
      expect((width * height) / (500 * 375)).toBeGreaterThan(0.098);
      expect((width * height) / (500 * 375)).toBeLessThan(0.503);
      expect(width / height).toBeGreaterThan(0.73);
      expect(width / height).toBeLessThan(1.36);
    }
    const narrow = augmentation([augment.randomResizedCrop({ size: 8, area: [0.9, 1] })]);
    const [part] = narrow.draw(example, { width: 100, height: 10 }).drawn;
    expect(z.parse(part?.parameters)).toMatchObject({ height: 10, width: 13 });
  });
});

/** Parameters as numbers. */
const z = {
  parse: (value: unknown) => value as Record<"side" | "left" | "top" | "width" | "height", number>,
};

describe("what cannot be", () => {
  const given = photo(16, 16, 3);
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    ["a step that was not called", () => augmentation([augment.rotate as never]), "has to be called"],
    ["no list", () => augmentation(augment.rotate() as never), "expected a list"],
    ["a border", () => augmentation([], { border: "mirror" as never }), "border is"],
    ["an option", () => augmentation([], { filling: 1 } as never), "filling"],
    [
      "a fill for other channels",
      () => augmentation([augment.rotate()], { fill: [1, 2] }).apply(given, example),
      "2 values",
    ],
    ["degrees", () => augment.rotate({ degrees: -5 }), "degrees is -5"],
    ["a range upside down", () => augment.rotate({ degrees: [5, -5] }), "[5, -5]"],
    ["an angle", () => augment.rotate({ angle: 5 } as never), "angle"],
    ["a probability", () => augment.flipHorizontally({ probability: 1.5 }), "probability is 1.5"],
    ["a size", () => augment.randomResizedCrop({ size: 0 }), "size is 0"],
    ["a hue", () => augment.hue({ turn: 0.7 }), "turn is 0.7"],
    ["bits", () => augment.posterise({ bits: 9 }), "bits"],
    ["a side below the part", () => augment.randomScaleCrop({ sides: [100, 200] }), "at least 224"],
    [
      "a part above the picture",
      () => augmentation([augment.randomCrop({ size: 20 })]).apply(given, example),
      "larger than",
    ],
    ["a fill of a rectangle", () => augment.erase({ fill: 3 }), "fill is 3"],
    ["an empty choice", () => augment.oneOf(), "at least one"],
    ["too few pixels", () => augmentation([]).apply({ ...given, width: 17 }, example), "768 pixel values"],
    [
      "a list for pixels",
      () => augmentation([]).apply({ ...given, pixels: [1] as never }, example),
      "Uint8Array",
    ],
    ["a range of bytes", () => augmentation([]).apply({ ...given, range: [0, 1] }, example), "bytes reach"],
    [
      "an epoch",
      () => augmentation([augment.rotate()]).apply(given, { ...example, epoch: -1 }),
      "epoch is -1",
    ],
    ["a seed", () => augmentation([augment.rotate()]).apply(given, { ...example, seed: 0.5 }), "seed is 0.5"],
    [
      "what another recipe drew",
      () =>
        augmentation([augment.rotate()]).replay(given, [
          { at: 0, name: "shear", parameters: { x: 1, y: 1 } },
        ]),
      "number 0 is rotate",
    ],
  ];
  for (const [name, act, message] of wrong) {
    it(name, () => {
      expect(act).toThrow(message);
    });
  }
});
