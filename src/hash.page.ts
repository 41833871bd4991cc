import { sha256 as noble } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Hash } from "./hash.js";

export type { Hash } from "./hash.js";

const utf8 = new TextEncoder();

const bytesOf = (data: string | ArrayBufferView): Uint8Array =>
  typeof data === "string"
    ? utf8.encode(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Begins a SHA-256. (Web Crypto takes only whole messages, and answers later.) */
export const sha256 = (): Hash => {
  const hash = noble.create();
  const self: Hash = {
    update: (data) => {
      hash.update(bytesOf(data));
      return self;
    },
    hex: () => bytesToHex(hash.digest()),
  };
  return self;
};
