import { type Dataset, soleInput, soleTarget } from "../data/dataset.js";
import { soleFloats } from "../data/rows.js";
import { SteepestError } from "../errors.js";
import { largestIn } from "../extremes.js";
import { missing } from "../missing.js";
import { inOrder } from "./parts.js";

/** An example that a classifier gets wrong, and how sure it was. */
export interface Mistake {
  /** Its place in the dataset. */
  readonly index: number;
  /** Its numbers; none where it has several inputs. */
  readonly input: Float32Array;
  readonly truth: number;
  readonly predicted: number;
  /** The probability given to the wrong answer. */
  readonly probability: number;
}

/** How a classifier's answers compare with the truth. */
export interface Confusion {
  /** `counts[truth][predicted]`. */
  readonly counts: readonly (readonly number[])[];
  /** The surest mistakes, the worst first. */
  readonly worst: readonly Mistake[];
  /** Of each of the pairs of classes that are confused most often the surest mistake, the most frequent pair first. */
  readonly ofPairs: readonly Mistake[];
}

/** Compares probabilities (a row per example) with a dataset's labels, and keeps the `keep` worst mistakes. */
export const confusion = async (
  data: Dataset,
  probabilities: Float32Array,
  keep = 30,
  pairs = 20,
): Promise<Confusion> => {
  const { target } = soleTarget(data);
  if (target.kind !== "class") throw new SteepestError("confusion: the dataset's targets are not classes");
  const { classes } = target;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const width = Object.keys(data.inputs).length === 1 ? soleInput(data).size : 0;
  let worst: Mistake[] = [];
  const surest = new Map<number, Mistake>();
  let row = 0;
  for await (const part of inOrder(data)) {
    const inputs = width > 0 ? soleFloats(part.inputs) : new Float32Array(0);
    const targets = soleFloats(part.targets);
    for (let i = 0; i < part.size; i++, row++) {
      const truth = targets[i] ?? missing();
      const predicted = largestIn(probabilities, row * classes, classes);
      const line = counts[truth] ?? missing();
      line[predicted] = (line[predicted] ?? missing()) + 1;
      if (predicted === truth) continue;
      const probability = probabilities[row * classes + predicted] ?? missing();
      const pair = truth * classes + predicted;
      const mistake = (): Mistake => ({
        index: row,
        input: inputs.slice(i * width, (i + 1) * width),
        truth,
        predicted,
        probability,
      });
      if (probability > (surest.get(pair)?.probability ?? -1)) surest.set(pair, mistake());
      if (worst.length === keep && probability <= (worst.at(-1)?.probability ?? 0)) continue;
      worst = [...worst, mistake()].sort((a, b) => b.probability - a.probability).slice(0, keep);
    }
  }
  const times = ({ truth, predicted }: Mistake) => counts[truth]?.[predicted] ?? missing();
  const ofPairs = [...surest.values()].sort((a, b) => times(b) - times(a)).slice(0, pairs);
  return { counts, worst, ofPairs };
};
