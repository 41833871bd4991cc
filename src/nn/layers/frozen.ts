import { type Layer, wrapped } from "../layer.js";

/**
 * The layer with everything in it standing still: its parameters get no gradient, no update, penalty or constraint, its running
 * statistics stay what they are, and it behaves as in use while the rest is trained. So batch normalisation in it normalises by its running
 * statistics, and dropout drops nothing: what PyTorch needs `requires_grad_(False)` and `eval()` for. Gradients flow through it to what stands before.
 *
 * ```ts
 * const net = sequential(frozen(pretrained(await loadModel("model.onnx"))), linear(3));
 * ```
 *
 * It is the same layer as the one given, with the same parameters under the same names. Where that is also applied as it is, in the same
 * network or in another one that shares its parameters, they learn from there and from there only: a generator is trained through
 * `frozen(discriminator)`, and the discriminator by another trainer.
 */
export const frozen = (layer: Layer): Layer => wrapped(layer, { frozen: true });
