import { Command } from "commander";
import type { ImageLayout } from "../../data/dataset.js";
import { readPicture } from "../../data/picture.js";
import { defaultEngine } from "../../engine/compile.js";
import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { type ModelFile, readModelFile } from "../model-file.js";
import { percent, say, sayJson } from "../output.js";

/** Guesses the layout of images from the model's input where the model does not say: `[batch, 784]`, `[batch, 3, 32, 32]`. */
const layoutOf = ({ image, proto }: ModelFile, path: string): ImageLayout => {
  if (image) return image;
  const dims =
    proto.graph.input?.[0]?.type?.tensorType?.shape?.dim?.slice(1).map(({ dimValue }) => dimValue ?? 0) ?? [];
  const [first = 0, height = 0, width = 0] = dims;
  if (dims.length === 3) return { channels: first, height, width };
  const side = Math.sqrt(first);
  if (dims.length === 1 && Number.isInteger(side) && side > 1)
    return { width: side, height: side, channels: 1 };
  throw new SteepestError(
    `${path}: the model does not take images (its input is [batch, ${dims.join(", ")}])`,
  );
};

const predict = async (
  modelPath: string,
  pictures: readonly string[],
  { json = false }: { json?: boolean },
) => {
  const model = await readModelFile(modelPath);
  const layout = layoutOf(model, modelPath);
  const [inputInfo] = model.proto.graph.input ?? [];
  const inputName = inputInfo?.name ?? "input";
  const rank = inputInfo?.type?.tensorType?.shape?.dim?.length ?? 2;
  const { width, height, channels } = layout;
  const pixels = await Promise.all(pictures.map((picture) => readPicture(picture, layout)));
  const session = await (await defaultEngine()).load(model.bytes);
  const predictions = [];
  for (const [i, picture] of pictures.entries()) {
    const data = pixels[i] ?? new Float32Array(0);
    const shape = rank === 4 ? [1, channels, height, width] : [1, data.length];
    const outputs = await session.run({ [inputName]: { dtype: "float32", shape, data } });
    const answer = outputs.probabilities ?? Object.values(outputs)[0];
    const probabilities = Array.from(answer?.data ?? [], Number);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const nameOf = (index: number) => model.classNames?.[index] ?? String(index);
    predictions.push({
      image: picture,
      class: nameOf(best),
      probability: probabilities[best] ?? missing(),
      probabilities: Object.fromEntries(probabilities.map((p, index) => [nameOf(index), p])),
    });
  }
  await session.release();
  if (json) return sayJson({ model: modelPath, predictions });
  for (const { image, class: name, probabilities } of predictions) {
    say(`${image}: ${name}`);
    for (const [label, p] of Object.entries(probabilities)) {
      say(`  ${label.padStart(8)}  ${percent(100 * p).padStart(8)}  ${"█".repeat(Math.round(p * 30))}`);
    }
  }
};

export const predictCommand = (): Command =>
  new Command("predict")
    .summary("ask a trained model about pictures")
    .description(
      "Prints the class and the probabilities of each picture. A model of grey images expects bright ink on a dark ground: pictures with a bright border are inverted, and those of another size are cropped to the ink, scaled and centred as MNIST's digits were.",
    )
    .argument("<model>", "an ONNX model that takes images, such as model.onnx of a run folder")
    .argument("<images...>", "PNG, JPEG or other picture files")
    .option("--json", "one line of JSON instead of text")
    .addHelpText("after", "\nExample:\n  steepest predict runs/20261122-170509-digits/model.onnx digit.png")
    .action(predict);
