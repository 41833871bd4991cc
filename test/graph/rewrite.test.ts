import { describe, expect, it } from "vitest";
import { operationOf } from "../../src/graph/definition.js";
import {
  add,
  exp,
  input,
  mul,
  neg,
  reshape,
  sum,
  type Tensor,
  topologicalOrder,
} from "../../src/graph/index.js";
import { rewrite } from "../../src/graph/rewrite.js";

const a = input("a", [2, 3]);
const b = input("b", [2, 3]);

const names = (...outputs: readonly Tensor[]) =>
  topologicalOrder(outputs).map(({ operation }) => operation.definition.name);

describe("rewrite", () => {
  it("leaves what no rule changes the very same", () => {
    const y = sum(a.mul(b));
    expect(rewrite([y, a], (x) => x)).toEqual([y, a]);
    expect(rewrite([y], (x) => x)[0]).toBe(y);
  });

  it("gives the operations behind a replaced one their new inputs, and keeps the branches beside", () => {
    const beside = exp(b);
    const y = sum(add(mul(a, b), beside));
    const [changed] = rewrite([y], (x) => (operationOf(x, mul) ? neg(a) : x));
    expect(changed && names(changed)).toEqual(["input", "neg", "input", "exp", "add", "sum"]);
    expect(changed && topologicalOrder([changed])).toContain(beside);
    expect(changed?.operation.attributes).toEqual(y.operation.attributes);
  });

  it("rewrites a replacement in turn, whatever it is made of, and each operation once", () => {
    const seen: string[] = [];
    const twice = exp(a);
    const [y] = rewrite([twice.add(twice)], (x) => {
      seen.push(x.operation.definition.name);
      if (operationOf(x, exp)) return neg(neg(a).add(b));
      const subtrahend = operationOf(x, add)?.inputs[1];
      return subtrahend === b ? a.sub(neg(b)) : x;
    });
    expect(y && names(y)).toEqual(["input", "input", "neg", "sub", "neg", "add"]);
    expect(seen.filter((name) => name === "exp")).toHaveLength(1);
  });

  it("takes a graph of any depth", () => {
    let y: Tensor = a;
    for (let i = 0; i < 20_000; i++) y = exp(y);
    const [changed] = rewrite([y], (x) => (operationOf(x, exp) ? neg(x.operation.inputs[0] ?? x) : x));
    expect(changed && new Set(names(changed))).toEqual(new Set(["input", "neg"]));
  });

  it("refuses a replacement of another shape or type", () => {
    expect(() => rewrite([exp(a)], (x) => (operationOf(x, exp) ? reshape(a, [6]) : x))).toThrow(
      "rewrite: exp, float32 [2, 3] was replaced by reshape, float32 [6]; shape and type must stay",
    );
  });
});
