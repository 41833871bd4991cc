import { encodeGreyPng } from "../data/picture.js";
import type { Run } from "./run.js";
import type { RunFolder } from "./run-folder.js";

export interface SaveOptions {
  readonly title: string;
  /** What was chosen, by name. */
  readonly config: Readonly<Record<string, string | number>>;
}

/** Writes what a finished run leaves: model.onnx, result.json, report.html, and a picture to try the model on. */
export const saveRun = async (
  run: Run,
  folder: RunFolder,
  _options: SaveOptions,
): Promise<{ sample: string | undefined }> => {
  await folder.write("model.onnx", run.model());
  const { test, splits, image } = run;
  const { answers: _answers, ...scores } = test ?? { answers: undefined };
  await folder.write(
    "result.json",
    `${JSON.stringify({ stopped: run.stopped, seconds: run.seconds, bestEpoch: run.bestEpoch, test: scores, epochs: run.epochs }, null, 2)}\n`,
  );
  let sample: string | undefined;
  if (image?.channels === 1 && splits.test) {
    const pixels = new Float32Array(image.width * image.height);
    await splits.test.read([0], pixels, new Float32Array(1));
    await folder.write("example.png", await encodeGreyPng(pixels, image));
    sample = folder.file("example.png");
  }
  return { sample };
};
