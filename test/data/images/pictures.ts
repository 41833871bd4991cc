import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";

/** A picture of one colour as the bytes of a file. */
export const plainPicture = (
  colour: { readonly r: number; readonly g: number; readonly b: number },
  { width = 8, height = 6, format = "png" as "png" | "jpeg" | "webp" } = {},
): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format, { quality: 100 })
    .toBuffer();

export const red = { r: 250, g: 10, b: 20 };
export const green = { r: 10, g: 200, b: 30 };

/** Writes files of a tree below a folder. */
export const writeTree = async (
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> => {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
};
