import { SteepestError } from "../../errors.js";
import { batch, formatShape, sameShape } from "../../graph/shape.js";
import { inputName, type Tensor } from "../../graph/tensor.js";
import type { ModelWithData } from "../../onnx/external.js";
import { readModel } from "../../onnx/read.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

export interface PretrainedOptions {
  /** Which output of the model to use. @defaultValue "logits" if there is one of that name, else the first */
  readonly output?: string;
  /**
   * What the model's inputs are given, by their names, made from the layer's input: needed for a model of several inputs.
   * @defaultValue the one input is given the layer's input
   */
  readonly inputs?: (x: Tensor) => Readonly<Record<string, Tensor>>;
}

const describe = (x: Tensor): string => `"${inputName(x)}" is ${x.dtype} ${formatShape(x.shape)}`;

/** Whether a tensor can be fed to an input of a model; a batch may stand where the model has a fixed number of examples. */
const fits = (x: Tensor, original: Tensor): boolean =>
  x.dtype === original.dtype &&
  x.rank === original.rank &&
  sameShape(x.shape.slice(1), original.shape.slice(1)) &&
  (x.shape[0] === original.shape[0] || x.shape[0] === batch);

const fail = (reason: string): never => {
  throw new SteepestError(`pretrained: ${reason}`);
};

/** How numbers of another type are fed: token ids to a model of texts, say. */
const castHint = (value: Tensor, original: Tensor): string =>
  value.dtype === original.dtype
    ? ""
    : `; cast it with the option inputs: (x) => ({ "${inputName(original)}": graph.cast(x, "${original.dtype}") })`;

/** What the model's inputs are given: the layer's input, or what `choose` makes of it. */
const feed = (
  originals: readonly Tensor[],
  x: Tensor,
  choose: PretrainedOptions["inputs"],
): readonly Tensor[] => {
  const names = originals.map(inputName);
  const listed = originals.map(describe).join("; ");
  if (choose === undefined && originals.length !== 1) {
    return fail(
      originals.length === 0
        ? "the model has no inputs, so that nothing can be fed to it"
        : `the model has ${originals.length} inputs (${listed}), but a layer is given one tensor: say what each is given with the option inputs: (x) => ({ ${names.map((name) => `"${name}": …`).join(", ")} })`,
    );
  }
  const given = choose?.(x) ?? Object.fromEntries(names.map((name) => [name, x]));
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`the model has no input "${unknown}"; it has ${listed}`);
  return originals.map((original) => {
    const name = inputName(original);
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined)
      return fail(`the option inputs gives nothing to the input ${describe(original)}`);
    return fits(value, original)
      ? value
      : fail(
          `the model's input ${describe(original)}, but the layer is given ${value.dtype} ${formatShape(value.shape)}${castHint(value, original)}`,
        );
  });
};

/**
 * An ONNX model as a layer, its weights as parameters that start from their stored values: to fine-tune it, or to build on it.
 *
 * ```ts
 * const net = sequential(pretrained(await loadModel("model.onnx")), relu(), linear(3));
 * ```
 *
 * What the model is given must be what it was trained on: where that is the network's input, `fit` leaves it as it is by default.
 *
 * The model must have one float32 input of the shape that the layer is given; `inputs` says what several are given:
 *
 * ```ts
 * const net = pretrained(await loadModel("model.onnx"), { inputs: (x) => ({ left: x, right: x.neg() }) });
 * ```
 *
 * Throws where the inputs do not fit, where there is no such output, for weights that are not float32, and for models that
 * `readModel` cannot read.
 */
export const pretrained = (model: Uint8Array | ModelWithData, options: PretrainedOptions = {}): Layer => {
  const { output, inputs } = requireKnown("pretrained", options, ["output", "inputs"]);
  return layer("pretrained", (x, scope) => {
    const { outputs } = readModel(model, {
      inputs: (originals) => {
        const fed = feed(originals, x, inputs);
        for (const value of fed) scope.requireRaw(value);
        return fed;
      },
      weight: (original, values) =>
        values instanceof Float32Array
          ? scope.param(inputName(original), original.shape.map(Number), (into) => void into.set(values))
          : fail(
              `the model's weight ${describe(original)} and cannot be trained: parameters are float32; export the model in float32`,
            ),
    });
    const name = output ?? ("logits" in outputs ? "logits" : (Object.keys(outputs)[0] ?? ""));
    const value = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    return value ?? fail(`the model has no output "${name}"; it has ${Object.keys(outputs).join(", ")}`);
  });
};
