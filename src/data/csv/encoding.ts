import { missing } from "../../missing.js";
import { fail, type Source } from "./source.js";

/** The encodings that CSV files are read in. */
export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof encodings)[number];

const names: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16 LE",
  "utf-16be": "UTF-16 BE",
  "windows-1252": "Windows-1252",
};

/** What stands for the bytes 0x80 to 0x9f in Windows-1252; the others are those of Latin-1. A blank stands for nothing. */
const WINDOWS_1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** First bytes of files that are taken for CSV. */
const others: readonly (readonly [start: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a ZIP archive or an Excel workbook; save it as CSV"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an Excel workbook; save it as CSV"],
  [[0x1f, 0x8b], "compressed by gzip; unpack it first"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file; write it as CSV"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG picture; give a table of texts and numbers"],
  [[0xff, 0xd8, 0xff], "a JPEG picture; give a table of texts and numbers"],
  [[0x47, 0x49, 0x46, 0x38], "a GIF picture; give a table of texts and numbers"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document; write its table as CSV"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file; write its table as CSV"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "an array of NumPy; write it as CSV"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], "an SQLite database; write the table as CSV"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed by zstd; unpack it first"],
  [[0x42, 0x5a, 0x68], "compressed by bzip2; unpack it first"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed by xz; unpack it first"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive; unpack it first"],
  [[0xff, 0xfe, 0, 0], "UTF-32; save it as UTF-8"],
  [[0, 0, 0xfe, 0xff], "UTF-32; save it as UTF-8"],
];

const marks: readonly (readonly [start: readonly number[], encoding: Encoding])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

const begins = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** The line that a byte lies in; `first` is that of the first byte. */
const lineAt = (bytes: Uint8Array, position: number, first: number): number => {
  let line = first;
  for (let i = 0; i < position; i++) {
    if (bytes[i] === 10 || (bytes[i] === 13 && bytes[i + 1] !== 10)) line++;
  }
  return line;
};

interface Utf8 {
  /** Place of the first byte that is not UTF-8; undefined where all are. */
  readonly wrong: number | undefined;
  /** Whether characters of several bytes occur. */
  readonly several: boolean;
}

/** Length of a UTF-8 character by its first byte, and the range that its second must lie in; 0 where no character begins so. */
const sequence = (first: number): readonly [length: number, low: number, high: number] => {
  if (first >= 0xc2 && first <= 0xdf) return [2, 0x80, 0xbf];
  if (first === 0xe0) return [3, 0xa0, 0xbf];
  if (first === 0xed) return [3, 0x80, 0x9f];
  if (first >= 0xe1 && first <= 0xef) return [3, 0x80, 0xbf];
  if (first === 0xf0) return [4, 0x90, 0xbf];
  if (first >= 0xf1 && first <= 0xf3) return [4, 0x80, 0xbf];
  if (first === 0xf4) return [4, 0x80, 0x8f];
  return [0, 0, 0];
};

const checkUtf8 = (bytes: Uint8Array): Utf8 => {
  const aligned = (4 - (bytes.byteOffset % 4)) % 4;
  const whole = bytes.length > aligned ? (bytes.length - aligned) >> 2 : 0;
  const words = new Uint32Array(bytes.buffer, whole > 0 ? bytes.byteOffset + aligned : 0, whole);
  let wrong: number | undefined;
  let several = false;
  for (let i = 0; i < bytes.length; ) {
    // Four bytes at a time while all are ASCII.
    if (i >= aligned && (i - aligned) % 4 === 0) {
      let word = (i - aligned) >> 2;
      while (word < words.length && ((words[word] ?? missing()) & 0x80808080) === 0) word++;
      i = 4 * word + aligned;
      if (i >= bytes.length) break;
    }
    const first = bytes[i] ?? missing();
    if (first < 0x80) {
      i++;
      continue;
    }
    const [length, low, high] = sequence(first);
    const second = bytes[i + 1] ?? 0;
    let valid = length > 0 && i + length <= bytes.length && second >= low && second <= high;
    for (let k = i + 2; valid && k < i + length; k++) valid = ((bytes[k] ?? missing()) & 0xc0) === 0x80;
    if (valid) several = true;
    else wrong ??= i;
    i += valid ? length : 1;
  }
  return { wrong, several };
};

/** UTF-16 without a mark shows by its zeros: every other byte of digits, commas and Latin letters is one. */
const looksLikeUtf16 = (bytes: Uint8Array): Encoding | undefined => {
  const zeros = [0, 0];
  const seen = Math.min(bytes.length, 1000);
  for (let i = 0; i < seen; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? missing()) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > seen / 5 && even < odd / 10) return "utf-16le";
  if (even > seen / 5 && odd < even / 10) return "utf-16be";
  return undefined;
};

