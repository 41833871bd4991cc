import { expect, it } from "vitest";
import { minus, over, plus, product, same, times } from "../../src/onnx/import/dims.js";
import type { KnownNumber } from "../../src/onnx/import/value.js";

// undefined: left to the runtime.
it.each<[string, typeof plus, KnownNumber, KnownNumber, KnownNumber | undefined]>([
  ["+", plus, 2, 3, 5],
  ["+", plus, "batch", "3*batch", "4*batch"],
  ["+", plus, 0, "3*batch", "3*batch"],
  ["+", plus, "3*batch", 0, "3*batch"],
  ["+", plus, "batch", 1, undefined],
  ["+", plus, 1, "batch", undefined],
  ["+", plus, 2 ** 53 - 1, 1, undefined],
  ["+", plus, 2n ** 62n, 1, undefined],
  ["-", minus, 2, 3, -1],
  ["-", minus, "3*batch", "batch", "2*batch"],
  ["-", minus, "batch", "batch", 0],
  ["-", minus, "batch", "2*batch", undefined],
  ["-", minus, "batch", 0, "batch"],
  ["-", minus, 0, "batch", undefined],
  ["·", times, -2, 3, -6],
  ["·", times, 0, -3, 0],
  ["·", times, "2*batch", 3, "6*batch"],
  ["·", times, 3, "batch", "3*batch"],
  ["·", times, 0, "batch", 0],
  ["·", times, -1, "batch", undefined],
  ["·", times, "batch", "batch", undefined],
  ["·", times, 2 ** 30, 2 ** 30, undefined],
  ["/", over, 7, 2, 3],
  ["/", over, -7, 2, -3],
  ["/", over, -1, 2, 0],
  ["/", over, 7, 0, undefined],
  ["/", over, "6*batch", 3, "2*batch"],
  ["/", over, "4*batch", 3, undefined],
  ["/", over, "6*batch", "4*batch", 1],
  ["/", over, 4, "batch", undefined],
  ["/", over, "batch", -1, undefined],
  ["=", same, 2, 2, 1],
  ["=", same, 2, 3, 0],
  ["=", same, 2n ** 62n, 2n ** 62n, 1],
  ["=", same, 2n ** 62n, 2n ** 62n + 1n, 0],
  ["=", same, "batch", "batch", 1],
  ["=", same, "batch", -1, 0],
  ["=", same, -1, "2*batch", 0],
  ["=", same, "batch", 0, undefined],
  ["=", same, "batch", 3, undefined],
  ["=", same, "batch", "2*batch", undefined],
])("%s: %o", (_name, operation, a, b, expected) => {
  const result = operation(a, b);
  expect(result).toBe(expected);
});

it("products of a shape", () => {
  expect(product([])).toBe(1);
  expect(product([2, "batch", 3])).toBe("6*batch");
  expect(product(["batch", 0])).toBe(0);
  expect(product(["batch", 2, "batch"])).toBe(undefined);
});
