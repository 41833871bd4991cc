import { SteepestError } from "../../errors.js";
import { type OpenFile, openFile } from "../../files.js";
import { GzipError, isGzipped, unpacked } from "../../gunzip.js";
import { unreadable } from "../../unreadable.js";

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

/** The bytes of a file in order, unpacked where it is packed by gzip. Throws where it cannot be read, or its packing is damaged. */
export async function* bytesOf(path: string, show?: ShowRead): AsyncGenerator<Uint8Array, void, void> {
  let file: OpenFile | undefined;
  try {
    file = await openFile(path);
    yield* unpacked(watched(file, show), await isGzipped(file));
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
