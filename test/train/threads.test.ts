import { expect, it } from "vitest";
import { dataset } from "../../src/data/memory.js";
import type { Engine } from "../../src/engine/engine.js";
import { nodeEngine } from "../../src/engine/node.js";
import { conv2d, globalAveragePool, type Layer, linear, sequential } from "../../src/nn/index.js";
import { createTrainer } from "../../src/train/index.js";

/** The threads that the models of a training are loaded with, as it was left to them. */
const threadsOf = async (net: Layer, inputShape: readonly number[]) => {
  const seen = new Set<number | undefined>();
  const engine: Engine = {
    ...nodeEngine,
    load: (model, options) => {
      seen.add(options?.threads);
      return nodeEngine.load(model, options);
    },
  };
  const count = inputShape.reduce((a, b) => a * b, 8);
  const data = dataset({
    name: "eight examples",
    inputs: Float32Array.from({ length: count }, (_, i) => i % 5),
    targets: [0, 1, 0, 1, 0, 1, 0, 1],
    inputShape,
    classes: 2,
  });
  const trainer = await createTrainer(net, { data, batchSize: 8, engine });
  await trainer.release();
  return [...seen];
};

it("a step of little work runs on one thread, one of much on all, however few weights there are", async () => {
  expect(await threadsOf(linear(2), [16])).toEqual([1]);
  // 8 examples x 24² places x 9·1·8 + 9·8·8 multiply-adds are 3 million, of 650 weights.
  const filters = sequential(conv2d(8), conv2d(8), globalAveragePool(), linear(2));
  expect(await threadsOf(filters, [1, 24, 24])).toEqual([undefined]);
});
