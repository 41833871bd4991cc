import { mul, sub } from "../../../graph/ops/arithmetic.js";
import { cast, equal } from "../../../graph/ops/comparison.js";
import { concat, slice } from "../../../graph/ops/cutting.js";
import { maxPool, maxPoolInput } from "../../../graph/ops/pooling.js";
import { reshape } from "../../../graph/ops/shaping.js";
import type { Window } from "../../../graph/ops/window.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { form } from "./form.js";
import { asLying, lying, timesDim } from "./layout.js";
import { blockedMaxPool } from "./operators.js";

const largest = form(maxPool, (y, [x], window, lowered) =>
  lowered.isBlocked(x) && x.dtype === "float32"
    ? blockedMaxPool(lowered.blocked(x), window, y.shape)
    : undefined,
);

/** Whether windows lie side by side and cover the plane. */
const tiles = ({ kernel, strides, dilations, pads }: Window, [height, width]: readonly number[]): boolean =>
  kernel.every((size, axis) => size === strides[axis]) &&
  dilations.every((step) => step === 1) &&
  pads.every((count) => count === 0) &&
  [height, width].every((size, axis) => Number(size) % (kernel[axis] ?? missing()) === 0);

/** Where windows lie side by side: each element of a window in turn takes what is left of g, if it is the largest. */
const backToLargest = form(maxPoolInput, (y, [g, x], window, lowered) => {
  const { b } = lowered;
  const [batch = missing(), channels = missing(), height, width] = y.shape;
  const sizes = [Number(height), Number(width)];
  const isBlocked = [g, x].some(lowered.isBlocked) && x.dtype === "float32" && Number(channels) % b === 0;
  if (!isBlocked || !tiles(window, sizes)) return undefined;
  const [down = missing(), across = missing()] = window.kernel;
  const [rows, columns] = [Number(height) / down, Number(width) / across];
  const images = timesDim(batch, Number(channels) / b);
  const source = lowered.blocked(x);
  const most = reshape(blockedMaxPool(source, window, g.shape).tensor, [images, rows, columns, b]);
  const windows = reshape(asLying(source, b), [images, rows, down, columns, across, b]);
  const element = (i: number, j: number): Tensor =>
    reshape(
      slice(slice(windows, { axis: 2, start: i, end: i + 1 }), { axis: 4, start: j, end: j + 1 }),
      most.shape,
    );
  let rest = reshape(lowered.blocked(g).tensor, most.shape);
  const taken = Array.from({ length: down }, (_, i) =>
    Array.from({ length: across }, (_, j) => {
      const own = mul(rest, cast(equal(element(i, j), most), rest.dtype));
      rest = sub(rest, own);
      return reshape(own, [images, rows, 1, columns, 1, b]);
    }),
  );
  return lying(
    concat(
      taken.map((line) => concat(line, 4)),
      2,
    ),
    y.shape,
  );
});

export const poolingForms = [largest, backToLargest];
