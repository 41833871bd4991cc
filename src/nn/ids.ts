import { SteepestError } from "../errors.js";
import { inputName, type Tensor } from "../graph/index.js";
import { shown } from "../shown.js";
import type { Network } from "./model.js";

/** Whole numbers that stand for one of `count` things in a layer. */
export interface IdRange {
  /** Path of the layer. */
  readonly layer: string;
  readonly tensor: Tensor;
  readonly count: number;
}

/** Whole numbers as data sets and graphs hold them. */
type Ids = ArrayLike<number | bigint>;

/**
 * Throws where an id among what the inputs of a network are given stands for nothing, naming the example, the position and the layer. `exampleOf`
 * tells which example a row is; by default it is the row's own number.
 */
export const requireIds = (
  { ids, inputs }: Network,
  values: Readonly<Record<string, Ids>>,
  exampleOf: (row: number) => number = (row) => row,
): void => {
  for (const { layer, tensor, count } of ids) {
    if (!Object.values(inputs).includes(tensor)) continue;
    const name = inputName(tensor);
    const given = values[name] ?? [];
    const width = tensor.shape.slice(1).reduce<number>((product, size) => product * Number(size), 1);
    for (let k = 0; k < given.length; k++) {
      const id = Number(given[k]);
      if (id >= 0 && id < count) continue;
      const position = width === 1 ? "" : `position ${k % width} of `;
      throw new SteepestError(
        `input ${shown(name)}: ${position}example ${exampleOf(Math.floor(k / width))} is ${id}, but ${layer || "the network"} has ids from 0 to ${count - 1}`,
      );
    }
  }
};
