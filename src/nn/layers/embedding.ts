import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { gather } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { type Initializer, normal } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface EmbeddingOptions {
  /** How the vectors start. @defaultValue `normal(1)` */
  readonly init?: Initializer;
}

/**
 * A vector of `size` numbers for each of `count` things: whole numbers `[batch, …]` from 0 to count - 1, of words or categories, become
 * `[batch, …, size]`. Parameter `weight` of shape `[count, size]`, a row per thing.
 *
 * An id out of range is refused. Where ids are an input of the network the data is looked at, and the message names the example, the position
 * and the layer; where the network computes them, the step fails with a message that names the number.
 */
export const embedding = (count: number, size: number, options: EmbeddingOptions = {}): Layer => {
  const { init = normal(1) } = requireKnown("embedding", options, ["init"]);
  for (const [what, value] of Object.entries({ count, size })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new SteepestError(
        `embedding: ${what} must be a whole number of at least 1, got ${givenText(value)}`,
      );
    }
  }
  return layer("embedding", (ids, scope) => {
    if (ids.dtype !== "int64") {
      throw new SteepestError(
        `embedding: expected whole numbers, got ${ids.dtype} ${formatShape(ids.shape)}; give the data an input of int kind, or cast with graph.cast(x, "int64")`,
      );
    }
    // Each number of a vector is one weight: nothing is added up.
    const weight = scope.param("weight", [count, size], init, { fan: { in: 1, out: size } });
    return gather(weight, scope.requireIds(ids, count));
  });
};
