import { SteepestError } from "../../errors.js";
import { leak, leakyRelu, relu, softplus } from "../../graph/ops/activation.js";
import { cast, equal } from "../../graph/ops/comparison.js";
import { abs, erf, exp, log } from "../../graph/ops/elementwise.js";
import { oneHot } from "../../graph/ops/indexing.js";
import { formatShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { lowering } from "../target.js";

/**
 * `log(1 + u)` also where 1 + u has lost digits of u: with w = 1 + u as rounded it is u·log(w)/(w - 1), and u where w = 1 (Goldberg
 * 1991, theorem 4).
 */
const log1p = (u: Tensor): Tensor => {
  const w = u.add(1);
  const isOne = cast(equal(w, 1), u.dtype);
  return u.mul(log(w).add(isOne)).div(w.sub(1).add(isOne));
};

/** Operators that ONNX Runtime has in float32 only, for the other types: composed of operators that it has. */
export const absentTypes = [
  lowering(leakyRelu, (y, [x], { slope }) => (y.dtype === "float32" ? y : x.mul(leak(x, slope)))),
  lowering(softplus, (y, [x]) =>
    // max(0, x) + log(1 + e^-|x|)
    y.dtype === "float32" ? y : relu(x).add(log1p(exp(abs(x).neg()))),
  ),
  lowering(oneHot, (y, [indices], { depth }) =>
    y.dtype === "float32" ? y : cast(oneHot(indices, depth), y.dtype),
  ),
  lowering(erf, (y) => {
    if (y.dtype === "float32") return y;
    throw new SteepestError(
      `erf: ONNX Runtime has it in float32 only, got ${y.dtype} ${formatShape(y.shape)}; cast it to float32 first`,
    );
  }),
];
