import { type FileHandle, open } from "node:fs/promises";
import { SteepestError } from "../errors.js";
import { writeFileSafely } from "../files.js";
import { unreadable } from "../unreadable.js";
import { decodeTensors, type TensorFile } from "./decode.js";
import { type Metadata, piecesOf, type Tensors } from "./encode.js";

/** Writes all of the bytes, also where the system takes them in parts. */
const writeAll = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

const readAll = async (file: FileHandle, into: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new SteepestError("it became shorter while it was read");
    done += bytesRead;
  }
};

/**
 * Writes tensors, and texts by name, as a safetensors file with a checksum: piece by piece, so that other work goes on meanwhile. The
 * numbers must not change until it is done. The file is there whole or not at all.
 */
export const writeTensors = (path: string, tensors: Tensors, metadata: Metadata = {}): Promise<void> =>
  writeFileSafely(path, async (file) => {
    for (const { position, bytes } of piecesOf(tensors, metadata)) await writeAll(file, bytes, position);
  });

/** Reads a safetensors file. Throws a one-line error where that cannot be, or it is damaged. */
export const readTensors = async (path: string): Promise<TensorFile> => {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const opened = file;
    const { size } = await opened.stat();
    return await decodeTensors({ size, read: (into, position) => readAll(opened, into, position) });
  } catch (error) {
    if (error instanceof SteepestError)
      throw new SteepestError(`${path}: ${error.message}`, { cause: error });
    throw unreadable(path, "a safetensors file", error);
  } finally {
    await file?.close();
  }
};
