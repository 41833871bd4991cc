import { SteepestError } from "../errors.js";
import { formatShape, sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** What takes the place of an operation, whose inputs were rewritten before: itself, where it stays. */
export type Rule = (x: Tensor) => Tensor;

const checkReplacement = (x: Tensor, by: Tensor): void => {
  if (x.dtype === by.dtype && sameShape(x.shape, by.shape)) return;
  const [a, b] = [x, by].map(({ operation, dtype, shape }) => {
    return `${operation.definition.name}, ${dtype} ${formatShape(shape)}`;
  });
  throw new SteepestError(`rewrite: ${a} was replaced by ${b}; shape and type must stay`);
};

/**
 * The same graph in other operations: each one gets the inputs that were rewritten before it, and is then replaced by what the rule
 * gives for it, which is rewritten in turn until the rule leaves it as it is. Shapes and types stay; so do parts that nothing changes.
 */
export const rewrite = (outputs: readonly Tensor[], rule: Rule): readonly Tensor[] => {
  const results = new Map<Tensor, Tensor>();
  const replacements = new Map<Tensor, Tensor>();
  const withInputs = (x: Tensor, inputs: readonly (Tensor | undefined)[]): Tensor =>
    inputs.every((input, i) => input === x.operation.inputs[i])
      ? x
      : new Tensor({ ...x.operation, inputs: inputs.filter((input) => input !== undefined) });

  const stack = [...outputs].reverse();
  for (let x = stack.at(-1); x !== undefined; x = stack.at(-1)) {
    const replacement = replacements.get(x);
    const needed = replacement ? [replacement] : x.operation.inputs;
    const open = needed.filter((input) => !results.has(input));
    if (results.has(x)) {
      stack.pop();
    } else if (open.length > 0) {
      stack.push(...open.reverse());
    } else if (replacement) {
      results.set(x, results.get(replacement) ?? replacement);
    } else {
      const current = withInputs(
        x,
        needed.map((input) => results.get(input)),
      );
      const next = rule(current);
      checkReplacement(x, next);
      if (next === current) {
        results.set(x, current);
        results.set(current, current);
      } else {
        replacements.set(x, next);
      }
    }
  }
  return outputs.map((x) => results.get(x) ?? x);
};
