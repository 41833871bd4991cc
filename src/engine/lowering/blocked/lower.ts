import { topologicalOrder } from "../../../graph/autodiff.js";
import { operationOf } from "../../../graph/definition.js";
import { normaliseBatch } from "../../../graph/ops/normalisation.js";
import { expand, reshape, transpose } from "../../../graph/ops/shaping.js";
import { rewrite } from "../../../graph/rewrite.js";
import { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import type { RunFacts, Target } from "../../../onnx/target.js";
import { convolutionForms } from "./convolution.js";
import { alike, elementwiseForms } from "./elementwise.js";
import type { Form, Lowered } from "./form.js";
import { asLying, type Blocked, blocked, lying } from "./layout.js";
import { reorderInput, reorderOutput } from "./operators.js";
import { poolingForms } from "./pooling.js";
import { reductionForms } from "./reductions.js";

const forms: ReadonlyMap<Form["definition"], Form> = new Map(
  [...convolutionForms, ...elementwiseForms, ...poolingForms, ...reductionForms].map((each) => [
    each.definition,
    each,
  ]),
);

/** How many operations, or outputs, read each tensor. */
const readers = (order: readonly Tensor[], outputs: readonly Tensor[]): ReadonlyMap<Tensor, number> => {
  const counts = new Map<Tensor, number>();
  for (const x of [...order.flatMap(({ operation }) => operation.inputs), ...outputs]) {
    counts.set(x, (counts.get(x) ?? 0) + 1);
  }
  return counts;
};

/**
 * The same graph with what convolutions read and write in blocks of b channels, wherever that can be: a convolution makes blocks, and what
 * follows it stays in them as long as its operators can, so that a tensor is reordered only where a chain begins or ends.
 */
export const lowerToBlocks =
  (b: number): Target["lower"] =>
  (given, facts: RunFacts) => {
    const outputs = rewrite(given, taken);
    const order = topologicalOrder(outputs);
    const counts = readers(order, outputs);
    const plainOf = new Map<Tensor, Tensor>();
    const blockedOf = new Map<Tensor, Blocked>();
    const remembered = <T>(map: Map<Tensor, T>, x: Tensor, make: () => T): T => {
      const known = map.get(x) ?? make();
      map.set(x, known);
      return known;
    };
    const lowered: Lowered = {
      b,
      facts,
      plain: (x) => remembered(plainOf, x, () => inOrder(blockedOf.get(x) ?? missing(), b)),
      blocked: (x) => remembered(blockedOf, x, () => inBlocks(plainOf.get(x) ?? missing(), b)),
      isBlocked: (x) => blockedOf.has(x),
      isReadOnce: (x) => counts.get(x) === 1,
    };
    for (const y of order) {
      const form = forms.get(y.operation.definition);
      const next = form ? form.lower(y, lowered) : alike(y, lowered);
      if (next === undefined) plainOf.set(y, withInputs(y, y.operation.inputs.map(lowered.plain)));
      else if (next instanceof Tensor) plainOf.set(y, next);
      else blockedOf.set(y, next);
    }
    return outputs.map(lowered.plain);
  };

/** Operators that are taken apart first: what they are composed of has forms. */
const taken = (y: Tensor): Tensor => {
  const { inputs, attributes, definition } = y.operation;
  return operationOf(y, normaliseBatch) && "composed" in definition
    ? definition.composed(inputs, attributes, y)
    : y;
};

/** The runtime reorders float32 only. */
const inOrder = (x: Blocked, b: number): Tensor =>
  x.tensor.dtype === "float32"
    ? reorderOutput(x)
    : reshape(transpose(asLying(x, b), [0, 1, 4, 2, 3]), x.tensor.shape);

const inBlocks = (x: Tensor, b: number): Blocked => {
  const [batch = missing(), channels, height = missing(), width = missing()] = x.shape;
  const source = operationOf(x, expand)?.inputs[0];
  if (source?.shape.every((size) => size === 1)) return blocked(x);
  if (source?.rank === 4 && source.shape.slice(1).every((size, i) => size === [channels, 1, 1][i])) {
    // A plane of one element lies in blocks as it is.
    const apart = reshape(source, [source.shape[0] ?? missing(), Number(channels) / b, 1, 1, b]);
    return lying(expand(apart, [batch, Number(channels) / b, height, width, b]), x.shape);
  }
  if (x.dtype === "float32") return reorderInput(x);
  const apart = reshape(x, [batch, Number(channels) / b, b, height, width]);
  return lying(transpose(apart, [0, 1, 3, 4, 2]), x.shape);
};

const withInputs = (y: Tensor, inputs: readonly Tensor[]): Tensor =>
  inputs.every((x, i) => x === y.operation.inputs[i]) ? y : new Tensor({ ...y.operation, inputs });
