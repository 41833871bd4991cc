import {
  batchNorm,
  conv2d,
  gelu,
  globalMaxPool,
  type Layer,
  linear,
  maxPool,
  sequential,
} from "../../nn/index.js";

const convolved = (filters: number): Layer[] => [
  conv2d(filters, { bias: false }),
  batchNorm({ scale: false, momentum: 0.2 }),
  gelu(),
];

/** Three stages of two convolutions each, of 32, 64 and 128 filters, and the largest number of each channel. */
export const stack = (classes: number): Layer =>
  sequential(
    ...convolved(32),
    ...convolved(32),
    maxPool(2),
    ...convolved(64),
    ...convolved(64),
    maxPool(2),
    ...convolved(128),
    ...convolved(128),
    globalMaxPool(),
    linear(classes, { bias: false }),
    (x) => x.mul(1 / 9),
  );
