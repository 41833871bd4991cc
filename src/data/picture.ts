import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { ImageLayout } from "./dataset.js";
import { decode } from "./images/decode.js";
import type { PictureEntry } from "./images/entry.js";
import { unreadable } from "./images/picture-file.js";
import { upright } from "./images/upright.js";
import { findInk, type GreyPicture, type Ink, inkSize, strength } from "./ink.js";
import type { InkPlacement, PictureKind } from "./picture-kind.js";

const decoder = async () => (await import("sharp")).default;

/** A picture as the input of a network, and what was done to it for that. */
export interface ReadPicture {
  readonly pixels: Float32Array;
  readonly done: readonly string[];
}

/** Larger pictures are made smaller before anything is looked for in them. */
const largestSide = 1024;

/** The bytes of a picture's file. Throws where there is none. */
export const fileBytes = async (path: string): Promise<Uint8Array> => {
  const { readFile } = await import("node:fs/promises");
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const problem =
      error.code === "ENOENT"
        ? "no such file"
        : error.code === "EISDIR"
          ? "a folder, not a picture"
          : `cannot be read (${error.code ?? error.message})`;
    throw new SteepestError(`${path}: ${problem}`, { cause: error });
  });
};

/** What a file says of itself that its pixels do not show. */
const unusual = ({
  deep,
  frames,
}: {
  readonly deep: boolean;
  readonly frames: number;
}): readonly string[] => [
  ...(frames > 1 ? [`the first of ${frames} frames`] : []),
  ...(deep ? ["16 bits a channel taken with 8"] : []),
];

/** Whether strokes lie as those that the network was trained on, so that nothing has to be moved. */
const liesAs = (ink: Ink, { sizes: [low, high], centre: [x, y], spread }: InkPlacement): boolean => {
  const size = inkSize(ink);
  const away = Math.hypot(ink.centre.x - x, ink.centre.y - y);
  return size >= low - 1 && size <= high + 1 && away <= spread + 0.5;
};

/** Ink that covers so much of a picture's edge may be a frame or a bar; from the second share on it must be one. */
const framed = { perhaps: 0.25, surely: 0.5 } as const;

/** Throws where the ink is a frame; says where it may be one. */
const checkFrame = (path: string, { border }: Ink): readonly string[] => {
  if (border < framed.perhaps) return [];
  const share = `ink covers ${Math.round(100 * border)} % of the picture's edge`;
  if (border < framed.surely) return [`${share}: a frame or bar would be taken for a part of the strokes`];
  throw new SteepestError(`${path}: ${share}, as a frame or bars do; cut them off, so that strokes are left`);
};

/** How far a ground may be from black or white, and how strong strokes must be, for both to be left as they are. */
const plainGround = { offBy: 16, contrast: 128 } as const;

/** Whether strokes stand out from black or white, as in pictures that networks are trained on. */
const isPlain = ({ tone, ground, contrast }: Ink): boolean =>
  Math.abs(ground - (tone === "bright" ? 0 : 255)) <= plainGround.offBy && contrast >= plainGround.contrast;

/** A pixel as bright ink on black: 0 on the ground, 255 where the ink is strongest. */
const evened = (pixel: number, ink: Ink): number => Math.round((255 * strength(pixel, ink)) / ink.contrast);

/** The strokes cut out, scaled to the usual size and laid on a plain ground, their centre of mass where it usually is. */
const placed = async (
  { width, pixels }: GreyPicture,
  ink: Ink,
  layout: ImageLayout,
  { size, centre: [x, y] }: InkPlacement,
): Promise<Float32Array> => {
  const { left, top, right, bottom } = ink.box;
  const [boxWidth, boxHeight] = [right - left + 1, bottom - top + 1];
  const strokes = Uint8Array.from({ length: boxWidth * boxHeight }, (_, i) => {
    const pixel = pixels[(top + Math.floor(i / boxWidth)) * width + left + (i % boxWidth)] ?? missing();
    return evened(pixel, ink);
  });
  const sharp = await decoder();
  const { data, info } = await sharp(strokes, { raw: { width: boxWidth, height: boxHeight, channels: 1 } })
    .resize(size, size, { fit: "inside" })
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const small = { width: info.width, height: info.height, pixels: data };
  const mass = { total: 0, x: 0, y: 0 };
  data.forEach((value, i) => {
    mass.total += value;
    mass.x += value * (i % small.width);
    mass.y += value * Math.floor(i / small.width);
  });
  const shiftX = Math.round(x - mass.x / mass.total);
  const shiftY = Math.round(y - mass.y / mass.total);
  const result = new Float32Array(layout.width * layout.height);
  data.forEach((value, i) => {
    const [toX, toY] = [(i % small.width) + shiftX, Math.floor(i / small.width) + shiftY];
    if (toX < 0 || toY < 0 || toX >= layout.width || toY >= layout.height) return;
    result[toY * layout.width + toX] = value;
  });
  return result;
};

