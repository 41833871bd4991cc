import { expect, it } from "vitest";
import { blockAround, blocksOf } from "../../scripts/mutation/blocks.js";
import { parse } from "../../scripts/mutation/source.js";

const text = "const limit = 3;\nexport const scaled = (x: number, by = 2) => {\n  return x * by;\n};\n";

it("a mistake in a function's head runs where its body does, one beside functions where the file does", () => {
  const source = parse("a.ts", text);
  const blocks = blocksOf(source);
  const at = (part: string) => blockAround(blocks, text.indexOf(part));
  expect(at("2")).toBe(at("x * by"));
  expect(at("3")).toBe(0);
  expect(at("x * by")).not.toBe(0);
});
