/** The remainders of all bytes for Castagnoli's polynomial, bits in reverse. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** The cyclic redundancy check CRC-32C of bytes (Castagnoli 1993; RFC 3720, appendix B.4), from 0 to 2³² − 1. */
export const crc32c = (bytes: Uint8Array): number => {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (table[(rest ^ byte) & 255] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
};

/** As TensorFlow's record files store it, so that the check of bytes that hold checks means something: turned right by 15 bits, plus a constant. */
export const maskedCrc32c = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};
