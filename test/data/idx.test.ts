import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readIdx } from "../../src/data/idx.js";
import { SteepestError } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "steepest-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));
const real = fileURLToPath(new URL("../../../shared/data/mnist", import.meta.url));

const header = (type: number, shape: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 + 4 * shape.length);
  bytes.writeUInt32BE(type * 256 + shape.length, 0);
  shape.forEach((extent, axis) => {
    bytes.writeUInt32BE(extent, 4 + 4 * axis);
  });
  return bytes;
};
const idx = (type: number, shape: readonly number[], data: Uint8Array) =>
  Buffer.concat([header(type, shape), data]);
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

/** Checks that reading fails with one line that names the file and matches. */
const refuses = async (path: string, message: RegExp, limit?: number) => {
  const error = await readIdx(path, limit === undefined ? {} : { limit }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SteepestError);
  const text = error instanceof Error ? error.message : "";
  expect(text).toMatch(message);
  expect(text.startsWith(path)).toBe(true);
  expect(text).not.toContain("\n");
};

describe("readIdx", () => {
  const kinds = [
    ["uint8", 0x08, "00ff", Uint8Array.of(0, 255)],
    ["int8", 0x09, "ff7f", Int8Array.of(-1, 127)],
    ["int16", 0x0b, "fffe012c", Int16Array.of(-2, 300)],
    ["int32", 0x0c, "fffffffe042c1d80", Int32Array.of(-2, 70_000_000)],
    ["float32", 0x0d, "3fc00000be800000", Float32Array.of(1.5, -0.25)],
    ["float64", 0x0e, "400921fb54442d18c000000000000000", Float64Array.of(Math.PI, -2)],
  ] as const;

  it.each(kinds)("reads %s, plain and gzipped", async (name, type, hex, expected) => {
    const content = idx(type, [1, 2], Buffer.from(hex, "hex"));
    for (const path of [file(name, content), file(`${name}.gz`, gzipSync(content))]) {
      const read = await readIdx(path);
      expect(read.shape).toEqual([1, 2]);
      expect(read.data).toEqual(expected);
    }
  });

  it("reads data of many stream chunks, and tells gzip by content, not by name", async () => {
    const data = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 7);
    const path = file("large-named-plain", gzipSync(idx(0x08, [3, 1000, 1000], data), { level: 1 }));
    const read = await readIdx(path);
    expect(Buffer.compare(Buffer.from(read.data.buffer), Buffer.from(data))).toBe(0);
    const plain = await readIdx(file("large.gz", idx(0x08, [3, 1000, 1000], data)));
    expect(Buffer.compare(Buffer.from(plain.data.buffer), Buffer.from(data))).toBe(0);
  });

  it("refuses what is not there or not a file", async () => {
    await refuses(join(folder, "absent"), /no such file/);
    await refuses(folder, /is a folder/);
  });

  const good = idx(0x08, [50, 40], Buffer.from(Uint8Array.from({ length: 2000 }, (_, i) => (i * 7919) >> 3)));
  const packed = gzipSync(good);

  it("refuses a truncated gzip, wherever it ends", async () => {
    for (const length of [3, 12, 25, packed.length >> 1, packed.length - 9, packed.length - 1]) {
      await refuses(file("cut.gz", packed.subarray(0, length)), /truncated|too short|ends within/);
    }
  });

  it("refuses a corrupt gzip", async () => {
    const flipped = Buffer.from(packed);
    flipped[packed.length - 6] = (flipped[packed.length - 6] ?? 0) ^ 0xff;
    await refuses(file("checksum.gz", flipped), /gzip stream is corrupt/);
    const noise = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(100, 0x5a)]);
    await refuses(file("noise.gz", noise), /gzip stream is corrupt/);
  });

  it("refuses a wrong magic number", async () => {
    await refuses(file("png", Buffer.from("\x89PNG....", "latin1")), /wrong magic number 0x89504e47/);
    await refuses(file("type", idx(0x0a, [1], Buffer.alloc(1))), /wrong magic number 0x00000a01/);
    await refuses(file("rank", Buffer.from([0, 0, 8, 0])), /wrong magic number 0x00000800/);
    await refuses(file("html.gz", gzipSync("<html>not found</html>")), /wrong magic number/);
  });

  it("refuses a header that ends early", async () => {
    await refuses(file("empty", Buffer.alloc(0)), /ends within the IDX header, after 0 bytes/);
    await refuses(file("short", good.subarray(0, 9)), /ends within the IDX header, after 9 bytes/);
    await refuses(
      file("short.gz", gzipSync(good.subarray(0, 9))),
      /ends within the IDX header, after 9 bytes/,
    );
  });

  it("refuses fewer bytes than the dimensions say", async () => {
    await refuses(
      file("few", good.subarray(0, good.length - 1)),
      /promises 2000 bytes.*\[50,40\].*too short/,
    );
    await refuses(file("few.gz", gzipSync(good.subarray(0, 1500))), /ends after 1488 of the 2000 bytes/);
  });

  it("refuses trailing bytes", async () => {
    const longer = Buffer.concat([good, Buffer.alloc(1)]);
    await refuses(file("more", longer), /more bytes follow than the 2000/);
    await refuses(file("more.gz", gzipSync(longer)), /more bytes follow than the 2000/);
  });

  it("refuses more than the limit before taking memory", async () => {
    await refuses(file("limit", good), /promises 2000 bytes.*limit is 1999/, 1999);
    expect((await readIdx(file("limit", good), { limit: 2000 })).data.length).toBe(2000);
    const huge = header(0x0e, [0xffffffff, 0xffffffff, 0xffffffff]);
    await refuses(file("huge", huge), /limit is 2147483648/);
    await refuses(file("huge.gz", gzipSync(huge)), /limit is 2147483648/);
    await refuses(file("bomb.gz", gzipSync(header(0x08, [2 ** 30]))), /promises 1073741824 bytes.*too short/);
  });

  it.skipIf(!existsSync(real))("reads the real MNIST labels", async () => {
    const { shape, data } = await readIdx(join(real, "t10k-labels-idx1-ubyte.gz"));
    expect(shape).toEqual([10_000]);
    expect([...data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});
