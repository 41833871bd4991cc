import { expect, it } from "vitest";
import { Layout } from "../../src/engine/arena.js";
import { bindRandomFill } from "../../src/engine/kernel/index.js";
import { drawSource, fillDraw, reserveDraw } from "../../src/engine/training/draws.js";
import type { Draw } from "../../src/engine/training/graph.js";
import { batch, input, type Shape } from "../../src/graph/index.js";
import { normalQuantile } from "../../src/random/normal.js";
import { philox4x32 } from "../../src/random/philox.js";
import { streamKey } from "../../src/random/random.js";

const mask = (name: string, shape: Shape = [batch, 40]): Draw => ({
  kind: "bernoulli",
  name,
  tensor: input(name, shape),
  keep: 0.5,
  scale: 2,
});

const normal = (name: string, shape: Shape = [batch, 40]): Draw => ({
  kind: "normal",
  name,
  tensor: input(name, shape),
});

const drawn = (draw: Draw, { seed = 1, step = 0, size = 3 } = {}) =>
  Array.from(drawSource([draw], seed)(size, step)[draw.name]?.data ?? [], Number);

it.each([mask, normal])(
  "what a network in use is given is a function of seed, name and draw alone",
  (make) => {
    const first = drawn(make("dropout1"));
    expect(first).toHaveLength(120);
    expect(drawn(make("dropout1"))).toEqual(first);
    expect(drawn(make("dropout2"))).not.toEqual(first);
    expect(drawn(make("dropout1"), { seed: 2 })).not.toEqual(first);
    expect(drawn(make("dropout1"), { step: 1 })).not.toEqual(first);
    expect(drawn(make("dropout1"), { size: 2 })).toEqual(first.slice(0, 80));
    const together = drawSource([make("dropout2"), make("dropout1")], 1)(3, 0);
    expect(Array.from(together.dropout1?.data ?? [], Number)).toEqual(first);
  },
);

it("masks are 0 or their scale, normal draws have mean 0 and standard deviation 1", () => {
  expect(new Set(drawn(mask("m")))).toEqual(new Set([0, 2]));
  const values = drawn(normal("z"), { size: 2500 });
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  // Five standard errors of 100,000 draws.
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
});

it("normal draws are the quantiles of the documented Philox words", () => {
  const values = drawn(normal("z", [batch, 21]), { seed: 5, step: 2, size: 2 });
  const key = streamKey(5, "thinned z");
  const words = new Uint32Array(4);
  values.forEach((value, i) => {
    philox4x32([4 * Math.floor(i / 16) + (i % 4), 0, 2, 0], key, words);
    const word = words[Math.floor(i / 4) % 4] ?? 0;
    expect(value).toBe(Math.fround(normalQuantile((word + 0.5) / 2 ** 32)));
  });
});

/** What the examples from `first` on are given in a step. */
const part = (draw: Draw, first: number, size: number): number[] => {
  const layout = new Layout();
  const place = reserveDraw(layout, draw, size);
  const behind = layout.reserve(1);
  const arena = layout.allocate();
  arena.view(behind).fill(777);
  const fill = bindRandomFill(arena.memory);
  fillDraw(fill, arena, draw, place, { purpose: "p", seed: 3, step: 7, size, first });
  expect(arena.view(behind)[0]).toBe(777);
  return [...arena.view(place)];
};

it.each([mask("m", [batch, 7]), normal("z", [batch, 7]), mask("j", ["3*batch", 5])])(
  "an example of a step is given the same whatever its batch or process: $kind $name",
  (draw) => {
    const all = part(draw, 0, 24);
    const perExample = all.length / 24;
    for (const [first, size] of [
      [0, 5],
      [5, 3],
      [8, 15],
      [23, 1],
    ] as const) {
      expect(part(draw, first, size)).toEqual(all.slice(perExample * first, perExample * (first + size)));
    }
  },
);

it("what is drawn for weights is the same for all examples of a step", () => {
  const weights = mask("w", [6, 5]);
  expect(part(weights, 9, 4)).toEqual(part(weights, 0, 1));
});
