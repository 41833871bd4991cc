import { SteepestError } from "../errors.js";
import { type OpenFile, type WrittenFile, writeFileSafely } from "../files.js";
import { openSource, type Source, sourceName } from "../source.js";
import { unreadable } from "../unreadable.js";
import { decodeTensors, type TensorFile } from "./decode.js";
import { type Metadata, type Piece, piecesOf, type Tensors } from "./encode.js";

/**
 * How many milliseconds at a time bytes are put together before they are written: others wait for so long, and have their turn while the
 * system writes. Training has its turn for a whole step, so that much less would take many steps to write a large file.
 */
const turn = 4;

/** Writes pieces, those that follow one another together. */
const writePieces = async (file: WrittenFile, pieces: Iterable<Piece>): Promise<void> => {
  let bytes: Uint8Array[] = [];
  let [start, end] = [0, 0];
  let since = performance.now();
  for (const piece of pieces) {
    if (piece.position !== end || performance.now() - since > turn) {
      await file.write(bytes, start);
      [bytes, start, end] = [[], piece.position, piece.position];
      since = performance.now();
    }
    bytes.push(piece.bytes);
    end += piece.bytes.length;
  }
  await file.write(bytes, start);
};

/**
 * Writes tensors, and texts by name, as a safetensors file with a checksum: piece by piece, so that other work goes on meanwhile. The
 * numbers must not change until it is done. The file is there whole or not at all.
 */
export const writeTensors = (path: string, tensors: Tensors, metadata: Metadata = {}): Promise<void> =>
  writeFileSafely(path, (file) => writePieces(file, piecesOf(tensors, metadata)));

/** Reads a safetensors file. Throws a one-line error where that cannot be, or it is damaged. */
export const readTensors = async (source: Source): Promise<TensorFile> => {
  const name = sourceName(source);
  let file: OpenFile | undefined;
  try {
    file = await openSource("loadWeights", "a safetensors file", source);
    return await decodeTensors(file);
  } catch (error) {
    if (error instanceof SteepestError)
      throw error.message.startsWith(name)
        ? error
        : new SteepestError(`${name}: ${error.message}`, { cause: error });
    throw unreadable(name, "a safetensors file", error);
  } finally {
    await file?.close();
  }
};
