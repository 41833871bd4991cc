import { SteepestError } from "../errors.js";
import { sha256 } from "../hash.js";
import { checksumKey, lengthBytes, noChecksum, type Tensors } from "./encode.js";
import { type Header, readHeader } from "./header.js";
import { type StoredTensor, storedTypes } from "./tensor.js";

/** Bytes that can be read from any place: a file, or memory. */
export interface Source {
  readonly size: number;
  /** Fills `into` with the bytes from `position` on, all of which there are. */
  read(into: Uint8Array, position: number): Promise<void>;
}

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: Tensors;
  readonly metadata: ReadonlyMap<string, string>;
  /** Whether it has a checksum, which was then found right. Files of other programs have none. */
  readonly checked: boolean;
}

/** Longer headers are refused, as other readers do: a damaged length must not fill the memory. */
const longestHeader = 100_000_000;

const take = async (source: Source, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(length);
  await source.read(bytes, position);
  return bytes;
};

/** The bytes of the length and the header. Throws where there cannot be any. */
const takeHeader = async (source: Source): Promise<Uint8Array<ArrayBuffer>> => {
  if (source.size < lengthBytes) {
    throw new SteepestError(`it has ${source.size} bytes, which is no safetensors file`);
  }
  const start = await take(source, 0, lengthBytes);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(longestHeader, source.size - lengthBytes))) {
    throw new SteepestError(
      `its header would have ${length} bytes, and the file has ${source.size}; it was cut off, or is something else than safetensors`,
    );
  }
  return take(source, 0, lengthBytes + Number(length));
};

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SteepestError("its header is no text; the file is damaged, or something else than safetensors");
  }
};

/** The checksum that a header has, and the bytes that it was taken of, with zeros in its place; undefined where it has none. */
const unsigned = ({ metadata }: Header, text: string) => {
  const checksum = metadata.get(checksumKey);
  const ours = [...metadata.keys()].some((key) => key.startsWith("steepest."));
  if (checksum === undefined && !ours) return undefined;
  const written = `"${checksumKey}":"${checksum}"`;
  return {
    checksum,
    header: text.replace(written, `"${checksumKey}":"${noChecksum}"`),
  };
};

/**
 * Reads a safetensors file. Throws a one-line `SteepestError` where it is none, was cut off, or has a checksum that is not that of its
 * content; the message goes on from the file's name.
 */
export const decodeTensors = async (source: Source): Promise<TensorFile> => {
  const start = await takeHeader(source);
  const text = textOf(start.subarray(lengthBytes));
  const header = readHeader(text, source.size - start.length);
  const signed = unsigned(header, text);
  const hash = sha256()
    .update(start.subarray(0, lengthBytes))
    .update(signed?.header ?? "");
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, from, to } of header.entries) {
    const bytes = await take(source, start.length + from, to - from);
    if (signed) hash.update(bytes);
    tensors.set(name, { dtype, shape, data: new storedTypes[dtype].Array(bytes.buffer) });
  }
  if (signed && hash.hex() !== signed.checksum) {
    throw new SteepestError("its checksum is not that of its content: the file is damaged");
  }
  return { tensors, metadata: header.metadata, checked: signed !== undefined };
};
