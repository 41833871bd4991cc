import { SteepestError } from "../errors.js";
import { floats } from "./dtype.js";
import { scalar } from "./ops/constant.js";
import { sum } from "./ops/reduce.js";
import { expand } from "./ops/shaping.js";
import { checkList, formatShape, sameShape } from "./shape.js";
import { checkTensor, checkTensors, type Tensor } from "./tensor.js";

/** The tensors that `outputs` are computed from, themselves included, each after everything it depends on. */
export const topologicalOrder = (outputs: readonly Tensor[]): Tensor[] => {
  checkTensors("topologicalOrder", outputs);
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack = [...outputs].reverse().map((tensor) => ({ tensor, expanded: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { tensor, expanded } = top;
    if (expanded) {
      order.push(tensor);
    } else if (!seen.has(tensor)) {
      seen.add(tensor);
      stack.push({ tensor, expanded: true });
      for (const x of [...tensor.operation.inputs].reverse()) stack.push({ tensor: x, expanded: false });
    }
  }
  return order;
};

/** A tensor for each of a list: the gradients with respect to `[w, b]` are a pair. */
export type TensorFor<Xs extends readonly Tensor[]> = { -readonly [index in keyof Xs]: Tensor };

/**
 * Vector-Jacobian product: the gradients of `Σ cotangents · outputs` with respect to each of `xs`, as new tensors of the
 * same graph, so that they can be differentiated again. An `x` that the outputs do not depend on gets zeros.
 */
export const vjp = <const Xs extends readonly Tensor[]>(
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  xs: Xs,
): TensorFor<Xs> => {
  for (const list of [outputs, cotangents, xs]) checkList("vjp", "lists of tensors", list);
  checkTensors("vjp", [...outputs, ...xs]);
  const gradients = new Map<Tensor, Tensor>();
  const accumulate = (x: Tensor, g: Tensor) => gradients.set(x, gradients.get(x)?.add(g) ?? g);

  outputs.forEach((y, i) => {
    const g = cotangents[i];
    if (g === undefined || !sameShape(g.shape, y.shape)) {
      throw new SteepestError(
        `vjp: output ${i} of shape ${formatShape(y.shape)} needs a cotangent of that shape, got ${g ? formatShape(g.shape) : "none"}`,
      );
    }
    accumulate(y, g);
  });

  const order = topologicalOrder(outputs);
  const wanted = new Set(xs);
  const leadsToWanted = new Set<Tensor>();
  for (const tensor of order) {
    if (wanted.has(tensor) || tensor.operation.inputs.some((x) => leadsToWanted.has(x)))
      leadsToWanted.add(tensor);
  }

  for (const y of order.reverse()) {
    const g = gradients.get(y);
    const { definition, inputs, attributes } = y.operation;
    if (g === undefined || !inputs.some((x) => leadsToWanted.has(x))) continue;
    if (definition.gradient === undefined) {
      throw new SteepestError(`grad: the operator ${definition.name} has no gradient`);
    }
    definition.gradient(g, y, inputs, attributes).forEach((dx, i) => {
      const x = inputs[i];
      if (dx !== undefined && x !== undefined && leadsToWanted.has(x) && floats.includes(x.dtype))
        accumulate(x, dx);
    });
  }
  return xs.map((x) => gradients.get(x) ?? expand(scalar(0, x.dtype), x.shape)) as TensorFor<Xs>;
};

/** The gradients of a scalar with respect to each of `xs`, by reverse-mode differentiation. */
export const grad = <const Xs extends readonly Tensor[]>(y: Tensor, xs: Xs): TensorFor<Xs> => {
  checkTensor("grad", y, "a scalar tensor");
  checkTensors("grad", xs);
  if (y.rank !== 0) {
    throw new SteepestError(
      `grad: expected a scalar, got shape ${formatShape(y.shape)}; take its sum or mean first`,
    );
  }
  return vjp([y], [scalar(1, y.dtype)], xs);
};

/** The Hessian of a scalar times the vectors `vs` (one per `x`, of its shape): the gradient of `Σ ∇y · v`. */
export const hessianVectorProduct = <const Xs extends readonly Tensor[]>(
  y: Tensor,
  xs: Xs,
  vs: readonly Tensor[],
): TensorFor<Xs> => {
  checkList("hessianVectorProduct", "a list of tensors", vs);
  const slopes = grad<readonly Tensor[]>(y, xs).map((g, i) => {
    const v = vs[i];
    if (v === undefined || !sameShape(v.shape, g.shape)) {
      throw new SteepestError(
        `hessianVectorProduct: x ${i} of shape ${formatShape(g.shape)} needs a vector of that shape`,
      );
    }
    return sum(g.mul(v));
  });
  return grad(
    slopes.reduce((a, b) => a.add(b)),
    xs,
  );
};
