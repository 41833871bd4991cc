import { type Tensor, topologicalOrder } from "../graph/index.js";

/** Operators that turn polynomials into polynomials. */
const polynomial = new Set([
  "input",
  "scalar",
  "constant",
  "batchSize",
  "add",
  "sub",
  "mul",
  "neg",
  "matmul",
  "gemm",
  "sum",
  "mean",
  "reshape",
  "transpose",
  "expand",
  "concat",
  "slice",
  "pad",
  "gather",
]);

/**
 * Whether a graph proves its value to be a polynomial of degree two at most in the parameters: everything on the way
 * from a parameter to the value is a polynomial operator (or a division by something free of parameters), and no
 * parameter is left in the Hessian-vector product. The first condition excludes kinks and steps, whose derivatives hide
 * them. False does not prove the contrary.
 */
export const isQuadratic = (
  value: Tensor,
  hessianVectorProducts: readonly Tensor[],
  parameters: readonly Tensor[],
): boolean => {
  if (topologicalOrder(hessianVectorProducts).some((x) => parameters.includes(x))) return false;
  const dependent = new Set<Tensor>(parameters);
  for (const x of topologicalOrder([value])) {
    const { name, inputs } = x.operation;
    if (!inputs.some((from) => dependent.has(from))) continue;
    dependent.add(x);
    const divisor = inputs[1];
    const dividedByData = name === "div" && divisor !== undefined && !dependent.has(divisor);
    if (!polynomial.has(name) && !dividedByData) return false;
  }
  return true;
};
