import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { batch, input } from "../../src/graph/index.js";
import { binaryCrossEntropy, crossEntropy, huber, type Loss, meanSquaredError } from "../../src/nn/index.js";

const { log } = Math;

/** The loss of outputs, `width` for each example, against targets. */
const measured = async (loss: Loss, width: number, output: readonly number[], target: readonly number[]) => {
  const z = input("z", [batch, width]);
  const t = input("t", loss.target === "class" ? [batch] : [batch, width]);
  const program = await compile({ inputs: [z, t], outputs: { value: loss.of(z, t) } }, { threads: 1 });
  const { value } = await program.run({ z: output, t: target });
  await program.release();
  return Number(value.data[0]);
};

describe("losses have the values that one computes by hand", () => {
  // Logits 0, log 2 and log 5 are probabilities 1/8, 2/8 and 5/8.
  const logits = [0, log(2), log(5)];

  it("crossEntropy, with and without label smoothing", async () => {
    expect(await measured(crossEntropy(), 3, logits, [2])).toBeCloseTo(-log(5 / 8), 6);
    // Smoothing of 0.3 over three classes: 0.1 for each, and 0.7 more for the right one.
    const smoothed = -(0.1 * log(1 / 8) + 0.1 * log(2 / 8) + 0.8 * log(5 / 8));
    expect(await measured(crossEntropy({ labelSmoothing: 0.3 }), 3, logits, [2])).toBeCloseTo(smoothed, 6);
    const two = await measured(crossEntropy(), 3, [...logits, ...logits], [0, 1]);
    expect(two).toBeCloseTo((log(8) + log(4)) / 2, 6);
  });

  it("binaryCrossEntropy", async () => {
    // A logit of log 3 is a probability of 3/4.
    expect(await measured(binaryCrossEntropy(), 1, [log(3)], [1])).toBeCloseTo(log(4 / 3), 6);
    expect(await measured(binaryCrossEntropy(), 1, [log(3)], [0])).toBeCloseTo(log(4), 6);
    const quarter = 0.25 * log(4 / 3) + 0.75 * log(4);
    expect(await measured(binaryCrossEntropy(), 2, [log(3), log(3)], [0.25, 1])).toBeCloseTo(
      (quarter + log(4 / 3)) / 2,
      6,
    );
  });

  it("meanSquaredError", async () => {
    expect(await measured(meanSquaredError(), 2, [1, -2, 3, 0], [0, 0, 0, 2])).toBe((1 + 4 + 9 + 4) / 4);
  });

  it("huber: half the square up to delta, which is 1 by default, and a line beyond", async () => {
    expect(await measured(huber(), 1, [0.5], [0])).toBe(0.125);
    expect(await measured(huber(), 1, [1], [0])).toBe(0.5);
    expect(await measured(huber(), 1, [-3], [0])).toBe(2.5);
    expect(await measured(huber({ delta: 2 }), 2, [3, 0.5], [0, 0])).toBe((4 + 0.125) / 2);
  });

  it("crossEntropy refuses a smoothing that leaves nothing of the target, and huber a delta without a width", () => {
    for (const labelSmoothing of [1, -0.1, Number.NaN]) {
      expect(() => crossEntropy({ labelSmoothing })).toThrow(/labelSmoothing must be in \[0, 1\), got/);
    }
    for (const delta of [0, -1, Number.NaN]) {
      expect(() => huber({ delta })).toThrow(`huber: delta must be positive, got ${delta}`);
    }
  });
});
