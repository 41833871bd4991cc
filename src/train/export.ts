import { type Target, targetSize } from "../data/dataset.js";
import type { PictureKind } from "../data/picture-kind.js";
import type { Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import type { Loss } from "../nn/losses/index.js";
import { inputOf, type Model, outputOf } from "../nn/model.js";
import { answerOf } from "../nn/objective.js";
import { foldBatchNormalization } from "../onnx/fold.js";
import { writeModel } from "../onnx/write.js";
import { version } from "../version.js";

/** What is written into an exported model beside the network, so that it can be used without further knowledge. */
export interface ModelCard {
  readonly loss: Loss;
  readonly target: Target;
  /** What the pictures were that it was trained on. */
  readonly pictures?: PictureKind;
}

/** The names of the classes: as the dataset gives them, else their numbers. */
export const classNames = (target: Target): readonly string[] =>
  target.kind === "class"
    ? (target.names ?? Array.from({ length: target.classes }, (_, i) => String(i)))
    : [];

/**
 * The bytes of an ONNX model of the network in use. Its input `input` takes raw examples, `[batch, …]`; a classifier's outputs
 * are `probabilities` and `logits`, otherwise there is one called `output`. What it answers, and what it expects of a picture (size, scale of
 * values, how strokes lie), is written into its metadata. Batch normalisation behind a linear layer is folded into it.
 */
export const exportModel = (
  model: Model,
  values: ReadonlyMap<string, Float32Array>,
  { loss, target, pictures }: ModelCard,
): Uint8Array => {
  const [input, output] = [inputOf(model.inference), outputOf(model.inference)];
  const initializers = new Map<Tensor, Float32Array>();
  for (const { name, tensor } of [...model.parameters, ...model.states]) {
    initializers.set(tensor, values.get(name) ?? missing());
  }
  const answer = answerOf(loss, output);
  const bytes = writeModel({
    inputs: [input],
    outputs: answer === output ? { output } : { probabilities: answer, logits: output },
    initializers,
    metadata: {
      "steepest.version": version,
      "steepest.target": JSON.stringify(
        target.kind === "class"
          ? { kind: "class", names: classNames(target) }
          : { kind: "value", size: targetSize(target) },
      ),
      ...(pictures ? { "steepest.image": JSON.stringify({ ...pictures, ink: pictures.ink ?? null }) } : {}),
    },
  });
  return foldBatchNormalization(bytes);
};
