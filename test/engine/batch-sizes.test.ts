import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import type { Engine } from "../../src/engine/engine.js";
import { nodeEngine } from "../../src/engine/node.js";
import { openSession } from "../../src/engine/training/open.js";
import * as graph from "../../src/graph/index.js";
import { batch, input } from "../../src/graph/index.js";
import { gradientDescent } from "../../src/optim/index.js";
import { numbers } from "./lowering/chains.js";

const x = input("x", [batch, 3, 4, 4]);
const w = input("w", [16, 3, 3, 3]);
const loss = graph.mean(graph.square(graph.conv(x, w, { padding: 1 })));
const weights = Float32Array.from(numbers(16 * 27, 1));

const gradientOf = async (values: readonly number[]) => {
  const [gradient] = graph.grad(loss, [w]);
  const program = await compile({ inputs: [x, w], outputs: { gradient } });
  const results = await program.run({ x: values, w: weights });
  await program.release();
  return Array.from(results.gradient.data, Number);
};

/** The engine, and how many models it was given that are still in use. */
const counting = (): { engine: Engine; inUse: () => number; loaded: () => number } => {
  let [inUse, loaded] = [0, 0];
  const engine: Engine = {
    ...nodeEngine,
    load: async (model, options) => {
      const session = await nodeEngine.load(model, options);
      inUse += 1;
      loaded += 1;
      return {
        run: (feeds) => session.run(feeds),
        bind: (inputs, outputs) => session.bind(inputs, outputs),
        release: async () => {
          inUse -= 1;
          await session.release();
        },
      };
    },
  };
  return { engine, inUse: () => inUse, loaded: () => loaded };
};

describe("training on convolutions", () => {
  it("computes the same for batches of any size, with one model for full ones and one for all others", async () => {
    const { engine, inUse, loaded } = counting();
    const rule = gradientDescent({ learningRate: 1 });
    const session = await openSession(
      {
        loss,
        metrics: {},
        data: [x],
        parameters: [
          { name: "w", tensor: w, shape: [16, 3, 3, 3], initialize: (values) => values.set(weights), rule },
        ],
        states: [],
        draws: [],
        batchSize: 4,
        seed: 0,
      },
      engine,
      { threads: 2 },
    );
    expect(loaded()).toBe(1);
    for (const size of [4, 3, 1, 4, 2]) {
      const values = numbers(size * 48, size);
      session.batch(size).x?.set(values);
      await session.accumulate(size, { step: 0, steps: 1, stepsPerEpoch: 1 });
      const { w: found } = await session.gradients();
      session.discardGradients();
      const expected = await gradientOf(values);
      const worst = expected.reduce((most, g, i) => Math.max(most, Math.abs(g - Number(found?.data[i]))), 0);
      expect(worst, `${size} examples`).toBeLessThan(1e-6);
    }
    expect(loaded()).toBe(2);
    await session.release();
    expect(inUse()).toBe(0);
  });
});
