import { expect, test } from "vitest";
import { missing } from "../src/missing.js";

test("an element that must be there and is not is an internal error, not a number", () => {
  const values = [1, 2];
  expect(() => values.map((_, i) => values[i + 1] ?? missing())).toThrow("internal error");
});
