import { SteepestError } from "../errors.js";
import type { ImageLayout } from "./dataset.js";

const decoder = async () => (await import("sharp")).default;

/** Mean brightness of the outermost pixels. */
const borderBrightness = (pixels: Uint8Array, width: number, height: number): number => {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
      sum += pixels[y * width + x] ?? 0;
      count += 1;
    }
  }
  return sum / count;
};

/**
 * Reads a picture file (PNG, JPEG, …) as the input of a model trained on grey images with bright ink on a dark ground: a
 * picture with a bright border is inverted, and one of another size is fitted in. Colour layouts are scaled only.
 *
 * Throws where the file is missing or not a picture.
 */
export const readPicture = async (
  path: string,
  { width, height, channels }: ImageLayout,
): Promise<Float32Array> => {
  const sharp = await decoder();
  const open = () => {
    const picture = sharp(path).flatten({ background: "white" });
    return channels === 1 ? picture.greyscale() : picture.toColourspace("srgb");
  };
  try {
    const original = await open().raw().toBuffer({ resolveWithObject: true });
    const { info } = original;
    const bright =
      channels === 1 && borderBrightness(new Uint8Array(original.data), info.width, info.height) > 127;
    const fitted = bright ? open().negate({ alpha: false }) : open();
    const { data } = await fitted
      .resize(width, height, { fit: "contain", background: "black" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = new Float32Array(width * height * channels);
    // Decoded pixels lie side by side (red, green, blue); datasets lie channel by channel.
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < channels; c++) pixels[c * width * height + i] = data[i * channels + c] ?? 0;
    }
    return pixels;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const missing = /missing|ENOENT|No such file/i.test(reason);
    throw new SteepestError(
      `${path}: ${missing ? "no such file" : `not a picture that can be read (${reason})`}`,
      {
        cause: error,
      },
    );
  }
};

/** A grey image as the bytes of a PNG file. */
export const encodeGreyPng = async (
  pixels: ArrayLike<number>,
  { width, height }: ImageLayout,
): Promise<Uint8Array> => {
  const sharp = await decoder();
  return sharp(Uint8Array.from(pixels), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
};
