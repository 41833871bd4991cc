import { SteepestError } from "../errors.js";
import { type DType, onnxDType, type TypedArray } from "../graph/dtype.js";
import { formatShape, type Shape } from "../graph/shape.js";
import { missing } from "../missing.js";
import type { TensorProto, Whole } from "./schema.js";
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
      `onnx: ${what} has type ${code && numberTypes[code]?.name}, which is not supported; expected float, double, int64 or bool`,
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

/** Whether an ONNX type holds fewer whole numbers than int64, which stands for it here. */
export const isNarrow = (code: number): code is keyof typeof wholeArrays => code in wholeArrays;

/** A whole number as an ONNX type of fewer bits keeps it: its last bits. */
export const wrapped = (value: Whole, code: number): Whole => {
  if (!isNarrow(code)) return value;
  const bits = 8 * wholeArrays[code].BYTES_PER_ELEMENT;
  const isSigned = (new wholeArrays[code]([-1])[0] ?? missing()) < 0;
  return Number((isSigned ? BigInt.asIntN : BigInt.asUintN)(bits, BigInt(value)));
};

const readRaw = (code: number, dtype: DType, bytes: Uint8Array): TypedArray => {
  if (dtype === "bool") return Uint8Array.from(bytes, (byte) => Number(byte !== 0));
  if (!isNarrow(code)) return fromBytes(dtype, bytes);
  return BigInt64Array.from(Array.from(new wholeArrays[code](new Uint8Array(bytes).buffer)), BigInt);
};

const readFields = (dtype: DType, proto: TensorProto): TypedArray => {
  if (dtype === "float32") return Float32Array.from(proto.floatData ?? []);
  if (dtype === "float64") return Float64Array.from(proto.doubleData ?? []);
  if (dtype === "bool") return Uint8Array.from(proto.int32Data ?? [], (value) => Number(value !== 0));
  const values = proto.int64Data ?? proto.uint64Data ?? proto.int32Data ?? [];
  return BigInt64Array.from(values as Whole[], BigInt);
};

/** How many bytes the numbers of a stored tensor take; undefined for a type that is not supported. */
export const byteLengthOf = ({ dims = [], dataType }: TensorProto): number | undefined => {
  const type = numberTypes[dataType];
  return type && dims.reduce((product, dim) => product * dim, type.bytes);
};

/** The numbers of a stored tensor. Throws where they do not fill the shape or have a type that is not supported. */
export const readTensor = (what: string, proto: TensorProto): Stored => {
  const dtype = dtypeHolding(what, proto.dataType);
  const shape = proto.dims ?? [];
  if (shape.some((dim) => dim < 0)) {
    throw new SteepestError(`onnx: ${what} has a negative size in its shape ${formatShape(shape)}`);
  }
  const mustHold = (found: number, needed: number, unit: string): void => {
    if (found === needed) return;
    throw new SteepestError(
      `onnx: ${what} holds ${found} ${unit}, its shape ${formatShape(shape)} needs ${needed}; the file is damaged`,
    );
  };
  const { rawData } = proto;
  if (rawData?.byteLength) {
    mustHold(rawData.byteLength, byteLengthOf(proto) ?? missing(), "bytes");
    return { dtype, shape, values: readRaw(proto.dataType, dtype, rawData) };
  }
  const values = readFields(dtype, proto);
  mustHold(
    values.length,
    shape.reduce((product, dim) => product * dim, 1),
    "values",
  );
  return { dtype, shape, values };
};
