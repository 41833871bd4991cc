import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/index.js";
import { batch, type Dim } from "../../graph/shape.js";
import type { AttributeProto, NodeProto } from "../schema.js";
import { readTensor, type Stored } from "../tensors.js";
import { type Known, tensorOf, type Value } from "./value.js";

/** A node of a model that is being read: its inputs, and its attributes with their defaults. */
export class ImportedNode {
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    readonly proto: NodeProto,
    readonly inputs: readonly (Value | undefined)[],
    /** The version of the operator set that the model is written in. */
    readonly opset: number,
  ) {
    this.#attributes = new Map((proto.attribute ?? []).map((attribute) => [attribute.name, attribute]));
  }

  get label(): string {
    return describeNode(this.proto);
  }

  get outputCount(): number {
    return this.proto.output?.length ?? 0;
  }

  fail(reason: string): never {
    throw new SteepestError(`onnx: ${this.label}: ${reason}`);
  }

  /** An input that must be there. */
  tensor(index: number): Tensor {
    return this.optional(index) ?? this.fail(`input ${index} is missing`);
  }

  optional(index: number): Tensor | undefined {
    return this.inputs[index]?.tensor();
  }

  /** All inputs that are there. */
  tensors(): Tensor[] {
    return this.inputs.flatMap((value) => (value === undefined ? [] : [value.tensor()]));
  }

  /** An input as a constant where its numbers are known: what is not to be trained even if it is stored like a weight. */
  fixed(index: number): Tensor {
    const known = this.known(index);
    return known === undefined ? this.tensor(index) : tensorOf(known);
  }

  known(index: number): Known | undefined {
    return this.inputs[index]?.known();
  }

  /** The same for scalars and vectors of whole numbers only. */
  whole(index: number): Known | undefined {
    return this.inputs[index]?.isWhole ? this.known(index) : undefined;
  }

  /** The numbers of an input that the graph's structure depends on. */
  dims(index: number, what: string): readonly Dim[] {
    const known = this.known(index);
    return (
      known?.values ??
      this.fail(`${what} must be known when the model is read, but is computed from its inputs`)
    );
  }

  /** The same where none of them may be the batch size. */
  numbers(index: number, what: string): readonly number[] {
    return this.dims(index, what).map((value) =>
      value === batch ? this.fail(`${what} depends on the batch size, which is not supported`) : value,
    );
  }

  /** Whole numbers that older models give as an attribute and newer ones as an input. */
  attributeOrInput(name: string, index: number): readonly number[] | undefined {
    return this.ints(name) ?? (this.inputs[index] === undefined ? undefined : this.numbers(index, name));
  }

  int(name: string, fallback: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? fallback : (attribute.i ?? 0);
  }

  float(name: string, fallback: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? fallback : (attribute.f ?? 0);
  }

  text(name: string, fallback: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes === undefined ? fallback : new TextDecoder().decode(bytes);
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? undefined : (attribute.ints ?? []);
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? undefined : (attribute.floats ?? []);
  }

  stored(name: string): Stored | undefined {
    const tensor = this.#attributes.get(name)?.t;
    return tensor === undefined ? undefined : readTensor(`${this.label}, attribute "${name}",`, tensor);
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }
}

export const describeNode = ({ name, opType, domain, output }: NodeProto): string => {
  const type = domain ? `${domain}.${opType}` : opType;
  return `node "${name || output?.[0]}" (${type})`;
};

/** How the nodes of one ONNX type become tensors: the first output, or all of them. */
export type Importer = (node: ImportedNode) => Tensor | readonly Tensor[];

export type Importers = Readonly<Record<string, Importer>>;
