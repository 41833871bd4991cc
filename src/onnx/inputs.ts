import { SteepestError } from "../errors.js";
import { batch, type Dim, input, type Tensor } from "../graph/index.js";
import { countOf, formatShape, multipleOfBatch } from "../graph/shape.js";
import { missing } from "../missing.js";
import type { ValueInfoProto } from "./schema.js";
import { dtypeEqual } from "./tensors.js";

/** The most elements of a fixed size that one result may have (1 GB in float32): more is a mistake, or made to exhaust the memory. */
const mostElements = 2 ** 28;

/** Throws where a tensor is larger than can be meant. */
export const checkCount = (what: string, { shape }: Tensor): void => {
  const { fixed } = countOf(shape);
  if (fixed > mostElements) {
    throw new SteepestError(
      `onnx: ${what} has ${fixed} elements, in shape ${formatShape(shape)}; at most ${mostElements} are supported`,
    );
  }
};

interface InputDim {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

/** A size by name, which may be multiplied ("4*N"); undefined for a fixed size. */
const namedSize = ({ dimValue = -1, dimParam = "" }: InputDim) => {
  if (dimValue >= 0) return undefined;
  const [, factor = "1", name = dimParam] = /^(\d+)\*(.+)$/.exec(dimParam) ?? [];
  return { factor: Number(factor), name };
};

/** The names that stand for the batch: those of symbolic first axes, and our own. */
const batchNames = (inputs: readonly ValueInfoProto[]): ReadonlySet<string> =>
  new Set([
    batch,
    ...inputs.flatMap(({ type }) => {
      const [first] = type?.tensorType?.shape?.dim ?? [];
      return (first && namedSize(first)?.name) || [];
    }),
  ]);

/** An input of a model as one of the graph. Throws where its shape or type is none that can be read. */
const readInput = ({ name, type }: ValueInfoProto, batches: ReadonlySet<string>): Tensor => {
  if (!name) throw new SteepestError("onnx: an input of the model has no name; the model is damaged");
  const { shape, elemType } = type?.tensorType ?? {};
  if (shape === undefined) throw new SteepestError(`onnx: input "${name}" is not a tensor of a known shape`);
  const dims = (shape.dim ?? []).map((dim, axis): Dim => {
    const size = namedSize(dim);
    if (size === undefined) return dim.dimValue ?? missing();
    if (axis === 0 || batches.has(size.name)) return multipleOfBatch(size.factor);
    throw new SteepestError(
      `onnx: axis ${axis} of input "${name}" has no fixed size (${dim.dimParam || "unknown"}); only the batch may vary: export the model with fixed sizes`,
    );
  });
  const x = input(name, dims, dtypeEqual(`input "${name}"`, elemType));
  checkCount(`input "${name}"`, x);
  return x;
};

/** The inputs of a model as those of the graph. */
export const readInputs = (inputs: readonly ValueInfoProto[]): Tensor[] => {
  const batches = batchNames(inputs);
  return inputs.map((info) => readInput(info, batches));
};
