import { UsageError } from "../../errors.js";
import { dropout, type Layer, linear, relu, sequential } from "../../nn/index.js";

/** A fully connected relu network: dropout on the inputs and behind each hidden layer where asked for. */
export const reluNetwork = (
  hidden: readonly number[],
  outputs: number,
  keep: { readonly input: number; readonly hidden: number },
): Layer =>
  sequential(
    ...(keep.input < 1 ? [dropout({ keep: keep.input })] : []),
    ...hidden.flatMap((units) => [
      linear(units),
      relu(),
      ...(keep.hidden < 1 ? [dropout({ keep: keep.hidden })] : []),
    ]),
    linear(outputs),
  );

/** `"0.5"` keeps hidden units with that probability, `"0.8,0.5"` inputs and hidden units. */
export const parseKeep = (text: string): { input: number; hidden: number } => {
  const values = text.split(",").map(Number);
  const [first = Number.NaN, second] = values;
  const keep = second === undefined ? { input: 1, hidden: first } : { input: first, hidden: second };
  for (const value of [keep.input, keep.hidden]) {
    if (!(value > 0 && value <= 1) || values.length > 2) {
      throw new UsageError(
        `--keep ${text}: give the probability that a unit is kept, in (0, 1]${value === 0 ? " (with 0 a layer has no output)" : ""}: one number for the hidden layers, or two, "0.8,0.5", for inputs and hidden layers`,
      );
    }
  }
  return keep;
};
