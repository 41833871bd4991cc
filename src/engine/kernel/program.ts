import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { type Operation, operationOf, type Traits } from "../../graph/definition.js";
import { scalar } from "../../graph/ops/constant.js";
import { formatShape, type Shape, sameShape } from "../../graph/shape.js";
import { inputName, isInput, type Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { lanes } from "./lanes.js";
import type { Code } from "./wasm.js";

/** A value of a kernel. Equal computations are one value. */
export interface Value {
  readonly id: number;
  /** An array or scalar that the caller passes, an operator applied to each element, or a fold over all elements. */
  readonly kind: "array" | "scalar" | "elementwise" | "fold";
  /** Position among the arrays or the scalars; for the other kinds, unused and 0. */
  readonly index: number;
  /** Computes four elements, given those of the inputs. */
  readonly elements?: (inputs: readonly Code[]) => Code;
  readonly fold?: Traits["fold"];
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
const attributesKey = ({ attributes }: Operation): string =>
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
    checkType(tensor);
    if (!sameShape(tensor.shape, kind === "array" ? shape : [])) {
      throw new SteepestError(
        `kernel: ${kind} "${inputName(tensor)}" has shape ${formatShape(tensor.shape)}, expected ` +
          `${formatShape(kind === "array" ? shape : [])}; all arrays of a kernel have one shape, its scalars have none`,
      );
    }
    const uniform = kind === "scalar";
    byTensor.set(tensor, define(`${kind}${index}`, { kind, index, inputs: [], uniform, phase: 0 }));
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
    if (isInput(tensor)) return resolve(tensor);
    const { operation } = tensor;
    const { name, fold } = operation.definition;
    checkType(tensor);
    if (fold) checkFold(operation, shape);
    if (tensor.dtype === "bool" && operationOf(tensor, scalar)) {
      throw new SteepestError("kernel: a bool constant cannot be part of one; compare numbers instead");
    }
    const inputs = operation.inputs.map(resolve);
    const uniform = fold !== undefined || inputs.every((value) => value.uniform);
    if (!uniform && !sameShape(tensor.shape, shape)) {
      throw new SteepestError(
        `kernel: ${name} gives shape ${formatShape(tensor.shape)} where the arrays have ${formatShape(shape)}`,
      );
    }
    return define(`${name} ${tensor.dtype}(${inputs.map(({ id }) => id)})${attributesKey(operation)}`, {
      kind: fold ? "fold" : "elementwise",
      index: 0,
      ...(fold ? { fold } : { elements: elementsOf(operation) }),
      inputs,
      uniform,
      phase: Math.max(0, ...inputs.map(({ phase }) => phase)) + Number(fold !== undefined),
    });
  };
  for (const tensor of topologicalOrder(outputs)) {
    if (!byTensor.has(tensor)) byTensor.set(tensor, read(tensor));
  }
  return { values, resolve };
};

const checkType = ({ operation: { definition, dtype } }: Tensor): void => {
  if (dtype !== "float32" && dtype !== "bool") {
    throw new SteepestError(`kernel: ${definition.name} is of type ${dtype}; kernels compute in float32`);
  }
};

const checkFold = ({ definition, inputs, attributes: { axes } }: Operation, shape: Shape): void => {
  const x = inputs[0] ?? missing();
  if (!sameShape(x.shape, shape) || !Array.isArray(axes) || axes.length !== x.rank) {
    throw new SteepestError(
      `kernel: ${definition.name} folds axes [${axes}] of shape ${formatShape(x.shape)}; a kernel folds all axes of its arrays, of shape ${formatShape(shape)}`,
    );
  }
};

/** How elements of an operation are computed. Throws where a kernel cannot. */
const elementsOf = ({ definition, inputs, attributes }: Operation): NonNullable<Value["elements"]> => {
  const elements = (codes: readonly Code[]) => definition.lanes?.(lanes, codes, attributes, inputs);
  if (elements(inputs.map(() => lanes.number(0))) === undefined) {
    throw new SteepestError(
      `kernel: the operator ${definition.name} cannot be part of one; arithmetic, comparisons, sqrt and sums, means and extremes of whole arrays can`,
    );
  }
  return (codes) => elements(codes) ?? missing();
};
