/** Pixels as the bytes of a PNG file: `channels` (1 or 3) numbers of each pixel side by side, rows from the top. */
export const encodePng = async (
  pixels: Uint8Array | Uint8ClampedArray,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Promise<Uint8Array> => {
  const { default: sharp } = await import("sharp");
  return sharp(pixels, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
};
