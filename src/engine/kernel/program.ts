import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { inputName, type Tensor } from "../../graph/index.js";
import { formatShape, type Shape, sameShape } from "../../graph/shape.js";
import type { Operation } from "../../graph/tensor.js";
import { exponentOf, isIdentity, isReduction, lowerings, supportedOperators } from "./operators.js";

/** A value of a kernel. Equal computations are one value. */
export interface Value {
  readonly id: number;
  /** An array or scalar that the caller passes, an operator applied to each element, or a fold over all elements. */
  readonly kind: "array" | "scalar" | "elementwise" | "reduction";
  /** Position among the arrays or the scalars; for the other kinds, unused and 0. */
  readonly index: number;
  readonly operation: Operation;
  readonly inputs: readonly Value[];
  /** The same for every element, so that it is computed once, outside the loops. */
  readonly uniform: boolean;
  /** How many passes over the elements come before the value can be known. */
  readonly phase: number;
}

/** A graph as the kernel computes it: every value after its inputs. */
export interface Program {
  readonly values: readonly Value[];
  readonly resolve: (tensor: Tensor) => Value;
}

/** The attributes that tell two operations apart; JSON would make one of -0 and 0, and of NaN and the infinities. */
const attributesKey = ({ attributes = {} }: Operation): string =>
  Object.entries(attributes)
    .map(([key, value]) => `${key}=${Object.is(value, -0) ? "-0" : value}`)
    .join(";");

/**
 * Reads a graph as a kernel program over arrays of one shape and scalars.
 * Throws for an operator that kernels do not have, a shape other than the arrays', or an input that is not listed.
 */
export const readProgram = (
  outputs: readonly Tensor[],
  arrays: readonly Tensor[],
  scalars: readonly Tensor[],
): Program => {
  const shape: Shape = arrays[0]?.shape ?? [];
  const values: Value[] = [];
  const byKey = new Map<string, Value>();
  const byTensor = new Map<Tensor, Value>();

  const define = (key: string, value: Omit<Value, "id">): Value => {
    const known = byKey.get(key);
    if (known) return known;
    const created = { id: values.length, ...value };
    values.push(created);
    byKey.set(key, created);
    return created;
  };
  const leaf = (tensor: Tensor, kind: "array" | "scalar", index: number) => {
    const { operation } = tensor;
    checkType(tensor);
    if (!sameShape(tensor.shape, kind === "array" ? shape : [])) {
      throw new SteepestError(
        `kernel: ${kind} "${inputName(tensor)}" has shape ${formatShape(tensor.shape)}, expected ` +
          `${formatShape(kind === "array" ? shape : [])}; all arrays of a kernel have one shape, its scalars have none`,
      );
    }
    const uniform = kind === "scalar";
    byTensor.set(
      tensor,
      define(`${kind}${index}`, { kind, index, operation, inputs: [], uniform, phase: 0 }),
    );
  };
  arrays.forEach((tensor, index) => {
    leaf(tensor, "array", index);
  });
  scalars.forEach((tensor, index) => {
    leaf(tensor, "scalar", index);
  });

  const resolve = (tensor: Tensor): Value => {
    const value = byTensor.get(tensor);
    if (!value) {
      throw new SteepestError(
        `kernel: input "${inputName(tensor)}" is used but is neither among the arrays nor the scalars; list it`,
      );
    }
    return value;
  };

  const read = (tensor: Tensor): Value => {
    const { operation } = tensor;
    if (operation.name === "input") return resolve(tensor);
    checkOperation(tensor, shape);
    const inputs = operation.inputs.map(resolve);
    const [first] = inputs;
    const reduction = isReduction(operation);
    if (first && isIdentity(operation)) return first;
    const uniform = reduction || inputs.every((value) => value.uniform);
    if (!uniform && !sameShape(tensor.shape, shape)) {
      throw new SteepestError(
        `kernel: ${operation.name} gives shape ${formatShape(tensor.shape)} where the arrays have ${formatShape(shape)}`,
      );
    }
    return define(`${operation.name}(${inputs.map(({ id }) => id)})${attributesKey(operation)}`, {
      kind: reduction ? "reduction" : "elementwise",
      index: 0,
      operation,
      inputs,
      uniform,
      phase: Math.max(0, ...inputs.map(({ phase }) => phase)) + Number(reduction),
    });
  };
  for (const tensor of topologicalOrder(outputs)) {
    if (!byTensor.has(tensor)) byTensor.set(tensor, read(tensor));
  }
  return { values, resolve };
};

const checkType = ({ operation: { name, dtype } }: Tensor): void => {
  if (dtype !== "float32" && dtype !== "bool") {
    throw new SteepestError(`kernel: ${name} is of type ${dtype}; kernels compute in float32`);
  }
};

const checkOperation = (tensor: Tensor, shape: Shape): void => {
  const { operation } = tensor;
  const { name, inputs } = operation;
  checkType(tensor);
  if (isReduction(operation)) {
    const x = inputs[0];
    const axes = operation.attributes?.axes;
    if (x && (!sameShape(x.shape, shape) || !Array.isArray(axes) || axes.length !== x.rank)) {
      throw new SteepestError(
        `kernel: ${name} folds axes [${axes}] of shape ${formatShape(x.shape)}; a kernel folds all axes of its arrays, of shape ${formatShape(shape)}`,
      );
    }
  } else if (!isIdentity(operation) && !(name in lowerings)) {
    throw new SteepestError(
      `kernel: the operator ${name} cannot be part of one; supported are ${supportedOperators.join(", ")}`,
    );
  }
  if (name === "scalar" && operation.dtype !== "float32") {
    throw new SteepestError("kernel: a bool constant cannot be part of one; compare numbers instead");
  }
  if (name === "pow" && exponentOf(operation) === undefined) {
    throw new SteepestError(
      "kernel: pow takes a constant exponent from -4 to 4 that is a whole or a half number",
    );
  }
};
