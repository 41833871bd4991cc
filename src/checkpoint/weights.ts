import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { requireKnown } from "../options.js";
import { listed, shown } from "../shown.js";
import { type Source, sourceName } from "../source.js";
import { readTensors, writeTensors } from "./file.js";
import type { StoredTensor } from "./tensor.js";

/** Named tensors, such as the weights of a network. */
export type Weights = ReadonlyMap<string, StoredTensor>;

/** What a parameter is called, and its shape. */
interface Place {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface LoadWeightsOptions {
  /** The parameters that the weights are for, such as those of a network: names and shapes must be theirs. @defaultValue not compared */
  readonly parameters?: Iterable<Place>;
  /** Whether parameters that the file lacks, and tensors that are of none of them, are passed over. @defaultValue false */
  readonly partial?: boolean;
}

/** The weights that are for these parameters. Throws naming the first that is missing, of another shape, or (unless partial) of none. */
export const weightsFor = (
  where: string,
  weights: Weights,
  parameters: Iterable<Place>,
  partial = false,
): Map<string, StoredTensor> => {
  const fitting = new Map<string, StoredTensor>();
  const places = [...parameters];
  for (const { name, shape } of places) {
    const tensor = weights.get(name);
    if (!tensor && partial) continue;
    if (!tensor) {
      throw new SteepestError(
        `${where}: there is no ${shown(name)}, only ${listed([...weights.keys()])}; weights of another network, or load with partial: true`,
      );
    }
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
      throw new SteepestError(
        `${where}: ${shown(name)} has the shape [${tensor.shape}], the network's has [${shape}]; weights of another network`,
      );
    }
    fitting.set(name, tensor);
  }
  const surplus = [...weights.keys()].find((name) => !fitting.has(name));
  if (surplus !== undefined && !partial) {
    throw new SteepestError(
      `${where}: ${shown(surplus)} is no parameter of the network; weights of another network, or load with partial: true`,
    );
  }
  if (fitting.size === 0 && places.length > 0) {
    throw new SteepestError(
      `${where}: none of its tensors (${listed([...weights.keys()])}) is a parameter of the network (${listed(places.map(({ name }) => name))})`,
    );
  }
  return fitting;
};

/**
 * Writes named tensors as a safetensors file, which Python and others read, with a checksum in its metadata. The file is there whole or
 * not at all. Throws where it cannot be written, and where a tensor has not as many numbers as its shape says.
 *
 * ```ts
 * await saveWeights("weights.safetensors", new Map([["bias", { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }]]));
 * ```
 */
export const saveWeights = async (path: string, weights: Weights): Promise<void> => {
  if (!(weights instanceof Map)) {
    throw new SteepestError(`saveWeights: expected a Map of named tensors, got ${givenText(weights)}`);
  }
  await writeTensors(path, weights);
};

/**
 * Reads the tensors of a safetensors file, of this library or any other program. With `parameters` they must have these names and shapes,
 * each of them unless `partial`.
 *
 * Throws where the file is none, was cut off or is damaged, holds types that cannot be read (F16, BF16), and where names or shapes differ.
 */
export const loadWeights = async (
  source: Source,
  options: LoadWeightsOptions = {},
): Promise<Map<string, StoredTensor>> => {
  const { parameters, partial } = requireKnown("loadWeights", options, ["parameters", "partial"]);
  const { tensors } = await readTensors(source);
  return parameters ? weightsFor(sourceName(source), tensors, parameters, partial) : new Map(tensors);
};
