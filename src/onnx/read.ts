import { SteepestError } from "../errors.js";
import { batch, type Dim, input, inputName, type Tensor, type TypedArray } from "../graph/index.js";
import { fold, isFolded } from "./import/fold.js";
import { describeNode, ImportedNode } from "./import/node.js";
import { importers } from "./import/operators.js";
import { knownOf, tensorOf, type Value, valueOfKnown, valueOfStored, valueOfTensor } from "./import/value.js";
import {
  decodeModel,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from "./schema.js";
import { dtypeEqual, readTensor } from "./tensors.js";
import type { Graph } from "./write.js";

/** The oldest operator set that is read: broadcasting follows numpy's rule from there on. */
const oldestOpset = 7;

/** What stands for an input of the model that is read, `values` being given for a weight; by default the input itself. */
export type Substitute = (input: Tensor, values?: TypedArray) => Tensor;

/** A model that was read: a graph that can be run, differentiated, changed and written again. */
export type ReadModel = Required<Graph>;

const notOnnx = (bytes: Uint8Array, reason: string, cause?: unknown): SteepestError =>
  new SteepestError(
    `onnx: these ${bytes.length} bytes are not a whole ONNX model (${reason}); give the contents of a .onnx file`,
    { cause },
  );

const decode = (bytes: Uint8Array): ModelProto & { graph: GraphProto } => {
  let model: ModelProto;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw notOnnx(
      bytes,
      error instanceof RangeError ? "they end too early" : "they cannot be decoded",
      error,
    );
  }
  if (!model.graph?.output?.length) throw notOnnx(bytes, "there is no graph with outputs in them");
  return model;
};

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

type SymbolicDim = { readonly dimValue?: number; readonly dimParam?: string };

const isSymbolic = ({ dimValue }: SymbolicDim): boolean => dimValue === undefined || dimValue < 0;

/** The names that stand for the batch: those of symbolic first axes, and our own. */
const batchNames = (inputs: readonly ValueInfoProto[]): ReadonlySet<string> =>
  new Set([
    batch,
    ...inputs.flatMap(({ type }) => {
      const [first] = type?.tensorType?.shape?.dim ?? [];
      return first?.dimParam && isSymbolic(first) ? [first.dimParam] : [];
    }),
  ]);

const readInput = ({ name, type }: ValueInfoProto, batches: ReadonlySet<string>): Tensor => {
  const { shape, elemType } = type?.tensorType ?? {};
  if (shape === undefined) throw new SteepestError(`onnx: input "${name}" is not a tensor of a known shape`);
  const dims = (shape.dim ?? []).map((dim, axis): Dim => {
    if (!isSymbolic(dim)) return dim.dimValue ?? 0;
    if (axis === 0 || batches.has(dim.dimParam ?? "")) return batch;
    throw new SteepestError(
      `onnx: axis ${axis} of input "${name}" has no fixed size (${dim.dimParam || "unknown"}); only the batch may vary: export the model with fixed sizes`,
    );
  });
  return input(name, dims, dtypeEqual(`input "${name}"`, elemType));
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
  const [first] = node.inputs;
  if (opType === "Identity" && first !== undefined) return [first];
  const folded = fold(node);
  if (folded !== undefined) return [valueOfKnown(folded)];
  const importer = importers[opType];
  if (importer === undefined) {
    return node.fail(
      isFolded(opType)
        ? "this operator is supported only on shapes and other numbers known when the model is read"
        : "this operator is not supported",
    );
  }
  const result = importer(node);
  return (Array.isArray(result) ? result : [result]).map(valueOfTensor);
};

/**
 * Reads the bytes of an ONNX model into a graph.
 *
 * Weights (initializers of a floating-point type with at least one axis) become inputs of the graph whose values are in
 * `initializers`, so that they can be trained further; scalars, whole numbers and Constant nodes become constants. A
 * symbolic first axis of an input is the batch; other axes must be fixed. Arithmetic on shapes is carried out. Throws where
 * the bytes are not a whole model, or where it uses an operator or type that is not supported, naming the node.
 *
 * `substitute` puts other tensors in the place of inputs and weights, to make the model part of a larger graph.
 */
export const readModel = (bytes: Uint8Array, substitute: Substitute = (x) => x): ReadModel => {
  const model = decode(bytes);
  const opset = opsetOf(model, bytes);
  const { node: nodes = [], initializer: stored = [], output = [] } = model.graph;
  // Before IR version 4, initializers are listed among the inputs too.
  const storedNames = new Set(stored.map(({ name }) => name));
  const fed = (model.graph.input ?? []).filter(({ name }) => !storedNames.has(name));

  const initializers = new Map<Tensor, TypedArray>();
  const values = new Map<string, Value>();
  const batches = batchNames(fed);
  const inputs = fed.map((info) => readInput(info, batches));
  for (const x of inputs) values.set(inputName(x), valueOfTensor(substitute(x)));
  for (const proto of stored) {
    const name = proto.name ?? "";
    const tensor = readTensor(`initializer "${name}"`, proto);
    const isWeight = tensor.shape.length > 0 && tensor.dtype.startsWith("float");
    values.set(
      name,
      valueOfStored(tensor, () => {
        if (!isWeight) return tensorOf(knownOf(tensor));
        const weight = substitute(input(name, tensor.shape, tensor.dtype), tensor.values);
        initializers.set(weight, tensor.values);
        return weight;
      }),
    );
  }

  for (const proto of nodes) {
    const operands = (proto.input ?? []).map((name) => {
      if (name === "") return undefined;
      const value = values.get(name);
      if (value !== undefined) return value;
      throw new SteepestError(`onnx: ${describeNode(proto)}: its input "${name}" is not computed before it`);
    });
    const results = atNode(proto, () => convert(new ImportedNode(proto, operands, opset)));
    proto.output?.forEach((name, i) => {
      const result = results[i];
      if (result !== undefined && name !== "") values.set(name, result);
    });
  }

  const outputs = output.map(({ name }) => {
    const value = values.get(name);
    if (value === undefined) throw new SteepestError(`onnx: nothing computes the output "${name}"`);
    return [name, value.tensor()] as const;
  });
  const metadata = (model.metadataProps ?? []).map(({ key, value }) => [key, value] as const);
  return {
    inputs,
    outputs: Object.fromEntries(outputs),
    initializers,
    metadata: Object.fromEntries(metadata),
  };
};
