import { and, greater, scalar, type Tensor, where } from "../../graph/index.js";

/** `a / b` of two scalars that are not negative; 1 where one of them is 0, so that a parameter of zeros can start to move. */
export const ratioOrOne = (a: Tensor, b: Tensor): Tensor => {
  const one = scalar(1, a.dtype);
  const defined = and(greater(a, 0), greater(b, 0));
  return where(defined, a.div(where(defined, b, one)), one);
};
