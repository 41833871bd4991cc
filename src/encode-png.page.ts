import { SteepestError } from "./errors.js";
import { missing } from "./missing.js";

/** Pixels as the bytes of a PNG file: `channels` (1 or 3) numbers of each pixel side by side, rows from the top. */
export const encodePng = async (
  pixels: Uint8Array | Uint8ClampedArray,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Promise<Uint8Array> => {
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      picture.data[4 * i + c] = pixels[i * channels + Math.min(c, channels - 1)] ?? missing();
    }
    picture.data[4 * i + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new SteepestError("this browser gives no canvas to encode a picture with");
  context.putImageData(picture, 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
};
