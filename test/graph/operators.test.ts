import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as graph from "../../src/graph/index.js";
import { type DType, input, sum, type Tensor } from "../../src/graph/index.js";
import { type Case, concrete, Draw, drawValues, type Spec } from "./cases.js";
import { elementwise, type NdArray, size } from "./ndarray.js";
import { operators } from "./operators/index.js";
import { evaluate, evaluateOnce, largestDifference, leafTensors } from "./run.js";

const step = 1e-5;

/** Runs a check on drawn cases of an operator, with values for its leaves. */
const forDrawnCases = (
  spec: Spec,
  numRuns: number,
  check: (drawn: Case, values: readonly NdArray[], draw: Draw) => Promise<void>,
) =>
  fc.assert(
    fc.asyncProperty(fc.gen(), fc.integer({ min: 1, max: 3 }), async (value, batchSize) => {
      const draw = new Draw(value, batchSize);
      const drawn = spec.draw(draw);
      await check(drawn, drawValues(draw, drawn.leaves), draw);
    }),
    { numRuns },
  );

const isFloat = (x: Tensor) => x.dtype === "float32" || x.dtype === "float64";

/** Fixed weights, so that a sum of them times a tensor depends on every element of it. */
const weights = (shape: readonly number[]): number[] =>
  Array.from({ length: size(shape) }, (_, i) => Math.sin(2 * i + 1) + 0.3);

/** Values with one number of one array moved up and down: two sets for every number of the float leaves. */
const perturbed = (
  values: readonly (readonly number[])[],
  moved: readonly number[],
): (readonly number[])[][] =>
  moved.flatMap((leaf) =>
    (values[leaf] ?? []).flatMap((_, place) =>
      [step, -step].map((delta) =>
        values.map((data, i) => (i === leaf ? data.map((v, j) => (j === place ? v + delta : v)) : data)),
      ),
    ),
  );

const centralDifferences = (runs: readonly { readonly data: readonly number[] }[]): number[] =>
  runs.flatMap((run, i) => {
    const next = runs[i + 1];
    return i % 2 === 0 && next ? [((run.data[0] ?? 0) - (next.data[0] ?? 0)) / (2 * step)] : [];
  });

/** Compares first and second derivatives of `Σ weights · y` with differences of values and of slopes. */
const checkDerivatives = async (
  drawn: Case,
  arrays: readonly NdArray[],
  batchSize: number,
  expected: NdArray,
) => {
  const leaves = leafTensors(drawn, "float64");
  const y = drawn.build(...leaves);
  const floats = leaves.filter(isFloat);
  // Where the result is empty, so would be the weights: then the batch size could not follow from them.
  const v = input("v", expected.data.length > 0 ? y.shape : [], "float64");
  const value = sum(y.mul(v));
  const first = graph.grad(value, floats);
  const ws = floats.map((x, i) => input(`w${i}`, x.shape, "float64"));
  const slope = first.map((g, i) => sum(g.mul(ws[i] ?? g))).reduce((a, b) => a.add(b));
  const second = graph.hessianVectorProduct(value, floats, ws);
  for (const [i, g] of [...first, ...second].entries()) {
    expect(g.shape).toEqual(floats[i % floats.length]?.shape);
  }
  const fixed = [
    weights(expected.data.length > 0 ? expected.shape : []),
    ...ws.map((w) => weights(concrete(w.shape, batchSize))),
  ];
  const values = arrays.map(({ data }) => data);
  const moved = leaves.flatMap((x, i) => (isFloat(x) ? [i] : []));
  const named = Object.fromEntries([
    ...first.map((g, i) => [`first${i}`, g] as const),
    ...second.map((g, i) => [`second${i}`, g] as const),
  ]);
  const inputs = [...leaves, v, ...ws];
  const at = await evaluateOnce(inputs, named, [...values, ...fixed]);
  const around = await evaluate(
    inputs,
    { value, slope },
    perturbed(values, moved).map((set) => [...set, ...fixed]),
  );
  const computed = (kind: string) => floats.flatMap((_, i) => at[`${kind}${i}`]?.data ?? []);
  const compare = (kind: string, differences: readonly number[]) =>
    expect(
      largestDifference(computed(kind), differences),
      `${kind} derivative [${computed(kind)}], differences [${differences}]`,
    ).toBeLessThan(2e-6);
  compare("first", centralDifferences(around.map((run) => run.value)));
  compare("second", centralDifferences(around.map((run) => run.slope)));
};

