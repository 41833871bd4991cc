import type { Picture } from "../augment/index.js";
import { interleaved } from "../augment/picture.js";
import { png } from "../figures/png.js";

/** A picture and what is written under it. */
export interface SheetPicture {
  readonly picture: Picture;
  readonly caption: string;
}

const gap = 8;
const captionHeight = 18;

/** A picture of bytes as a PNG file. */
const encoded = async ({ width, height, channels, pixels }: Picture): Promise<Buffer> => {
  const { default: sharp } = await import("sharp");
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  return sharp(interleaved(Uint8Array.from(pixels), channels), { raw })
    .png()
    .toBuffer();
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Rows of pictures with captions, as a PNG file; each picture fits into a square of so many pixels, small ones in whole multiples of their size. */
export const contactSheet = async (
  rows: readonly (readonly SheetPicture[])[],
  tile: number,
): Promise<Uint8Array> => {
  const columns = Math.max(...rows.map((row) => row.length));
  const [width, height] = [gap + columns * (tile + gap), gap + rows.length * (tile + captionHeight + gap)];
  const cells = await Promise.all(
    rows.flatMap((row, i) =>
      row.map(async ({ picture, caption }, j) => {
        const ratio = tile / Math.max(picture.width, picture.height);
        const scale = ratio >= 1 ? Math.floor(ratio) : ratio;
        const [w, h] = [picture.width * scale, picture.height * scale];
        const [x, y] = [gap + j * (tile + gap), gap + i * (tile + captionHeight + gap)];
        const data = (await encoded(picture)).toString("base64");
        return `<image x="${x + (tile - w) / 2}" y="${y + (tile - h) / 2}" width="${w}" height="${h}" style="image-rendering:${scale >= 1 ? "optimizeSpeed" : "auto"}" href="data:image/png;base64,${data}"/><text x="${x + tile / 2}" y="${y + tile + 13}" font-size="11" text-anchor="middle" fill="#444">${escaped(caption)}</text>`;
      }),
    ),
  );
  return png(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter"><rect width="100%" height="100%" fill="#fff"/>${cells.join("")}</svg>`,
    { scale: 1 },
  );
};
