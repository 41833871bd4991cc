import * as graph from "../../../src/graph/index.js";
import { batch, type Dim, type Shape } from "../../../src/graph/index.js";
import type { Draw, Leaf, Spec } from "../cases.js";
import { at, broadcast, elementwise, type NdArray, tabulate } from "../ndarray.js";

const exchanged = (x: NdArray): NdArray => {
  const [rows = 1, columns = 1] = x.shape.slice(-2);
  return tabulate([...x.shape.slice(0, -2), columns, rows], (index) => {
    const [i = 0, j = 0] = index.slice(-2);
    return at(x, [...index.slice(0, -2), j, i]);
  });
};

const product = (left: NdArray, right: NdArray, transposeA: boolean, transposeB: boolean): NdArray => {
  const a = transposeA ? exchanged(left) : left;
  const b = transposeB ? exchanged(right) : right;
  const [rows = 1, inner = 1] = a.shape.slice(-2);
  const columns = b.shape.at(-1) ?? 1;
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return tabulate([...leading, rows, columns], (index) => {
    const [i = 0, j = 0] = index.slice(-2);
    const front = index.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += at(a, [...front, i, k]) * at(b, [...front, k, j]);
    return sum;
  });
};

/** Two matrices that fit; one of the three sizes may be the batch. */
const drawMatrices = (draw: Draw, leadingA: Shape, leadingB: Shape, mayBatch: boolean) => {
  const sizes: Dim[] = [draw.int(1, 3), draw.int(1, 3), draw.int(1, 3)];
  if (mayBatch && draw.chance(2)) sizes[draw.int(0, 2)] = batch;
  const [m = 1, k = 1, n = 1] = sizes;
  const transposeA = draw.chance(2);
  const transposeB = draw.chance(2);
  const leaf = (shape: Shape): Leaf => ({ shape, domain: "any" });
  return {
    a: leaf([...leadingA, ...(transposeA ? [k, m] : [m, k])]),
    b: leaf([...leadingB, ...(transposeB ? [n, k] : [k, n])]),
    output: [m, n] as const,
    transposeA,
    transposeB,
  };
};

export const matrixOperators: Readonly<Record<string, Spec>> = {
  matmul: {
    gradient: "exact",
    draw: (draw) => {
      const { a, b, transposeA, transposeB } = drawMatrices(draw, [], [], true);
      return {
        leaves: [a, b],
        build: (x, y) => graph.matmul(x, y, { transposeA, transposeB }),
        reference: (x, y) => product(x, y, transposeA, transposeB),
      };
    },
  },
  "matmul, stacked": {
    gradient: "exact",
    draw: (draw) => {
      const leading = draw.shape({ min: 1, max: 2 });
      const plainFirst = draw.chance(4);
      const { a, b, transposeA, transposeB } = drawMatrices(
        draw,
        plainFirst ? [] : leading,
        plainFirst ? leading : draw.narrower(leading),
        false,
      );
      return {
        leaves: [a, b],
        build: (x, y) => x.matmul(y, { transposeA, transposeB }),
        reference: (x, y) => product(x, y, transposeA, transposeB),
      };
    },
  },
  gemm: {
    gradient: "exact",
    draw: (draw) => {
      const { a, b, output, transposeA, transposeB } = drawMatrices(draw, [], [], true);
      return {
        leaves: [a, b, { shape: draw.narrower(output), domain: "any" }],
        build: (x, y, z) => graph.gemm(x, y, z, { transposeA, transposeB }),
        reference: (x, y, z) =>
          elementwise((p = 0, c = 0) => p + c, product(x, y, transposeA, transposeB), z),
      };
    },
  },
};
