import { missing } from "../missing.js";
import { decodeModel, encodeModel } from "./codec.js";
import { joinBiases } from "./fold/biases.js";
import { float32, floats, GraphParts, wholeNumbers } from "./fold/parts.js";
import type { GraphProto, NodeProto } from "./schema.js";

/** `y = scale·x + shift` per channel, which is what batch normalisation with stored numbers is. */
interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

const affineOf = (node: NodeProto, parts: GraphParts): Affine | undefined => {
  const [gamma, beta, mean, variance] = (node.input ?? []).slice(1).map((name) => floats(parts.stored(name)));
  if (!gamma || !beta || !mean || !variance) return undefined;
  const epsilon = node.attribute?.find(({ name }) => name === "epsilon")?.f ?? 1e-5;
  const scale = gamma.map((g, j) => g / Math.sqrt((variance[j] ?? missing()) + epsilon));
  return { scale, shift: beta.map((b, j) => b - (mean[j] ?? missing()) * (scale[j] ?? missing())) };
};

const sameNumbers = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Which output of a node `x·W + b`, or of a convolution, an element of W leads to; undefined for other nodes. */
const linearForm = (node: NodeProto, dims: readonly number[]) => {
  const { opType, domain, attribute = [] } = node;
  if (domain) return undefined;
  const [rows = 1, columns = 1, ...sizes] = dims;
  const area = sizes.reduce((a, b) => a * b, 1);
  if (opType === "Conv") return (element: number) => Math.floor(element / (columns * area));
  if (opType === "ConvTranspose") {
    const [groups = 1] = wholeNumbers(node, "group");
    return (element: number) => {
      const row = Math.floor(element / (columns * area));
      return Math.floor(row / (rows / groups)) * columns + (Math.floor(element / area) % columns);
    };
  }
  const plain = attribute.every(({ name, i }) => (name === "transA" || name === "transB") && !i);
  return opType === "Gemm" && plain ? (element: number) => element % columns : undefined;
};

/** Whether pooling can come behind `scale·x + shift` as well as before it: maxima can where no scale turns the order round. */
const passes = (pooling: NodeProto, { scale }: Affine): boolean =>
  pooling.opType === "MaxPool"
    ? scale.every((s) => s >= 0)
    : wholeNumbers(pooling, "count_include_pad").every((counted) => counted === 0) ||
      wholeNumbers(pooling, "pads").every((pad) => pad === 0);

/** Batch normalisation that follows an operator, with nothing but poolings between them. */
interface Place {
  readonly producer: NodeProto;
  readonly poolings: readonly NodeProto[];
  readonly norm: NodeProto;
  readonly affine: Affine;
}

const placeBehind = (producer: NodeProto, parts: GraphParts): Place | undefined => {
  const poolings: NodeProto[] = [];
  for (let node = producer; ; ) {
    const next = parts.soleUser(node);
    if (!next || next.domain) return undefined;
    if (next.opType === "BatchNormalization") {
      const affine = affineOf(next, parts);
      const follows = next.input?.[0] === node.output?.[0] && next.output?.length === 1;
      if (!affine || !follows || !poolings.every((pooling) => passes(pooling, affine))) return undefined;
      return { producer, poolings, norm: next, affine };
    }
    if ((next.opType !== "MaxPool" && next.opType !== "AveragePool") || next.output?.length !== 1)
      return undefined;
    poolings.push(next);
    node = next;
  }
};

/** Folds what follows the operators that have one weight, where all of them are followed by the same. */
const foldInto = (weightName: string, parts: GraphParts): boolean => {
  const users = parts.users(weightName);
  const [first] = users;
  const weight = parts.stored(weightName);
  const dims = weight?.dims ?? [];
  const channelOf = first && linearForm(first, dims);
  if (!first || !channelOf || parts.isOutput(weightName)) return false;
  const biasName = first.input?.[2] ?? "";
  const alike = users.every(
    (node) =>
      node.opType === first.opType && node.input?.[1] === weightName && (node.input[2] ?? "") === biasName,
  );
  const places = users.flatMap((node) => placeBehind(node, parts) ?? []);
  const [place] = places;
  if (!alike || !place || places.length < users.length) return false;
  const { scale, shift } = place.affine;
  if (!places.every(({ affine }) => sameNumbers(affine.scale, scale) && sameNumbers(affine.shift, shift)))
    return false;
  const values = floats(weight);
  const bias = biasName === "" ? scale.map(() => 0) : floats(parts.stored(biasName));
  if (bias?.length !== scale.length || (biasName !== "" && parts.uses(biasName) !== users.length))
    return false;
  if (!values || values.some((_, i) => channelOf(i) >= scale.length)) return false;

  const newBias = biasName || `${weightName} shift`;
  parts.store(
    float32(
      weightName,
      values.map((w, i) => w * (scale[channelOf(i)] ?? missing())),
      dims,
    ),
  );
  parts.store(
    float32(
      newBias,
      bias.map((b, j) => b * (scale[j] ?? missing()) + (shift[j] ?? missing())),
      [bias.length],
    ),
  );
  for (const { producer, poolings, norm } of places) {
    if (biasName === "") parts.addInput(producer, 2, newBias);
    (poolings.at(-1) ?? producer).output = norm.output ?? [];
    parts.remove(norm);
  }
  return true;
};

const foldNodes = (graph: GraphProto): boolean => {
  const joined = joinBiases(graph);
  const parts = new GraphParts(graph);
  let folded = false;
  for (const name of parts.names()) {
    while (foldInto(name, parts)) folded = true;
  }
  if (folded) parts.writeTo(graph);
  return joined || folded;
};

/**
 * Folds each BatchNormalization into the Gemm, Conv or ConvTranspose that it follows, where weights and statistics are stored in the model and
 * nothing else uses them: `s·(x·W + b) + t = x·(s·W) + (s·b + t)`. Pooling may stand between, where it gives the same before and behind;
 * several operators may have one weight, where all of them are followed by the same, as those of views that a network sees do. What
 * is added to each channel of a convolution becomes its bias. Everything else stays as it is.
 */
export const foldBatchNormalization = (bytes: Uint8Array): Uint8Array => {
  const model = decodeModel(bytes);
  return foldNodes(model.graph) ? encodeModel(model) : bytes;
};
