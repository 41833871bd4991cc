import { expect, it } from "vitest";
import { measure } from "../../src/studies/max-norm.js";
import { quick } from "./context.js";

it("max-norm: every filter and unit stays in its ball after every update, and one pair of trainings decides nothing", async () => {
  const counts = { train: 400, validation: 50, test: 100 };
  const { claims, tables, figure } = await measure({ counts, epochs: 2, rates: [0.1], repeats: 1 }, quick());
  expect(claims[0]?.measured).toMatch(/largest norm after any update is 2\.00000\d with the constraint/);
  expect(claims[0]?.verdict).toBe("held");
  expect(claims[1]?.verdict).toBe("undecided");
  expect(tables[0]?.rows).toHaveLength(1);
  expect(figure.svg).toMatch(/^<svg/);
});
