import type { GraphProto, NodeProto, TensorProto } from "../schema.js";
import { floats, GraphParts, wholeNumbers } from "./parts.js";

/** ONNX's number for int64. */
const int64Type = 7;

const wholes = (tensor: TensorProto | undefined): readonly number[] | undefined => {
  if (tensor?.dataType !== int64Type) return undefined;
  const { rawData, int64Data } = tensor;
  return rawData
    ? Array.from(new BigInt64Array(Uint8Array.from(rawData).buffer), Number)
    : int64Data?.map(Number);
};

/** How many channels a convolution without a bias gives; undefined for any other node. */
const channelsOf = (node: NodeProto, parts: GraphParts): number | undefined => {
  const [, weightName, bias = ""] = node.input ?? [];
  const dims = parts.stored(weightName)?.dims;
  if (node.domain || bias !== "" || !dims) return undefined;
  if (node.opType === "Conv") return dims[0];
  const [groups = 1] = wholeNumbers(node, "group");
  return node.opType === "ConvTranspose" ? (dims[1] ?? 0) * groups : undefined;
};

/** Makes a bias of what is added to each channel of a convolution: a stored vector in the shape `[channels, 1, …]`. */
export const joinBiases = (graph: GraphProto): boolean => {
  const parts = new GraphParts(graph);
  const nodes = graph.node ?? [];
  const producers = new Map(nodes.flatMap((node) => node.output?.map((name) => [name, node] as const) ?? []));
  const initializers = new Set(graph.initializer?.map(({ name = "" }) => name));
  /** The vector that a value is, in the shape `[channels, 1, …]` beside a number of spatial axes. */
  const vectorOf = (name: string, channels: number, axes: number): string | undefined => {
    const node = producers.get(name);
    const [vector = "", shapeName] = node?.input ?? [];
    const shape = wholes(parts.stored(shapeName));
    const [first, ...rest] = shape ?? [];
    const fits =
      node?.opType === "Reshape" &&
      !node.domain &&
      (first === channels || first === -1) &&
      rest.length === axes &&
      rest.every((size) => size === 1);
    return fits && initializers.has(vector) && floats(parts.stored(vector))?.length === channels
      ? vector
      : undefined;
  };
  let changed = false;
  for (const node of nodes) {
    const channels = channelsOf(node, parts);
    const sum = parts.soleUser(node);
    if (channels === undefined || sum?.opType !== "Add" || sum.domain) continue;
    const [a = "", b = ""] = sum.input ?? [];
    const axes = (parts.stored(node.input?.[1])?.dims?.length ?? 0) - 2;
    const vector = vectorOf(a === node.output?.[0] ? b : a, channels, axes);
    if (vector === undefined) continue;
    parts.addInput(node, 2, vector);
    node.output = sum.output ?? [];
    parts.remove(sum);
    changed = true;
  }
  if (changed) parts.writeTo(graph);
  return changed;
};
