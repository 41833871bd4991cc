import { SteepestError } from "../../errors.js";
import * as graph from "../../graph/index.js";
import { formatShape, sameShape } from "../../graph/shape.js";
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
