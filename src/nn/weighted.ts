import {
  cast,
  type DType,
  greater,
  mean,
  min,
  mul,
  reshape,
  scalar,
  sum,
  type Tensor,
  where,
} from "../graph/index.js";
import { elementCount } from "../graph/shape.js";

/** A mean over the examples of a batch, and what it was divided by. */
export interface BatchMean {
  readonly mean: Tensor;
  /** The sum of the weights; of examples some of whose parts do not count, their share. Undefined where it is the number of examples. */
  readonly weight?: Tensor;
}

/** A sum over all elements of `[batch, …]`, an example of several parts counting as their mean. */
const sumOverExamples = (x: Tensor): Tensor => {
  const parts = elementCount(x.shape.slice(1));
  return parts === 1 ? sum(x) : sum(x).div(parts);
};

/** Weights that go with the elements of `x`: those of whole examples for each part, those of finer parts as their least. */
const fitted = (weights: Tensor, x: Tensor, dtype: DType): Tensor => {
  const numbers = cast(weights, dtype);
  const surplus = numbers.rank - x.rank;
  if (surplus > 0)
    return min(
      numbers,
      [...Array(surplus).keys()].map((i) => x.rank + i),
    );
  return surplus === 0 ? numbers : reshape(numbers, [...numbers.shape, ...Array(-surplus).fill(1)]);
};

/** How much each element of `x`, `[batch, …]`, counts: the product of what is given. Undefined where all count alike. */
export const weightsFor = (
  x: Tensor,
  dtype: DType,
  given: readonly (Tensor | undefined)[],
): Tensor | undefined => {
  const all = given.filter((each) => each !== undefined).map((each) => fitted(each, x, dtype));
  return all.length === 0 ? undefined : all.reduce((a, b) => mul(a, b));
};

/** `Σwᵢxᵢ`, or `Σxᵢ`, an example of several parts counting as their mean. What has the weight 0 may be anything. */
export const weightedSum = (x: Tensor, weights: Tensor | undefined): Tensor =>
  sumOverExamples(weights ? mul(weights, where(greater(weights, 0), x, scalar(0, x.dtype))) : x);

/** `Σwᵢxᵢ / Σwᵢ` over all elements, or their mean where there are no weights; 0 where all weights are 0. What has the weight 0 may be anything. */
export const weightedMean = (x: Tensor, weights: Tensor | undefined): BatchMean => {
  if (weights === undefined) return { mean: mean(x) };
  const weight = sumOverExamples(weights);
  const divisor = where(greater(weight, 0), weight, scalar(1, weight.dtype));
  return { mean: weightedSum(x, weights).div(divisor), weight };
};
