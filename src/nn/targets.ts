import { type Target, targetShape } from "../data/dataset.js";
import { batch, cast, equal, greaterOrEqual, input, scalar, type Tensor, where } from "../graph/index.js";
import type { Tensors } from "./losses/loss.js";

/** How each kind of target is given to the graph. */
const dtypes = { class: "int64", value: "float32", labels: "bool", mixture: "float32" } as const;

/** What a target is called among the inputs of the graph, where an input of the network may have the same name. */
export const targetFeed = (name: string): string => `target ${name}`;

/** The input that the weights of examples are fed through. */
export const weightsTensor = (): Tensor => input("weights", [batch]);

/** The inputs that targets are fed through, by their names. */
export const targetTensors = (targets: Readonly<Record<string, Target>>): Tensors =>
  Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      input(targetFeed(name), [batch, ...targetShape(target)], dtypes[target.kind]),
    ]),
  );

/** A target as losses take it, and which of its parts are known, where some may be left out; those have a number in their place. */
export const usable = (
  target: Tensor,
  described: Target,
  output: Tensor,
): { readonly target: Tensor; readonly known?: Tensor } => {
  if (described.kind === "labels") return { target: cast(target, output.dtype) };
  if (described.kind === "mixture" || !described.partial) return { target };
  const known = described.kind === "class" ? greaterOrEqual(target, 0) : equal(target, target);
  return { target: where(known, target, scalar(0, target.dtype)), known };
};
