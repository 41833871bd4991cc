import { SteepestError } from "../errors.js";
import { topologicalOrder } from "../graph/autodiff.js";
import type { NodeAttribute, NodeType } from "../graph/definition.js";
import { arrayKind, holdsDType, onnxDType, ownArray } from "../graph/dtype.js";
import { fixBatch } from "../graph/fix-batch.js";
import { batch, factorOf, formatShape, isSymbolic, type Shape, sameShape } from "../graph/shape.js";
import {
  checkTensor,
  checkTensors,
  type DType,
  type Emit,
  inputName,
  Tensor,
  type TypedArray,
} from "../graph/tensor.js";
import { typedArray } from "../graph/values.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { encodeModel } from "./codec.js";
import { portable } from "./portable.js";
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from "./schema.js";
import type { Target } from "./target.js";
import { writeTensor } from "./tensors.js";

/** The version of ONNX's file format, which goes with its operator set 21. */
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
  /** The number of examples in every run, where it is known: the model then takes no other. */
  readonly batchSize?: number;
  /** Text stored with the model, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

type Attributes = Readonly<Record<string, NodeAttribute>>;

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
  /** The operator sets that are used, with their versions. */
  readonly domains: Map<string, number>;
  readonly #values = new Map<Tensor, string>();
  readonly #written = new Map<string, readonly string[]>();
  readonly #taken: ReadonlySet<string>;
  #count = 0;

  constructor(
    readonly inputs: readonly Tensor[],
    outputNames: readonly string[],
    readonly target: Target,
  ) {
    this.domains = new Map([["", this.#opset("", "Constant")]]);
    for (const x of inputs) this.#values.set(x, inputName(x));
    this.#taken = new Set([...this.#values.values(), ...outputNames]);
  }

  /** The name of a tensor's value, its nodes written first if they are not yet. */
  value(x: Tensor): string {
    const known = this.#values.get(x);
    if (known !== undefined) return known;
    const { definition, inputs, attributes } = x.operation;
    if (!("onnx" in definition)) {
      throw new SteepestError(
        `onnx: ${this.target.name} left the operator ${definition.name}, which is composed of others; its lowerings must replace it`,
      );
    }
    const name = definition.onnx(this, inputs, attributes, x);
    this.#values.set(x, name);
    return name;
  }

  node(
    type: NodeType,
    inputs: readonly (Tensor | string | undefined)[],
    attributes: Attributes = {},
  ): string {
    return this.nodeOf(1, type, inputs, attributes)[0] ?? missing();
  }

  nodeOf(
    outputs: number,
    type: NodeType,
    inputs: readonly (Tensor | string | undefined)[],
    attributes: Attributes = {},
  ): readonly string[] {
    const { domain, type: opType } = typeof type === "string" ? { domain: "", type } : type;
    const names = inputs.map((x) => (x instanceof Tensor ? this.value(x) : (x ?? "")));
    const version = this.#opset(domain, opType);
    const key = `${outputs} ${domain} ${opType}(${names})${JSON.stringify(attributes, exactly)}`;
    return this.#once(key, outputs, (output) => {
      this.domains.set(domain, version);
      this.nodes.push({
        name: `${opType}_${output[0]}`,
        opType,
        ...(domain && { domain }),
        input: names,
        output: [...output],
        attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      });
    });
  }

  /** The version of the operator set that an operator is taken from. */
  #opset(domain: string, type: string): number {
    const version = this.target.opsets[domain];
    if (version !== undefined) return version;
    throw new SteepestError(
      `onnx: ${this.target.name} has no operators of the domain "${domain}", of which ${type} is one; lower the graph to those that it has`,
    );
  }

  ints(values: readonly number[]): string {
    return this.#initializer(`ints ${values}`, (name) => {
      return writeTensor(name, typedArray("int64", values), [values.length], "int64");
    });
  }

  scalar(value: number, dtype: DType): string {
    return this.#initializer(`scalar ${exactly("", value)} ${dtype}`, (name) => {
      return writeTensor(name, typedArray(dtype, [value]), [], dtype);
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

  #initializer(key: string, write: (name: string) => TensorProto): string {
    const [name = missing()] = this.#once(key, 1, ([fresh = missing()]) => {
      this.initializers.push(write(fresh));
    });
    return name;
  }

  #once(key: string, count: number, write: (names: readonly string[]) => void): readonly string[] {
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const names = Array.from({ length: count }, () => this.#fresh());
    write(names);
    this.#written.set(key, names);
    return names;
  }
}

