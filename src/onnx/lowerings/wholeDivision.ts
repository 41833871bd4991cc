import { operationOf } from "../../graph/definition.js";
import { div } from "../../graph/ops/arithmetic.js";
import { cast, equal } from "../../graph/ops/comparison.js";
import { constant, scalarValue } from "../../graph/ops/constant.js";
import { gather } from "../../graph/ops/indexing.js";
import type { Tensor } from "../../graph/tensor.js";
import { lowering } from "../target.js";

/** The index that is looked up where a division of whole numbers has no result; no axis is that long. */
export const noQuotient = -Number.MAX_SAFE_INTEGER;

export const lowestInt64 = -(2n ** 63n);

/** A model that is read again has its check already. */
const isChecked = (b: Tensor): boolean =>
  b.operation.inputs.some((x) =>
    operationOf(x, gather)?.inputs[1].operation.inputs.some((factor) => scalarValue(factor) === noQuotient),
  );

/**
 * `a / b` of whole numbers, refused when the graph runs where it has no result: at 0, and at -1 for -2^63, as 2^63 is no int64. In ONNX
 * Runtime the processor divides these, which ends the process. So 0 is added to `b`, looked up at an index that is out of range there:
 * that the runtime refuses.
 */
export const checkedDivision = lowering(div, (y, [a, b]) => {
  const known = scalarValue(b);
  if (y.dtype !== "int64" || (known !== undefined && known !== -1) || isChecked(b)) return y;
  const is = (x: Tensor, value: Tensor | number) => cast(equal(x, value), "int64");
  const lowest = constant(BigInt64Array.of(lowestInt64), [], "int64");
  const hasNone = is(b, 0).add(is(b, -1).mul(is(a, lowest)));
  return div(a, b.add(gather(constant([0], [1], "int64"), hasNone.mul(noQuotient))));
});
