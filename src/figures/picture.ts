import type { ImageLayout } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { heading, svgDocument } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import { type Markup, markup } from "./markup.js";

export interface PictureOptions {
  /** Values drawn as black and as full brightness; 0 and 255 by default. */
  readonly range?: readonly [number, number];
}

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/**
 * Encodes pixel values, channel by channel and rows from the top, as a PNG file.
 *
 * @throws SteepestError when the number of values is not width × height × channels, or channels is neither 1 nor 3.
 */
export const picturePng = async (
  pixels: ArrayLike<number>,
  { width, height, channels }: ImageLayout,
  { range: [black, full] = [0, 255] }: PictureOptions = {},
): Promise<Uint8Array> => {
  if (pixels.length !== width * height * channels || (channels !== 1 && channels !== 3))
    throw new SteepestError(
      `picture: ${pixels.length} values for ${width} × ${height} pixels of ${channels} channels; expected ${width * height * channels}, in 1 or 3 channels`,
    );
  const area = width * height;
  const bytes = new Uint8ClampedArray(area * channels);
  for (let pixel = 0; pixel < area; pixel++)
    for (let channel = 0; channel < channels; channel++)
      bytes[pixel * channels + channel] =
        (((pixels[channel * area + pixel] ?? missing()) - black) / (full - black)) * 255;
  const { encodePng } = await import("../encode-png.js");
  return encodePng(bytes, { width, height, channels });
};

/** The same as the data URI of such a file. */
export const pictureUri = async (...picture: Parameters<typeof picturePng>): Promise<string> =>
  `data:image/png;base64,${base64(await picturePng(...picture))}`;

/** A picture of a dataset and a line below it. */
export interface Picture {
  readonly pixels: ArrayLike<number>;
  readonly caption?: string;
}

export interface PicturesOptions extends Pick<FrameOptions, "title" | "subtitle">, PictureOptions {
  readonly pictures: readonly Picture[];
  readonly layout: ImageLayout;
  /** Pictures in a row; 10 by default. */
  readonly columns?: number;
  /** Width of a picture in the figure, in pixels; 64 by default. */
  readonly size?: number;
}

const gap = 10;

/** An image element with square pixels, in browsers and in resvg. */
export const imageElement = (uri: string, x: number, y: number, width: number, height: number): Markup =>
  markup`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" xlink:href="${uri}" href="${uri}"/>`;

/**
 * Pictures of a dataset in rows: digits, augmented variants of one image, filters of a first layer.
 *
 * @throws SteepestError when there are no pictures or one does not fit the layout.
 */
export const pictures = async ({
  pictures: all,
  layout,
  columns = Math.min(10, all.length),
  size = 64,
  range = [0, 255],
  ...frame
}: PicturesOptions): Promise<Figure> => {
  if (all.length === 0) throw new SteepestError("pictures: no pictures were given; give at least one");
  const uris = await Promise.all(all.map(({ pixels }) => pictureUri(pixels, layout, { range })));
  const tall = Math.round((size * layout.height) / layout.width);
  const pitch = tall + gap + (all.some(({ caption }) => caption) ? 16 : 0);
  const width = 12 * 2 + columns * (size + gap) - gap;
  const head = heading({ width, ...frame });
  const placed = all.map(({ caption }, i) => {
    const x = 12 + (i % columns) * (size + gap);
    const y = head.height + 8 + Math.floor(i / columns) * pitch;
    return markup`${imageElement(uris[i] ?? missing(), x, y, size, tall)}${
      caption !== undefined &&
      markup`<text x="${x + size / 2}" y="${y + tall + 14}" font-size="11" text-anchor="middle">${caption}</text>`
    }`;
  });
  const rows = Math.ceil(all.length / columns);
  return svgDocument(markup`${head.content}${placed}`, width, head.height + 8 + rows * pitch + 4);
};
