import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTensors } from "../../src/checkpoint/decode.js";
import { encodeTensors, headerBytes, type Tensors } from "../../src/checkpoint/encode.js";
import type { StoredTensor } from "../../src/checkpoint/tensor.js";
import { SteepestError } from "../../src/errors.js";

const read = (bytes: Uint8Array) =>
  decodeTensors({
    size: bytes.length,
    read: async (into, position) => into.set(bytes.subarray(position, position + into.length)),
  });

const floats = (...values: number[]): StoredTensor => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});

const every = new Map<string, StoredTensor>([
  ["flags", { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ["weight", { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, -0, Number.NaN, 4) }],
  ["bytes", { dtype: "uint8", shape: [2, 1], data: Uint8Array.of(7, 255) }],
  ["scalar", { dtype: "float64", shape: [], data: Float64Array.of(Math.PI) }],
  ["none", { dtype: "float32", shape: [0, 4], data: new Float32Array(0) }],
  ["ids", { dtype: "int64", shape: [1], data: BigInt64Array.of(-(2n ** 63n)) }],
  ["numbers", { dtype: "int32", shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
  ["__proto__", floats(5)],
]);

/** The bytes of a file with any header, and data behind it. */
const file = (header: unknown, data = new Uint8Array(0)): Uint8Array => {
  const text = typeof header === "string" ? Buffer.from(header) : undefined;
  const start = text
    ? Buffer.concat([new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer), text])
    : headerBytes(header as object);
  return Buffer.concat([start, data]);
};

const entry = (from: number, to: number, shape: unknown = [(to - from) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

describe("a safetensors file", () => {
  it("gives back every type bit for bit, any name, and texts", async () => {
    const metadata = { format: "pt", note: 'a "quoted" text: {}\n✓' };
    const back = await read(encodeTensors(every, metadata));
    expect(back.checked).toBe(true);
    expect(Object.fromEntries(back.metadata)).toMatchObject(metadata);
    expect([...back.tensors.keys()].sort()).toEqual([...every.keys()].sort());
    for (const [name, tensor] of every) expect(back.tensors.get(name)).toStrictEqual(tensor);
  });

  it("is laid out as the format says, its numbers aligned to their own size", () => {
    const bytes = Buffer.from(encodeTensors(every));
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const { __metadata__, ...entries } = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >;
    const spans = Object.values(entries).map(({ data_offsets }) => data_offsets);
    expect(Math.max(...spans.map(([, to]) => to))).toBe(bytes.length - 8 - length);
    const [from = 0] = entries.scalar?.data_offsets ?? [];
    expect(from % 8).toBe(0);
    expect(bytes.readDoubleLE(8 + length + from)).toBe(Math.PI);
    expect(entries.weight).toMatchObject({ dtype: "F32", shape: [2, 2] });
  });

  it("carries the SHA-256 of itself with zeros in its own place", () => {
    const text = Buffer.from(encodeTensors(every)).toString("latin1");
    const [, sum = ""] = /"steepest\.sha256":"([0-9a-f]{64})"/.exec(text) ?? [];
    const blank = Buffer.from(text.replace(sum, "0".repeat(64)), "latin1");
    expect(createHash("sha256").update(blank).digest("hex")).toBe(sum);
  });

  it("of another program is read without a checksum", async () => {
    const { tensors, checked } = await read(file({ a: entry(0, 8, [2, 1]) }, new Uint8Array(8)));
    expect(checked).toBe(false);
    expect(tensors.get("a")).toStrictEqual({ dtype: "float32", shape: [2, 1], data: Float32Array.of(0, 0) });
  });

  it("is not written of numbers that are not as many as the shape says, or of another kind", () => {
    const encode = (tensor: object) => () => encodeTensors(new Map([["w", tensor]]) as Tensors);
    expect(encode({ dtype: "float32", shape: [3], data: Float32Array.of(1) })).toThrow(
      'the tensor "w" of shape [3] needs 3 numbers in a Float32Array, got a Float32Array of 1',
    );
    expect(encode({ dtype: "float32", shape: [1], data: Float64Array.of(1) })).toThrow(/got a Float64Array/);
    expect(() => encodeTensors(new Map([["__metadata__", floats(1)]]))).toThrow(/cannot be called/);
  });
});

describe("a file that is none, or damaged, is refused in one line", () => {
  const eight = new Uint8Array(8);
  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /^it has 0 bytes, which is no safetensors file$/],
    [
      "a picture",
      Buffer.from("\x89PNG\r\n\x1a\n and more"),
      /^its header would have \d+ bytes, and the file has 18;/,
    ],
    [
      "a header of 9 exabytes",
      Buffer.concat([new Uint8Array(8).fill(0x7f), eight]),
      /header would have 918\d+ bytes/,
    ],
    ["no JSON", file("{"), /^its header is not JSON; the file is damaged, or something else/],
    ["a list", file("[]"), /not a JSON object/],
    [
      "a name twice",
      file(`{"a":${JSON.stringify(entry(0, 8))},"\\u0061":${JSON.stringify(entry(0, 8))}}`, eight),
      /^its header names "a" twice/,
    ],
    ["an overlap", file({ a: entry(0, 8), b: entry(4, 8) }, eight), /the numbers of "b" overlap others/],
    ["a gap", file({ a: entry(0, 4), b: entry(8, 12) }, new Uint8Array(12)), /"b" leave a gap/],
    [
      "numbers that were cut off",
      file({ a: entry(0, 16) }, eight),
      /its tensors need 16 bytes and there are 8/,
    ],
    ["numbers too many", file({ a: entry(0, 4) }, eight), /need 4 bytes and there are 8/],
    [
      "a shape of other size",
      file({ a: entry(0, 8, [3]) }, eight),
      /"a" of shape \[3\] needs 12 bytes and has 8/,
    ],
    [
      "a shape beyond all numbers",
      file({ a: entry(0, 8, [2 ** 50, 2 ** 50]) }, eight),
      /needs .* bytes and has 8/,
    ],
    ["a negative shape", file({ a: entry(0, 8, [-2, -1]) }, eight), /has no shape/],
    ["a shape that is a text", file({ a: entry(0, 8, "2") }, eight), /has no shape/],
    ["an unknown type", file({ a: entry(0, 8, [4], "BF16") }, eight), /"a" is of type "BF16"; F32, F64/],
    ["no type", file({ a: { shape: [2], data_offsets: [0, 8] } }, eight), /has no dtype/],
    ["no offsets", file({ a: { dtype: "F32", shape: [2] } }, eight), /has no data_offsets/],
    ["an entry that is a number", file({ a: 1 }), /"a" is not an object/],
    ["texts that are numbers", file({ __metadata__: { a: 1 } }), /__metadata__ are not texts by name/],
    ["texts that are a list", file({ __metadata__: ["a"] }), /__metadata__ are not texts by name/],
    [
      "our texts without a checksum",
      file({ __metadata__: { "steepest.state": "{}" } }),
      /checksum is not that of its content/,
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(SteepestError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  it("bytes that are no text", async () => {
    await expect(read(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xc3))).rejects.toThrow(
      /^its header is no text; the file is damaged/,
    );
  });
});

describe("whatever happens to a file, it gives its numbers or an error in one line", () => {
  const whole = encodeTensors(every, { "steepest.state": JSON.stringify({ step: 12, seed: 3 }) });

  const refusedOrSame = async (bytes: Uint8Array) => {
    try {
      const { tensors, metadata } = await read(bytes);
      expect(tensors).toStrictEqual((await read(whole)).tensors);
      expect(metadata.get("steepest.state")).toBe('{"step":12,"seed":3}');
    } catch (error) {
      expect(error).toBeInstanceOf(SteepestError);
      expect((error as Error).message).not.toContain("\n");
    }
  };

  it("cut off at any byte", async () => {
    for (let length = 0; length < whole.length; length++) {
      await expect(read(whole.subarray(0, length))).rejects.toThrow(SteepestError);
    }
  });

  it("any single bit turned", async () => {
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = whole.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(read(bytes), `bit ${bit}`).rejects.toThrow(SteepestError);
    }
  });

  it("several bytes replaced, removed or put in", async () => {
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      remove: fc.nat(12),
      put: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = changes.reduce<Uint8Array>(
          (all, { at, remove, put }) => Buffer.concat([all.subarray(0, at), put, all.subarray(at + remove)]),
          whole,
        );
        await refusedOrSame(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it("any bytes, and any header", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await expect(read(bytes)).rejects.toThrow(SteepestError);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.uint8Array({ maxLength: 32 }), async (json, data) => {
        await read(file(json, data)).catch((error: unknown) => expect(error).toBeInstanceOf(SteepestError));
      }),
      { numRuns: 300 },
    );
  });
});