const checkForward = async (drawn: Case, arrays: readonly NdArray[], float: DType, tolerance: number) => {
  const rounded = float === "float32" ? arrays.map((a) => ({ ...a, data: a.data.map(Math.fround) })) : arrays;
  const leaves = leafTensors(drawn, float);
  const expected = drawn.reference(...rounded);
  const { y } = await evaluateOnce(
    leaves,
    { y: drawn.build(...leaves) },
    rounded.map(({ data }) => data),
  );
  expect(y.shape).toEqual(expected.shape);
  expect(largestDifference(y.data, expected.data), `${y.data} instead of ${expected.data}`).toBeLessThan(
    tolerance,
  );
};

describe.each(Object.entries(operators))("%s", (_name, spec) => {
  it("computes what its definition says, in float32 and float64", () =>
    forDrawnCases(spec, 3, async (drawn, values) => {
      await checkForward(drawn, values, "float32", 1e-5);
      if (spec.gradient !== "float32") await checkForward(drawn, values, "float64", 1e-12);
    }));

  if (spec.gradient === "exact")
    it("has the first and second derivatives of finite differences", () =>
      forDrawnCases(spec, 5, (drawn, values, draw) =>
        checkDerivatives(drawn, values, draw.batchSize, drawn.reference(...values)),
      ));

  if (spec.gradient === "float32")
    it("has the derivative of the float64 reference", () =>
      forDrawnCases(spec, 5, async (drawn, values) => {
        const leaves = leafTensors(drawn, "float32");
        const [x] = values;
        if (x === undefined) throw new Error("no leaf was drawn");
        const derivative = elementwise(
          (above = 0, below = 0) => (above - below) / (2 * step),
          drawn.reference(elementwise((v = 0) => Math.fround(v) + step, x)),
          drawn.reference(elementwise((v = 0) => Math.fround(v) - step, x)),
        );
        const [gradient] = graph.grad(sum(drawn.build(...leaves)), leaves);
        if (gradient === undefined) throw new Error("no gradient");
        const { g } = await evaluateOnce(leaves, { g: gradient }, [x.data]);
        expect(largestDifference(g.data, derivative.data)).toBeLessThan(3e-6);
      }));

  if (spec.gradient === "zero")
    it("lets no gradient through", () =>
      forDrawnCases(spec, 2, async (drawn, values) => {
        const leaves = leafTensors(drawn, "float64");
        const [gradient] = graph.grad(sum(drawn.build(...leaves)), leaves);
        if (gradient === undefined) throw new Error("no gradient");
        const { g } = await evaluateOnce(
          leaves,
          { g: gradient },
          values.map(({ data }) => data),
        );
        expect(new Set(g.data)).toEqual(new Set([0]));
      }));
});

describe("what is computed element by element", () => {
  const names = [
    "neg",
    "abs",
    "sign",
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "erf",
    "relu",
    "leakyRelu",
    "sigmoid",
    "tanh",
    "floor",
  ];
  it.each(names)("%s says so", (name) => {
    const apply = (graph as unknown as Record<string, (x: Tensor, slope?: number) => Tensor>)[name];
    const y = apply?.(input("x", [2]), 0.1);
    expect(y?.operation.definition.elementwise).toBe(true);
  });
});

describe("the table of operators", () => {
  const others = ["Tensor", "input", "inputName", "grad", "vjp", "hessianVectorProduct", "topologicalOrder"];
  const sources = ["scalar", "constant", "full", "batchSize"];

  it("holds every operator that the library exports", () => {
    const exported = Object.entries(graph).flatMap(([name, value]) =>
      typeof value === "function" ? [name] : [],
    );
    const missing = exported.filter(
      (name) => ![...others, ...sources].includes(name) && !(name in operators),
    );
    expect(missing).toEqual([]);
  });
});
