import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { anything, type DType, type TypedArray } from "./dtype.js";
import { add, div, mul, neg, sub } from "./ops/arithmetic.js";
import { type MatmulOptions, matmul } from "./ops/matmul.js";
import { checkList, checkShape, type Dim, fixedSize, formatShape, type Shape } from "./shape.js";

export type { DType, TypedArray } from "./dtype.js";

export type AttributeValue = number | string | readonly number[];

/** Where an operator's ONNX form is written: a model under construction. Values are named by strings. */
export interface Emit {
  /** Adds an ONNX node and returns the name of its first output. */
  node(
    type: string,
    inputs: readonly (Tensor | string | undefined)[],
    attributes?: Readonly<Record<string, AttributeValue | { readonly float: number }>>,
  ): string;
  /** A constant int64 vector. */
  ints(values: readonly number[]): string;
  /** A constant scalar. */
  scalar(value: number, dtype: DType): string;
  constant(values: TypedArray, shape: Shape, dtype: DType): string;
  /** The number of examples in the batch, as a scalar. */
  batchSize(dtype: DType): string;
  /** The most elements that an axis can have: its size, or the largest batch, infinite where it is not known. */
  largest(dim: Dim): number;
  /** An int64 vector holding a shape, the batch size filled in when the model runs. */
  shape(shape: Shape): string;
}

/** What a node of the graph computes: its shape rule was applied, its ONNX form and its gradient stand beside it. */
export interface Operation {
  /** The operator's name, as the function that creates it is called. */
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Settings besides the inputs: two operations of equal name, inputs and attributes compute the same. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Writes the operation into a model and returns the name of its value. */
  readonly onnx: (emit: Emit) => string;
  /**
   * The gradient of a scalar with respect to each input, given that with respect to the output (`g`, of the output's
   * shape). `undefined` for an input through which nothing flows.
   */
  readonly gradient?: (g: Tensor, output: Tensor) => readonly (Tensor | undefined)[];
}

/** A value in a graph: nothing is computed until the graph is compiled and run. Immutable. */
export class Tensor {
  constructor(readonly operation: Operation) {
    const { name, shape, dtype } = operation;
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

export const node = (operation: Operation): Tensor => new Tensor(operation);

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

/** A named input of the graph, fed when it runs. */
export const input = (name: string, shape: Shape, dtype: DType = "float32"): Tensor => {
  if (typeof name !== "string") {
    throw new SteepestError(`input: expected a name as the first argument, got ${givenText(name)}`);
  }
  return node({
    name: "input",
    inputs: [],
    shape,
    dtype,
    attributes: { name },
    onnx: () => {
      throw new SteepestError(`input "${name}" is used by the graph but was not listed among its inputs`);
    },
  });
};

/** The name of an input of the graph. */
export const inputName = (x: Tensor): string => {
  checkTensor("the name of an input", x);
  const name = x.operation.name === "input" ? x.operation.attributes?.name : undefined;
  if (typeof name !== "string") {
    throw new SteepestError(
      `${x.operation.name} of shape [${x.shape}] is not an input of the graph; create one with input(name, shape)`,
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
