import type { Readable } from "node:stream";
import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";

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
 * Reads an IDX file (the format of MNIST), plain or gzipped (told by its content), every element type. The header is
 * read first, and memory for what it promises is taken only if the limit allows it and the file can hold it; the data
 * are streamed into that memory, so no second copy exists.
 *
 * Throws, naming the file: missing or unreadable, corrupt or truncated gzip, wrong magic number, dimensions that do
 * not match the bytes that follow, larger than `limit`.
 */
export const readIdx = async (path: string, options: ReadIdxOptions = {}): Promise<IdxArray> => {
  const { limit = 2 ** 31 } = requireKnown("readIdx", options, ["limit"]);
  const fail = (problem: string): never => {
    throw new SteepestError(`${path}: ${problem}`);
  };
  const { size, gzipped, stream } = await open(path, fail);
  const most = gzipped ? size * LARGEST_COMPRESSION : size;
  try {
    let start = Buffer.alloc(0);
    let header: IdxHeader | undefined;
    let bytes = new Uint8Array(0);
    let filled = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let rest = chunk;
      if (!header) {
        start = Buffer.concat([start, chunk]);
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
    await toNativeOrder(bytes, header.elementBytes);
    return { shape: header.shape, data: header.view(bytes.buffer) };
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR") fail("the gzip stream is truncated; fetch the file again");
    if (code?.startsWith("Z_")) fail(`the gzip stream is corrupt (${message}); fetch the file again`);
    return fail(`cannot be read (${message})`);
  } finally {
    stream.destroy();
  }
};

interface IdxHeader {
  readonly shape: readonly number[];
  readonly headerBytes: number;
  readonly dataBytes: number;
  readonly elementBytes: number;
  readonly view: (data: ArrayBuffer) => IdxData;
}

/** The header at the start of a file: 0, 0, element type, rank, then one big-endian word per dimension. */
const parseHeader = (start: Buffer, fail: (problem: string) => never): IdxHeader | undefined => {
  if (start.length < 4) return undefined;
  const magic = start.readUInt32BE(0);
  const type = elementTypes.get((magic >>> 8) & 0xff);
  const rank = magic & 0xff;
  if (magic >>> 16 !== 0 || !type || rank === 0) {
    const hex = magic.toString(16).padStart(8, "0");
    return fail(`wrong magic number 0x${hex}; an IDX file begins with 0x0000, an element type and a rank`);
  }
  const headerBytes = 4 + 4 * rank;
  if (start.length < headerBytes) return undefined;
  const shape = Array.from({ length: rank }, (_, axis) => start.readUInt32BE(4 + 4 * axis));
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

/** Opens the file as a stream of its uncompressed bytes. */
const open = async (
  path: string,
  fail: (problem: string) => never,
): Promise<{ size: number; gzipped: boolean; stream: Readable }> => {
  // Imported here, not above, so that bundles for browsers can hold this module.
  const { createReadStream } = await import("node:fs");
  const { open: openFile } = await import("node:fs/promises");
  const { createGunzip } = await import("node:zlib");
  const { pipeline } = await import("node:stream");
  try {
    const file = await openFile(path);
    const first = Buffer.alloc(2);
    let size: number;
    try {
      size = (await file.stat()).size;
      await file.read(first, 0, 2, 0);
    } finally {
      await file.close();
    }
    const raw = createReadStream(path, { highWaterMark: 1 << 18 });
    const gzipped = first.readUInt16BE(0) === 0x1f8b;
    // The callback keeps pipeline from throwing; errors arrive where the stream is read.
    const stream = gzipped ? pipeline(raw, createGunzip({ chunkSize: 1 << 18 }), () => undefined) : raw;
    return { size, gzipped, stream };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return fail("no such file; check the path");
    if (code === "EISDIR") return fail("is a folder; give an IDX file");
    return fail(`cannot be read (${message})`);
  }
};

/** IDX stores numbers big-endian; turns them in place into the machine's order. */
const toNativeOrder = async (bytes: Uint8Array<ArrayBuffer>, elementBytes: number): Promise<void> => {
  const { endianness } = await import("node:os");
  if (endianness() === "BE") return;
  const buffer = Buffer.from(bytes.buffer);
  if (elementBytes === 2) buffer.swap16();
  if (elementBytes === 4) buffer.swap32();
  if (elementBytes === 8) buffer.swap64();
};
