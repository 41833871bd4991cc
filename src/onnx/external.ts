import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { GraphProto, TensorProto } from "./schema.js";
import { byteLengthOf } from "./tensors.js";
import { bytesOf } from "./types.js";

/** A model whose weights lie in files beside it, as PyTorch's exporter writes it. `loadModel` reads one from a path. */
export interface ModelWithData {
  /** The contents of the .onnx file. */
  readonly bytes: Uint8Array;
  /** The contents of the other files, by the names that the model has for them (`model.onnx.data`). */
  readonly data: Readonly<Record<string, Uint8Array>>;
}

function refuse(reason: string): never {
  throw new SteepestError(`onnx: ${reason}`);
}

/** The tensors stored with a model: its weights, and those of its constants. */
const storedTensors = ({ initializer = [], node = [] }: GraphProto): TensorProto[] => [
  ...initializer,
  ...node.flatMap(({ attribute = [] }) => attribute.flatMap(({ t }) => (t === undefined ? [] : [t]))),
];

const externalTensors = (graph: GraphProto): TensorProto[] =>
  storedTensors(graph).filter(({ dataLocation }) => dataLocation === 1);

const describe = ({ name }: TensorProto): string => (name ? `the stored tensor "${name}"` : "a constant");

const entry = ({ externalData = [] }: TensorProto, key: string): string | undefined =>
  externalData.find((pair) => pair.key === key)?.value;

const locationOf = (tensor: TensorProto): string =>
  entry(tensor, "location") ||
  refuse(`${describe(tensor)} lies in another file, but the model does not name it; the model is damaged`);

/** The names of the files beside a model that hold its weights. */
export const externalFiles = (graph: GraphProto): string[] => [
  ...new Set(externalTensors(graph).map(locationOf)),
];

/** A position or length in a file. */
const position = (tensor: TensorProto, key: string, fallback: number): number => {
  const text = entry(tensor, key);
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value)
    ? value
    : refuse(
        `${describe(tensor)} has "${text.slice(0, 40)}" as its ${key} in another file, expected a whole number`,
      );
};

/** Puts the values that lie in other files into the tensors of a decoded model. Throws where a file or a part of one is missing. */
export const fillFromFiles = (graph: GraphProto, data: ModelWithData["data"]): void => {
  for (const tensor of externalTensors(graph)) {
    const location = locationOf(tensor);
    const given = Object.hasOwn(data, location) ? data[location] : undefined;
    if (given === undefined) {
      refuse(
        `${describe(tensor)} lies in the file "${location}" beside the model: read both with loadModel(path), or give { bytes, data: { "${location}": … } }`,
      );
    }
    const file =
      bytesOf(given) ??
      refuse(`data: { "${location}": … } must be the bytes of that file, got ${givenText(given)}`);
    const offset = position(tensor, "offset", 0);
    const length = position(tensor, "length", byteLengthOf(tensor) ?? 0);
    if (offset + length > file.byteLength) {
      refuse(
        `${describe(tensor)} lies at bytes ${offset} to ${offset + length} of "${location}", which has ${file.byteLength}; the file is damaged or another model's`,
      );
    }
    tensor.rawData = file.subarray(offset, offset + length);
  }
};
