import { describe, expect, it } from "vitest";
import { type Encoding, toUtf8 } from "../../../src/data/csv/encoding.js";
import { SteepestError } from "../../../src/errors.js";

const source = { name: "t.csv", option: (name: string, value?: string) => `${name}=${value}` };

/** The text that bytes are read as and the notes on that, or the message with which they are refused. */
const read = (bytes: ArrayLike<number>, encoding: Encoding | "detect" = "detect") => {
  try {
    const decoded = toUtf8(Uint8Array.from(bytes), encoding, source);
    return {
      text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(decoded.bytes),
      notes: decoded.notes,
    };
  } catch (error) {
    if (error instanceof SteepestError) return { refused: error.message.replace("t.csv: ", "") };
    throw error;
  }
};

const latin = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

describe("UTF-8", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const isUtf8 = (bytes: readonly number[]): boolean => {
    try {
      decoder.decode(Uint8Array.from(bytes));
      return true;
    } catch {
      return false;
    }
  };

  it("is what TextDecoder takes, at every limit of its characters", () => {
    // Both sides of every limit that the second byte of a character has, and of those that all others have.
    const seconds = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    const others = [0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xf0];
    let accepted = 0;
    for (let first = 0x80; first <= 0xff; first++) {
      for (const second of seconds) {
        for (const third of others) {
          for (const fourth of others) {
            const bytes = [0x61, first, second, third, fourth, 0x62];
            const found = read(bytes, "utf-8");
            const expected = isUtf8(bytes);
            if ((found.text !== undefined) !== expected) expect(found, bytes.join()).toBe(expected);
            if (expected) accepted++;
          }
        }
      }
    }
    expect(accepted).toBeGreaterThan(400);
  });

  it("ends with a whole character", () => {
    const whole = [0xf0, 0x9f, 0x98, 0x80];
    expect(read(whole, "utf-8").text).toBe("😀");
    for (const length of [1, 2, 3]) {
      expect(read(whole.slice(0, length), "utf-8").refused).toContain("line 1 is not UTF-8 (byte 0xf0)");
    }
    expect(read([0xe2, 0x82], "utf-8").refused).toContain("(byte 0xe2)");
    expect(read([0xc3], "utf-8").refused).toContain("(byte 0xc3)");
  });

  it("is told from Windows-1252 by a character of several bytes anywhere", () => {
    const damaged = /^line 1 is not UTF-8 \(byte 0xfc\), although other lines are/;
    expect(read([0xfc, 0x2c, 0xc3, 0xbc]).refused).toMatch(damaged);
    expect(read([0xc3, 0xbc, 0x2c, 0xfc]).refused).toMatch(damaged);
    expect(read([0xfc, 0xf0, 0x9f, 0x98, 0x80]).refused).toMatch(damaged);
    expect(read([0x61, 0xfc, 0x2c])).toEqual({
      text: "aü,",
      notes: ["read as Windows-1252, since line 1 is not UTF-8 (byte 0xfc); encoding=undefined says another"],
    });
    // What is broken off is no character of several bytes.
    expect(read([0xc3, 0x2c, 0xe2, 0x82, 0x2c]).text).toBe("Ã,â‚,");
  });

  it("counts the lines before the first wrong byte, however they end", () => {
    const line = (before: string) =>
      /^line (\d+)/.exec(read([...latin(before), 0xfc], "utf-8").refused ?? "")?.[1];
    expect(["", "a", "\n", "a\nb\n", "a\rb\r", "a\r\nb\r\n", "\n\r\n\r", "\r\r\n\n"].map(line)).toEqual([
      "1",
      "1",
      "2",
      "3",
      "3",
      "3",
      "4",
      "4",
    ]);
  });

  it("is read without its byte order mark, and only with its whole", () => {
    expect(read([0xef, 0xbb, 0xbf, 0x61])).toEqual({ text: "a", notes: [] });
    expect(read([0xef, 0xbb, 0xbf, 0x61], "utf-8").text).toBe("a");
    expect(read([0xef, 0xbb, 0xbe, 0x61], "utf-8").text).toBe("\ufefea");
    expect(read([0xef, 0xbb, 0xbf, 0x61], "windows-1252").text).toBe("ï»¿a");
    expect(read([0xef, 0xbc, 0xbf], "utf-8").text).toBe("＿");
    expect(read([0xee, 0xbb, 0xbf], "utf-8").text).toBe("\ueeff");
  });
});

