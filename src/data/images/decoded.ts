import type { ImageLayout } from "../dataset.js";
import { type PictureStore, pictureBytes, storeInMemory } from "./store.js";

/** One part of a data set, decoded. */
export interface DecodedPart {
  readonly store: PictureStore;
  readonly notes: readonly string[];
}

/** What fills a part: it hands over pixels, in order, and says in the end what they are. */
export type Fill = (
  write: (pixels: Uint8Array) => Promise<void>,
) => Promise<{ readonly labels: Int32Array; readonly notes: readonly string[] }>;

/** Decodes a part into memory. */
export const fillMemory = async (layout: ImageLayout, count: number, fill: Fill): Promise<DecodedPart> => {
  const size = pictureBytes(layout);
  const pixels = new Uint8Array(size * count);
  let done = 0;
  const { labels, notes } = await fill(async (picture) => {
    pixels.set(picture, done);
    done += picture.length;
  });
  return { store: storeInMemory(layout, labels, pixels.subarray(0, done)), notes };
};
