import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { floats } from "../dtype.js";
import { broadcastShapes, type Dim, formatShape, type Shape } from "../shape.js";
import { checkDType, checkSameDType, node, type Tensor } from "../tensor.js";
import { sumTo } from "./reduce.js";
import { transpose } from "./shaping.js";

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

/** The gradients of `Y = op(A) · op(B)`: dA = G·Bᵀ and dB = Aᵀ·G, with the transposes moved to where they cost nothing. */
const productGradients = (
  g: Tensor,
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: MatmulOptions,
) =>
  [
    transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA }),
  ] as const;

/**
 * Matrix product over the last two axes, broadcasting the leading ones. Two plain matrices become one ONNX Gemm, which
 * takes transposed operands for free.
 */
export const matmul = (a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor => {
  checkDType("matmul", a, floats);
  checkSameDType("matmul", a, b);
  const names = ["transposeA", "transposeB"] as const;
  const { transposeA = false, transposeB = false } = requireKnown("matmul", options, names);
  const plain = a.rank === 2 && b.rank === 2;
  const swapped = (x: Tensor, swap: boolean) => (swap ? transpose(x) : x);
  return node({
    name: "matmul",
    inputs: [a, b],
    shape: productShape(a, b, options),
    dtype: a.dtype,
    attributes: { transposeA: Number(transposeA), transposeB: Number(transposeB) },
    onnx: (emit) =>
      plain
        ? emit.node("Gemm", [a, b], { transA: Number(transposeA), transB: Number(transposeB) })
        : emit.node("MatMul", [swapped(a, transposeA), swapped(b, transposeB)]),
    gradient: (g) => {
      const [da, db] = productGradients(g, a, b, options);
      return [sumTo(da, a.shape), sumTo(db, b.shape)];
    },
  });
};

/** `op(A) · op(B) + C` in one operator; C broadcasts to the product (a bias per column, say). Matrices only. */
export const gemm = (a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): Tensor => {
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
    name: "gemm",
    inputs: [a, b, c],
    shape,
    dtype: a.dtype,
    attributes: {
      transposeA: Number(options.transposeA ?? false),
      transposeB: Number(options.transposeB ?? false),
    },
    onnx: (emit) =>
      emit.node("Gemm", [a, b, c], {
        transA: Number(options.transposeA ?? false),
        transB: Number(options.transposeB ?? false),
      }),
    gradient: (g) => {
      const [da, db] = productGradients(g, a, b, options);
      return [da, db, sumTo(g, c.shape)];
    },
  });
};
