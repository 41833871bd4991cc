import { type FileHandle, open } from "node:fs/promises";
import { SteepestError } from "../errors.js";
import { writeFileSafely } from "../files.js";
import { unreadable } from "../unreadable.js";
import { decodeTensors, type TensorFile } from "./decode.js";
import { type Metadata, type Piece, piecesOf, type Tensors } from "./encode.js";

/**
 * How many milliseconds at a time bytes are put together before they are written: others wait for so long, and have their turn while the
 * system writes. Training has its turn for a whole step, so that much less would take many steps to write a large file.
 */
const turn = 4;

/** Some bytes less those at their start that were written. */
const unwritten = (bytes: readonly Uint8Array[], written: number): Uint8Array[] => {
  let start = 0;
  return bytes.flatMap((each) => {
    const rest = each.subarray(Math.max(0, written - start));
    start += each.length;
    return rest.length > 0 ? [rest] : [];
  });
};

/** Writes all of the bytes, one after another, also where the system takes them in parts. */
const writeAll = async (file: FileHandle, bytes: readonly Uint8Array[], position: number): Promise<void> => {
  let [rest, at] = [bytes, position];
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    rest = unwritten(rest, bytesWritten);
    at += bytesWritten;
  }
};

/** Writes pieces, those that follow one another together. */
const writePieces = async (file: FileHandle, pieces: Iterable<Piece>): Promise<void> => {
  let bytes: Uint8Array[] = [];
  let [start, end] = [0, 0];
  let since = performance.now();
  for (const piece of pieces) {
    if (piece.position !== end || performance.now() - since > turn) {
      await writeAll(file, bytes, start);
      [bytes, start, end] = [[], piece.position, piece.position];
      since = performance.now();
    }
    bytes.push(piece.bytes);
    end += piece.bytes.length;
  }
  await writeAll(file, bytes, start);
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
  writeFileSafely(path, (file) => writePieces(file, piecesOf(tensors, metadata)));

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
