import { SteepestError } from "../errors.js";
import { type DType, onnxDType, type TypedArray } from "../graph/dtype.js";
import { formatShape, type Shape } from "../graph/shape.js";
import type { TensorProto } from "./schema.js";
import { fromBytes, toBytes } from "./types.js";

/** Numbers with their shape, as a model file stores them. */
export interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: TypedArray;
}

export const writeTensor = (name: string, values: TypedArray, shape: Shape, dtype: DType): TensorProto => ({
  name,
  dims: shape.map(Number),
  dataType: onnxDType[dtype],
  rawData: toBytes(values),
});

interface NumberType {
  readonly name: string;
  /** The type of ours that holds its values. */
  readonly as: DType;
  /** Bytes of one number. */
  readonly bytes: number;
}

/** ONNX's number types by their number. */
const numberTypes: Readonly<Record<number, NumberType>> = {
  1: { name: "float", as: "float32", bytes: 4 },
  2: { name: "uint8", as: "int64", bytes: 1 },
  3: { name: "int8", as: "int64", bytes: 1 },
  4: { name: "uint16", as: "int64", bytes: 2 },
  5: { name: "int16", as: "int64", bytes: 2 },
  6: { name: "int32", as: "int64", bytes: 4 },
  7: { name: "int64", as: "int64", bytes: 8 },
  9: { name: "bool", as: "bool", bytes: 1 },
  11: { name: "double", as: "float64", bytes: 8 },
  12: { name: "uint32", as: "int64", bytes: 4 },
};

const otherTypes: Readonly<Record<number, string>> = {
  8: "string",
  10: "float16",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
};

/** The type that holds values of an ONNX type: every kind of whole number becomes int64. `what` names the asker in the error. */
export const dtypeHolding = (what: string, code: number | undefined): DType => {
  const type = code === undefined ? undefined : numberTypes[code];
  if (type === undefined) {
    const name = code === undefined ? "no" : (otherTypes[code] ?? `number ${code}`);
    throw new SteepestError(
      `onnx: ${what} has type ${name}, which is not supported; convert the model to float32 or float64`,
    );
  }
  return type.as;
};

/** The type of ours that an ONNX type is. */
export const dtypeEqual = (what: string, code: number | undefined): DType => {
  const dtype = dtypeHolding(what, code);
  if (onnxDType[dtype] !== code) {
    throw new SteepestError(
      `onnx: ${what} has type ${numberTypes[code ?? 0]?.name}, which is not supported; expected float, double, int64 or bool`,
    );
  }
  return dtype;
};

/** Whole numbers of other sizes than int64 as ONNX stores them, by their number. */
const wholeArrays = {
  2: Uint8Array,
  3: Int8Array,
  4: Uint16Array,
  5: Int16Array,
  6: Int32Array,
  12: Uint32Array,
} as const;

const readRaw = (code: number, dtype: DType, bytes: Uint8Array): TypedArray => {
  const stored = wholeArrays[code as keyof typeof wholeArrays];
  if (stored === undefined) return fromBytes(dtype, bytes);
  return BigInt64Array.from(Array.from(new stored(new Uint8Array(bytes).buffer)), BigInt);
};

const readFields = (dtype: DType, proto: TensorProto): TypedArray => {
  if (dtype === "float32") return Float32Array.from(proto.floatData ?? []);
  if (dtype === "float64") return Float64Array.from(proto.doubleData ?? []);
  if (dtype === "bool") return Uint8Array.from(proto.int32Data ?? []);
  return BigInt64Array.from(proto.int64Data ?? proto.int32Data ?? [], BigInt);
};

/** The numbers of a stored tensor. Throws where they lie in another file, do not fill the shape, or have a type not supported. */
export const readTensor = (what: string, proto: TensorProto): Stored => {
  if (proto.dataLocation === 1) {
    throw new SteepestError(
      `onnx: ${what} keeps its values in a separate file, which is not supported; save the model as one file`,
    );
  }
  const dtype = dtypeHolding(what, proto.dataType);
  const shape = proto.dims ?? [];
  const count = shape.reduce((product, dim) => product * dim, 1);
  const { rawData } = proto;
  const perNumber = numberTypes[proto.dataType ?? 0]?.bytes ?? 1;
  const isWhole = rawData === undefined || rawData.byteLength % perNumber === 0;
  const values =
    isWhole && rawData?.byteLength ? readRaw(proto.dataType, dtype, rawData) : readFields(dtype, proto);
  if (values.length !== count) {
    throw new SteepestError(
      `onnx: ${what} holds ${values.length} values, its shape ${formatShape(shape)} needs ${count}; the file is damaged`,
    );
  }
  return { dtype, shape, values };
};
