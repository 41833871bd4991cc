import type { DType, TypedArray } from "./dtype.js";
import type { Lanes } from "./lanes.js";
import type { Dim, Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Settings of an operation besides its inputs. */
export type Attributes = Readonly<Record<string, number | string | readonly Dim[] | TypedArray>>;

export type Inputs = readonly Tensor[];

/** What is computed in a graph: an operator, and what it is applied to. Plain data, so that graphs can be rewritten. */
export interface Operation<I extends Inputs = Inputs, A extends Attributes = Attributes> {
  readonly definition: Definition<I, A>;
  readonly inputs: I;
  /** Two operations of equal definition, inputs, attributes, shape and type compute the same. */
  readonly attributes: A;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Fills the elements of a result from those of the inputs; truths are 0 and 1. */
export type Filling = (inputs: readonly Float64Array[], into: Float64Array) => void;

/** What is known of an operator, for whoever has to decide something about a graph. */
export interface Traits<I extends Inputs = Inputs, A extends Attributes = Attributes> {
  /** Each element of the result is computed from the elements of the inputs at its place, which broadcast. */
  readonly elementwise?: boolean;
  /** How a kernel computes elements, for an elementwise operator. Throws where it cannot with these inputs. */
  lanes?<T>(on: Lanes<T>, elements: readonly T[], attributes: A, inputs: I): T;
  /** An element of a float64 result, for an elementwise operator that is more than `lanes` has. */
  number?(elements: readonly number[], attributes: A): number;
  /** How the elements of a float64 result are computed where they are few, for an operator that is not elementwise. All sizes are numbers. */
  direct?(inputs: I, attributes: A, y: Tensor): Filling;
  /** What a kernel folds all elements with, for an operator whose attribute `axes` names all axes. */
  readonly fold?: "sum" | "mean" | "max" | "min";
  /** How many numbers are added up for one element of the result `y`; 1 where this is absent. `count` counts the elements of a shape. */
  terms?(inputs: I, attributes: A, y: Tensor, count: (shape: Shape) => number): number;
  /** How many products of two numbers are added up for the whole result `y`, in the order of the textbook; 0 where this is absent. */
  multiplyAdds?(inputs: I, attributes: A, y: Tensor, count: (shape: Shape) => number): number;
  /** Whether the result is a polynomial in the elements of its inputs: of all of them, or of those at the positions listed. */
  readonly polynomialIn?: "all" | readonly number[];
  /** The smallest interval that holds whatever it can give. */
  readonly range?: readonly [low: number, high: number];
}

interface Common<I extends Inputs, A extends Attributes> extends Traits<I, A> {
  /** The operator's name, as the function that applies it is called. */
  readonly name: string;
  /**
   * The gradient of a scalar with respect to each input, given that with respect to the output (`g`, of the shape of the output `y`).
   * `undefined` for an input through which nothing flows.
   */
  gradient?(g: Tensor, y: Tensor, inputs: I, attributes: A): readonly (Tensor | undefined)[];
}

/** An operator that ONNX has, or that is a few nodes of it. */
export interface Written<I extends Inputs = Inputs, A extends Attributes = Attributes> extends Common<I, A> {
  /** Writes an operation into a model and returns the name of its value `y`. */
  onnx(emit: Emit, inputs: I, attributes: A, y: Tensor): string;
}

/** An operator that is written as others are, unless a target has a form of its own for it. */
export interface Composed<I extends Inputs = Inputs, A extends Attributes = Attributes> extends Common<I, A> {
  composed(inputs: I, attributes: A, y: Tensor): Tensor;
}

/**
 * An operator: everything that is known of it, whatever it is applied to. Its rule of shapes is in the function that applies it. Declare
 * one as `Written` or `Composed`: of a union, TypeScript would look into the value to narrow it, and there meet the function that applies it.
 */
export type Definition<I extends Inputs = Inputs, A extends Attributes = Attributes> =
  | Written<I, A>
  | Composed<I, A>;

/** A function that applies an operator, with the operator's definition. */
export type Operator<F, I extends Inputs = Inputs, A extends Attributes = Attributes> = F & {
  readonly definition: Definition<I, A>;
};

export const operator = <F, I extends Inputs, A extends Attributes>(
  definition: Definition<I, A>,
  apply: F,
): Operator<F, I, A> => Object.assign(apply as F & object, { definition });

/** The operation that computes a tensor, where it is the one of an operator; undefined for any other. */
export const operationOf = <I extends Inputs, A extends Attributes>(
  x: Tensor,
  { definition }: { readonly definition: Definition<I, A> },
): Operation<I, A> | undefined =>
  (x.operation.definition as unknown) === definition ? (x.operation as Operation<I, A>) : undefined;

export type NodeAttribute = number | string | readonly number[] | { readonly float: number };

/** An ONNX operator: the name of one of ONNX's own, or one of another domain. */
export type NodeType = string | { readonly domain: string; readonly type: string };

/** Where an operator's ONNX form is written: a model under construction. Values are named by strings. */
export interface Emit {
  /** Adds an ONNX node and returns the name of its first output. */
  node(
    type: NodeType,
    inputs: readonly (Tensor | string | undefined)[],
    attributes?: Readonly<Record<string, NodeAttribute>>,
  ): string;
  /** The same for a node of several outputs: their names. */
  nodeOf(
    outputs: number,
    type: NodeType,
    inputs: readonly (Tensor | string | undefined)[],
    attributes?: Readonly<Record<string, NodeAttribute>>,
  ): readonly string[];
  /** A constant int64 vector. */
  ints(values: readonly number[]): string;
  /** A constant scalar. */
  scalar(value: number, dtype: DType): string;
  constant(values: TypedArray, shape: Shape, dtype: DType): string;
  /** The number of examples in the batch, as a scalar. */
  batchSize(dtype: DType): string;
  /** An int64 vector holding a shape, the batch size filled in when the model runs. */
  shape(shape: Shape): string;
}
