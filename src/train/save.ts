import { encodeGreyPng } from "../data/picture.js";
import { readRows, soleFloats } from "../data/rows.js";
import type { SteepestError } from "../errors.js";
import { htmlReport } from "../report/index.js";
import { type RecordOptions, recordOf } from "./record.js";
import { writeOrRescue } from "./rescue.js";
import type { Run } from "./run.js";
import { RunFolder } from "./run-folder.js";

/** Writes the first test image as a picture to try the model on; returns its path. */
const saveExample = async ({ image, splits }: Run, folder: RunFolder): Promise<string | undefined> => {
  if (image?.channels !== 1 || !splits.test) return undefined;
  const pixels = soleFloats((await readRows(splits.test, [0])).inputs);
  await folder.write("example.png", await encodeGreyPng(pixels, image));
  return folder.file("example.png");
};

/** What was saved, and where. */
export interface Saved {
  /** A picture to try the model on. */
  readonly example: string | undefined;
  /** The run's own folder, or where there was room. */
  readonly folder: RunFolder;
  /** Why something is not where it was wanted. */
  readonly problem?: SteepestError;
}

/**
 * Writes what a finished run leaves: model.onnx, result.json, report.html, and a picture to try the model on. Where its folder cannot
 * take them, as on a full disk, they are written elsewhere: training is not to be lost.
 */
export const saveRun = async (run: Run, folder: RunFolder, options: RecordOptions): Promise<Saved> => {
  const {
    result,
    folder: path,
    problem = folder.problem,
  } = await writeOrRescue(folder.path, (place) => save(run, new RunFolder(place), options));
  return { example: result, folder: new RunFolder(path), ...(problem && { problem }) };
};

const save = async (run: Run, folder: RunFolder, options: RecordOptions): Promise<string | undefined> => {
  // The model first: whatever fails later, what was learned is kept.
  await folder.write("model.onnx", await run.model());
  const { stopped, seconds, bestEpoch, keptEpoch, test, epochs, preprocessing, targetScale } = run;
  const { diverged } = options;
  const result = {
    stopped,
    ...(diverged !== undefined && { diverged }),
    seconds,
    bestEpoch,
    keptEpoch,
    ...(test && { [diverged === undefined ? "test" : "kept"]: { loss: test.loss, error: test.error } }),
    preprocessing,
    ...(targetScale !== undefined && { targetScale }),
    epochs,
  };
  await folder.write("result.json", `${JSON.stringify(result, null, 2)}\n`);
  const example = await saveExample(run, folder);
  const nextCommand = example && `npx steepest predict ${folder.file("model.onnx")} ${example}`;
  const record = await recordOf(run, { ...options, ...(nextCommand && { nextCommand }) });
  await folder.write("report.html", await htmlReport(record));
  return example;
};
