import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import type { ImageLayout } from "../dataset.js";

/** Larger pictures are refused before they are unpacked: a few bytes can claim to be any size. */
export const mostPixels = 100_000_000;

/** A decoded picture: bytes, channel by channel, rows from the top. */
export interface Decoded extends ImageLayout {
  readonly pixels: Uint8Array;
  /** Bits of a channel in the file, where more than 8. */
  readonly deep: boolean;
  /** Frames of an animation, of which the first was taken. */
  readonly frames: number;
}

/** How a picture becomes one of a given size: the middle of it where its sides have another ratio ("cover"), or all of it, stretched ("fill"). */
export type Fit = "cover" | "fill";

/** What is said of a file that does not decode. */
export const unreadable = (name: string, error: unknown): SteepestError => {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const bomb = reason.includes("pixel limit");
  return new SteepestError(
    bomb
      ? `${name}: a picture of more than ${mostPixels / 1e6} million pixels; make it smaller`
      : `${name}: not a picture that can be decoded (${reason.replace(/^.*?: /, "")})`,
    { cause: error },
  );
};

/** Pixels that lie side by side (red, green, blue) put channel by channel, of the first `channels`. */
export const planar = (raw: Uint8Array, size: number, stride: number, channels: number): Uint8Array => {
  if (stride === 1 && channels === 1) return raw;
  const pixels = new Uint8Array(size * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size; i++)
      pixels[c * size + i] = raw[i * stride + Math.min(c, stride - 1)] ?? missing();
  }
  return pixels;
};
