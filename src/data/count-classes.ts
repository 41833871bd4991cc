import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { batches } from "./batches.js";
import type { Dataset } from "./dataset.js";

/** Examples read at a time. */
const CHUNK = 512;

/** How many there are of each class of a target, over all examples and places; those left out are not counted. */
export const countClasses = async (data: Dataset, name: string): Promise<readonly number[]> => {
  const target = data.targets[name];
  if (target?.kind !== "class") throw new SteepestError(`the target ${name} of "${data.name}" is no class`);
  const counts = new Array<number>(target.classes).fill(0);
  const order = { batchSize: Math.min(CHUNK, data.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { targets } of batches(data, order)) {
    for (const label of targets[name] ?? missing()) {
      if (label >= 0) counts[label] = (counts[label] ?? missing()) + 1;
    }
  }
  return counts;
};
