import { describe, expect, it } from "vitest";
import {
  abs,
  batch,
  batchSize,
  cast,
  constant,
  exp,
  full,
  gather,
  grad,
  hessianVectorProduct,
  input,
  log,
  max,
  maximum,
  mean,
  minimum,
  pow,
  relu,
  scalar,
  silu,
  softplus,
  square,
  sum,
  type Tensor,
  tanh,
  topologicalOrder,
  vjp,
} from "../../src/graph/index.js";
import { crossEntropy } from "../../src/nn/losses/index.js";
import { evaluate, evaluateOnce, largestDifference } from "./run.js";

const gradientAt = async (
  f: (x: Tensor) => Tensor,
  values: readonly number[],
): Promise<readonly number[]> => {
  const x = input("x", [values.length], "float64");
  const [g = x] = grad(sum(f(x)), [x]);
  return (await evaluateOnce([x], { g }, [values])).g.data;
};

describe("grad", () => {
  it("adds up the paths of a graph that divides and meets again", async () => {
    // y = a·b + a with a = e^x and b = a², so dy/dx = 3e^3x + e^x.
    const f = (x: Tensor) => {
      const a = exp(x);
      return a.mul(square(a)).add(a);
    };
    const expected = [0.3, -1].map((x) => 3 * Math.exp(3 * x) + Math.exp(x));
    expect(largestDifference(await gradientAt(f, [0.3, -1]), expected)).toBeLessThan(1e-14);
  });

  it("stays linear in the depth of a graph whose paths double at every level", () => {
    const x = input("x", [], "float64");
    let y: Tensor = x;
    for (let level = 0; level < 200; level++) y = y.mul(y);
    expect(topologicalOrder(grad(y, [x])).length).toBeLessThan(2000);
  });

  it("gives zeros for a tensor that the result does not depend on", async () => {
    const x = input("x", [batch, 2], "float64");
    const other = input("other", [2, 3], "float64");
    const index = input("index", [2], "int64");
    const gs = grad(sum(x), [other, index]);
    expect(gs.map((g) => [g.shape, g.dtype])).toEqual([
      [[2, 3], "float64"],
      [[2], "int64"],
    ]);
    const [g = x] = gs;
    expect((await evaluateOnce([other], { g }, [[1, 2, 3, 4, 5, 6]])).g.data).toEqual(Array(6).fill(0));
  });

  it("gives one for the scalar itself, and differentiates with respect to what lies inside the graph", async () => {
    const x = input("x", [], "float64");
    const inner = exp(x);
    const y = square(inner);
    const [dy = x, dInner = x, dx = x] = grad(y, [y, inner, x]);
    const at = await evaluateOnce([x], { dy, dInner, dx }, [[0.5]]);
    expect(at.dy.data).toEqual([1]);
    expect(at.dInner.data[0]).toBeCloseTo(2 * Math.exp(0.5), 12);
    expect(at.dx.data[0]).toBeCloseTo(2 * Math.exp(1), 12);
  });

  it.each([
    ["relu", relu, [0, 0]],
    ["abs", abs, [0, 0]],
    ["softplus", softplus, [0.5, 0.5]],
    ["x to the 0th", (x: Tensor) => pow(x, 0), [0, 0]],
    ["x to the 1st", (x: Tensor) => pow(x, scalar(1, "float64")), [1, 1]],
    ["largest of two", (x: Tensor) => maximum(x, x.mul(2)), [1, 1]],
    ["smallest of two", (x: Tensor) => minimum(x.mul(2), x), [2, 2]],
    ["largest of equals, shared", max, [0.5, 0.5]],
  ])("takes its convention at a kink or tie: %s", async (_name, f, expected) => {
    expect(await gradientAt(f, [0, 0])).toEqual(expected);
  });

  it.each([
    ["softplus", softplus, [0, 1]],
    ["silu", silu, [0, 1]],
  ])("stays finite far from zero: %s", async (_name, f, expected) => {
    const x = input("x", [2], "float64");
    const [g = x] = grad(sum(f(x)), [x]);
    const [h = x] = grad(sum(square(g)), [x]);
    const at = await evaluateOnce([x], { y: f(x), g, h }, [[-1000, 1000]]);
    expect(at.y.data.map((v) => v + 0)).toEqual([0, 1000]);
    expect(at.g.data.map((v) => v + 0)).toEqual(expected);
    expect(at.h.data.map((v) => v + 0)).toEqual([0, 0]);
  });

  it("passes through a change between float32 and float64", async () => {
    const x = input("x", [2]);
    const [g = x] = grad(cast(sum(square(cast(x, "float64"))), "float32"), [x]);
    expect(g.dtype).toBe("float32");
    expect((await evaluateOnce([x], { g }, [[3, -0.5]])).g.data).toEqual([6, -1]);
  });

  it("divides by the number of examples that a run brings", async () => {
    const x = input("x", [batch, 2], "float64");
    const [g = x] = grad(mean(x), [x]);
    const [three, one] = await evaluate([x], { g }, [[[1, 2, 3, 4, 5, 6]], [[1, 2]]]);
    expect(three?.g.data).toEqual(Array(6).fill(1 / 6));
    expect(one?.g.data).toEqual([0.5, 0.5]);
  });

  it("adds up many updates of one row, for embeddings", async () => {
    const count = 20_000;
    const table = input("table", [3, 2]);
    const indices = input("indices", [batch], "int64");
    const [g = table] = grad(sum(gather(table, indices)), [table]);
    const { g: rows } = await evaluateOnce([table, indices], { g }, [
      [1, 2, 3, 4, 5, 6],
      Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 2 : 0)),
    ]);
    expect(rows.data).toEqual([15_000, 15_000, 0, 0, 5_000, 5_000]);
  });
});

