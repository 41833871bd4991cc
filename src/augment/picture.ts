import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture: its channels one after another, each row by row from the top. */
export interface Picture extends Size {
  /** 1 for grey, 3 for red, green and blue; any other number for what lies beyond. */
  readonly channels: number;
  readonly pixels: Uint8Array | Float32Array;
  /** What black and white are as numbers. Bytes reach from 0 to 255. @defaultValue [0, 255] */
  readonly range?: readonly [black: number, white: number];
}

export const rangeOf = ({ range = [0, 255] }: Picture): readonly [black: number, white: number] => range;

/** Throws where a picture has other pixels than its size says, or a range that cannot be. */
export const requirePicture = ({ width, height, channels, pixels, range }: Picture): void => {
  for (const [name, value] of [
    ["width", width],
    ["height", height],
    ["channels", channels],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new SteepestError(`picture: ${name} is ${givenText(value)}; give a whole number of at least 1`);
    }
  }
  if (!(pixels instanceof Uint8Array || pixels instanceof Float32Array)) {
    throw new SteepestError(`picture: pixels are ${givenText(pixels)}; give a Uint8Array or a Float32Array`);
  }
  const expected = width * height * channels;
  if (pixels.length !== expected) {
    throw new SteepestError(
      `picture: ${pixels.length} pixel values; ${width} x ${height} with ${channels} channels has ${expected}`,
    );
  }
  if (range === undefined) return;
  const [black, white] = range;
  if (!(black < white && Number.isFinite(white - black))) {
    throw new SteepestError(`picture: range is [${black}, ${white}]; give finite numbers, black below white`);
  }
  if (pixels instanceof Uint8Array && (black !== 0 || white !== 255)) {
    throw new SteepestError(
      `picture: range is [${black}, ${white}], but bytes reach from 0 to 255; leave it out`,
    );
  }
};

/** Channels that lie side by side in each pixel (red, green, blue, red, …), as decoders give them, one after another. */
export const planar = <Pixels extends Uint8Array | Float32Array>(
  pixels: Pixels,
  channels: number,
): Pixels => {
  const result = pixels.slice() as Pixels;
  const size = pixels.length / channels;
  for (let c = 0, k = 0; c < channels; c++) {
    for (let i = c; k < (c + 1) * size; i += channels) result[k++] = pixels[i] ?? Number.NaN;
  }
  return result;
};

/** The opposite of `planar`. */
export const interleaved = <Pixels extends Uint8Array | Float32Array>(
  pixels: Pixels,
  channels: number,
): Pixels => planar(pixels, pixels.length / channels);
