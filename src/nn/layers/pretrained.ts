import { SteepestError } from "../../errors.js";
import { formatShape } from "../../graph/shape.js";
import { inputName } from "../../graph/tensor.js";
import { readModel } from "../../onnx/read.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

export interface PretrainedOptions {
  /** Which output of the model to use; "logits" if there is one of that name, else the first. */
  readonly output?: string;
}

/**
 * An ONNX model as a layer, its weights as parameters that start from their stored values: to fine-tune it, or to build on it.
 *
 * ```ts
 * import { readFile } from "node:fs/promises";
 *
 * const net = sequential(pretrained(await readFile("model.onnx")), relu(), linear(3));
 * ```
 *
 * The model must have one float32 input of the shape that the layer is given. Throws where it has not, where there is no such
 * output, and for models that `readModel` cannot read.
 */
export const pretrained = (model: Uint8Array, options: PretrainedOptions = {}): Layer => {
  const { output } = requireKnown("pretrained", options, ["output"]);
  return layer("pretrained", (x, scope) => {
    const { outputs } = readModel(model, (original, values) => {
      if (values instanceof Float32Array) {
        const shape = original.shape.map(Number);
        return scope.param(inputName(original), shape, (into) => void into.set(values));
      }
      const fits =
        original.rank === x.rank && original.shape.slice(1).every((dim, axis) => dim === x.shape[axis + 1]);
      if (!fits || original.dtype !== x.dtype) {
        throw new SteepestError(
          `pretrained: the model's input "${inputName(original)}" is ${original.dtype} ${formatShape(original.shape)}, but the layer is given ${x.dtype} ${formatShape(x.shape)}`,
        );
      }
      return x;
    });
    const name = output ?? ("logits" in outputs ? "logits" : (Object.keys(outputs)[0] ?? ""));
    const value = outputs[name];
    if (value === undefined) {
      throw new SteepestError(
        `pretrained: the model has no output "${name}"; it has ${Object.keys(outputs).join(", ")}`,
      );
    }
    return value;
  });
};