/** Whether more than a twentieth of the first bytes are control characters, as in pictures and programs but no text. */
const looksBinary = (bytes: Uint8Array): boolean => {
  const seen = bytes.subarray(0, 1000);
  const controls = seen.reduce((count, byte) => count + (byte < 32 && (byte < 9 || byte > 13) ? 1 : 0), 0);
  return controls > seen.length / 20 && controls > 5;
};

const hex = (byte: number | undefined) => `0x${(byte ?? missing()).toString(16).padStart(2, "0")}`;

/** The bytes of a CSV text in UTF-8, without a byte order mark. */
interface Decoded {
  readonly bytes: Uint8Array;
  /** What was found out about the encoding, where it was not plain. */
  readonly notes: readonly string[];
}

const fromUtf16 = (bytes: Uint8Array, encoding: "utf-16le" | "utf-16be", source: Source): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = encoding === "utf-16le";
  const whole = bytes.length - (bytes.length % 2);
  const unit = (at: number) => (at < whole ? view.getUint16(at, little) : 0);
  let line = 1;
  let wrong: number | undefined = bytes.length % 2 === 1 ? whole : undefined;
  for (let at = 0; at < whole; at += 2) {
    const code = unit(at);
    if (code === 10 || (code === 13 && unit(at + 2) !== 10)) line++;
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = unit(at + 2);
    if (code > 0xdbff || next < 0xdc00 || next > 0xdfff) {
      wrong = at;
      break;
    }
    at += 2;
  }
  if (wrong !== undefined) {
    return fail(
      source,
      `line ${line} is not ${names[encoding]}: half a character at byte ${wrong}; save the file as UTF-8`,
    );
  }
  return new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
};

/** Place of the first byte that Windows-1252 does not have; −1 where it has all. */
const notWindows1252 = (bytes: Uint8Array): number =>
  bytes.findIndex((byte) => byte >= 0x80 && byte < 0xa0 && WINDOWS_1252[byte - 0x80] === " ");

const fromWindows1252 = (bytes: Uint8Array, source: Source, line: number): Uint8Array => {
  const wrong = notWindows1252(bytes);
  if (wrong >= 0) {
    return fail(
      source,
      `line ${lineAt(bytes, wrong, line)} has the byte ${hex(bytes[wrong])}, which is neither UTF-8 nor Windows-1252, so the file is in an encoding that is not read here; save it as UTF-8`,
    );
  }
  const parts: string[] = [];
  const codes = Uint16Array.from(bytes, (byte) =>
    byte >= 0x80 && byte < 0xa0 ? (WINDOWS_1252.charCodeAt(byte - 0x80) ?? missing()) : byte,
  );
  for (let i = 0; i < codes.length; i += 8192)
    parts.push(String.fromCharCode(...codes.subarray(i, i + 8192)));
  return new TextEncoder().encode(parts.join(""));
};

/**
 * A CSV file's bytes in UTF-8. "detect" goes by the byte order mark; without one by the zeros of UTF-16; and takes a file that is not
 * UTF-8, and holds no character of several bytes of it, for Windows-1252 (which Latin-1 is part of), and says so.
 *
 * Throws for another kind of file and for bytes that the encoding does not have, with the line of the first; `line` is the one that the
 * bytes begin in.
 */
export const toUtf8 = (
  bytes: Uint8Array,
  encoding: Encoding | "detect",
  source: Source,
  line = 1,
): Decoded => {
  const other = others.find(([start]) => begins(bytes, start));
  if (other && encoding === "detect") return fail(source, `not CSV: it is ${other[1]}`);
  const mark = marks.find(
    ([start, of]) => (encoding === "detect" || encoding === of) && begins(bytes, start),
  );
  const text = mark ? bytes.subarray(mark[0].length) : bytes;
  const chosen = encoding === "detect" ? (mark?.[1] ?? looksLikeUtf16(bytes)) : encoding;
  if (chosen === "utf-16le" || chosen === "utf-16be")
    return { bytes: fromUtf16(text, chosen, source), notes: [] };
  if (encoding === "detect" && looksBinary(text)) {
    return fail(source, "not CSV: it is not a text, but bytes of another kind of file; give a table as text");
  }
  if (chosen === "windows-1252") return { bytes: fromWindows1252(text, source, line), notes: [] };
  const { wrong, several } = checkUtf8(text);
  if (wrong === undefined) return { bytes: text, notes: [] };
  const where = `line ${lineAt(text, wrong, line)} is not UTF-8 (byte ${hex(text[wrong])})`;
  if (chosen === "utf-8" || several) {
    const other = notWindows1252(text) < 0;
    return fail(
      source,
      `${where}${several ? ", although other lines are: the file is damaged or mixes encodings" : ""}; save it as UTF-8${other ? `, or say its encoding: ${source.option("encoding", "windows-1252")}` : ""}`,
    );
  }
  return {
    bytes: fromWindows1252(text, source, line),
    notes: [`read as Windows-1252, since ${where}; ${source.option("encoding")} says another`],
  };
};