describe("Windows-1252", () => {
  it("has no other bytes missing than five, of which each is named with its line", () => {
    for (let byte = 0; byte < 256; byte++) {
      const isMissing = [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte);
      const { refused } = read([...latin("a\nb"), byte], "windows-1252");
      const line = /^line (\d) has the byte 0x(..), which is neither/.exec(refused ?? "") ?? [];
      expect(line.slice(1)).toEqual(isMissing ? ["2", byte.toString(16)] : []);
    }
  });

  it("is read in pieces that fit together", () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i % 251 < 128 ? i % 127 : 0xe4));
    const expected =
      String.fromCharCode(...bytes.subarray(0, 10_000)) + String.fromCharCode(...bytes.subarray(10_000));
    expect(read(bytes, "windows-1252").text).toBe(expected);
    expect(read(bytes.subarray(0, 8192), "windows-1252").text).toBe(expected.slice(0, 8192));
    expect(read(bytes.subarray(0, 8193), "windows-1252").text).toBe(expected.slice(0, 8193));
  });
});

describe("UTF-16", () => {
  const units = (all: readonly number[], big: boolean): number[] =>
    all.flatMap((unit) => (big ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]));

  describe.each([
    ["utf-16le", "UTF-16 LE", false],
    ["utf-16be", "UTF-16 BE", true],
  ] as const)("%s", (encoding, name, big) => {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });

    it("is what TextDecoder takes, at every limit of its halves", () => {
      const limits = [0x41, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff, 0x0a];
      for (const first of limits) {
        for (const second of limits) {
          for (const third of limits) {
            const bytes = units([0x61, first, second, third], big);
            let expected: string | undefined;
            try {
              expected = decoder.decode(Uint8Array.from(bytes));
            } catch {}
            expect(read(bytes, encoding).text, [first, second, third].join()).toBe(expected);
          }
        }
      }
    });

    it("says the line and the byte of the first half of a character", () => {
      const half = (before: string) => read(units([...latin(before), 0xd800, 0x62], big), encoding).refused;
      const said = (line: number, byte: number) =>
        `line ${line} is not ${name}: half a character at byte ${byte}; save the file as UTF-8`;
      expect(half("")).toBe(said(1, 0));
      expect(half("a\nb\n")).toBe(said(3, 8));
      expect(half("a\r\nb\r\n")).toBe(said(3, 12));
      expect(half("a\rb\r")).toBe(said(3, 8));
      expect(half("\n\n")).toBe(said(3, 4));
      // A second half alone, a first half at the end, and a byte too many.
      expect(read(units([0x61, 0xdc00], big), encoding).refused).toBe(said(1, 2));
      expect(read(units([0x61, 0x0a, 0xd83d], big), encoding).refused).toBe(said(2, 4));
      expect(read([...units([0x61, 0x0a], big), 0x61], encoding).refused).toBe(said(2, 4));
      expect(read([...units([0x61, 0x0d], big), 0x0a], encoding).refused).toBe(said(2, 4));
      expect(read([...units([0x61, 0xdc00, 0x61], big), 0x61], encoding).refused).toBe(said(1, 2));
      // After a whole character lines are counted on.
      expect(read(units([0xd83d, 0xde00, 0x0a, 0xd800, 0x62], big), encoding).refused).toBe(said(2, 6));
    });

    it("is read without its mark, which is a part of it", () => {
      expect(read(units([0xfeff, 0x61], big))).toEqual({ text: "a", notes: [] });
      expect(read(units([0xfeff, 0x61], big), encoding).text).toBe("a");
      expect(read(units([0xfefe, 0x61], big), encoding).text).toBe("\ufefea");
    });

    it("shows without a mark by zeros in more than a fifth of its bytes, nearly all on one side", () => {
      const isTaken = (bytes: readonly number[]) => read(bytes).text === read(bytes, encoding).text;
      // Zeros where those of Latin letters are, and on the other side.
      const bytes = (length: number, usual: number, other: number) => {
        const all = Array.from({ length }, () => 0x61);
        for (let k = 0; k < usual; k++) all[2 * k + (big ? 0 : 1)] = 0;
        for (let k = 0; k < other; k++) all[length - 2 - 2 * k + (big ? 1 : 0)] = 0;
        return all;
      };
      expect(isTaken(bytes(20, 5, 0))).toBe(true);
      expect(isTaken(bytes(20, 4, 0))).toBe(false);
      expect(isTaken(bytes(200, 41, 4))).toBe(true);
      expect(isTaken(bytes(200, 50, 4))).toBe(true);
      expect(isTaken(bytes(200, 50, 5))).toBe(false);
      // Only the first 1000 bytes are looked at.
      const plain = Array.from({ length: 1000 }, () => 0x61);
      expect(isTaken([...plain, ...bytes(1000, 500, 0)])).toBe(false);
      expect(isTaken([...bytes(1000, 201, 0), ...plain])).toBe(true);
      expect(isTaken([...bytes(1000, 200, 0), ...bytes(1000, 500, 0)])).toBe(false);
    });
  });
});

