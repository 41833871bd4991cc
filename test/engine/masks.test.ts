import { expect, it } from "vitest";
import { maskSource } from "../../src/engine/training/masks.js";
import { batch, input } from "../../src/graph/index.js";

const mask = (name: string, keep = 0.5) => ({ name, tensor: input(name, [batch, 40]), keep, scale: 2 });

const drawn = (name: string, { seed = 1, draw = 0, size = 3 } = {}) =>
  Array.from(maskSource([mask(name)], seed)(size, draw)[name]?.data ?? [], Number);

it("masks of a network in use are a function of seed, name and draw alone", () => {
  const first = drawn("dropout1");
  expect(first).toHaveLength(120);
  expect(new Set(first)).toEqual(new Set([0, 2]));
  expect(drawn("dropout1")).toEqual(first);
  expect(drawn("dropout2")).not.toEqual(first);
  expect(drawn("dropout1", { seed: 2 })).not.toEqual(first);
  expect(drawn("dropout1", { draw: 1 })).not.toEqual(first);
  expect(drawn("dropout1", { size: 2 })).toEqual(first.slice(0, 80));
  const together = maskSource([mask("dropout2"), mask("dropout1")], 1)(3, 0);
  expect(Array.from(together.dropout1?.data ?? [], Number)).toEqual(first);
});
