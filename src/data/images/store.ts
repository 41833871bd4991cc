import type { FileHandle } from "node:fs/promises";
import { missing } from "../../missing.js";
import type { ImageLayout } from "../dataset.js";

/** Decoded pictures of one size, each `channels`·`height`·`width` bytes, channel by channel, with their classes. */
export interface PictureStore extends ImageLayout {
  readonly labels: Int32Array;
  /** Copies pictures, one behind another, into `into`. */
  read(indices: ArrayLike<number>, into: Uint8Array): void | Promise<void>;
}

/** Bytes of one picture. */
export const pictureBytes = ({ width, height, channels }: ImageLayout): number => width * height * channels;

/** Pictures in memory. */
export const storeInMemory = (layout: ImageLayout, labels: Int32Array, pixels: Uint8Array): PictureStore => {
  const size = pictureBytes(layout);
  return {
    ...layout,
    labels,
    read: (indices, into) => {
      for (let row = 0; row < indices.length; row++) {
        const start = (indices[row] ?? missing()) * size;
        into.set(pixels.subarray(start, start + size), row * size);
      }
    },
  };
};

/** Pictures in a file, read when they are asked for: a set may be larger than memory. */
export const storeInFile = (layout: ImageLayout, labels: Int32Array, file: FileHandle): PictureStore => {
  const size = pictureBytes(layout);
  return {
    ...layout,
    labels,
    read: async (indices, into) => {
      await Promise.all(Array.from(indices, (index, row) => file.read(into, row * size, size, index * size)));
    },
  };
};
