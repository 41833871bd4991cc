/** Colour pixels, channel by channel, as the address of a picture. */
export const pictureUri = (pixels: ArrayLike<number>, width: number, height: number): string => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return "";
  const data = context.createImageData(width, height);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) data.data[4 * i + c] = pixels[c * size + i] ?? 0;
    data.data[4 * i + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return canvas.toDataURL();
};

/** The middle of a picture file as colour pixels, channel by channel. Throws where the browser cannot read it. */
export const readPixels = async (file: Blob, width: number, height: number): Promise<Uint8Array> => {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Error(
      `${"name" in file ? String(file.name) : "this"} is no picture that this browser can read; drop a PNG, JPEG or WebP file`,
    );
  }
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser gives no canvas to read pictures with");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const scale = Math.max(width / bitmap.width, height / bitmap.height);
  const [w, h] = [width / scale, height / scale];
  context.drawImage(bitmap, (bitmap.width - w) / 2, (bitmap.height - h) / 2, w, h, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const size = width * height;
  return Uint8Array.from({ length: 3 * size }, (_, i) => data[4 * (i % size) + Math.floor(i / size)] ?? 0);
};
