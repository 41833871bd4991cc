import { expect, it } from "vitest";
import { Prediction } from "../../src/index.js";

it("a prediction tells the class of each example, and gives its numbers", () => {
  const answers = new Prediction(Float32Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3), [2, 3]);
  expect(answers.argMax()).toEqual([1, 0]);
  expect(answers.row(1)).toEqual(Float32Array.of(0.5, 0.2, 0.3));
  expect(() => answers.row(2)).toThrow("row 2 was asked for; there are 2, from 0");
  expect(new Prediction(Float32Array.of(1, 2, 4, 3), [1, 2, 2]).argMax()).toEqual([1, 0]);
});
