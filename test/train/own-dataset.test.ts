import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { moons } from "../../src/data/toys.js";
import { linear, SteepestError } from "../../src/index.js";
import { fit } from "../../src/train/fit.js";
import { tuneRate } from "../../src/train/tune-rate.js";
import { withInputs } from "../support/rows.js";

const good = moons({ n: 12, seed: 0 });

/** Somebody's own dataset, of which one input of example 7 is another number. */
const withInput = (wrong: number): Dataset =>
  withInputs({ ...good, name: "own" }, (inputs, indices) => {
    const row = indices.indexOf(7);
    if (row >= 0) inputs[2 * row + 1] = wrong;
  });

describe.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "an input that is %d in a dataset of one's own",
  (wrong) => {
    const own = withInput(wrong);
    const message = `dataset "own": input 1 of example 7 is ${wrong}; fill or drop it first`;

    it.each([
      ["the training part", own, {}],
      ["the training part without preprocessing", own, { preprocess: "none" as const }],
      ["the validation part", { train: good, validation: own }, {}],
      ["the test part", { train: good, test: own }, {}],
    ])("is named by fit: %s", async (_, data, options) => {
      let begun = false;
      const callbacks = [
        {
          onStepEnd: () => {
            begun = true;
          },
        },
      ];
      const run = fit(linear(2), data, { epochs: 1, callbacks, ...options });
      await expect(run).rejects.toThrow(SteepestError);
      await expect(run).rejects.toThrow(message);
      expect(begun).toBe(false);
    });

    it("is named by evaluate and tuneRate", async () => {
      const run = await fit(linear(2), good, { epochs: 1 });
      await expect(run.evaluate(own)).rejects.toThrow(message);
      await run.release();
      await expect(tuneRate(linear(2), own, { preprocess: "none" })).rejects.toThrow(message);
    });
  },
);
