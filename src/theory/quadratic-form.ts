import { type Tensor, topologicalOrder } from "../graph/index.js";
import { missing } from "../missing.js";

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
    const { definition, inputs } = x.operation;
    const positions = [...inputs.keys()].filter((i) => dependent.has(inputs[i] ?? missing()));
    if (positions.length === 0) continue;
    dependent.add(x);
    const { polynomialIn = [] } = definition;
    if (polynomialIn !== "all" && !positions.every((i) => polynomialIn.includes(i))) return false;
  }
  return true;
};
