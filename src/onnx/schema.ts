import protobuf from "protobufjs/light.js";

/**
 * The messages of the ONNX format (onnx.proto, IR version 10) that models are made of, with the field numbers of the
 * standard. Fields that neither the writer nor the reader uses are left out: they are skipped when read.
 */
const messages = {
  ModelProto: {
    fields: {
      irVersion: { id: 1, type: "int64" },
      producerName: { id: 2, type: "string" },
      producerVersion: { id: 3, type: "string" },
      docString: { id: 6, type: "string" },
      graph: { id: 7, type: "GraphProto" },
      opsetImport: { id: 8, rule: "repeated", type: "OperatorSetIdProto" },
      metadataProps: { id: 14, rule: "repeated", type: "StringStringEntryProto" },
    },
  },
  OperatorSetIdProto: { fields: { domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } } },
  StringStringEntryProto: { fields: { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } } },
  GraphProto: {
    fields: {
      node: { id: 1, rule: "repeated", type: "NodeProto" },
      name: { id: 2, type: "string" },
      initializer: { id: 5, rule: "repeated", type: "TensorProto" },
      input: { id: 11, rule: "repeated", type: "ValueInfoProto" },
      output: { id: 12, rule: "repeated", type: "ValueInfoProto" },
    },
  },
  NodeProto: {
    fields: {
      input: { id: 1, rule: "repeated", type: "string" },
      output: { id: 2, rule: "repeated", type: "string" },
      name: { id: 3, type: "string" },
      opType: { id: 4, type: "string" },
      attribute: { id: 5, rule: "repeated", type: "AttributeProto" },
      domain: { id: 7, type: "string" },
    },
  },
  AttributeProto: {
    fields: {
      name: { id: 1, type: "string" },
      f: { id: 2, type: "float" },
      i: { id: 3, type: "int64" },
      s: { id: 4, type: "bytes" },
      t: { id: 5, type: "TensorProto" },
      floats: { id: 7, rule: "repeated", type: "float" },
      ints: { id: 8, rule: "repeated", type: "int64" },
      type: { id: 20, type: "int32" },
    },
  },
  TensorProto: {
    fields: {
      dims: { id: 1, rule: "repeated", type: "int64" },
      dataType: { id: 2, type: "int32" },
      floatData: { id: 4, rule: "repeated", type: "float" },
      int32Data: { id: 5, rule: "repeated", type: "int32" },
      int64Data: { id: 7, rule: "repeated", type: "int64" },
      name: { id: 8, type: "string" },
      rawData: { id: 9, type: "bytes" },
      doubleData: { id: 10, rule: "repeated", type: "double" },
      uint64Data: { id: 11, rule: "repeated", type: "uint64" },
      externalData: { id: 13, rule: "repeated", type: "StringStringEntryProto" },
      dataLocation: { id: 14, type: "int32" },
    },
  },
  ValueInfoProto: { fields: { name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } } },
  TypeProto: {
    fields: { tensorType: { id: 1, type: "Tensor" } },
    nested: {
      Tensor: { fields: { elemType: { id: 1, type: "int32" }, shape: { id: 2, type: "TensorShapeProto" } } },
    },
  },
  TensorShapeProto: {
    fields: { dim: { id: 1, rule: "repeated", type: "Dimension" } },
    nested: {
      Dimension: {
        fields: {
          dimValue: { id: 1, type: "int64" },
          dimParam: { id: 2, type: "string" },
        },
      },
    },
  },
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

// ONNX is written in proto2, where a 0 is stored: an attribute of 0 is not one left out, nor an empty axis an unknown one.
const nested = Object.fromEntries(
  Object.entries(messages).map(([name, message]) => [name, { edition: "proto2", ...message }]),
);

let compiled: protobuf.Type | undefined;

/** The schema made ready on first use and kept: doing that costs more than writing a small model. */
const modelType = (): protobuf.Type => {
  compiled ??= protobuf.Root.fromJSON({ nested }).lookupType("ModelProto");
  return compiled;
};

/** The bytes of a model file. */
export const encodeModel = (model: ModelProto): Uint8Array => {
  const type = modelType();
  return type.encode(type.fromObject(model)).finish();
};

/** The fields whose whole numbers stay exact: values, where others are sizes and versions. */
const exactFields = new Set(["int64Data", "i", "ints"]);

/** A decoded message with numbers for its bigints, except where a number would not be exact and must be. */
const withNumbers = (value: unknown, field = ""): unknown => {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) || !exactFields.has(field) ? number : value;
  }
  if (Array.isArray(value)) {
    // The numbers of a tensor may be many: only those of 64 bits need a look.
    const isPlain = typeof value[0] === "number" || typeof value[0] === "string";
    return isPlain ? value : value.map((element) => withNumbers(element, field));
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNumbers(inner, key)]));
};

/** The model that the bytes of a file hold. Throws protobufjs's error where they are not a message. */
export const decodeModel = (bytes: Uint8Array): ModelProto => {
  const type = modelType();
  return withNumbers(type.toObject(type.decode(bytes), { longs: BigInt })) as ModelProto;
};
