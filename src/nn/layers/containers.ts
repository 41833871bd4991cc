import { SteepestError } from "../../errors.js";
import * as graph from "../../graph/index.js";
import { checkList, formatShape, sameShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { type Layer, layer } from "../layer.js";

/** Layers one after another. */
export const sequential = (...layers: readonly Layer[]): Layer =>
  layer("sequential", (x, scope) => layers.reduce((value, next) => scope.apply(next, value), x));

/** `x + f(x)` for layers f that keep the shape (He et al. 2016). */
export const residual = (...layers: readonly Layer[]): Layer =>
  layer("residual", (x, scope) => {
    const y = layers.reduce((value, next) => scope.apply(next, value), x);
    if (!sameShape(x.shape, y.shape)) {
      throw new SteepestError(
        `residual: the layers turn shape ${formatShape(x.shape)} into ${formatShape(y.shape)}; they must keep it`,
      );
    }
    return x.add(y);
  });

/** All axes but the batch in one: `[batch, 28, 28]` becomes `[batch, 784]`. */
export const flatten = (): Layer => layer("flatten", (x) => graph.flatten(x));

/** All axes but the batch in others: `unflatten([1, 28, 28])` makes pictures `[batch, 1, 28, 28]` of `[batch, 784]`, in front of a convolution. */
export const unflatten = (shape: readonly number[]): Layer => {
  checkList("unflatten", "a shape such as [1, 28, 28]", shape);
  return layer("unflatten", (x) => graph.reshape(x, [x.shape[0] ?? missing(), ...shape]));
};

/** The sum of what several layers make of one input: a residual block with a projection is `added(sequential(…), conv2d(…))`. */
export const added = (...branches: readonly Layer[]): Layer => {
  const [first, ...others] = branches;
  if (first === undefined) throw new SteepestError("added: expected at least one layer, got none");
  return layer("added", (x, scope) =>
    others.reduce(
      (sum, branch) => {
        const y = scope.apply(branch, x);
        if (sameShape(sum.shape, y.shape)) return sum.add(y);
        throw new SteepestError(
          `added: the branches give ${formatShape(sum.shape)} and ${formatShape(y.shape)}; they must agree`,
        );
      },
      scope.apply(first, x),
    ),
  );
};
