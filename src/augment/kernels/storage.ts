import { type Code, load, loadZero32, op, shuffleBytes, store, storeLane } from "../../engine/kernel/wasm.js";
import { rounded } from "./lanes.js";

/** How the values of a picture lie in memory. Kernels compute in float32 and are written once for both. */
export interface Storage {
  readonly name: "uint8" | "float32";
  /** Of one value. */
  readonly bytes: 1 | 4;
  /** Four values side by side. */
  readonly load: (address: Code, offset?: number) => Code;
  /** Four values to memory: bytes are rounded, and end at 0 and 255. */
  readonly store: (address: Code, value: Code, offset?: number) => Code;
}

const widened = (bytes: Code): Code =>
  op("f32x4.convert_i32x4_s", op("i32x4.extend_low_i16x8_u", op("i16x8.extend_low_i8x16_u", bytes)));

/** Four vectors of four values as one vector of 16 bytes. */
export const narrowed = (a: Code, b: Code, c: Code, d: Code): Code =>
  op(
    "i8x16.narrow_i16x8_u",
    op("i16x8.narrow_i32x4_s", rounded(a), rounded(b)),
    op("i16x8.narrow_i32x4_s", rounded(c), rounded(d)),
  );

const uint8: Storage = {
  name: "uint8",
  bytes: 1,
  load: (address, offset) => widened(loadZero32(address, offset)),
  store: (address, value, offset) => {
    const words = op("i16x8.narrow_i32x4_s", rounded(value), rounded(value));
    return storeLane(address, op("i8x16.narrow_i16x8_u", words, words), 0, offset);
  },
};

const float32: Storage = { name: "float32", bytes: 4, load, store };

export const storages = { uint8, float32 } as const;

/** Four pixels of four bytes each, as four bytes of each channel. */
export const byChannel = (pixels: Code): Code =>
  shuffleBytes(pixels, pixels, [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]);
