import type { OpenFile } from "./files.js";

/** Bytes that are read at a time. */
const pieceBytes = 2 ** 22;

/** A file's bytes, a piece at a time. */
export async function* piecesOf(file: OpenFile): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  for (let at = 0; at < file.size; at += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, file.size - at));
    await file.read(piece, at);
    yield piece;
  }
}

const streamed = <T>(values: AsyncGenerator<T, void, void>): ReadableStream<T> =>
  new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await values.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });

/** Why a gzip stream cannot be unpacked: it ends too early, or holds something else. */
export class GzipError extends Error {
  constructor(
    readonly truncated: boolean,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const isTruncation = (error: unknown): boolean => /truncated|unexpected end/i.test(String(error));

/** The bytes of a file, unpacked where it is gzipped, which its first bytes tell. Throws a `GzipError` where that cannot be. */
export async function* unpacked(file: OpenFile, gzipped: boolean): AsyncGenerator<Uint8Array, void, void> {
  if (!gzipped) {
    yield* piecesOf(file);
    return;
  }
  const reader = streamed(piecesOf(file)).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new GzipError(isTruncation(error), error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Whether a file is gzipped. */
export const isGzipped = async (file: OpenFile): Promise<boolean> => {
  if (file.size < 2) return false;
  const first = new Uint8Array(2);
  await file.read(first, 0);
  return first[0] === 0x1f && first[1] === 0x8b;
};
