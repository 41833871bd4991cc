import { type Dataset, digits, mnist, subset, take } from "../../data/index.js";
import { UsageError } from "../../errors.js";
import type { StudyContext } from "../study.js";

/** The examples that a network learns from, and those that it is measured on. */
export interface Parts {
  /** Which pictures these are. */
  readonly source: "MNIST" | "the embedded digits";
  readonly train: Dataset;
  readonly measured: Dataset;
  readonly part: "test" | "validation";
}

const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);

/**
 * The first `count` training examples and the test examples; with `heldOut`, no test examples: the network learns from all
 * but the last `heldOut` of the training examples and is measured on these.
 */
export const partsOf = async (
  { data }: Pick<StudyContext, "data">,
  { train: count, test: tests }: { readonly train: number; readonly test: number },
  heldOut: number | undefined,
): Promise<Parts> => {
  const source = data === undefined ? "the embedded digits" : "MNIST";
  const all = data === undefined ? digits({ train: count, test: tests }) : await mnist(data);
  const used = take(all.train, Math.min(count, all.train.size));
  if (heldOut === undefined)
    return {
      source,
      part: "test",
      train: used,
      measured: take(all.test, Math.min(tests, all.test.size)),
    };
  if (heldOut >= used.size)
    throw new UsageError(
      `--select ${heldOut}: there are ${used.size} training examples; hold out fewer of them`,
    );
  const border = used.size - heldOut;
  return {
    source,
    part: "validation",
    train: subset(used, range(0, border)),
    measured: subset(used, range(border, used.size)),
  };
};
