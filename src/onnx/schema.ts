/*
 * The messages of the ONNX format (onnx.proto, IR version 10) that models are made of, with the field numbers of the
 * standard. Fields that neither the writer nor the reader uses are left out: they are skipped when read.
 */

/** A field of a message: its number, what it holds, and whether it may be there more than once. */
export interface FieldSchema {
  readonly id: number;
  readonly type: ScalarType | MessageName;
  readonly repeated?: true;
}

export type ScalarType = "int32" | "int64" | "uint64" | "float" | "double" | "string" | "bytes";

export type MessageName =
  | "ModelProto"
  | "OperatorSetIdProto"
  | "StringStringEntryProto"
  | "GraphProto"
  | "NodeProto"
  | "AttributeProto"
  | "TensorProto"
  | "ValueInfoProto"
  | "TypeProto"
  | "TypeProto.Tensor"
  | "TensorShapeProto"
  | "TensorShapeProto.Dimension";

export const messages: Readonly<Record<MessageName, Readonly<Record<string, FieldSchema>>>> = {
  ModelProto: {
    irVersion: { id: 1, type: "int64" },
    producerName: { id: 2, type: "string" },
    producerVersion: { id: 3, type: "string" },
    docString: { id: 6, type: "string" },
    graph: { id: 7, type: "GraphProto" },
    opsetImport: { id: 8, type: "OperatorSetIdProto", repeated: true },
    metadataProps: { id: 14, type: "StringStringEntryProto", repeated: true },
  },
  OperatorSetIdProto: { domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } },
  StringStringEntryProto: { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } },
  GraphProto: {
    node: { id: 1, type: "NodeProto", repeated: true },
    name: { id: 2, type: "string" },
    initializer: { id: 5, type: "TensorProto", repeated: true },
    input: { id: 11, type: "ValueInfoProto", repeated: true },
    output: { id: 12, type: "ValueInfoProto", repeated: true },
  },
  NodeProto: {
    input: { id: 1, type: "string", repeated: true },
    output: { id: 2, type: "string", repeated: true },
    name: { id: 3, type: "string" },
    opType: { id: 4, type: "string" },
    attribute: { id: 5, type: "AttributeProto", repeated: true },
    domain: { id: 7, type: "string" },
  },
  AttributeProto: {
    name: { id: 1, type: "string" },
    f: { id: 2, type: "float" },
    i: { id: 3, type: "int64" },
    s: { id: 4, type: "bytes" },
    t: { id: 5, type: "TensorProto" },
    floats: { id: 7, type: "float", repeated: true },
    ints: { id: 8, type: "int64", repeated: true },
    type: { id: 20, type: "int32" },
  },
  TensorProto: {
    dims: { id: 1, type: "int64", repeated: true },
    dataType: { id: 2, type: "int32" },
    floatData: { id: 4, type: "float", repeated: true },
    int32Data: { id: 5, type: "int32", repeated: true },
    int64Data: { id: 7, type: "int64", repeated: true },
    name: { id: 8, type: "string" },
    rawData: { id: 9, type: "bytes" },
    doubleData: { id: 10, type: "double", repeated: true },
    uint64Data: { id: 11, type: "uint64", repeated: true },
    externalData: { id: 13, type: "StringStringEntryProto", repeated: true },
    dataLocation: { id: 14, type: "int32" },
  },
  ValueInfoProto: { name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } },
  TypeProto: { tensorType: { id: 1, type: "TypeProto.Tensor" } },
  "TypeProto.Tensor": { elemType: { id: 1, type: "int32" }, shape: { id: 2, type: "TensorShapeProto" } },
  TensorShapeProto: { dim: { id: 1, type: "TensorShapeProto.Dimension", repeated: true } },
  "TensorShapeProto.Dimension": { dimValue: { id: 1, type: "int64" }, dimParam: { id: 2, type: "string" } },
};

/** A whole number of 64 bits: a bigint where a number would not be exact. */
export type Whole = number | bigint;

export interface TensorProto {
  dims?: number[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Whole[];
  doubleData?: number[];
  uint64Data?: number[];
  rawData?: Uint8Array;
  name?: string;
  /** 1 where the values lie in another file. */
  dataLocation?: number;
  /** Where in which file: location, offset and length. */
  externalData?: { key: string; value: string }[];
}

export interface AttributeProto {
  name: string;
  /** Which field holds the value: 1 f, 2 i, 3 s, 4 t, 6 floats, 7 ints. */
  type: number;
  f?: number;
  i?: Whole;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: number[];
  ints?: Whole[];
}

export interface NodeProto {
  input?: string[];
  output?: string[];
  name?: string;
  opType: string;
  attribute?: AttributeProto[];
  domain?: string;
}

export interface ValueInfoProto {
  name: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: { dimValue?: number; dimParam?: string }[] } } };
}

export interface GraphProto {
  name?: string;
  node?: NodeProto[];
  initializer?: TensorProto[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
}

export interface ModelProto {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  docString?: string;
  graph: GraphProto;
  opsetImport: { domain?: string; version: number }[];
  metadataProps?: { key: string; value: string }[];
}
