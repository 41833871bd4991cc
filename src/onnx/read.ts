import { SteepestError } from "../errors.js";
import { floats } from "../graph/dtype.js";
import { input, inputName, Tensor, type TypedArray } from "../graph/index.js";
import { missing } from "../missing.js";
import { decode, notOnnx } from "./decode.js";
import { fillFromFiles, type ModelWithData } from "./external.js";
import { constantValue } from "./import/constants.js";
import { fold, isFolded } from "./import/fold.js";
import { describeNode, ImportedNode } from "./import/node.js";
import { importerOf } from "./import/operators.js";
import { type Value, valueOfKnown, valueOfStored, valueOfTensor } from "./import/value.js";
import { checkCount, readInputs } from "./inputs.js";
import type { ModelProto, NodeProto } from "./schema.js";
import { readTensor } from "./tensors.js";
import { bytesOf } from "./types.js";
import type { Graph } from "./write.js";

/** The oldest operator set that is read: broadcasting follows numpy's rule from there on. */
const oldestOpset = 7;

/** Tensors in the place of a model's inputs and weights, to make it part of a larger graph. */
export interface Substitutes {
  /** What stands for the inputs, in their order. @defaultValue the inputs themselves */
  readonly inputs?: (inputs: readonly Tensor[]) => readonly Tensor[];
  /** What stands for a weight with the given values. @defaultValue an input of the graph, listed in `initializers` */
  readonly weight?: (weight: Tensor, values: TypedArray) => Tensor;
}

/** A model that was read: a graph that can be run, differentiated, changed and written again. */
export type ReadModel = Required<Omit<Graph, "largestBatch" | "batchSize">>;

const opsetOf = (model: ModelProto, bytes: Uint8Array): number => {
  const opset = model.opsetImport?.find(({ domain }) => !domain || domain === "ai.onnx")?.version;
  if (opset === undefined) throw notOnnx(bytes, "they name no operator set");
  if (opset < oldestOpset) {
    throw new SteepestError(
      `onnx: the model uses operator set ${opset}; the oldest supported is ${oldestOpset}: export it again with a newer one`,
    );
  }
  return opset;
};

/** Tells which node a wrong call of an operator came from. */
const atNode = <T>(node: NodeProto, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SteepestError) || error.message.startsWith("onnx:")) throw error;
    throw new SteepestError(`onnx: ${describeNode(node)}: ${error.message}`, { cause: error });
  }
};

const convert = (node: ImportedNode): Value[] => {
  const { domain, opType } = node.proto;
  if (domain && domain !== "ai.onnx") return node.fail("operators of this domain are not supported");
  if (opType === "Identity") return [node.inputs[0] ?? node.fail("input 0 is missing")];
  if (opType === "Constant") return [valueOfStored(constantValue(node))];
  const folded = fold(node);
  if (folded !== undefined) return [valueOfKnown(folded)];
  const importer = importerOf(opType);
  if (importer === undefined) {
    return node.fail(
      isFolded(opType)
        ? "this operator is supported only on shapes and other numbers known when the model is read"
        : "this operator is not supported",
    );
  }
  const result = importer(node);
  const tensors = result instanceof Tensor ? [result] : result;
  for (const tensor of tensors) checkCount(`${node.label}: its result`, tensor);
  return tensors.map(valueOfTensor);
};

/** The values of a model that are known so far, by their names; each may be given once. */
class Values {
  readonly #values = new Map<string, Value>();

  set(name: string, value: Value): void {
    if (this.#values.has(name)) {
      throw new SteepestError(
        `onnx: two inputs, weights or results are called "${name}"; names must differ: the model is damaged`,
      );
    }
    this.#values.set(name, value);
  }

  get(name: string, what: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new SteepestError(`onnx: ${what} "${name}" is not computed before it`);
    return value;
  }
}

const partsOf = (source: Uint8Array | ModelWithData): ModelWithData => {
  const whole = bytesOf(source);
  if (whole) return { bytes: whole, data: {} };
  const model = source as ModelWithData | undefined;
  const bytes = bytesOf(model?.bytes);
  // Plain JavaScript may leave `data` out; where it is needed, the error says what it must hold.
  if (model && bytes) return { bytes, data: model.data ?? {} };
  const got = typeof source === "string" ? "a text" : source instanceof Promise ? "a promise" : typeof source;
  throw new SteepestError(
    `onnx: expected the bytes of a .onnx file, or what loadModel gives, got ${got}; write await loadModel(path)`,
  );
};

/**
 * Reads an ONNX model into a graph: the bytes of a .onnx file, or those and the files beside it where its weights lie
 * (`loadModel`).
 *
 * Weights (initializers of a floating-point type with at least one axis) become inputs of the graph whose values are in
 * `initializers`, so that they can be trained further; scalars, whole numbers and Constant nodes become constants. A
 * symbolic first axis of an input is the batch; other axes must be fixed. Arithmetic on shapes is carried out. Throws where
 * the bytes are not a whole model, or where it uses an operator or type that is not supported, naming the node.
 */
export const readModel = (
  source: Uint8Array | ModelWithData,
  { inputs: inputsFor = (xs) => xs, weight: weightFor = (w) => w }: Substitutes = {},
): ReadModel => {
  const { bytes, data } = partsOf(source);
  const model = decode(bytes);
  fillFromFiles(model.graph, data);
  const opset = opsetOf(model, bytes);
  const { node: nodes = [], initializer: stored = [], output = [] } = model.graph;
  // Before IR version 4, initializers are listed among the inputs too.
  const storedNames = new Set(stored.map(({ name }) => name));
  const fed = (model.graph.input ?? []).filter(({ name }) => !storedNames.has(name));

  const initializers = new Map<Tensor, TypedArray>();
  const values = new Values();
  const inputs = readInputs(fed);
  const substitutes = inputsFor(inputs);
  inputs.forEach((x, i) => {
    values.set(inputName(x), valueOfTensor(substitutes[i] ?? missing()));
  });
  for (const proto of stored) {
    const { name = "" } = proto;
    const tensor = readTensor(`initializer "${name}"`, proto);
    const isWeight = tensor.shape.length > 0 && floats.includes(tensor.dtype);
    const weight = () => {
      const w = weightFor(input(name, tensor.shape, tensor.dtype), tensor.values);
      initializers.set(w, tensor.values);
      return w;
    };
    values.set(name, isWeight ? valueOfStored(tensor, weight) : valueOfStored(tensor));
  }

  for (const proto of nodes) {
    const operands = (proto.input ?? []).map((name) =>
      name === "" ? undefined : values.get(name, `${describeNode(proto)}: its input`),
    );
    const results = atNode(proto, () => convert(new ImportedNode(proto, operands, opset)));
    proto.output?.forEach((name, i) => {
      const result = results[i];
      if (result !== undefined && name !== "") values.set(name, result);
    });
  }

  const outputs = output.map(({ name }) => [name, values.get(name, "the output").tensor()] as const);
  const metadata = (model.metadataProps ?? []).map(({ key, value }) => [key, value] as const);
  return {
    inputs,
    outputs: Object.fromEntries(outputs),
    initializers,
    metadata: Object.fromEntries(metadata),
  };
};
