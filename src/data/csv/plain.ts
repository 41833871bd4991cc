import { missing } from "../../missing.js";

const decoder = new TextDecoder();

/** 10^0 … 10^22, the powers of ten that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Integers below this are exact in float64. */
const EXACT = 2 ** 53;

/**
 * The number that the bytes from `start` to `end` write in decimal notation (`-12.5e3`), rounded correctly; NaN where they do not.
 *
 * Digits are gathered into an integer m; m·10^e and m/10^e round once, hence correctly, where m and the power of ten are exact
 * (Clinger 1990). Other numbers are left to the machine's own conversion.
 */
export const readPlain = (bytes: Uint8Array, start: number, end: number, decimal: number): number => {
  let i = start;
  const sign = bytes[i];
  if (sign === 43 || sign === 45) i++;
  let m = 0;
  let digits = 0;
  let fraction = 0;
  for (; i < end; i++) {
    const digit = (bytes[i] ?? missing()) - 48;
    if (digit < 0 || digit > 9) break;
    m = m * 10 + digit;
    digits++;
  }
  if (i < end && bytes[i] === decimal) {
    const point = ++i;
    for (; i < end; i++) {
      const digit = (bytes[i] ?? missing()) - 48;
      if (digit < 0 || digit > 9) break;
      m = m * 10 + digit;
    }
    fraction = i - point;
  }
  if (digits + fraction === 0) return Number.NaN;
  let exponent = 0;
  if (i < end) {
    if (((bytes[i] ?? missing()) | 32) !== 101) return Number.NaN;
    const exponentSign = bytes[++i];
    if (exponentSign === 43 || exponentSign === 45) i++;
    if (i >= end) return Number.NaN;
    for (; i < end; i++) {
      const digit = (bytes[i] ?? missing()) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      exponent = exponent * 10 + digit;
    }
    if (exponentSign === 45) exponent = -exponent;
  }
  const power = exponent - fraction;
  if (m < EXACT && power >= -22 && power <= 22) {
    const value = power < 0 ? m / (POWERS[-power] ?? missing()) : m * (POWERS[power] ?? missing());
    return sign === 45 ? -value : value;
  }
  const text = decoder.decode(bytes.subarray(start, end));
  return Number(decimal === 46 ? text : text.replace(String.fromCharCode(decimal), "."));
};
