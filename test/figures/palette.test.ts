import { describe, expect, it } from "vitest";
import { aside, meaning, onDark, palette } from "../../src/figures/palette.js";
import { orderedColour, rgb } from "../../src/figures/theme.js";

/** How eyes without red, and without green, receptors see linear red, green and blue (Machado, Oliveira & Fernandes 2009). */
const eyes = {
  common: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
};
type Eye = keyof typeof eyes;

const linear = (byte: number): number => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

/** CIE L*a*b* of a colour as an eye sees it: distances are about what differs to the eye. */
const lab = (hex: string, eye: Eye): readonly [number, number, number] => {
  const colour = rgb(hex).map(linear);
  const seen = [0, 3, 6].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        colour.reduce((sum, c, j) => sum + (eyes[eye][row + j] ?? Number.NaN) * c, 0),
      ),
    ),
  );
  const [r = 0, g = 0, b = 0] = seen;
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const least = (colours: readonly string[], all: readonly Eye[]): number =>
  Math.min(
    ...all.flatMap((eye) =>
      colours.flatMap((a, i) =>
        colours
          .slice(i + 1)
          .map((b) => Math.hypot(...lab(a, eye).map((v, k) => v - (lab(b, eye)[k] ?? Number.NaN)))),
      ),
    ),
  );

const every = ["common", "protanopia", "deuteranopia"] as const;

describe("the palette", () => {
  const { gradientDescent, momentum, adaGrad, rmsProp, adam, training, validation, test } = meaning;

  it("tells the update rules apart, and the parts of the data, whatever the eye", () => {
    expect(least([gradientDescent, momentum, adaGrad, rmsProp, adam], every)).toBeGreaterThan(30);
    expect(least([training, validation, test], every)).toBeGreaterThan(30);
    expect(
      least(
        [training, validation, test].map((each) => onDark[each] ?? each),
        every,
      ),
    ).toBeGreaterThan(20);
  });

  it("has no colour of two meanings", () => {
    expect(least([...Object.values(meaning), aside], ["common"])).toBeGreaterThan(17);
  });

  it("tells kinds apart, in order or not", () => {
    expect(
      least(
        palette.filter((each) => each.startsWith("#")),
        every,
      ),
    ).toBeGreaterThan(15);
    expect(
      least(
        [0, 1, 2, 3, 4].map((i) => orderedColour(i, 5)),
        every,
      ),
    ).toBeGreaterThan(18);
  });
});
