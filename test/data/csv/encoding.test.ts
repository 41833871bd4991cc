import { describe, expect, it } from "vitest";
import { toUtf8 } from "../../../src/data/csv/encoding.js";
import { type CsvOptions, parseCsv } from "../../../src/data/csv.js";
import { refusal } from "./refusal.js";

const text = "name,y\nMüller,1\nMöller,5\n“Æther” – €,9\n";
const columns = ["name=Müller", "name=Möller", "name=“Æther” – €"].toSorted();
const y: CsvOptions = { target: "y" };

const utf16 = (of: string, mark: boolean, big = false): Uint8Array => {
  const bytes = Buffer.from(`${mark ? "\ufeff" : ""}${of}`, "utf16le");
  return Uint8Array.from(big ? bytes.swap16() : bytes);
};
/** Windows-1252 of a text whose characters are in Latin-1, or one of “”–€. */
const windows1252 = (of: string): Uint8Array =>
  Uint8Array.from(of, (character) => {
    const own = "“”–€".indexOf(character);
    return own < 0 ? character.charCodeAt(0) : ([0x93, 0x94, 0x96, 0x80][own] ?? Number.NaN);
  });

describe("encodings", () => {
  it.each<[string, Uint8Array, CsvOptions["encoding"]]>([
    ["UTF-8", new TextEncoder().encode(text), "utf-8"],
    ["UTF-8 with a byte order mark", new TextEncoder().encode(`\ufeff${text}`), "utf-8"],
    ["UTF-16 LE with a byte order mark", utf16(text, true), "utf-16le"],
    ["UTF-16 BE with a byte order mark", utf16(text, true, true), "utf-16be"],
    ["UTF-16 LE without", utf16(text, false), "utf-16le"],
    ["UTF-16 BE without", utf16(text, false, true), "utf-16be"],
    ["Windows-1252", windows1252(text), "windows-1252"],
  ])("reads %s, detected and asked for", (name, bytes, encoding) => {
    const before = bytes.slice();
    const { columns: found, notes } = parseCsv(bytes, y);
    expect(found).toEqual(columns);
    expect(notes.slice(0, -1)).toEqual(
      name === "Windows-1252"
        ? ["read as Windows-1252, since line 2 is not UTF-8 (byte 0xfc); `encoding` says another"]
        : [],
    );
    expect(parseCsv(bytes, { ...y, encoding: encoding ?? "detect" }).columns).toEqual(columns);
    expect(bytes).toEqual(before);
  });

  it("reads Latin-1, of which no byte lies between 0x80 and 0x9f", () => {
    expect(parseCsv(Buffer.from("n,y\nÅ,1\nß,2\nÿ,3\n", "latin1"), y).columns).toEqual(["n=Å", "n=ß", "n=ÿ"]);
  });

  it("refuses bytes that the encoding does not have, with the line of the first", () => {
    const bad = (bytes: readonly number[]) => Uint8Array.from([...Buffer.from("n,y\r\nü,1\r\n"), ...bytes]);
    expect(refusal(bad([0xfc, 0x2c, 0x32]), y)).toContain(
      "line 3 is not UTF-8 (byte 0xfc), although other lines",
    );
    for (const bytes of [
      [0xc3],
      [0xe2, 0x82],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0x80],
    ]) {
      expect(refusal(bad([...bytes, 0x2c, 0x32]), y), String(bytes)).toContain("line 3 is not UTF-8");
    }
    expect(refusal(Buffer.from("n,y\nü,1\n", "latin1"), { ...y, encoding: "utf-8" })).toContain(
      'line 2 is not UTF-8 (byte 0xfc); save it as UTF-8, or say its encoding: encoding: "windows-1252"',
    );
    expect(refusal(Buffer.from("n,y\nu,1\n\x81,2\n", "latin1"), y)).toContain(
      "line 3 has the byte 0x81, which is neither UTF-8 nor Windows-1252",
    );
    // An empty line at the start counts.
    expect(refusal(Buffer.from("\nn,y\nü,1\n", "latin1"), { ...y, encoding: "utf-8" })).toContain(
      "line 3 is",
    );
    expect(refusal(utf16("n,y\nu,1\n\ud800,2\n", true), y)).toContain(
      "line 3 is not UTF-16 LE: half a character",
    );
    expect(refusal(utf16("n,y\nu,1\n", true).subarray(0, 15), y)).toContain("is not UTF-16 LE");
  });

  it("reads every byte of Windows-1252 by the code page's own table", () => {
    const bytes = Array.from({ length: 128 }, (_, i) => 128 + i).filter(
      (byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xa0, 0xad].includes(byte),
    );
    const rows = bytes.flatMap((byte, i) => [0x61, byte, 0x62, 0x2c, 0x30 + (i % 10), 0x0a]);
    const { columns: read } = parseCsv(Uint8Array.of(0x6e, 0x2c, 0x79, 0x0a, ...rows, ...rows, ...rows), {
      ...y,
      encoding: "windows-1252",
    });
    // CP1252.TXT of the Unicode Consortium, from 0x80 on; those without one left out
    const page = [
      ...[0x20ac, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152],
      ...[0x017d, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a],
      ...[0x0153, 0x017e, 0x0178],
    ];
    const expected = bytes.map((byte, i) => `n=a${String.fromCodePoint(page[i] ?? byte)}b`);
    expect(read.toSorted()).toEqual(expected.toSorted());
  });

  it("advises no encoding that does not have the bytes", () => {
    // é and ü of the code page 437, of which Windows-1252 has the first only
    const page437 = Buffer.from("n,y\n\x82,1\n\x81,2\n", "latin1");
    const advice = "so the file is in an encoding that is not read here; save it as UTF-8";
    for (const encoding of ["detect", "windows-1252"] as const) {
      expect(refusal(page437, { ...y, encoding }).endsWith(advice), encoding).toBe(true);
    }
    expect(refusal(page437, { ...y, encoding: "utf-8" }).endsWith("(byte 0x82); save it as UTF-8")).toBe(
      true,
    );
    expect(refusal(Buffer.from("n,y\nä,1\n\x81,2\n", "latin1"), y)).not.toContain("encoding:");
  });

  it("refuses bytes that are no text, whatever kind of file they are", () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 256);
    expect(refusal(bytes, y)).toContain("not CSV: it is not a text, but bytes of another kind of file");
    expect(refusal(Buffer.from("a,y\n1\u0000,2\n3,4\n"), y)).not.toContain("not CSV");
  });

  it("says what else a file is", () => {
    const starts: [readonly number[], string][] = [
      [[0xd0, 0xcf, 0x11, 0xe0], "an Excel workbook; save it as CSV"],
      [[0x50, 0x41, 0x52, 0x31], "a Parquet file; write it as CSV"],
      [[0, 0, 0xfe, 0xff], "UTF-32; save it as UTF-8"],
      [[0x89, 0x50, 0x4e, 0x47], "a PNG picture"],
      [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
    ];
    for (const [start, what] of starts) {
      expect(refusal(Uint8Array.of(...start, 0x61, 0x0a), y)).toContain(what);
      // a file that only begins alike is read, or refused for what it is
      const almost = start.with(3, (start[3] ?? 0) ^ 1);
      expect(refusal(Uint8Array.of(...almost, 0x61, 0x0a), y)).not.toContain(what);
    }
    expect(refusal(Buffer.from("PK\x03\x04....", "latin1"), y)).toContain("Excel workbook; save it as CSV");
    expect(refusal(Uint8Array.of(0x1f, 0x8b, 8, 0), y)).toContain("compressed by gzip; unpack it first");
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), y)).toContain("UTF-32");
  });
});

it("finds a byte that is not UTF-8 wherever it stands, and wherever the text begins in memory", () => {
  const text = new TextEncoder().encode("x,y\n12,1\n34,2\n56,3\n");
  for (const offset of [0, 1, 2, 3]) {
    for (let at = 0; at < text.length; at++) {
      const memory = new Uint8Array(offset + text.length);
      memory.set(text, offset);
      memory[offset + at] = 0xff;
      expect(() => toUtf8(memory.subarray(offset), "utf-8", { name: "CSV", option: () => "" })).toThrow(
        "is not UTF-8 (byte 0xff)",
      );
    }
    expect(toUtf8(text.slice(0, offset), "utf-8", { name: "CSV", option: () => "" }).bytes.length).toBe(
      offset,
    );
  }
});

it("says of nothing but a byte order mark that it has no rows", () => {
  expect(() => parseCsv(Uint8Array.of(0xef, 0xbb, 0xbf), { target: "y" })).toThrow("it has no rows");
});
