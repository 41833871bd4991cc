import { vjp } from "../../graph/autodiff.js";
import { constant } from "../../graph/ops/constant.js";
import { type Convolution, conv, convInput } from "../../graph/ops/convolution.js";
import { pad } from "../../graph/ops/cutting.js";
import { gather } from "../../graph/ops/indexing.js";
import { matmul } from "../../graph/ops/matmul.js";
import { averageByConv, averagePool } from "../../graph/ops/pooling.js";
import { reshape } from "../../graph/ops/shaping.js";
import { padsOf, placesOf, spatialSizes, type Window } from "../../graph/ops/window.js";
import { type Dim, factorOf, isSymbolic, multipleOfBatch } from "../../graph/shape.js";
import { input, type Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { lowering } from "../target.js";

const timesDim = (dim: Dim, factor: number): Dim =>
  isSymbolic(dim) ? multipleOfBatch(factorOf(dim) * factor) : dim * factor;

/** All index vectors below some sizes, in row-major order. */
const indices = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );

/** Where each element of the window lies at each of its places, in spatial axes taken as one. */
const positions = (sizes: readonly number[], window: Window): number[] => {
  const places = indices(placesOf(sizes, { ...window, pads: window.pads.map(() => 0) }));
  return indices(window.kernel).flatMap((element) =>
    places.map((place) =>
      sizes.reduce((position, size, axis) => {
        const at = (list: readonly number[]) => list[axis] ?? missing();
        return position * size + at(place) * at(window.strides) + at(element) * at(window.dilations);
      }, 0),
    ),
  );
};

/** A convolution as one look-up, which lays out what each place sees in a column, and a product of matrices. */
const convByProduct = (
  x: Tensor,
  w: Tensor,
  window: Convolution,
  bias: Tensor | undefined,
  y: Tensor,
): Tensor => {
  const { kernel, groups } = window;
  const padded = kernel.reduce((wider, _, axis) => {
    const [before, after] = padsOf(window, axis);
    return pad(wider, { axis: axis + 2, before, after });
  }, x);
  const sizes = spatialSizes("conv", padded.shape);
  const [batch = missing(), channels = missing()] = x.shape;
  const [out = missing()] = w.shape;
  const elements = kernel.reduce((a, b) => a * b, 1);
  const found = positions(sizes, window);
  const places = found.length / elements;
  const flat = reshape(padded, [batch, channels, sizes.reduce((a, b) => a * b, 1)]);
  const inner = timesDim(channels, elements / groups);
  const columns = reshape(gather(flat, constant(found, [found.length], "int64"), 2), [
    batch,
    groups,
    inner,
    places,
  ]);
  const rows = reshape(w, [groups, Number(out) / groups, inner]);
  const product = reshape(matmul(rows, columns), y.shape);
  return bias ? product.add(reshape(bias, [-1, ...kernel.map(() => 1)])) : product;
};

/** ONNX Runtime has convolutions and average pooling in float32 only. */
export const convolutionInFloat64 = [
  lowering(conv, (y, [x, w, bias], window) =>
    y.dtype === "float32" ? y : convByProduct(x, w, window, bias, y),
  ),
  lowering(convInput, (y, [g, w], window) => {
    if (y.dtype === "float32") return y;
    // It is linear in x, which its derivative therefore does not hold.
    const x = input("x", y.shape, y.dtype);
    return vjp([convByProduct(x, w, window, undefined, g)], [g], [x])[0];
  }),
  lowering(averagePool, (y, [x], window) => (y.dtype === "float32" ? y : averageByConv(x, window, y))),
];
