import { describe, expect, it } from "vitest";
import { topologicalOrder } from "../../src/graph/autodiff.js";
import {
  batch,
  expand,
  grad,
  input,
  mean,
  reshape,
  scalar,
  sum,
  type Tensor,
} from "../../src/graph/index.js";
import { evaluateOnce } from "./run.js";

const operators = (...outputs: Tensor[]) =>
  topologicalOrder(outputs).map(({ operation }) => operation.definition.name);

describe("expand", () => {
  it("is left out where the operator broadcasts anyway", () => {
    const x = input("x", [batch, 3]);
    const row = input("row", [3]);
    const y = x.mul(expand(row, [batch, 3]));
    expect(y.shape).toEqual([batch, 3]);
    expect(operators(y)).toEqual(["input", "input", "mul"]);
  });

  it("stays where nothing else gives the shape", () => {
    const row = input("row", [3]);
    const y = expand(row, [4, 3]).add(expand(scalar(1), [4, 3]));
    expect(y.shape).toEqual([4, 3]);
    expect(operators(y).filter((name) => name === "expand")).toHaveLength(1);
    expect(operators(row.add(expand(scalar(1), [0, 3])))).toContain("expand");
  });

  it("of what is expanded or reshaped is one expansion", () => {
    const one = input("one", [1]);
    const y = expand(reshape(expand(one, [batch]), [batch, 1]), [batch, 5]);
    expect(y.shape).toEqual([batch, 5]);
    expect(operators(y)).toEqual(["input", "expand"]);
  });

  it("does not appear in the gradient of a mean of sums of products", () => {
    const x = input("x", [batch, 3]);
    const t = input("t", [batch, 3]);
    const [dx] = grad(mean(sum(x.mul(t), 1)), [x]);
    expect(dx?.shape).toEqual([batch, 3]);
    expect(dx && operators(dx)).not.toContain("expand");
  });
});

it("an empty tensor is reshaped to another empty shape", async () => {
  const x = input("x", [2, 0]);
  const { y } = await evaluateOnce([x], { y: reshape(x, [0, 3]) }, [[]]);
  expect(y).toEqual({ shape: [0, 3], data: [] });
});
