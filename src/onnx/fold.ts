import { missing } from "../missing.js";
import { decodeModel, encodeModel, type ModelProto, type NodeProto, type TensorProto } from "./schema.js";

/** ONNX's number for float32. */
const floatType = 1;

/** The numbers of a float32 initialiser, or undefined for anything else. */
const floats = (tensor: TensorProto | undefined): Float32Array | undefined =>
  tensor?.dataType === floatType && tensor.rawData
    ? new Float32Array(Uint8Array.from(tensor.rawData).buffer)
    : undefined;

const float32 = (name: string, values: Float32Array, dims: number[]): TensorProto => ({
  name,
  dims,
  dataType: floatType,
  rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** `y = scale·x + shift` per channel, which is what batch normalisation with stored numbers is. */
const affineOf = (node: NodeProto, stored: ReadonlyMap<string, TensorProto>) => {
  const [gamma, beta, mean, variance] = (node.input ?? []).slice(1).map((name) => floats(stored.get(name)));
  if (!gamma || !beta || !mean || !variance) return undefined;
  const epsilon = node.attribute?.find(({ name }) => name === "epsilon")?.f ?? 1e-5;
  const scale = gamma.map((g, j) => g / Math.sqrt((variance[j] ?? missing()) + epsilon));
  return { scale, shift: beta.map((b, j) => b - (mean[j] ?? missing()) * (scale[j] ?? missing())) };
};

/** Which output of a node `x·W + b`, or of a convolution, an element of W leads to; undefined for other nodes. */
const linearForm = ({ opType, domain, attribute = [] }: NodeProto, dims: readonly number[]) => {
  if (domain) return undefined;
  if (opType === "Conv") {
    const perFilter = dims.slice(1).reduce((a, b) => a * b, 1);
    return (element: number) => Math.floor(element / perFilter);
  }
  const plain = attribute.every(({ name, i }) => (name === "transA" || name === "transB") && !i);
  const [, columns] = dims;
  return opType === "Gemm" && plain && columns ? (element: number) => element % columns : undefined;
};

/**
 * Folds each BatchNormalization into the Gemm or Conv that it follows, where weights and statistics are stored in the model and
 * nothing else uses them: `s·(x·W + b) + t = x·(s·W) + (s·b + t)`. Everything else stays as it is.
 */
export const foldBatchNormalization = (bytes: Uint8Array): Uint8Array => {
  const model = decodeModel(bytes);
  return foldNodes(model) ? encodeModel(model) : bytes;
};

const foldNodes = ({ graph }: ModelProto): boolean => {
  const { node: nodes = [], initializer = [], output = [] } = graph;
  const stored = new Map(initializer.map((tensor) => [tensor.name ?? "", tensor]));
  const uses = (name: string) =>
    nodes.flatMap(({ input = [] }) => input).filter((used) => used === name).length +
    output.filter((value) => value.name === name).length;
  const folded = new Set<NodeProto>();

  for (const norm of nodes) {
    if (norm.opType !== "BatchNormalization" || norm.domain || norm.output?.length !== 1) continue;
    const [x = ""] = norm.input ?? [];
    const producer = nodes.find((node) => node.output?.includes(x) && !folded.has(node));
    const [a = "", weightName = "", biasName = ""] = producer?.input ?? [];
    const weight = stored.get(weightName);
    const values = floats(weight);
    const channelOf = producer && weight && linearForm(producer, weight.dims ?? []);
    const affine = affineOf(norm, stored);
    if (!producer || !weight || !values || !channelOf || !affine || uses(x) > 1 || uses(weightName) > 1)
      continue;
    const { scale, shift } = affine;
    const bias = biasName === "" ? scale.map(() => 0) : floats(stored.get(biasName));
    if (bias?.length !== scale.length || (biasName !== "" && uses(biasName) > 1)) continue;
    if (values.some((_, i) => channelOf(i) >= scale.length)) continue;

    stored.set(
      weightName,
      float32(
        weightName,
        values.map((w, i) => w * (scale[channelOf(i)] ?? missing())),
        weight.dims ?? [],
      ),
    );
    const newBias = biasName || `${weightName} shift`;
    stored.set(
      newBias,
      float32(
        newBias,
        bias.map((b, j) => b * (scale[j] ?? missing()) + (shift[j] ?? missing())),
        [bias.length],
      ),
    );
    producer.input = [a, weightName, newBias];
    producer.output = norm.output ?? [];
    folded.add(norm);
  }
  graph.node = nodes.filter((node) => !folded.has(node));
  const used = new Set(graph.node.flatMap(({ input = [] }) => input));
  graph.initializer = [...stored.values()].filter(({ name = "" }) => used.has(name));
  return folded.size > 0;
};
