import { createHash } from "node:crypto";

/** A SHA-256 that is taken piece by piece. */
export interface Hash {
  /** Adds bytes, or a text in UTF-8; returns itself. */
  update(data: string | ArrayBufferView): Hash;
  /** The digest in hexadecimal digits. Nothing can be added afterwards. */
  hex(): string;
}

/** Begins a SHA-256. */
export const sha256 = (): Hash => {
  const hash = createHash("sha256");
  const self: Hash = {
    update: (data) => {
      hash.update(
        typeof data === "string" ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
      return self;
    },
    hex: () => hash.digest("hex"),
  };
  return self;
};
