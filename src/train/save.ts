import { readRows, soleFloats } from "../data/rows.js";
import { encodePng } from "../encode-png.js";
import { SteepestError } from "../errors.js";
import { kindOf, makeFolder } from "../files.js";
import { requireKnown } from "../options.js";
import { htmlReport } from "../report/index.js";
import { metricsOf } from "../report/table-record.js";
import { manifestOf } from "./manifest.js";
import { type RecordOptions, recordOf } from "./record.js";
import { writeOrRescue } from "./rescue.js";
import type { Run } from "./run.js";
import { RunFolder } from "./run-folder.js";
import { csvOf } from "./trackers/csv-log.js";

/** Writes the first test image as a picture to try the model on; returns its path. */
const saveExample = async ({ image, splits }: Run, folder: RunFolder): Promise<string | undefined> => {
  if (image?.channels !== 1 || !splits.test) return undefined;
  const pixels = soleFloats((await readRows(splits.test, [0])).inputs);
  const { width, height } = image;
  await folder.write(
    "example.png",
    await encodePng(Uint8ClampedArray.from(pixels), { width, height, channels: 1 }),
  );
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
  const { diverged, beside, table } = options;
  const metrics = test?.metrics ?? (table && metricsOf(table));
  const result = {
    stopped,
    ...(diverged !== undefined && { diverged }),
    seconds,
    bestEpoch,
    keptEpoch,
    ...(test && {
      [diverged === undefined ? "test" : "kept"]: {
        loss: test.loss,
        error: test.error,
        ...(metrics && { metrics }),
      },
    }),
    ...(beside && { beside }),
    preprocessing,
    ...(targetScale !== undefined && { targetScale }),
    epochs,
  };
  const example = await saveExample(run, folder);
  const nextCommand = example && `npx steepest predict ${folder.file("model.onnx")} ${example}`;
  const record = await recordOf(run, { ...options, ...(nextCommand && { nextCommand }) });
  await folder.write("report.html", await htmlReport(record));
  // Last: where it is, everything is.
  await folder.write("result.json", `${JSON.stringify(result, null, 2)}\n`);
  return example;
};

/** What a run folder says besides what the run knows itself. */
export interface SaveOptions {
  /** What the run is called in its report. @defaultValue the name of the training data */
  readonly title?: string;
  /** Settings to write into `config.json` and the report, by name. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** `run.save`: a run folder for a run of the library. */
export const saveRunTo = async (run: Run, path: string, options: SaveOptions): Promise<string> => {
  const { title = run.splits.train.name, settings = {} } = requireKnown("save", options, [
    "title",
    "settings",
  ]);
  await makeFolder(path);
  const folder = new RunFolder(path);
  if ((await kindOf(folder.file("result.json"))) !== undefined) {
    throw new SteepestError(`${path} holds a run already; choose another folder`);
  }
  const { splits, seconds } = run;
  const startedAt = new Date(Date.now() - 1000 * seconds);
  const made = await manifestOf(splits);
  const { folder: left } = await saveRun(run, folder, { title, startedAt, config: settings });
  await left.begin(run.epochs);
  await left.write("metrics.csv", csvOf(run.epochs));
  await left.write("config.json", `${JSON.stringify({ ...settings, startedAt, ...made }, null, 2)}\n`);
  return left.path;
};
