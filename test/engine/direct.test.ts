import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directProgram } from "../../src/engine/direct.js";
import { exp, grad, input, sum, type Tensor, tanh } from "../../src/graph/index.js";
import { Draw, drawValues } from "../graph/cases.js";
import { operators } from "../graph/operators/index.js";
import { evaluateOnce, largestDifference } from "../graph/run.js";

/** Operators that no small function of float64 numbers needs: they are left to engines. */
const left = Object.entries(operators).filter(([, { gradient }]) => gradient !== "float32");

/** A drawn case of an operator with all sizes fixed, its value and its gradients, evaluated directly and by the engine. */
const both = async (name: string, value: fc.GeneratorValue) => {
  const draw = new Draw(value, 2);
  const drawn = operators[name]?.draw(draw);
  if (drawn === undefined) throw new Error(`no operator ${name}`);
  const arrays = drawValues(draw, drawn.leaves);
  const isWhole = drawn.leaves.some(({ domain }) => typeof domain === "object");
  const xs = arrays.map(({ shape }, i) => input(`x${i}`, shape, "float64"));
  let y: Tensor;
  try {
    y = drawn.build(...xs);
  } catch {
    return undefined; // whole numbers where these are float64
  }
  if (isWhole || y.dtype !== "float64") return undefined;
  const outputs = [y, ...grad(sum(y.mul(0.7)), xs)];
  const data = arrays.map((array) => array.data);
  const direct = directProgram(xs, outputs)?.(data.map((each) => Float64Array.from(each)));
  if (direct === undefined) return undefined;
  const named = Object.fromEntries(outputs.map((output, i) => [`y${i}`, output]));
  const expected = await evaluateOnce(xs, named, data);
  return outputs.map((_, i) => largestDifference([...(direct[i] ?? [])], expected[`y${i}`]?.data ?? []));
};

describe("what is evaluated directly", () => {
  const supported = new Set<string>();

  it.each(left.map(([name]) => name))("%s is what the engine makes of it", (name) =>
    fc.assert(
      fc.asyncProperty(fc.gen(), async (value) => {
        const differences = await both(name, value);
        if (differences === undefined) return;
        supported.add(name);
        expect(Math.max(...differences)).toBeLessThan(1e-12);
      }),
      { numRuns: 20 },
    ),
  );

  it("is what functions of a few variables are made of", () => {
    const needed = [
      ...[
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "pow",
        "square",
        "exp",
        "log",
        "sin",
        "cos",
        "sqrt",
        "abs",
        "tanh",
      ],
      ...["sum", "mean", "max", "min", "matmul", "reshape", "transpose", "slice", "pad", "concat", "expand"],
      ...["minimum", "maximum", "where", "clip", "relu", "sigmoid", "softplus", "logSumExp"],
    ];
    expect(needed.filter((name) => !supported.has(name))).toEqual([]);
  });
});

describe("a direct program", () => {
  const x = input("x", [2], "float64");

  it("is none for other types, for batches, and for operators that only engines have", () => {
    const single = input("single", [2]);
    const batched = input("batched", ["batch", 2], "float64");
    expect(directProgram([single], [exp(single)])).toBeUndefined();
    expect(directProgram([batched], [exp(batched)])).toBeUndefined();
  });

  it("gives new arrays, also of what it hands through", () => {
    const program = directProgram([x], [x, tanh(x)]);
    const given = Float64Array.of(1, 2);
    const [same] = program?.([given]) ?? [];
    expect(same).toEqual(given);
    expect(same).not.toBe(given);
  });

  it("names an input that was not listed", () => {
    expect(() => directProgram([], [exp(x)])).toThrow('input "x" is used by the graph but was not listed');
  });
});
