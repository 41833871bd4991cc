import { SteepestError } from "../errors.js";
import { topologicalOrder } from "../graph/autodiff.js";
import { arrayKind, holdsDType, onnxDType, ownArray } from "../graph/dtype.js";
import { batch, type Dim, factorOf, formatShape, isSymbolic, type Shape, sameShape } from "../graph/shape.js";
import {
  type AttributeValue,
  checkTensor,
  checkTensors,
  type DType,
  type Emit,
  inputName,
  Tensor,
  type TypedArray,
} from "../graph/tensor.js";
import { typedArray } from "../graph/values.js";
import { requireKnown } from "../options.js";
import {
  type AttributeProto,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./schema.js";
import { writeTensor } from "./tensors.js";

/** The operator set that models are written for, and the format version that goes with it. */
const opset = 21;
const irVersion = 10;

export interface Graph {
  /** Inputs fed at every run. */
  readonly inputs: readonly Tensor[];
  /** What is computed, by the name it is given in the model. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Inputs whose values are stored in the model (trained weights). */
  readonly initializers?: ReadonlyMap<Tensor, TypedArray>;
  /** The most examples in one run, where it is known: sums over few need no care. */
  readonly largestBatch?: number;
  /** Text stored with the model, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

type Attributes = Readonly<Record<string, AttributeValue | { readonly float: number }>>;

const attributeProto = (name: string, value: Attributes[string]): AttributeProto => {
  if (typeof value === "number") return { name, type: 2, i: value };
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
};

const valueInfo = (name: string, x: Tensor): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: onnxDType[x.dtype],
      shape: { dim: x.shape.map((dim) => (isSymbolic(dim) ? { dimParam: dim } : { dimValue: dim })) },
    },
  },
});

/** A number as a text that no other number has: JSON knows neither -0 nor NaN nor infinities. */
const exactly = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? (Object.is(value, -0) ? "-0" : String(value)) : value;

/** A model under construction. Equal nodes (same type, inputs and attributes) are written once. */
class ModelBuilder implements Emit {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #values = new Map<Tensor, string>();
  readonly #written = new Map<string, string>();
  readonly #taken: ReadonlySet<string>;
  #count = 0;

  constructor(
    readonly inputs: readonly Tensor[],
    outputNames: readonly string[],
    readonly largestBatch: number,
  ) {
    for (const x of inputs) this.#values.set(x, inputName(x));
    this.#taken = new Set([...this.#values.values(), ...outputNames]);
  }

  /** The name of a tensor's value, its nodes written first if they are not yet. */
  value(x: Tensor): string {
    const known = this.#values.get(x);
    if (known !== undefined) return known;
    const name = x.operation.onnx(this);
    this.#values.set(x, name);
    return name;
  }

  node(type: string, inputs: readonly (Tensor | string | undefined)[], attributes: Attributes = {}): string {
    const names = inputs.map((x) => (x instanceof Tensor ? this.value(x) : (x ?? "")));
    return this.#once(`${type}(${names})${JSON.stringify(attributes, exactly)}`, (name) => {
      this.nodes.push({
        name: `${type}_${name}`,
        opType: type,
        input: names,
        output: [name],
        attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
      });
    });
  }

  ints(values: readonly number[]): string {
    return this.#once(`ints ${values}`, (name) => {
      this.initializers.push(writeTensor(name, typedArray("int64", values), [values.length], "int64"));
    });
  }

  scalar(value: number, dtype: DType): string {
    return this.#once(`scalar ${exactly("", value)} ${dtype}`, (name) => {
      this.initializers.push(writeTensor(name, typedArray(dtype, [value]), [], dtype));
    });
  }

  // A node rather than an initializer: initializers are what training changes, for whoever reads the model.
  constant(values: TypedArray, shape: Shape, dtype: DType): string {
    const name = this.#fresh();
    this.nodes.push({
      name: `Constant_${name}`,
      opType: "Constant",
      output: [name],
      attribute: [{ name: "value", type: 4, t: writeTensor(name, values, shape, dtype) }],
    });
    return name;
  }

  batchSize(dtype: DType): string {
    const vector = this.inputs.find(({ shape }) => sameShape(shape, [batch]));
    const size = vector ? this.node("Size", [vector]) : this.node("Squeeze", [this.#batchDimension()]);
    return dtype === "int64" ? size : this.node("Cast", [size], { to: onnxDType[dtype] });
  }

  largest(dim: Dim): number {
    return isSymbolic(dim) ? factorOf(dim) * this.largestBatch : dim;
  }

  shape(shape: Shape): string {
    if (!shape.some(isSymbolic)) return this.ints(shape.map(Number));
    const parts = shape.map((dim) => {
      if (!isSymbolic(dim)) return this.ints([dim]);
      const factor = factorOf(dim);
      const size = this.#batchDimension();
      return factor === 1 ? size : this.node("Mul", [size, this.ints([factor])]);
    });
    return this.node("Concat", parts, { axis: 0 });
  }

  /** The batch size as a vector of one number, read from the first input that has a batch axis. */
  #batchDimension(): string {
    const source = this.inputs.find((x) => x.shape.some(isSymbolic));
    const axis = source?.shape.findIndex(isSymbolic) ?? -1;
    const dim = source?.shape[axis];
    if (source === undefined || dim === undefined) {
      throw new SteepestError(
        "the graph needs the batch size, but none of its inputs has a batch dimension to take it from",
      );
    }
    const size = this.node("Shape", [source], { start: axis, end: axis + 1 });
    return dim === batch ? size : this.node("Div", [size, this.ints([factorOf(dim)])]);
  }

  /** A name that no input, output or other value has. */
  #fresh(): string {
    do this.#count += 1;
    while (this.#taken.has(`t${this.#count}`));
    return `t${this.#count}`;
  }

  #once(key: string, write: (name: string) => void): string {
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh();
    write(name);
    this.#written.set(key, name);
    return name;
  }
}

