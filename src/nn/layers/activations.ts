import * as graph from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

/** `max(0, x)`. */
export const relu = (): Layer => layer("relu", (x) => graph.relu(x));

/** `x` where positive, `slope · x` elsewhere. */
export const leakyRelu = (options: { /** @defaultValue 0.01 */ readonly slope?: number } = {}): Layer => {
  const { slope = 0.01 } = requireKnown("leakyRelu", options, ["slope"]);
  return layer("leakyRelu", (x) => graph.leakyRelu(x, slope));
};

/** `1 / (1 + e^-x)`. */
export const sigmoid = (): Layer => layer("sigmoid", (x) => graph.sigmoid(x));

/** Hyperbolic tangent. */
export const tanh = (): Layer => layer("tanh", (x) => graph.tanh(x));

/** `x · Φ(x)` (Hendrycks & Gimpel 2016). */
export const gelu = (): Layer => layer("gelu", (x) => graph.gelu(x));

/** `log(1 + e^x)`. */
export const softplus = (): Layer => layer("softplus", (x) => graph.softplus(x));

/** `x · sigmoid(x)`, also called swish. */
export const silu = (): Layer => layer("silu", (x) => graph.silu(x));

/** 0 below -3, 1 above 3, `x / 6 + 1/2` between: a sigmoid in three pieces (Courbariaux et al. 2015). */
export const hardSigmoid = (): Layer => layer("hardSigmoid", (x) => graph.hardSigmoid(x));

/** `x · hardSigmoid(x)` (Howard et al. 2019). */
export const hardSwish = (): Layer => layer("hardSwish", (x) => graph.hardSwish(x));

/** Probabilities along the last axis. The losses take logits, so this belongs behind a trained network, not into it. */
export const softmax = (): Layer => layer("softmax", (x) => graph.softmax(x));