/** A picture's file: its name, for messages, and its bytes. */
export type PictureSource = Pick<PictureEntry, "name" | "bytes">;

/** A picture of strokes, laid out as those that the network was trained on. Throws where there are none, or a frame around them. */
const readInk = async (
  { name: path, bytes }: PictureSource,
  kind: PictureKind,
  placement: InkPlacement,
  { asTrained = false }: ReadPictureOptions,
): Promise<ReadPicture> => {
  const file = await upright(await bytes());
  const { data, info } = await file.picture
    .resize(largestSide, largestSide, { fit: "inside", withoutEnlargement: true })
    .toColourspace("b-w")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, pixels: data };
  const ink = findInk(picture);
  if (!ink) {
    throw new SteepestError(
      `${path}: no ink found: the picture is of one brightness; the model was trained on strokes on a plain ground`,
    );
  }
  const plain = isPlain(ink);
  const sameSize = picture.width === kind.width && picture.height === kind.height;
  if (asTrained && sameSize && plain && ink.tone === placement.tone)
    return { pixels: Float32Array.from(data), done: unusual(file) };
  const doubts = checkFrame(path, ink);
  const done = [
    ...unusual(file),
    ...(ink.tone === placement.tone ? [] : ["inverted"]),
    ...(plain ? [] : ["ground taken off and contrast stretched"]),
  ];
  const inTone = (bright: Float32Array) =>
    placement.tone === "bright" ? bright : bright.map((value) => 255 - value);
  if (sameSize && liesAs(ink, placement)) {
    const asInk = (pixel: number) =>
      plain ? (ink.tone === "bright" ? pixel : 255 - pixel) : evened(pixel, ink);
    return { pixels: inTone(Float32Array.from(data, asInk)), done: [...done, ...doubts] };
  }
  return {
    pixels: inTone(await placed(picture, ink, kind, placement)),
    done: [...done, "cropped to its ink, scaled and centred", ...doubts],
  };
};

/** A whole picture, scaled to cover the size and cropped to it, as `images` reads those that a network is trained on. */
const readWhole = async (source: PictureSource, layout: ImageLayout): Promise<ReadPicture> => {
  const { pixels, ...file } = await decode(source, layout);
  return {
    pixels: Float32Array.from(pixels),
    done: [...unusual(file), `taken whole, scaled to ${layout.width} x ${layout.height}`],
  };
};

export interface ReadPictureOptions {
  /**
   * Takes strokes of the network's size on a plain ground of the right tone as they are, wherever they lie, as training did: for examples of the
   * data that it was trained on.
   *
   * @defaultValue false
   */
  readonly asTrained?: boolean;
}

/**
 * Reads a picture file (PNG, JPEG, …) as the input of a network, as a viewer would show it. For a network trained on strokes on a plain
 * ground, such as digits, strokes are searched: the picture is inverted where they are of the other tone, a ground that is neither
 * black nor white is taken off and weak contrast stretched, and where strokes do not lie as those of the training pictures, they are
 * cut out, scaled and centred. Other pictures are scaled and cropped to the size. Values are
 * on the scale of the training pictures.
 *
 * Throws where the file is missing, not a picture or one of more than 100 million pixels, and where there is no ink though there should be, or a frame.
 */
export const readPicture = async (
  file: string | PictureSource,
  kind: PictureKind,
  options: ReadPictureOptions = {},
): Promise<ReadPicture> => {
  const [black, white] = kind.range;
  const source = typeof file === "string" ? { name: file, bytes: () => fileBytes(file) } : file;
  try {
    const { pixels, done } = await (kind.ink
      ? readInk(source, kind, kind.ink, options)
      : readWhole(source, kind));
    return { pixels: pixels.map((value) => black + (value * (white - black)) / 255), done };
  } catch (error) {
    throw error instanceof SteepestError ? error : unreadable(source.name, error);
  }
};
