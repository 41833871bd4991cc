import { type Target, targetSize } from "../data/dataset.js";
import type { PictureKind } from "../data/picture-kind.js";
import type { Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import type { Tensors } from "../nn/losses/loss.js";
import type { Model } from "../nn/model.js";
import type { Objective } from "../nn/objective.js";
import { foldBatchNormalization } from "../onnx/fold.js";
import { writeModel } from "../onnx/write.js";
import { version } from "../version.js";
import { answersOf } from "./objective.js";

/** What is written into an exported model beside the network, so that it can be used without further knowledge. */
export interface ModelCard {
  readonly objective: Objective;
  /** What the pictures were that it was trained on. */
  readonly pictures?: PictureKind;
  /** Further texts of the model's metadata, by their keys. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The names of the classes: as the dataset gives them, else their numbers. */
export const classNames = (target: Target): readonly string[] =>
  target.kind === "class"
    ? (target.names ?? Array.from({ length: target.classes }, (_, i) => String(i)))
    : [];

const targetText = (target: Target): string =>
  JSON.stringify(
    target.kind === "class"
      ? { kind: "class", names: classNames(target) }
      : { kind: "value", size: targetSize(target) },
  );

/** The outputs of a model: what is answered, and the logits of what are probabilities. */
const namedAnswers = (outputs: Tensors, answers: Tensors): Tensors => {
  const names = Object.keys(outputs);
  const single = names.length === 1 && names[0] === "output";
  return Object.fromEntries(
    names.flatMap((name) => {
      const [output, answer] = [outputs[name] ?? missing(), answers[name] ?? missing()];
      if (answer === output) return [[name, output]];
      return single
        ? [
            ["probabilities", answer],
            ["logits", output],
          ]
        : [
            [name, answer],
            [`${name} logits`, output],
          ];
    }),
  );
};

/**
 * The bytes of an ONNX model of the network in use. Its input `input` takes raw examples, `[batch, …]`; a classifier's outputs
 * are `probabilities` and `logits`, otherwise there is one called `output`; several inputs and outputs have the names that the network gives
 * them. What it answers, and what it expects of a picture (size, scale of
 * values, how strokes lie), is written into its metadata. Batch normalisation behind a linear layer is folded into it.
 */
export const exportModel = (
  model: Model,
  values: ReadonlyMap<string, Float32Array>,
  { objective, pictures, metadata }: ModelCard,
): Uint8Array => {
  const { inputs, outputs } = model.inference;
  const [term, ...others] = objective.terms;
  const initializers = new Map<Tensor, Float32Array>();
  for (const { name, tensor } of [...model.parameters, ...model.states]) {
    initializers.set(tensor, values.get(name) ?? missing());
  }
  const bytes = writeModel({
    inputs: Object.values(inputs),
    outputs: namedAnswers(outputs, answersOf(objective, model.inference)),
    initializers,
    metadata: {
      ...metadata,
      "steepest.version": version,
      ...(term && others.length === 0 ? { "steepest.target": targetText(term.described) } : {}),
      ...(pictures ? { "steepest.image": JSON.stringify({ ...pictures, ink: pictures.ink ?? null }) } : {}),
    },
  });
  return foldBatchNormalization(bytes);
};
