import { SteepestError } from "../errors.js";
import { sha256 } from "../hash.js";
import { shown } from "../shown.js";
import { bytesOf, countOf, type StoredTensor, storedTypes } from "./tensor.js";

/*
 * A safetensors file is the length of its header (8 bytes, little-endian), the header in JSON, and the numbers of all tensors one after
 * another: https://github.com/huggingface/safetensors#format. Ours carry the SHA-256 of the whole file in their metadata, taken with
 * zeros in its own place.
 */

export type Tensors = ReadonlyMap<string, StoredTensor>;
/** Texts by name that a file carries beside its tensors. */
export type Metadata = Readonly<Record<string, string>>;

/** Under which a header has the texts. */
export const metadataName = "__metadata__";
export const checksumKey = "steepest.sha256";
/** What stands in the place of the checksum while it is taken. */
export const noChecksum = "0".repeat(64);
export const lengthBytes = 8;

/** Bytes that are hashed at a time: a millisecond's work. */
const pieceBytes = 2 ** 20;

/** Some bytes of a file, and where they go. */
export interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The length and the text of a header, padded with spaces so that the numbers behind it are aligned. */
export const headerBytes = (header: object): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, lengthBytes);
  return bytes;
};

/** Throws where a tensor has a name that the format reserves, or not as many numbers, or of another kind, than it says. */
const requireStorable = (name: string, { dtype, shape, data }: StoredTensor): void => {
  if (name === metadataName) throw new SteepestError(`a tensor cannot be called "${metadataName}"`);
  const Expected = storedTypes[dtype].Array;
  if (!(data instanceof Expected) || data.length !== countOf(shape)) {
    throw new SteepestError(
      `the tensor ${shown(name)} of shape [${shape}] needs ${countOf(shape)} numbers in a ${Expected.name}, got a ${data.constructor.name} of ${data.length}`,
    );
  }
};

/**
 * The pieces of a file that holds the tensors and the texts; the header, which has the checksum of all, comes last. The numbers are
 * read as the pieces are asked for, and must not change until then.
 */
export function* piecesOf(tensors: Tensors, metadata: Metadata = {}): Generator<Piece, void, void> {
  // The widest numbers first: each tensor is then aligned to its own.
  const sorted = [...tensors].sort(([, a], [, b]) => bytesOf(b.dtype) - bytesOf(a.dtype));
  let end = 0;
  // Not by assignment, which would lose a tensor called "__proto__".
  const entries = Object.fromEntries(
    sorted.map(([name, tensor]) => {
      requireStorable(name, tensor);
      const { dtype, shape, data } = tensor;
      const offsets = [end, end + data.byteLength];
      end += data.byteLength;
      return [name, { dtype: storedTypes[dtype].code, shape, data_offsets: offsets }];
    }),
  );
  const header = (checksum: string) =>
    headerBytes({ [metadataName]: { ...metadata, [checksumKey]: checksum }, ...entries });
  const unsigned = header(noChecksum);
  const hash = sha256().update(unsigned);
  let position = unsigned.length;
  for (const [, { data }] of sorted) {
    for (let from = 0; from < data.byteLength; from += pieceBytes) {
      const length = Math.min(pieceBytes, data.byteLength - from);
      const bytes = new Uint8Array(data.buffer, data.byteOffset + from, length);
      hash.update(bytes);
      yield { position, bytes };
      position += length;
    }
  }
  yield { position: 0, bytes: header(hash.hex()) };
}

/** The bytes of such a file. */
export const encodeTensors = (tensors: Tensors, metadata: Metadata = {}): Uint8Array => {
  const pieces = [...piecesOf(tensors, metadata)];
  const whole = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  for (const { position, bytes } of pieces) whole.set(bytes, position);
  return whole;
};
