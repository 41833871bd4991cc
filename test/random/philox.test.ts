import { describe, expect, it } from "vitest";
import { philox4x32 } from "../../src/random/philox.js";

/** The known-answer vectors published with Random123: counter, key, output. */
const knownAnswers = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

describe("philox4x32", () => {
  it.each(knownAnswers)("counter %j under key %j", (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox4x32(counter, key, out);
    expect([...out]).toEqual(expected);
  });

  it("agrees with 64-bit integer arithmetic on any block", () => {
    const mask = 0xffffffffn;
    const out = new Uint32Array(4);
    for (let trial = 0; trial < 200; trial++) {
      philox4x32([trial, 1, 2, 3], [4, trial], out);
      const counter = [...out];
      philox4x32([trial, 5, 6, 7], [8, 9], out);
      const key = [out[0] ?? 0, out[1] ?? 0];
      let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
      let [k, l] = key.map(BigInt) as [bigint, bigint];
      for (let round = 0; round < 10; round++) {
        const p = 0xd2511f53n * a;
        const q = 0xcd9e8d57n * c;
        [a, b, c, d] = [(q >> 32n) ^ b ^ k, q & mask, (p >> 32n) ^ d ^ l, p & mask];
        k = (k + 0x9e3779b9n) & mask;
        l = (l + 0xbb67ae85n) & mask;
      }
      philox4x32(counter, key, out);
      expect([...out]).toEqual([a, b, c, d].map(Number));
    }
  });
});
