import type { GraphProto, NodeProto, TensorProto } from "../schema.js";

/** ONNX's number for float32. */
const floatType = 1;

/** The numbers of a float32 tensor, or undefined for anything else. */
export const floats = (tensor: TensorProto | undefined): Float32Array | undefined =>
  tensor?.dataType === floatType && tensor.rawData
    ? new Float32Array(Uint8Array.from(tensor.rawData).buffer)
    : undefined;

export const float32 = (name: string, values: Float32Array, dims: number[]): TensorProto => ({
  name,
  dims,
  dataType: floatType,
  rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** The whole numbers of a node's attribute; none where it has no such attribute. */
export const wholeNumbers = ({ attribute = [] }: NodeProto, name: string): readonly number[] => {
  const found = attribute.find((each) => each.name === name);
  return [...(found?.ints ?? []), ...(found?.i === undefined ? [] : [found.i])].map(Number);
};

/** What is stored in a graph, by name: initialisers, and constants that are nodes. */
const storedIn = ({ node = [], initializer = [] }: GraphProto): ReadonlyMap<string, TensorProto> =>
  new Map([
    ...initializer.map((tensor) => [tensor.name ?? "", tensor] as const),
    ...node.flatMap(({ opType, domain, output, attribute }) => {
      const value = attribute?.find(({ name }) => name === "value")?.t;
      return opType === "Constant" && !domain && value ? [[output?.[0] ?? "", value] as const] : [];
    }),
  ]);

/** A graph that is looked through and changed: which nodes use a value, and what is stored. */
export class GraphParts {
  readonly #users = new Map<string, NodeProto[]>();
  readonly #outputs: ReadonlySet<string>;
  readonly #stored: Map<string, TensorProto>;
  readonly #added = new Map<string, TensorProto>();
  readonly #removed = new Set<NodeProto>();

  constructor(graph: GraphProto) {
    for (const node of graph.node ?? []) {
      for (const name of node.input ?? []) this.#users.set(name, [...(this.#users.get(name) ?? []), node]);
    }
    this.#outputs = new Set(graph.output?.map(({ name = "" }) => name));
    this.#stored = new Map(storedIn(graph));
  }

  /** The names of all that is stored. */
  names(): readonly string[] {
    return [...this.#stored.keys()];
  }

  stored(name: string | undefined): TensorProto | undefined {
    return name === undefined ? undefined : this.#stored.get(name);
  }

  /** The nodes that use a value, each as often as it does. */
  users(name: string): readonly NodeProto[] {
    return this.#users.get(name) ?? [];
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** In how many places a value is used. */
  uses(name: string): number {
    return this.users(name).length + (this.isOutput(name) ? 1 : 0);
  }

  /** The only node that uses what a node gives; undefined where there are others, or it is an output of the model. */
  soleUser({ output = [] }: NodeProto): NodeProto | undefined {
    const [name = ""] = output;
    return output.length === 1 && this.uses(name) === 1 ? this.users(name)[0] : undefined;
  }

  /** Gives a node an input that it did not have. */
  addInput(node: NodeProto, index: number, name: string): void {
    node.input = [...(node.input ?? []).slice(0, index), name];
    this.#users.set(name, [...this.users(name), node]);
  }

  store(tensor: TensorProto): void {
    this.#stored.set(tensor.name ?? "", tensor);
    this.#added.set(tensor.name ?? "", tensor);
  }

  remove(node: NodeProto): void {
    this.#removed.add(node);
  }

  /** Takes out of the graph what was removed and what nothing needs any more, and puts in what was stored. */
  writeTo(graph: GraphProto): void {
    let nodes = (graph.node ?? []).filter((node) => {
      const replaced = node.opType === "Constant" && this.#added.has(node.output?.[0] ?? "");
      return !this.#removed.has(node) && !replaced;
    });
    for (;;) {
      const used = new Set([...nodes.flatMap(({ input = [] }) => input), ...this.#outputs]);
      const kept = nodes.filter(({ output = [] }) => output.some((name) => used.has(name)));
      const settled = kept.length === nodes.length;
      nodes = kept;
      if (!settled) continue;
      const initializers = new Map((graph.initializer ?? []).map((each) => [each.name ?? "", each]));
      for (const [name, tensor] of this.#added) initializers.set(name, tensor);
      graph.initializer = [...initializers.values()].filter(({ name = "" }) => used.has(name));
      break;
    }
    graph.node = nodes;
  }
}
