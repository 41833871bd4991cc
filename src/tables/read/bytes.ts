import { SteepestError } from "../../errors.js";
import { type OpenFile, openFile } from "../../files.js";
import { GzipError, isGzipped, unpacked } from "../../gunzip.js";
import { unreadable } from "../../unreadable.js";

/** Bytes that a file is read by at a time. */
const atOnce = 2 ** 22;

/** Called with how many bytes of a file have been read. */
export type ShowRead = (bytes: number) => void;

/** A file that tells how far it has been read. */
const watched = (file: OpenFile, show: ShowRead | undefined): OpenFile => ({
  ...file,
  read: async (into, position) => {
    await file.read(into, position);
    show?.(position + into.length);
  },
});

async function* plain(file: OpenFile): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < file.size; at += atOnce) {
    const piece = new Uint8Array(Math.min(atOnce, file.size - at));
    await file.read(piece, at);
    yield piece;
  }
}

/** The bytes of a file in order, unpacked where it is packed by gzip. Throws where it cannot be read, or its packing is damaged. */
export async function* bytesOf(path: string, show?: ShowRead): AsyncGenerator<Uint8Array, void, void> {
  let file: OpenFile | undefined;
  try {
    file = await openFile(path);
    const gzipped = await isGzipped(file);
    const shown = watched(file, show);
    yield* gzipped ? unpacked(shown, true) : plain(shown);
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    if (error instanceof GzipError) {
      throw new SteepestError(
        `${path}: the gzip file is damaged or cut off (${error.message}); fetch it again`,
        { cause: error },
      );
    }
    throw unreadable(path, "a table (CSV, JSON Lines or Parquet)", error);
  } finally {
    await file?.close();
  }
}

/** Some bytes side by side. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [only, ...others] = parts;
  // A copy, since cells in quotes are written to; and Node's own class of arrays has a `slice` that does not copy.
  if (only && others.length === 0) return new Uint8Array(only);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
