import type { Attributes, Definition, Inputs } from "../graph/definition.js";
import { type Rule, rewrite } from "../graph/rewrite.js";
import type { Dim } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";

/** What is known of the runs of a graph when it is written. */
export interface RunFacts {
  /** The most elements that an axis can have: its size, or the largest batch, infinite where it is not known. */
  readonly largest: (dim: Dim) => number;
}

/** Whoever runs a model: what it can, and how a graph is put into what it can. */
export interface Target {
  readonly name: string;
  /** The version of each operator set that it knows, by domain; ONNX's own has the domain "". */
  readonly opsets: Readonly<Record<string, number>>;
  /** Whether it runs a graph faster that was written for batches of one size. */
  readonly gainsFromBatchSize?: boolean;
  /** The same graph in operators and types that it has. */
  readonly lower: (outputs: readonly Tensor[], facts: RunFacts) => readonly Tensor[];
}

/** An operator and what its operations are replaced by: other operators that compute the same, or the operation `y` where it may stay. */
export interface Lowering {
  readonly definition: Definition;
  readonly replace: (y: Tensor, facts: RunFacts) => Tensor;
}

export const lowering = <I extends Inputs, A extends Attributes>(
  { definition }: { readonly definition: Definition<I, A> },
  replace: (y: Tensor, inputs: I, attributes: A, facts: RunFacts) => Tensor,
): Lowering => ({
  definition: definition as unknown as Definition,
  replace: (y, facts) => replace(y, y.operation.inputs as I, y.operation.attributes as A, facts),
});

/**
 * Replaces operations by the lowerings of their operators, of which the last one listed that does not leave it as it is counts, and operators
 * that are only composed of others by these.
 */
export const lowerOperators = (lowerings: readonly Lowering[]): Target["lower"] => {
  const byDefinition = new Map<Definition, Lowering[]>();
  for (const each of lowerings) {
    byDefinition.set(each.definition, [each, ...(byDefinition.get(each.definition) ?? [])]);
  }
  return (outputs, facts) => {
    const rule: Rule = (y) => {
      const { definition, inputs, attributes } = y.operation;
      const all = byDefinition.get(definition) ?? [];
      const lowered = all.reduce((as, { replace }) => (as === y ? replace(y, facts) : as), y);
      return lowered === y && "composed" in definition ? definition.composed(inputs, attributes, y) : lowered;
    };
    return rewrite(outputs, rule);
  };
};