describe("what is no CSV", () => {
  it.each([
    ["50 4b 03 04", "a ZIP archive or an Excel workbook; save it as CSV"],
    ["d0 cf 11 e0", "an Excel workbook; save it as CSV"],
    ["1f 8b", "compressed by gzip; unpack it first"],
    ["50 41 52 31", "a Parquet file; write it as CSV"],
    ["89 50 4e 47", "a PNG picture; give a table of texts and numbers"],
    ["ff d8 ff", "a JPEG picture; give a table of texts and numbers"],
    ["47 49 46 38", "a GIF picture; give a table of texts and numbers"],
    ["25 50 44 46", "a PDF document; write its table as CSV"],
    ["89 48 44 46", "an HDF5 file; write its table as CSV"],
    ["93 4e 55 4d 50 59", "an array of NumPy; write it as CSV"],
    ["53 51 4c 69 74 65 20 66", "an SQLite database; write the table as CSV"],
    ["28 b5 2f fd", "compressed by zstd; unpack it first"],
    ["42 5a 68", "compressed by bzip2; unpack it first"],
    ["fd 37 7a 58 5a", "compressed by xz; unpack it first"],
    ["37 7a bc af", "a 7z archive; unpack it first"],
    ["ff fe 00 00", "UTF-32; save it as UTF-8"],
    ["00 00 fe ff", "UTF-32; save it as UTF-8"],
  ])("%s is the start of %s", (start, what) => {
    const bytes = start.split(" ").map((byte) => Number.parseInt(byte, 16));
    expect(read([...bytes, 0x61]).refused).toBe(`not CSV: it is ${what}`);
    for (const i of bytes.keys()) {
      const other = bytes.with(i, (bytes[i] ?? 0) ^ 0x08);
      expect(read([...other, 0x61]).refused ?? "", other.join()).not.toContain(`it is ${what}`);
    }
    // Who says the encoding has said that it is text.
    expect(read([...bytes, 0x61], "windows-1252").refused ?? "").not.toContain("not CSV");
  });

  it("has more than a twentieth of control characters in its first 1000 bytes, and more than five", () => {
    const isText = (controls: number, length: number, byte = 1) =>
      read(Array.from({ length }, (_, i) => (i < controls ? byte : 0x61))).refused === undefined;
    expect([isText(5, 10), isText(6, 10)]).toEqual([true, false]);
    expect([isText(10, 200), isText(11, 200)]).toEqual([true, false]);
    expect([isText(50, 1000), isText(51, 1000)]).toEqual([true, false]);
    expect([isText(50, 5000), isText(51, 5000)]).toEqual([true, false]);
    // Tabulators and ends of lines are none, nor is a blank.
    for (let byte = 0; byte <= 40; byte++) {
      const isControl = byte < 9 || (byte > 13 && byte < 32);
      if (byte !== 0) expect(isText(40, 100, byte), String(byte)).toBe(!isControl);
    }
    expect(
      read(
        Array.from({ length: 100 }, () => 1),
        "utf-8",
      ).text,
    ).toHaveLength(100);
  });
});
