import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Filling, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { broadcastPlaces } from "../places.js";
import { broadcastShapes, type Dim, formatShape, type Shape } from "../shape.js";
import { checkDType, checkSameDType, node, type Tensor } from "../tensor.js";
import { sumTo } from "./reduce.js";

export interface MatmulOptions {
  /** Use the transpose of the first matrix (its last two axes exchanged). @defaultValue false */
  readonly transposeA?: boolean;
  /** Use the transpose of the second matrix. @defaultValue false */
  readonly transposeB?: boolean;
}

const describe = (a: Tensor, b: Tensor, { transposeA, transposeB }: MatmulOptions) =>
  `${formatShape(a.shape)}${transposeA ? " transposed" : ""} and ${formatShape(b.shape)}${transposeB ? " transposed" : ""}`;

const matrixSize = (x: Tensor, transposed = false): [Dim, Dim] => {
  const [rows, columns] = x.shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new SteepestError(`matmul: expected matrices, got shape ${formatShape(x.shape)}`);
  }
  return transposed ? [columns, rows] : [rows, columns];
};

const productShape = (a: Tensor, b: Tensor, options: MatmulOptions): Shape => {
  const [rows, inner] = matrixSize(a, options.transposeA);
  const [otherInner, columns] = matrixSize(b, options.transposeB);
  if (inner !== otherInner) {
    throw new SteepestError(
      `matmul: shapes ${describe(a, b, options)} do not fit: the inner sizes ${inner} and ${otherInner} differ`,
    );
  }
  return [...broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
};

type Transposed = {
  readonly transposeA: 0 | 1;
  readonly transposeB: 0 | 1;
};

const attributesOf = ({ transposeA = false, transposeB = false }: MatmulOptions): Transposed => ({
  transposeA: transposeA ? 1 : 0,
  transposeB: transposeB ? 1 : 0,
});

/** Products of the few matrices at places of the leading axes, which broadcast. */
const multiplied = (a: Tensor, b: Tensor, { transposeA, transposeB }: Transposed, y: Tensor): Filling => {
  const [m, n] = [y.size(-2), y.size(-1)];
  const inner = a.size(transposeA ? -2 : -1);
  const [rowA, innerA] = transposeA ? [1, m] : [inner, 1];
  const [innerB, columnB] = transposeB ? [1, inner] : [n, 1];
  const leading = y.shape.slice(0, -2);
  const [fromA, fromB] = [a, b].map((x) => broadcastPlaces(x.shape.slice(0, -2), leading));
  return ([left = missing(), right = missing()], into) => {
    for (let at = 0; at < into.length; at++) {
      const matrix = Math.floor(at / (m * n));
      const [row, column] = [Math.floor(at / n) % m, at % n];
      let p = (fromA?.[matrix] ?? 0) * m * inner + row * rowA;
      let q = (fromB?.[matrix] ?? 0) * inner * n + column * columnB;
      let sum = 0;
      for (let k = 0; k < inner; k++, p += innerA, q += innerB) sum += (left[p] ?? 0) * (right[q] ?? 0);
      into[at] = sum;
    }
  };
};

/** The gradients of `Y = op(A) · op(B)`: dA = G·Bᵀ and dB = Aᵀ·G, with the transposes moved to where they cost nothing. */
const productGradients = (g: Tensor, a: Tensor, b: Tensor, { transposeA, transposeB }: Transposed) =>
  [
    transposeA
      ? matmul(b, g, { transposeA: transposeB === 1, transposeB: true })
      : matmul(g, b, { transposeB: transposeB === 0 }),
    transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA === 1 })
      : matmul(a, g, { transposeA: transposeA === 0 }),
  ] as const;

const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** The size of the axis that a product adds up over. */
const innerSize = ({ shape, rank }: Tensor, { transposeA }: Transposed): Dim =>
  shape[rank - (transposeA ? 2 : 1)] ?? missing();

const multiplication: Written<readonly [a: Tensor, b: Tensor], Transposed> = {
  name: "matmul",
  onnx: (emit, [a, b], { transposeA, transposeB }) => {
    if (a.rank === 2 && b.rank === 2) {
      return emit.node("Gemm", [a, b], { transA: transposeA, transB: transposeB });
    }
    const swapped = (x: Tensor, swap: number) => {
      const axes = [...x.shape.keys()];
      return swap
        ? emit.node("Transpose", [x], { perm: [...axes.slice(0, -2), ...axes.slice(-2).reverse()] })
        : x;
    };
    return emit.node("MatMul", [swapped(a, transposeA), swapped(b, transposeB)]);
  },
  gradient: (g, _y, [a, b], transposed) => {
    const [da, db] = productGradients(g, a, b, transposed);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  direct: ([a, b], transposed, y) => multiplied(a, b, transposed, y),
  terms: ([a], transposed, _y, count) => count([innerSize(a, transposed)]),
  multiplyAdds: ([a], transposed, y, count) => count(y.shape) * count([innerSize(a, transposed)]),
  polynomialIn: "all",
  range: everything,
};

/**
 * Matrix product over the last two axes, broadcasting the leading ones. Two plain matrices become one ONNX Gemm, which
 * takes transposed operands for free.
 */
export const matmul = operator(
  multiplication,
  (a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor => {
    checkDType("matmul", a, floats);
    checkSameDType("matmul", a, b);
    requireKnown("matmul", options, ["transposeA", "transposeB"]);
    return node({
      definition: multiplication,
      inputs: [a, b],
      attributes: attributesOf(options),
      shape: productShape(a, b, options),
      dtype: a.dtype,
    });
  },
);

const affine: Written<readonly [a: Tensor, b: Tensor, c: Tensor], Transposed> = {
  name: "gemm",
  onnx: (emit, inputs, { transposeA, transposeB }) =>
    emit.node("Gemm", inputs, { transA: transposeA, transB: transposeB }),
  gradient: (g, _y, [a, b, c], transposed) => [...productGradients(g, a, b, transposed), sumTo(g, c.shape)],
  direct: ([a, b, c], transposed, y) => {
    const product = multiplied(a, b, transposed, y);
    const places = broadcastPlaces(c.shape, y.shape);
    return (values, into) => {
      product(values, into);
      for (let i = 0; i < into.length; i++)
        into[i] = (into[i] ?? 0) + (values[2]?.[places[i] ?? 0] ?? missing());
    };
  },
  terms: ([a], transposed, _y, count) => count([innerSize(a, transposed)]),
  multiplyAdds: ([a], transposed, y, count) => count(y.shape) * count([innerSize(a, transposed)]),
  polynomialIn: "all",
  range: everything,
};

/** `op(A) · op(B) + C` in one operator; C broadcasts to the product (a bias per column, say). Matrices only. */
export const gemm = operator(
  affine,
  (a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): Tensor => {
    checkDType("gemm", a, floats);
    checkSameDType("gemm", a, b);
    checkSameDType("gemm", a, c);
    requireKnown("gemm", options, ["transposeA", "transposeB"]);
    const shape = productShape(a, b, options);
    if (
      shape.length !== 2 ||
      broadcastShapes("gemm", shape, c.shape).some((dim, axis) => dim !== shape[axis])
    ) {
      throw new SteepestError(
        `gemm: ${describe(a, b, options)} must be matrices and ${formatShape(c.shape)} broadcast to their product`,
      );
    }
    return node({
      definition: affine,
      inputs: [a, b, c],
      attributes: attributesOf(options),
      shape,
      dtype: a.dtype,
    });
  },
);
