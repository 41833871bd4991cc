import { missing } from "../../missing.js";
import type { RandomStream } from "../../random/random.js";
import { flatten, parseStroke, type StrokePoint } from "./curve.js";
import { drawStroke, type Pen } from "./ink.js";
import { skeletons } from "./skeletons.js";

/** Width and height of an image in pixels: MNIST's, so that models are interchangeable. */
export const SIDE = 28;

/**
 * How much handwriting varies. Tuned with 10,000 training and 4,000 test images: softmax regression ends at 12.2 % test
 * error (7.8 % with an L2 penalty of 0.001), a 784-512-512-10 ReLU network after 10 epochs of Adam at 0.6 %. The shift
 * matters most: at 1.8 pixels the linear model already falls to 4 %; more wobble costs the network first.
 */
const hand = {
  /** Standard deviation of every point of the skeleton, in digit heights. */
  wobble: 0.021,
  /** Largest amplitude of a slow wave that bends the whole digit, in digit heights. */
  bend: 0.045,
  /** Digit height in pixels and width over height, uniform ranges. */
  height: [15, 20.5],
  aspect: [0.62, 1.02],
  /** Slant is the shear x −= slant · y, normal around a light lean to the right. */
  slant: { mean: 0.12, sd: 0.17 },
  /** Standard deviation of the rotation in radians. */
  rotation: 0.11,
  /** Largest shift in pixels on each axis. */
  shift: 2.3,
  radius: [0.75, 1.65],
  ink: [0.7, 1],
  softness: [0.9, 1.8],
  /** Standard deviation of pixel noise, in units of full ink; the largest an image can have. */
  noise: 0.06,
} as const;

const styles: readonly (readonly StrokePoint[][])[][] = skeletons.map((digit) =>
  digit.map((strokes) => strokes.map(parseStroke)),
);

/** Writes one digit by a random hand into `pixels` (28 × 28 grey values, 0 paper to 255 ink). */
export const writeDigit = (digit: number, random: RandomStream, pixels: Uint8Array): void => {
  const between = ([low, high]: readonly [number, number]): number => low + (high - low) * random.uniform();
  const choices = styles[digit] ?? [];
  const strokes = choices[random.integer(choices.length)] ?? [];
  const place = placement(random, between);
  const radius = between(hand.radius);
  const ink = between(hand.ink);
  const softness = between(hand.softness);
  const canvas = new Float32Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const pen: Pen = {
      startRadius: radius * between([0.85, 1.15]),
      endRadius: radius * between([0.7, 1.15]),
      startInk: ink,
      endInk: ink * between([0.8, 1]),
      softness,
    };
    drawStroke(canvas, SIDE, flatten(stroke.map(place)), pen);
  }
  const noise = hand.noise * random.uniform();
  for (let i = 0; i < pixels.length; i++) {
    const value = (canvas[i] ?? missing()) + noise * random.normal();
    pixels[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
};

/** A random map from the skeleton's box to pixels: wobble, bend, then shear, rotation, scale and shift. */
const placement = (
  random: RandomStream,
  between: (range: readonly [number, number]) => number,
): ((point: StrokePoint) => StrokePoint) => {
  const height = between(hand.height);
  const width = height * between(hand.aspect);
  const slant = hand.slant.mean + hand.slant.sd * random.normal();
  const angle = hand.rotation * random.normal();
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const bendX = between([-hand.bend, hand.bend]);
  const bendY = between([-hand.bend, hand.bend]);
  const phaseX = between([0, 2 * Math.PI]);
  const phaseY = between([0, 2 * Math.PI]);
  const centreX = (SIDE - 1) / 2 + between([-hand.shift, hand.shift]);
  const centreY = (SIDE - 1) / 2 + between([-hand.shift, hand.shift]);
  return ({ x, y, corner }) => {
    const u = x - 0.5 + hand.wobble * random.normal() + bendX * Math.sin(phaseX + 4 * y);
    const v = y - 0.5 + hand.wobble * random.normal() + bendY * Math.sin(phaseY + 4 * x);
    const px = width * u - height * slant * v;
    const py = height * v;
    return { x: centreX + cos * px - sin * py, y: centreY + sin * px + cos * py, corner };
  };
};
