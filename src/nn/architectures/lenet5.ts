import { requireKnown } from "../../options.js";
import type { Layer } from "../layer.js";
import { relu } from "../layers/activations.js";
import { flatten, sequential } from "../layers/containers.js";
import { conv2d } from "../layers/conv.js";
import { linear } from "../layers/linear.js";
import { maxPool } from "../layers/pooling.js";

export interface LeNetOptions {
  /** @defaultValue 10 */
  readonly classes?: number;
}

/** LeNet-5 (LeCun et al. 1998) for pictures of 28 x 28, with today's rectifiers and maxima in place of its sigmoids and means: 61,706 parameters. */
export const lenet5 = (options: LeNetOptions = {}): Layer => {
  const { classes = 10 } = requireKnown("lenet5", options, ["classes"]);
  return sequential(
    conv2d(6, { kernel: 5 }),
    relu(),
    maxPool(2),
    conv2d(16, { kernel: 5, padding: "valid" }),
    relu(),
    maxPool(2),
    flatten(),
    linear(120),
    relu(),
    linear(84),
    relu(),
    linear(classes),
  );
};
