import { compile, type Values } from "../../src/engine/compile.js";
import { type DType, input, inputName, type Tensor } from "../../src/graph/index.js";
import { type Case, dtypeOfLeaf } from "./cases.js";
import type { NdArray } from "./ndarray.js";

export const leafTensors = ({ leaves }: Case, float: DType): Tensor[] =>
  leaves.map((leaf, i) => input(`x${i}`, leaf.shape, dtypeOfLeaf(leaf, float)));

const mapValues = <Name extends string, A, B>(
  record: Readonly<Record<Name, A>>,
  f: (value: A) => B,
): Record<Name, B> => {
  const mapped = Object.entries<A>(record).map(([name, value]) => [name, f(value)] as const);
  return Object.fromEntries(mapped) as Record<Name, B>;
};

/** Compiles a graph, runs it once on each set of inputs, and frees it. */
export const evaluate = async <Name extends string>(
  inputs: readonly Tensor[],
  outputs: Readonly<Record<Name, Tensor>>,
  sets: readonly (readonly Values[])[],
): Promise<Record<Name, NdArray>[]> => {
  const program = await compile<Name>({ inputs, outputs }, { threads: 1 });
  try {
    const results: Record<Name, NdArray>[] = [];
    for (const values of sets) {
      const feeds = Object.fromEntries(inputs.map((x, i) => [inputName(x), values[i] ?? []]));
      const result = await program.run(feeds);
      results.push(mapValues(result, ({ shape, data }) => ({ shape, data: Array.from(data, Number) })));
    }
    return results;
  } finally {
    await program.release();
  }
};

/** Evaluates on one set of inputs. */
export const evaluateOnce = async <Name extends string>(
  inputs: readonly Tensor[],
  outputs: Readonly<Record<Name, Tensor>>,
  values: readonly Values[] = [],
): Promise<Record<Name, NdArray>> => {
  const [result] = await evaluate(inputs, outputs, [values]);
  if (result === undefined) throw new Error("nothing was evaluated");
  return result;
};

/** The largest of `|a - b| / max(1, |a|, |b|)`; infinite where lengths differ or a number is not finite. */
export const largestDifference = (a: readonly number[], b: readonly number[]): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((worst, x, i) => {
    const y = b[i] ?? Number.NaN;
    const difference = x === y ? 0 : Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }, 0);
};
