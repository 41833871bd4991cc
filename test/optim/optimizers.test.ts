import { expect, it } from "vitest";
import * as optim from "../../src/optim/index.js";
import { optimizers } from "../../src/optim/optimizers.js";
import { isRule } from "../../src/optim/rule.js";

/** The functions of the index that make an update rule when nothing is asked of it. */
const makers = Object.values<unknown>(optim).filter((value) => {
  try {
    return typeof value === "function" && isRule(value());
  } catch {
    return false;
  }
});

it("lists every update rule, each under its own name", () => {
  expect(new Set(Object.values(optimizers).map(({ make }) => make))).toEqual(new Set(makers));
  for (const [name, { title, make }] of Object.entries(optimizers)) {
    const plain = name.replace("-", "");
    expect(make({ learningRate: 0.5 }).name.toLowerCase()).toBe(plain);
    expect(title.toLowerCase().replace(" ", "")).toBe(plain);
  }
});
