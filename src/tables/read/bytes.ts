import { SteepestError } from "../../errors.js";
import { unreadable } from "../../unreadable.js";

/** Bytes that a file is read by at a time. */
const atOnce = 2 ** 22;

const isGzip = async (path: string): Promise<boolean> => {
  const { open } = await import("node:fs/promises");
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
};

/** Called with how many bytes of a file have been read. */
export type ShowRead = (bytes: number) => void;

/** The bytes of a file in order, unpacked where it is packed by gzip. Throws where it cannot be read, or its packing is damaged. */
export async function* bytesOf(path: string, show?: ShowRead): AsyncGenerator<Uint8Array, void, void> {
  const { createReadStream } = await import("node:fs");
  const { createGunzip } = await import("node:zlib");
  let packed = false;
  try {
    packed = await isGzip(path);
    const file = createReadStream(path, { highWaterMark: atOnce });
    if (!packed) {
      for await (const chunk of file as AsyncIterable<Buffer>) {
        show?.(file.bytesRead);
        yield chunk;
      }
      return;
    }
    const unpacked = createGunzip({ chunkSize: 2 ** 20 });
    file.on("error", (error) => unpacked.destroy(error));
    for await (const chunk of file.pipe(unpacked) as AsyncIterable<Buffer>) {
      show?.(file.bytesRead);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    if (packed) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SteepestError(`${path}: the gzip file is damaged or cut off (${reason}); fetch it again`, {
        cause: error,
      });
    }
    throw unreadable(path, "a table (CSV, JSON Lines or Parquet)", error);
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
