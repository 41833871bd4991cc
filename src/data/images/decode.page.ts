import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import type { ImageLayout } from "../dataset.js";
import type { PictureEntry } from "./entry.js";
import { type Decoded, type Fit, mostPixels, planar, unreadable } from "./picture-file.js";

type Entry = Pick<PictureEntry, "name" | "bytes">;

/** Decodes as the browser does, turned as the camera says. */
const bitmapOf = async ({ name, bytes }: Entry): Promise<ImageBitmap> => {
  const blob = new Blob([(await bytes()).slice()]);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch (error) {
    throw unreadable(name, error);
  }
  if (bitmap.width * bitmap.height > mostPixels) {
    bitmap.close();
    throw unreadable(name, new Error("pixel limit"));
  }
  return bitmap;
};

/** The part of a picture that is drawn on the whole of another size. */
const partFor = (bitmap: ImageBitmap, { width, height }: ImageLayout, fit: Fit) => {
  if (fit === "fill") return { x: 0, y: 0, width: bitmap.width, height: bitmap.height };
  const scale = Math.max(width / bitmap.width, height / bitmap.height);
  const [partWidth, partHeight] = [width / scale, height / scale];
  return {
    x: (bitmap.width - partWidth) / 2,
    y: (bitmap.height - partHeight) / 2,
    width: partWidth,
    height: partHeight,
  };
};

/** Red, green, blue and opacity of every pixel, on white where the picture is transparent. */
const drawn = (bitmap: ImageBitmap, layout: ImageLayout, fit: Fit): Uint8ClampedArray => {
  const canvas = new OffscreenCanvas(layout.width, layout.height);
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (!context) throw new SteepestError("this browser gives no canvas to read pictures with");
  context.fillStyle = "white";
  context.fillRect(0, 0, layout.width, layout.height);
  context.imageSmoothingQuality = "high";
  const part = partFor(bitmap, layout, fit);
  context.drawImage(bitmap, part.x, part.y, part.width, part.height, 0, 0, layout.width, layout.height);
  return context.getImageData(0, 0, layout.width, layout.height).data;
};

const isGrey = (rgba: Uint8ClampedArray): boolean => {
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i] !== rgba[i + 1] || rgba[i] !== rgba[i + 2]) return false;
  }
  return true;
};

/** Light of an sRGB value, and back. IEC 61966-2-1. */
const toLight = (value: number): number =>
  value <= 10.314 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const fromLight = (light: number): number =>
  255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
const lights = Float64Array.from({ length: 256 }, (_, value) => toLight(value));

const lightOf = (value: number | undefined): number => lights[value ?? missing()] ?? missing();

/** The luminance of every pixel (Rec. 709). */
const greyOf = (rgba: Uint8ClampedArray): Uint8Array =>
  Uint8Array.from({ length: rgba.length / 4 }, (_, i) =>
    Math.round(
      fromLight(
        0.2126 * lightOf(rgba[4 * i]) + 0.7152 * lightOf(rgba[4 * i + 1]) + 0.0722 * lightOf(rgba[4 * i + 2]),
      ),
    ),
  );

/** What a picture is: its size as it is shown, and 1 or 3 channels. */
export const probe = async (entry: Entry): Promise<ImageLayout> => {
  const { width, height, channels } = await decode(entry);
  return { width, height, channels };
};

/**
 * Decodes a picture as a viewer shows it: turned as its camera says, on white where it is transparent, in sRGB or grey with 8 bits a channel.
 * Without a layout it keeps its size and is grey only if all its pixels are. Of deep pictures and of animations browsers do not tell.
 *
 * Throws where it is none, or has more than 100 million pixels.
 */
export const decode = async (entry: Entry, layout?: ImageLayout, fit: Fit = "cover"): Promise<Decoded> => {
  const bitmap = await bitmapOf(entry);
  try {
    const { width, height } = layout ?? bitmap;
    const rgba = drawn(bitmap, { width, height, channels: 3 }, fit);
    const channels = layout?.channels ?? (isGrey(rgba) ? 1 : 3);
    const pixels = channels === 1 ? greyOf(rgba) : planar(new Uint8Array(rgba.buffer), width * height, 4, 3);
    return { width, height, channels, pixels, deep: false, frames: 1 };
  } finally {
    bitmap.close();
  }
};