/** Gives each output its name in the model: the value that computes it is renamed, or copied where that cannot be. */
const nameOutputs = (builder: ModelBuilder, outputs: Graph["outputs"]) => {
  const renamed = new Map<string, string>();
  const produced = new Set(builder.nodes.flatMap((node) => node.output ?? []));
  for (const [name, x] of Object.entries(outputs)) {
    const value = builder.value(x);
    if (produced.has(value) && !renamed.has(value)) renamed.set(value, name);
    else builder.nodes.push({ name: `Identity_${name}`, opType: "Identity", input: [value], output: [name] });
  }
  const rename = (value: string) => renamed.get(value) ?? value;
  for (const node of builder.nodes) {
    node.input = node.input?.map(rename) ?? [];
    node.output = node.output?.map(rename) ?? [];
  }
};

/**
 * Writes a graph as the bytes of an ONNX model (opset 21). Throws where the graph uses an input that is not listed, or
 * where two inputs, or an input and an output, share a name.
 */
export const writeModel = (graph: Graph): Uint8Array => {
  const {
    inputs,
    outputs,
    initializers = new Map<Tensor, TypedArray>(),
    largestBatch = Number.POSITIVE_INFINITY,
    metadata = {},
  } = requireKnown("writeModel", graph, ["inputs", "outputs", "initializers", "largestBatch", "metadata"]);
  checkTensors("the inputs of a graph", inputs);
  for (const [name, x] of Object.entries(outputs)) checkTensor(`output "${name}" of a graph`, x);
  const names = [...inputs, ...initializers.keys()].map(inputName).concat(Object.keys(outputs));
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new SteepestError(`onnx: two inputs or outputs are called "${repeated}"; names must differ`);
  }
  const builder = new ModelBuilder([...inputs, ...initializers.keys()], Object.keys(outputs), largestBatch);
  for (const [x, values] of initializers) {
    const count = x.shape.reduce<number>((product, dim) => product * Number(dim), 1);
    if (count !== values.length || !holdsDType(x.dtype, values)) {
      throw new SteepestError(
        `onnx: a ${arrayKind(values)} of ${values.length} does not fill "${inputName(x)}", ${x.dtype} ${formatShape(x.shape)}`,
      );
    }
    builder.initializers.push(writeTensor(inputName(x), ownArray(x.dtype, values), x.shape, x.dtype));
  }
  for (const x of topologicalOrder(Object.values(outputs))) builder.value(x);
  nameOutputs(builder, outputs);
  return encodeModel({
    irVersion,
    producerName: "steepest",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: "graph",
      node: builder.nodes,
      initializer: builder.initializers,
      input: inputs.map((x) => valueInfo(inputName(x), x)),
      output: Object.entries(outputs).map(([name, x]) => valueInfo(name, x)),
    },
  });
};
