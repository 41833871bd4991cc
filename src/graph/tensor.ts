import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { Attributes, Definition, Inputs, Operation, Written } from "./definition.js";
import { operationOf, operator } from "./definition.js";
import { anything, type DType } from "./dtype.js";
import { add, div, mul, sub } from "./ops/arithmetic.js";
import { neg } from "./ops/elementwise.js";
import { type MatmulOptions, matmul } from "./ops/matmul.js";
import { checkList, checkShape, fixedSize, formatShape, type Shape } from "./shape.js";

export type { Attributes, Definition, Emit, Inputs, Operation } from "./definition.js";
export type { DType, TypedArray } from "./dtype.js";

/** A value in a graph: nothing is computed until the graph is compiled and run. Immutable. */
export class Tensor {
  constructor(readonly operation: Operation) {
    const {
      definition: { name },
      shape,
      dtype,
    } = operation;
    checkShape(name, shape);
    if (!anything.includes(dtype)) {
      throw new SteepestError(
        `${name}: ${givenText(dtype)} is no data type; expected ${anything.join(", ")}`,
      );
    }
  }

  get shape(): Shape {
    return this.operation.shape;
  }

  get dtype(): DType {
    return this.operation.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The size of an axis (negative counts from the end). Throws where it is the batch. */
  size(axis: number): number {
    return fixedSize("size", this.shape, axis);
  }

  /** `this + other`, broadcasting. */
  add(other: Tensor | number): Tensor {
    return add(this, other);
  }

  /** `this - other`, broadcasting. */
  sub(other: Tensor | number): Tensor {
    return sub(this, other);
  }

  /** `this · other` element by element, broadcasting. */
  mul(other: Tensor | number): Tensor {
    return mul(this, other);
  }

  /** `this / other` element by element, broadcasting. */
  div(other: Tensor | number): Tensor {
    return div(this, other);
  }

  neg(): Tensor {
    return neg(this);
  }

  /** Matrix product over the last two axes. */
  matmul(other: Tensor, options?: MatmulOptions): Tensor {
    return matmul(this, other, options);
  }
}

/** A value that an operator computes, of a shape and type that fit what it is applied to. */
export const node = <I extends Inputs, A extends Attributes>(operation: {
  readonly definition: Definition<I, A>;
  readonly inputs: NoInfer<I>;
  readonly attributes: NoInfer<A>;
  readonly shape: Shape;
  readonly dtype: DType;
}): Tensor => new Tensor(operation);

/** Throws unless something is a tensor, as only plain JavaScript allows. */
export const checkTensor = (operator: string, x: unknown, expected = "a tensor"): void => {
  if (!(x instanceof Tensor)) {
    throw new SteepestError(`${operator}: expected ${expected}, got ${givenText(x)}`);
  }
};

/** Throws unless something is a list of tensors. */
export const checkTensors = (operator: string, xs: readonly unknown[]): void => {
  checkList(operator, "a list of tensors", xs);
  for (const x of xs) checkTensor(operator, x);
};

const definition: Written<readonly [], { readonly name: string }> = {
  name: "input",
  onnx: (_emit, _inputs, { name }) => {
    throw new SteepestError(`input "${name}" is used by the graph but was not listed among its inputs`);
  },
};

/** A named input of the graph, fed when it runs. */
export const input = operator(definition, (name: string, shape: Shape, dtype: DType = "float32"): Tensor => {
  if (typeof name !== "string") {
    throw new SteepestError(`input: expected a name as the first argument, got ${givenText(name)}`);
  }
  return node({ definition, inputs: [], attributes: { name }, shape, dtype });
});

export const isInput = (x: Tensor): boolean => operationOf(x, input) !== undefined;

/** The name of an input of the graph. */
export const inputName = (x: Tensor): string => {
  checkTensor("the name of an input", x);
  const name = operationOf(x, input)?.attributes.name;
  if (name === undefined) {
    throw new SteepestError(
      `${x.operation.definition.name} of shape [${x.shape}] is not an input of the graph; create one with input(name, shape)`,
    );
  }
  return name;
};

/** Throws where an operator does not take tensors of this type. */
export const checkDType = (operator: string, x: Tensor, allowed: readonly DType[]): void => {
  checkTensor(operator, x);
  if (!allowed.includes(x.dtype)) {
    throw new SteepestError(
      `${operator}: expected a tensor of ${allowed.join(" or ")}, got ${x.dtype} ${formatShape(x.shape)}; cast it first`,
    );
  }
};

/** Whether two tensors may meet in one operation; throws naming the operator and both types otherwise. */
export const checkSameDType = (operator: string, a: Tensor, b: Tensor): void => {
  for (const x of [a, b]) checkTensor(operator, x);
  if (a.dtype !== b.dtype) {
    throw new SteepestError(
      `${operator}: types ${a.dtype} ${formatShape(a.shape)} and ${b.dtype} ${formatShape(b.shape)} differ; cast one of them first`,
    );
  }
};
