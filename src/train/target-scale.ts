import { type Dataset, soleTarget } from "../data/dataset.js";
import { soleFloats } from "../data/rows.js";
import { numberText } from "../figures/numbers.js";
import { missing } from "../missing.js";
import type { Loss } from "../nn/losses/index.js";
import { inOrder } from "./parts.js";

/** Standard deviations beyond these, and means this many of them away from 0, take longer to learn than a default training lasts. */
const usual = { smallest: 0.01, largest: 100, away: 10 };

/** Losses whose gradient grows with the units of the targets. */
const inUnits = ["meanSquaredError", "huber"];

/**
 * What is to be said of training targets that are far from the scale on which a network begins, mean 0 and standard deviation 1;
 * undefined where they are not, or where the loss has no units. Of several targets it is the first such. Targets that are all equal are
 * left alone: no division would change them. It is written behind the word "targets".
 */
export const targetScaleNote = async (data: Dataset, loss: Loss): Promise<string | undefined> => {
  const { target, size } = soleTarget(data);
  if (target.kind !== "value" || !inUnits.includes(loss.name)) return undefined;
  // Welford's sums: the mean so far, and the squared distances from it.
  const [means, squares] = [new Float64Array(size), new Float64Array(size)];
  let examples = 0;
  for await (const { targets } of inOrder(data)) {
    for (const [i, target] of soleFloats(targets).entries()) {
      const column = i % size;
      if (column === 0) examples += 1;
      const distance = target - (means[column] ?? missing());
      means[column] = (means[column] ?? missing()) + distance / examples;
      squares[column] = (squares[column] ?? missing()) + distance * (target - (means[column] ?? missing()));
    }
  }
  for (const [column, mean] of means.entries()) {
    const deviation = Math.sqrt((squares[column] ?? missing()) / examples);
    const far =
      deviation < usual.smallest || deviation > usual.largest || Math.abs(mean) > usual.away * deviation;
    if (deviation === 0 || !far) continue;
    const which = size > 1 ? `target ${column} of ${size}: ` : "";
    return `${which}mean ${numberText(mean, 3)}, standard deviation ${numberText(deviation, 3)}, far from 0 and 1 where a network begins: subtract the mean and divide by the standard deviation before training`;
  }
  return undefined;
};
