import { describe, expect, it } from "vitest";
import { buildModel, he, initialValues, type Layer, leakyRelu, linear } from "../../src/nn/index.js";
import { compileLayer } from "./train-once.js";

/** The initial values of a layer's first parameter. */
const firstValues = (layer: Layer, inputs: number): Float32Array => {
  const [parameter] = buildModel(layer, [inputs]).parameters;
  if (!parameter) throw new Error("no parameter");
  return initialValues(parameter, 7);
};

describe("layers without options", () => {
  it("leakyRelu has a slope of 0.01", async () => {
    const { y } = await (await compileLayer(leakyRelu(), [3])).use({ input: [-100, 0, 2] });
    expect(y?.map((value) => Math.round(1e6 * value) / 1e6)).toEqual([-1, 0, 2]);
  });

  it("linear starts from He's normal initialisation: variance 2 / n_in", () => {
    const weights = firstValues(linear(400), 100);
    expect(weights).toEqual(firstValues(linear(400, { init: he() }), 100));
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    // 40,000 numbers: the standard error of their variance is 0.7 % of it.
    expect(variance / (2 / 100)).toBeGreaterThan(0.97);
    expect(variance / (2 / 100)).toBeLessThan(1.03);
    // Of uniform numbers of that variance none would be beyond √3 standard deviations.
    expect(weights.some((w) => Math.abs(w) > 2.5 * Math.sqrt(2 / 100))).toBe(true);
  });
});

it("linear refuses a number of units that no layer has", () => {
  for (const units of [0, -1, 2.5, Number.NaN]) {
    expect(() => linear(units)).toThrow(`must be a whole number of at least 1, got ${units}`);
  }
});