/** Takes away the last outputs of nodes that nobody asks for: computing them may cost. */
const dropUnused = (nodes: readonly NodeProto[], outputs: readonly string[]) => {
  const used = new Set([...nodes.flatMap(({ input = [] }) => input), ...outputs]);
  for (const node of nodes) {
    const last = node.output?.findLastIndex((name) => used.has(name)) ?? 0;
    node.output = node.output?.slice(0, Math.max(1, last + 1)) ?? [];
  }
};

/** Gives each output its name in the model: the value that computes it is renamed, or copied where that cannot be. */
const nameOutputs = (builder: ModelBuilder, outputs: readonly (readonly [string, Tensor])[]) => {
  const renamed = new Map<string, string>();
  const produced = new Set(builder.nodes.flatMap((node) => node.output ?? []));
  for (const [name, x] of outputs) {
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

/** Throws where something else was given as an input or an output, as plain JavaScript allows. */
export const checkGraph = ({ inputs, outputs }: Graph): void => {
  checkTensors("the inputs of a graph", inputs);
  for (const [name, x] of Object.entries(outputs)) checkTensor(`output "${name}" of a graph`, x);
};

/** A graph that takes batches of one size only. */
const withBatchOf = (
  { inputs, outputs, initializers = new Map(), batchSize: _, ...rest }: Graph,
  size: number,
): Graph => {
  const fixed = fixBatch([...inputs, ...initializers.keys(), ...Object.values(outputs)], size);
  return {
    largestBatch: size,
    ...rest,
    inputs: inputs.map(fixed),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, fixed(x)])),
    initializers: new Map([...initializers].map(([x, values]) => [fixed(x), values])),
  };
};

/**
 * Writes a graph as the bytes of an ONNX model for whoever is to run it: an engine's `target`, or by default anyone (standard operators
 * of ONNX, opset 21). Throws where the graph uses an input that is not listed, or an operator that the target lacks, and where two
 * inputs, or an input and an output, share a name.
 */
export const writeModel = (graph: Graph, target: Target = portable): Uint8Array => {
  const {
    inputs,
    outputs,
    initializers = new Map<Tensor, TypedArray>(),
    batchSize,
    largestBatch = batchSize ?? Number.POSITIVE_INFINITY,
    metadata = {},
  } = requireKnown("writeModel", graph, [
    "inputs",
    "outputs",
    "initializers",
    "largestBatch",
    "batchSize",
    "metadata",
  ]);
  checkGraph(graph);
  if (batchSize !== undefined) return writeModel(withBatchOf(graph, batchSize), target);
  const names = [...inputs, ...initializers.keys()].map(inputName).concat(Object.keys(outputs));
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new SteepestError(`onnx: two inputs or outputs are called "${repeated}"; names must differ`);
  }
  const lowered = target.lower(Object.values(outputs), {
    largest: (dim) => (isSymbolic(dim) ? factorOf(dim) * largestBatch : dim),
  });
  const builder = new ModelBuilder([...inputs, ...initializers.keys()], Object.keys(outputs), target);
  for (const [x, values] of initializers) {
    const count = x.shape.reduce<number>((product, dim) => product * Number(dim), 1);
    if (count !== values.length || !holdsDType(x.dtype, values)) {
      throw new SteepestError(
        `onnx: a ${arrayKind(values)} of ${values.length} does not fill "${inputName(x)}", ${x.dtype} ${formatShape(x.shape)}`,
      );
    }
    builder.initializers.push(writeTensor(inputName(x), ownArray(x.dtype, values), x.shape, x.dtype));
  }
  for (const x of topologicalOrder(lowered)) builder.value(x);
  nameOutputs(
    builder,
    Object.keys(outputs).map((name, i) => [name, lowered[i] ?? missing()]),
  );
  dropUnused(builder.nodes, Object.keys(outputs));
  return encodeModel({
    irVersion,
    producerName: "steepest",
    opsetImport: [...builder.domains].map(([domain, version]) => ({ domain, version })),
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
