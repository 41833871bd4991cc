import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/index.js";
import { type Dim, isSymbolic } from "../../graph/shape.js";
import type { AttributeProto, NodeProto } from "../schema.js";
import { readTensor, type Stored } from "../tensors.js";
import { type Known, tensorOf, type Value } from "./value.js";

/** What an attribute may hold, by ONNX's number for it. */
const attributeTypes = {
  1: "a number",
  2: "a whole number",
  3: "a text",
  4: "a tensor",
  6: "numbers",
  7: "whole numbers",
} as const;

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

  /** All inputs, of an operator that takes any number of them but none. */
  tensors(): readonly [Tensor, ...Tensor[]] {
    const [first = this.fail("it has no inputs, and needs at least one"), ...others] = this.inputs.map(
      (_, i) => this.tensor(i),
    );
    return [first, ...others];
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

  #mustBeKnown(index: number, what: string): Known {
    const value = this.inputs[index] ?? this.fail(`input ${index}, ${what}, is missing`);
    return (
      value.known() ??
      this.fail(`${what} must be known when the model is read, but is computed from its inputs`)
    );
  }

  /** The numbers of an input that the graph's structure depends on. Beyond 2^53 they stand for "as far as it goes". */
  dims(index: number, what: string): readonly Dim[] {
    const { dtype, values } = this.#mustBeKnown(index, what);
    if (dtype !== "int64") this.fail(`${what} must be whole numbers, got ${dtype}`);
    return values.map((value) => (typeof value === "bigint" ? Number(value) : value));
  }

  /** The same where none of them may be the batch size. */
  wholes(index: number, what: string): readonly number[] {
    return this.dims(index, what).map((value) => this.#fixedSize(value, what));
  }

  /** The one number of an input. */
  number(index: number, what: string): number {
    const { values } = this.#mustBeKnown(index, what);
    const [value] = values;
    if (value === undefined || values.length > 1) {
      return this.fail(`${what} must be one number, got ${values.length}`);
    }
    return typeof value === "bigint"
      ? this.fail(`${what}, ${value}, is too large`)
      : this.#fixedSize(value, what);
  }

  #fixedSize(value: Dim, what: string): number {
    return isSymbolic(value) ? this.fail(`${what} depends on the batch size, which is not supported`) : value;
  }

  /** Whole numbers that older models give as an attribute and newer ones as an input. */
  attributeOrInput(name: string, index: number): readonly number[] | undefined {
    return this.ints(name) ?? (this.inputs[index] === undefined ? undefined : this.wholes(index, name));
  }

  /** An attribute, if it is there. Throws where it holds something of another type. */
  attribute(name: string, type: keyof typeof attributeTypes): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute !== undefined && attribute.type !== type) {
      this.fail(`its attribute "${name}" must be ${attributeTypes[type]}`);
    }
    return attribute;
  }

  // A field left out holds 0: some writers do not store zeros.
  int(name: string, fallback: number): number {
    const attribute = this.attribute(name, 2);
    return attribute === undefined ? fallback : Number(attribute.i ?? 0);
  }

  flag(name: string, fallback = false): boolean {
    return this.int(name, Number(fallback)) !== 0;
  }

  float(name: string, fallback: number): number {
    const attribute = this.attribute(name, 1);
    return attribute === undefined ? fallback : (attribute.f ?? 0);
  }

  text(name: string, fallback: string): string {
    const attribute = this.attribute(name, 3);
    return attribute === undefined ? fallback : new TextDecoder().decode(attribute.s);
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.attribute(name, 7);
    return attribute === undefined ? undefined : (attribute.ints ?? []).map(Number);
  }

  stored(name: string): Stored | undefined {
    const tensor = this.attribute(name, 4)?.t;
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
