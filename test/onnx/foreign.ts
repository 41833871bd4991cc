import { encodeModel } from "../../src/onnx/codec.js";
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto, Whole } from "../../src/onnx/schema.js";

type Attribute = Whole | string | readonly Whole[] | { readonly float: number } | TensorProto;

const attributeProto = (name: string, value: Attribute): AttributeProto => {
  if (typeof value === "number" || typeof value === "bigint") return { name, type: 2, i: value };
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: 7, ints: value };
  return "float" in value ? { name, type: 1, f: value.float } : { name, type: 4, t: value as TensorProto };
};

/** A node as an exporter would write it. */
export const op = (
  opType: string,
  input: string,
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): NodeProto => ({
  opType,
  name: `/${opType}_${output}`,
  input: input === "" ? [] : input.split(" ").map((name) => (name === "_" ? "" : name)),
  output: output.split(" "),
  attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
});

export const floats = (name: string, dims: number[], floatData: number[]): TensorProto => ({
  name,
  dims,
  dataType: 1,
  floatData,
});

export const ints = (name: string, int64Data: Whole[], dims = [int64Data.length]): TensorProto => ({
  name,
  dims,
  dataType: 7,
  int64Data,
});

export const value = (name: string, dims: readonly (number | string)[], elemType = 1): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: dims.map((dim) => (typeof dim === "number" ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

export interface Foreign {
  readonly nodes: NodeProto[];
  readonly inputs?: ValueInfoProto[];
  readonly stored?: TensorProto[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

/** The bytes of a model by another exporter: one input `x` of `[N, 4]` and an output `y` unless told otherwise. */
export const foreign = ({
  nodes,
  inputs = [value("x", ["N", 4])],
  stored = [],
  outputs = ["y"],
  opset = 17,
}: Foreign): Uint8Array =>
  encodeModel({
    irVersion: 8,
    producerName: "another",
    opsetImport: [{ domain: "", version: opset }],
    graph: {
      name: "g",
      node: nodes,
      input: inputs,
      output: outputs.map((name) => ({ name })),
      initializer: stored,
    },
  });

export const x = [1, -2, 3, 0.5, -1, 2, 0, 4];

export interface Result {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A model of `x` [2, 4], and what it computes. */
export type Example = readonly [string, Foreign, Result];

export const elementwise = (f: (x: number) => number): Result => ({ shape: [2, 4], data: x.map(f) });

export const rows = (f: (row: readonly number[]) => readonly number[]): number[] => [
  ...f(x.slice(0, 4)),
  ...f(x.slice(4)),
];

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
