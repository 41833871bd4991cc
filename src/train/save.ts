import { encodeGreyPng } from "../data/picture.js";
import { htmlReport } from "../report/index.js";
import { type RecordOptions, recordOf } from "./record.js";
import type { Run } from "./run.js";
import type { RunFolder } from "./run-folder.js";

/** Writes the first test image as a picture to try the model on; returns its path. */
const saveExample = async ({ image, splits }: Run, folder: RunFolder): Promise<string | undefined> => {
  if (image?.channels !== 1 || !splits.test) return undefined;
  const pixels = new Float32Array(image.width * image.height);
  await splits.test.read([0], pixels, new Float32Array(1));
  await folder.write("example.png", await encodeGreyPng(pixels, image));
  return folder.file("example.png");
};

/** Writes what a finished run leaves: model.onnx, result.json, report.html, and a picture to try the model on. */
export const saveRun = async (
  run: Run,
  folder: RunFolder,
  options: RecordOptions,
): Promise<{ readonly example: string | undefined }> => {
  // The model first: whatever fails later, what was learned is kept.
  await folder.write("model.onnx", run.model());
  const { stopped, seconds, bestEpoch, test, epochs, preprocessing } = run;
  const result = {
    stopped,
    seconds,
    bestEpoch,
    ...(test && { test: { loss: test.loss, error: test.error } }),
    preprocessing,
    epochs,
  };
  await folder.write("result.json", `${JSON.stringify(result, null, 2)}\n`);
  const example = await saveExample(run, folder);
  const nextCommand = example && `npx steepest predict ${folder.file("model.onnx")} ${example}`;
  await folder.write(
    "report.html",
    await htmlReport(await recordOf(run, { ...options, ...(nextCommand && { nextCommand }) })),
  );
  return { example };
};
