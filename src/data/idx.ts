import { SteepestError } from "../errors.js";
import type { OpenFile } from "../files.js";
import { GzipError, isGzipped, unpacked } from "../gunzip.js";
import { joined } from "../joined.js";
import { requireKnown } from "../options.js";
import { openSource, type Source, sourceName } from "../source.js";

/** The numbers of an IDX file in the type it stores them in. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An IDX file in memory: `data` holds product of `shape` elements, last dimension fastest. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** Limits of `readIdx`. */
export interface ReadIdxOptions {
  /** Largest number of bytes of data that is accepted. @defaultValue 2 GiB */
  readonly limit?: number;
}

/** Element types by the third byte of the magic number. */
const elementTypes = new Map<number, { bytes: number; view: (data: ArrayBuffer) => IdxData }>([
  [0x08, { bytes: 1, view: (data) => new Uint8Array(data) }],
  [0x09, { bytes: 1, view: (data) => new Int8Array(data) }],
  [0x0b, { bytes: 2, view: (data) => new Int16Array(data) }],
  [0x0c, { bytes: 4, view: (data) => new Int32Array(data) }],
  [0x0d, { bytes: 4, view: (data) => new Float32Array(data) }],
  [0x0e, { bytes: 8, view: (data) => new Float64Array(data) }],
]);

/** Deflate cannot pack more bytes than this into one. */
const LARGEST_COMPRESSION = 1032;

/**
 * Reads an IDX file (the format of MNIST), plain or gzipped (told by its content), every element type: by its path, its address, as a `File` that was
 * picked or dropped, from what `fetch` answered, or from bytes. The header is read first, and memory for what it promises is taken only if the limit
 * allows it and the file can hold it; the data are streamed into that memory, so no second copy exists.
 *
 * Throws, naming the file: missing or unreadable, corrupt or truncated gzip, wrong magic number, dimensions that do
 * not match the bytes that follow, larger than `limit`.
 */
export const readIdx = async (source: Source, options: ReadIdxOptions = {}): Promise<IdxArray> => {
  const { limit = 2 ** 31 } = requireKnown("readIdx", options, ["limit"]);
  const name = sourceName(source);
  const fail = (problem: string): never => {
    throw new SteepestError(`${name}: ${problem}`);
  };
  let file: OpenFile | undefined;
  try {
    file = await openSource("readIdx", "an IDX file", source);
    return await readFrom(file, limit, fail);
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    if (error instanceof GzipError) {
      return fail(
        `the gzip stream is ${error.truncated ? "truncated" : `corrupt (${error.message})`}; fetch the file again`,
      );
    }
    const { code, message } = error as Error & { readonly code?: string };
    if (code === "ENOENT") return fail("no such file; check the path");
    if (code === "EISDIR") return fail("is a folder; give an IDX file");
    return fail(`cannot be read (${message})`);
  } finally {
    await file?.close();
  }
};

const readFrom = async (
  file: OpenFile,
  limit: number,
  fail: (problem: string) => never,
): Promise<IdxArray> => {
  const gzipped = await isGzipped(file);
  const most = gzipped ? file.size * LARGEST_COMPRESSION : file.size;
  let start: Uint8Array = new Uint8Array(0);
  let header: IdxHeader | undefined;
  let bytes = new Uint8Array(0);
  let filled = 0;
  for await (const chunk of unpacked(file, gzipped)) {
    let rest = chunk;
    if (!header) {
      start = joined([start, chunk]);
      header = parseHeader(start, fail);
      if (!header) continue;
      checkSize(header, limit, most, fail);
      bytes = new Uint8Array(header.dataBytes);
      rest = start.subarray(header.headerBytes);
    }
    if (filled + rest.length > bytes.length) {
      const { shape, dataBytes } = header;
      fail(
        `more bytes follow than the ${dataBytes} of its dimensions [${shape}]; the file is damaged or not IDX`,
      );
    }
    bytes.set(rest, filled);
    filled += rest.length;
  }
  if (!header)
    return fail(`it ends within the IDX header, after ${start.length} bytes; fetch the file again`);
  if (filled < bytes.length) {
    const { shape, dataBytes } = header;
    fail(
      `it ends after ${filled} of the ${dataBytes} bytes of its dimensions [${shape}]; fetch the file again`,
    );
  }
  toNativeOrder(bytes, header.elementBytes);
  return { shape: header.shape, data: header.view(bytes.buffer) };
};

interface IdxHeader {
  readonly shape: readonly number[];
  readonly headerBytes: number;
  readonly dataBytes: number;
  readonly elementBytes: number;
  readonly view: (data: ArrayBuffer) => IdxData;
}

/** The header at the start of a file: 0, 0, element type, rank, then one big-endian word per dimension. */
const parseHeader = (start: Uint8Array, fail: (problem: string) => never): IdxHeader | undefined => {
  if (start.length < 4) return undefined;
  const words = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const magic = words.getUint32(0);
  const type = elementTypes.get((magic >>> 8) & 0xff);
  const rank = magic & 0xff;
  if (magic >>> 16 !== 0 || !type || rank === 0) {
    const hex = magic.toString(16).padStart(8, "0");
    return fail(`wrong magic number 0x${hex}; an IDX file begins with 0x0000, an element type and a rank`);
  }
  const headerBytes = 4 + 4 * rank;
  if (start.length < headerBytes) return undefined;
  const shape = Array.from({ length: rank }, (_, axis) => words.getUint32(4 + 4 * axis));
  const dataBytes = shape.reduce((a, b) => a * b, type.bytes);
  return { shape, headerBytes, dataBytes, elementBytes: type.bytes, view: type.view };
};

const checkSize = (
  header: IdxHeader,
  limit: number,
  most: number,
  fail: (problem: string) => never,
): void => {
  const { shape, headerBytes, dataBytes } = header;
  if (dataBytes > limit) {
    fail(
      `its header promises ${dataBytes} bytes, dimensions [${shape}]; the limit is ${limit} (option \`limit\`)`,
    );
  }
  if (headerBytes + dataBytes > most) {
    fail(
      `its header promises ${dataBytes} bytes, dimensions [${shape}], but the file is too short for them; fetch it again`,
    );
  }
};

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** IDX stores numbers big-endian; turns them in place into the machine's order. */
const toNativeOrder = (bytes: Uint8Array, elementBytes: number): void => {
  if (!littleEndian || elementBytes === 1) return;
  for (let at = 0; at < bytes.length; at += elementBytes) bytes.subarray(at, at + elementBytes).reverse();
};