describe("vjp", () => {
  it("sums over outputs, each with a cotangent of its shape", async () => {
    const x = input("x", [2], "float64");
    const [g = x] = vjp(
      [square(x), sum(x)],
      [constant([1, 10], [2], "float64"), scalar(100, "float64")],
      [x],
    );
    expect((await evaluateOnce([x], { g }, [[3, 4]])).g.data).toEqual([106, 180]);
  });

  it("gives the rows of a Jacobian", async () => {
    const x = input("x", [2], "float64");
    const y = log(x).mul(sum(x));
    const rows = [0, 1].map((i) =>
      vjp([y], [constant([Number(i === 0), Number(i === 1)], [2], "float64")], [x]),
    );
    const [[first = x] = [], [second = x] = []] = rows;
    const at = await evaluateOnce([x], { first, second }, [[2, 3]]);
    const jacobian = [...at.first.data, ...at.second.data];
    const expected = [5 / 2 + Math.log(2), Math.log(2), Math.log(3), 5 / 3 + Math.log(3)];
    expect(largestDifference(jacobian, expected)).toBeLessThan(1e-14);
  });
});

describe("hessianVectorProduct", () => {
  it("agrees with the dense Hessian, by differences of gradients, of a network's loss", async () => {
    const shapes = [[3, 4], [4], [4, 3], [3]];
    const parameters = shapes.map((shape, i) => input(`p${i}`, shape, "float64"));
    const vectors = shapes.map((shape, i) => input(`v${i}`, shape, "float64"));
    const x = input("x", [batch, 3], "float64");
    const label = input("label", [batch], "int64");
    const [w1 = x, b1 = x, w2 = x, b2 = x] = parameters;
    const logits = tanh(x.matmul(w1).add(b1)).matmul(w2).add(b2);
    const loss = mean(crossEntropy({ labelSmoothing: 0.1 }).of(logits, label));
    const gradients = grad(loss, parameters);
    const products = hessianVectorProduct(loss, parameters, vectors);
    const named = (tensors: readonly Tensor[]) => Object.fromEntries(tensors.map((t, i) => [`o${i}`, t]));

    const counts = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    const wave = (phase: number) =>
      counts.map((n, i) => Array.from({ length: n }, (_, j) => Math.sin(phase * (i + 1) + 1.7 * j)));
    const point = wave(0.7);
    const direction = wave(2.1);
    const data = [
      [0.5, -1, 0.3, 1.2, 0.1, -0.4, -0.9, 0.8, 0.2],
      [0, 2, 1],
    ];
    const flat = (result: Record<string, { readonly data: readonly number[] }> | undefined) =>
      parameters.flatMap((_, i) => result?.[`o${i}`]?.data ?? []);

    const step = 1e-5;
    const around = point.flatMap((values, i) =>
      values.flatMap((_, j) =>
        [step, -step].map((delta) => [
          ...point.map((v, k) => (k === i ? v.map((e, l) => (l === j ? e + delta : e)) : v)),
          ...data,
        ]),
      ),
    );
    const slopes = (await evaluate([...parameters, x, label], named(gradients), around)).map(flat);
    const hessian = slopes.flatMap((above, i) =>
      i % 2 === 0 ? [above.map((a, j) => (a - (slopes[i + 1]?.[j] ?? 0)) / (2 * step))] : [],
    );
    const v = direction.flat();
    const expected = hessian.map((row) => row.reduce((total, h, j) => total + h * (v[j] ?? 0), 0));
    const product = flat(
      await evaluateOnce([...parameters, ...vectors, x, label], named(products), [
        ...point,
        ...direction,
        ...data,
      ]),
    );
    expect(product).toHaveLength(31);
    expect(largestDifference(product, expected)).toBeLessThan(1e-7);
  });
});

describe("sources", () => {
  it("hold what they are given", async () => {
    const x = input("x", [batch, 2]);
    const at = await evaluateOnce(
      [x],
      {
        scalar: scalar(-0.5, "float64"),
        constant: constant([1, -2, 3, 4], [2, 2], "int64"),
        bits: constant(Uint8Array.of(1, 0), [2], "bool"),
        full: full([batch, 2], 7, "float64"),
        count: batchSize("int64"),
        half: batchSize().mul(0.5),
      },
      [[1, 2, 3, 4, 5, 6]],
    );
    expect(at).toEqual({
      scalar: { shape: [], data: [-0.5] },
      constant: { shape: [2, 2], data: [1, -2, 3, 4] },
      bits: { shape: [2], data: [1, 0] },
      full: { shape: [3, 2], data: Array(6).fill(7) },
      count: { shape: [], data: [3] },
      half: { shape: [], data: [1.5] },
    });
  });
});

it("nothing is differentiated by whole numbers, nor through them", async () => {
  const n = input("n", [2], "int64");
  const x = input("x", [2]);
  const [dn] = grad(sum(n.mul(3)), [n]);
  const [dx] = grad(sum(cast(cast(x, "int64").mul(3), "float32").add(x)), [x]);
  const at = await evaluateOnce([n, x], { dn, dx }, [
    [1, 2],
    [0.5, 2],
  ]);
  expect(Array.from(at.dn.data, Number)).toEqual([0, 0]);
  expect(Array.from(at.dx.data, Number)).toEqual([1, 1]);
});
