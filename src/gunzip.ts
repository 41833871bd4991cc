import type { OpenFile } from "./files.js";

const pieceBytes = 2 ** 18;

/** A file's bytes, a piece at a time. */
const streamed = (file: OpenFile): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let at = 0;
  return new ReadableStream({
    pull: async (controller) => {
      if (at >= file.size) return controller.close();
      const piece = new Uint8Array(Math.min(pieceBytes, file.size - at));
      await file.read(piece, at);
      at += piece.length;
      controller.enqueue(piece);
    },
  });
};

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
  const raw = streamed(file);
  const reader = (gzipped ? raw.pipeThrough(new DecompressionStream("gzip")) : raw).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw gzipped ? new GzipError(isTruncation(error), error) : error;
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
