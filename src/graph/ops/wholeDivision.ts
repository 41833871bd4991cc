import { SteepestError } from "../../errors.js";
import { broadcastShapes } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { cast, equal } from "./comparison.js";
import { constant, scalarValue } from "./constant.js";
import { gather } from "./indexing.js";

/** The index that is looked up where a division of whole numbers has no result; no axis is that long. */
export const noQuotient = -Number.MAX_SAFE_INTEGER;

export const lowestInt64 = -(2n ** 63n);

const isChecked = ({ operation }: Tensor): boolean =>
  operation.inputs.some(
    ({ operation: { name, inputs } }) =>
      name === "gather" && inputs[1]?.operation.inputs.some((x) => scalarValue(x) === noQuotient),
  );

/**
 * `b`, refused when the graph runs where `a / b` has no result: at 0, and at -1 for -2^63, as 2^63 is no int64. A processor that
 * divides these ends the process. So 0 is added to `b`, looked up at an index that is out of range there: that the runtime refuses.
 */
export const checkedDivisor = (a: Tensor, b: Tensor): Tensor => {
  broadcastShapes("div", a.shape, b.shape);
  const known = scalarValue(b);
  if (known === 0) {
    throw new SteepestError(
      "div: whole numbers cannot be divided by 0; divide by another, or cast to float64",
    );
  }
  // A model that is read again has its check already.
  if ((known !== undefined && known !== -1) || isChecked(b)) return b;
  const is = (x: Tensor, value: Tensor | number) => cast(equal(x, value), "int64");
  const lowest = constant(BigInt64Array.of(lowestInt64), [], "int64");
  const hasNone = is(b, 0).add(is(b, -1).mul(is(a, lowest)));
  return b.add(gather(constant([0], [1], "int64"), hasNone.mul(noQuotient)));
};
