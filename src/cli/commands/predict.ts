import { Command, InvalidArgumentError, Option } from "commander";
import { readPicture } from "../../data/picture.js";
import { mnistKind, type PictureKind } from "../../data/picture-kind.js";
import { defaultEngine } from "../../engine/compile.js";
import type { Session } from "../../engine/engine.js";
import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { type Answer, answerText, type ModelAnswer, modelAnswerOf } from "../model-answer.js";
import { readModelFile, wholeModel } from "../model-file.js";
import { type PictureInput, pictureInputOf } from "../model-pictures.js";
import { exitCodes, report, say, sayJson } from "../output.js";

interface PredictOptions {
  readonly ink?: "bright" | "dark" | "none";
  readonly range?: readonly [black: number, white: number];
  readonly json?: boolean;
}

/** What became of one picture. */
type Prediction = { readonly image: string } & (
  | (Answer & { readonly done: readonly string[] })
  | { readonly problem: string }
);

/** What pictures the model was trained on, where the person knows it better than the model. */
const asTold = (
  { ink: known, ...kind }: PictureKind,
  { ink, range = kind.range }: PredictOptions,
): PictureKind => {
  if (ink === "none") return { ...kind, range };
  const placement = ink ? { ...(known ?? mnistKind(kind).ink ?? missing()), tone: ink } : known;
  return { ...kind, range, ...(placement ? { ink: placement } : {}) };
};

/** Pixels as the model's input wants them: channel by channel, or the channels of a pixel side by side; as often as it takes examples. */
const feed = (pixels: Float32Array, { shape, interleaved, kind, dtype }: PictureInput) => {
  const { channels } = kind;
  const area = pixels.length / channels;
  const one = interleaved
    ? pixels.map((_, i) => pixels[(i % channels) * area + Math.floor(i / channels)] ?? missing())
    : pixels;
  const [examples = 1] = shape;
  const length = examples * one.length;
  const data = dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
  for (let i = 0; i < examples; i++) data.set(one, i * one.length);
  return { dtype, shape, data };
};

/** Asks a model about a picture. Throws where the picture cannot be read or the model does not run. */
const ask = async (
  session: Session,
  picture: string,
  input: PictureInput,
  { output, read }: ModelAnswer,
): Promise<Prediction> => {
  const { pixels, done } = await readPicture(picture, input.kind);
  const outputs = await session.run({ [input.name]: feed(pixels, input) }).catch((error: Error) => {
    throw new SteepestError(`${picture}: the model does not run on it: ${error.message.split("\n")[0]}`, {
      cause: error,
    });
  });
  const numbers = Array.from(outputs[output]?.data ?? [], Number);
  const [examples = 1] = input.shape;
  return { image: picture, ...read(numbers.slice(0, numbers.length / examples)), done };
};

const predict = async (path: string, pictures: readonly string[], options: PredictOptions) => {
  const { json = false } = options;
  const model = await readModelFile(path);
  const found = pictureInputOf(model);
  const told = options.ink !== undefined || options.range !== undefined;
  const input = { ...found, kind: asTold(found.kind, options), assumed: told ? [] : found.assumed };
  const answer = modelAnswerOf(model);
  const session = await (await defaultEngine()).load(await wholeModel(model));
  const notes = [...input.assumed, ...answer.assumed];
  for (const note of notes) say(`note: ${note}`, json);
  const predictions: Prediction[] = [];
  for (const picture of pictures) {
    try {
      const prediction = await ask(session, picture, input, answer);
      predictions.push(prediction);
      if ("problem" in prediction) continue;
      const [head, ...rest] = answerText(prediction);
      const done = prediction.done.length > 0 ? `   (${prediction.done.join(", ")})` : "";
      say([`${picture}: ${head}${done}`, ...rest].join("\n"), json);
    } catch (error) {
      // One picture that cannot be read does not keep the answers about the others back.
      if (!(error instanceof SteepestError)) throw error;
      report(error);
      predictions.push({ image: picture, problem: error.message });
      process.exitCode = exitCodes.failed;
    }
  }
  await session.release();
  if (json) sayJson({ model: model.path, notes, predictions });
};

/** "0,1": the values of black and white. */
const range = (text: string): [number, number] => {
  const [black = Number.NaN, white = Number.NaN, ...more] = text.split(",").map(Number);
  if (!Number.isFinite(white - black) || black === white || more.length > 0)
    throw new InvalidArgumentError("expected the values of black and white, such as 0,1 or 0,255.");
  return [black, white];
};

export const predictCommand = (): Command =>
  new Command("predict")
    .summary("ask a trained model about pictures")
    .description(
      [
        "Prints what a model says about each picture: the class and the probabilities, or the value.",
        "A picture is given to the model as those were that it was trained on, which the model itself says if Steepest trained it. Where they were strokes on a plain ground, such as digits, strokes are searched in the picture, cut out, scaled and centred as those were, and inverted where they are of the other tone. All other pictures are scaled and cropped to the size.",
      ].join("\n\n"),
    )
    .argument("<model>", "a run folder, or an ONNX model that takes pictures")
    .argument("<images...>", "PNG, JPEG or other picture files")
    .addOption(
      new Option(
        "--ink <tone>",
        "trained on strokes on a plain ground, whatever the model says, or not",
      ).choices(["bright", "dark", "none"]),
    )
    .option("--range <black,white>", "the values of black and white, whatever the model says: 0,1", range)
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
Exit code: 1 where a picture could not be used; the others are answered.

Examples:
  steepest predict runs/20261122-170509-digits digit.png
  steepest predict faces.onnx --ink none --range 0,1 a.jpg b.jpg --json`,
    )
    .action(predict);
