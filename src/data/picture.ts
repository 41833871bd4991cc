import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { ImageLayout } from "./dataset.js";

const decoder = async () => (await import("sharp")).default;

interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Whether the outermost pixels are bright: dark ink on paper. */
const hasBrightBorder = ({ pixels, width, height }: GreyImage): boolean => {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
      sum += pixels[y * width + x] ?? missing();
      count += 1;
    }
  }
  return sum / count > 127;
};

/** The rectangle around all pixels brighter than a quarter of the brightest. */
const inkBox = ({ pixels, width, height }: GreyImage) => {
  const limit = pixels.reduce((a, b) => Math.max(a, b), 0) / 4;
  const box = { left: width, top: height, right: -1, bottom: -1 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((pixels[y * width + x] ?? missing()) <= limit) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box.right < 0 ? { left: 0, top: 0, right: width - 1, bottom: height - 1 } : box;
};

/** Where the weight of the ink lies. */
const centreOfMass = ({ pixels, width, height }: GreyImage): { x: number; y: number } => {
  let mass = 0;
  const centre = { x: 0, y: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = pixels[y * width + x] ?? missing();
      mass += ink;
      centre.x += ink * x;
      centre.y += ink * y;
    }
  }
  return mass > 0 ? { x: centre.x / mass, y: centre.y / mass } : { x: (width - 1) / 2, y: (height - 1) / 2 };
};

/** As MNIST was made: the ink fitted into 20/28 of the image, its centre of mass in the middle. */
const fitInk = async (image: GreyImage, { width, height }: ImageLayout): Promise<Float32Array> => {
  const sharp = await decoder();
  const { left, top, right, bottom } = inkBox(image);
  const { data, info } = await sharp(image.pixels, {
    raw: { width: image.width, height: image.height, channels: 1 },
  })
    .extract({ left, top, width: right - left + 1, height: bottom - top + 1 })
    .resize(Math.round((width * 20) / 28), Math.round((height * 20) / 28), { fit: "inside" })
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const ink = { width: info.width, height: info.height, pixels: new Uint8Array(data) };
  const centre = centreOfMass(ink);
  const shift = { x: Math.round((width - 1) / 2 - centre.x), y: Math.round((height - 1) / 2 - centre.y) };
  const pixels = new Float32Array(width * height);
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++) {
      const [toX, toY] = [x + shift.x, y + shift.y];
      if (toX < 0 || toY < 0 || toX >= width || toY >= height) continue;
      pixels[toY * width + toX] = ink.pixels[y * ink.width + x] ?? missing();
    }
  }
  return pixels;
};

const readGrey = async (path: string, layout: ImageLayout): Promise<Float32Array> => {
  const sharp = await decoder();
  const { data, info } = await sharp(path)
    .flatten({ background: "white" })
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const read = { width: info.width, height: info.height, pixels: new Uint8Array(data) };
  const image = hasBrightBorder(read) ? { ...read, pixels: read.pixels.map((value) => 255 - value) } : read;
  const sameSize = image.width === layout.width && image.height === layout.height;
  return sameSize ? Float32Array.from(image.pixels) : fitInk(image, layout);
};

const readColour = async (path: string, { width, height, channels }: ImageLayout): Promise<Float32Array> => {
  const sharp = await decoder();
  const data = await sharp(path)
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .resize(width, height)
    .raw()
    .toBuffer();
  const pixels = new Float32Array(width * height * channels);
  // Decoded pixels lie side by side (red, green, blue); datasets lie channel by channel.
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) pixels[c * width * height + i] = data[i * channels + c] ?? missing();
  }
  return pixels;
};

/**
 * Reads a picture file (PNG, JPEG, …) as the input of a model, pixel values 0 to 255. Models of grey images expect bright ink on
 * a dark ground: a picture with a bright border is inverted, and one of another size is fitted in as MNIST's digits were (ink in
 * 20/28 of the image, centre of mass in the middle). Colour pictures are scaled and cropped to the size.
 *
 * Throws where the file is missing or not a picture.
 */
export const readPicture = async (path: string, layout: ImageLayout): Promise<Float32Array> => {
  try {
    return await (layout.channels === 1 ? readGrey(path, layout) : readColour(path, layout));
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
