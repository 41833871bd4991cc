import { basename, join, resolve } from "node:path";
import type { SteepestError } from "../errors.js";
import { png } from "../figures/index.js";
import { requireWritable, writeFileSafely } from "../files.js";
import { writeOrRescue } from "../train/rescue.js";
import { requireSameQuestion, stemOf } from "../train/result-file.js";
import { version } from "../version.js";
import type { Study, StudyContext, StudyResult } from "./study.js";

/** How a study is run, and where its files go. */
export interface StudyOptions extends Partial<Omit<StudyContext, "folder">> {
  /** The folder for the study's JSON, SVG and PNG; "runs/studies" by default. */
  readonly out?: string;
}

/** A study that was run: its result and the files that hold it. */
export interface StudyRun {
  readonly study: Study;
  readonly result: StudyResult;
  readonly seconds: number;
  /** Absent where the study was ended early. */
  readonly files?: { readonly json: string; readonly svg: string; readonly png: string };
  /** Why the files are not where they were wanted, and where they are. */
  readonly problem?: SteepestError;
}

/** Typed arrays would be written as objects with an entry per index. */
const plain = (_key: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value;

/** What is left of a study that was ended before it had the numbers that its tables and picture need. */
const nothing: StudyResult = {
  claims: [],
  tables: [],
  figure: { svg: "", width: 0, height: 0 },
  numbers: {},
  notes: [],
};

/**
 * Runs a study and writes its numbers (JSON) and its picture (SVG and PNG), each whole or not at all. Effort is "default" and
 * the seed 0 unless given; what differs from
 * that is part of the files' names, as in `ridge-path-quick-seed-3.json`, so that one result does not take the place of another. The folder `<out>/<name>` is the study's own, for what it wants to keep between calls.
 * A study that its signal ends early writes none of its files, so that those of an earlier run stay.
 *
 * Throws what the study throws, and where the files cannot be written.
 */
export const runStudy = async (
  study: Study,
  {
    out = join("runs", "studies"),
    effort = "default",
    seed = 0,
    log = () => {},
    settings = {},
    ...rest
  }: StudyOptions = {},
): Promise<StudyRun> => {
  // What cannot be written is found out before minutes of work.
  const stem = stemOf(study.name, {
    ...(effort === "default" ? {} : { [effort]: true }),
    data: rest.data === undefined ? undefined : basename(resolve(rest.data)),
    seed: seed === 0 ? undefined : seed,
    ...settings,
  });
  const asked = { effort, seed, data: rest.data === undefined ? undefined : resolve(rest.data), ...settings };
  await requireWritable(out);
  await requireSameQuestion(join(out, `${stem}.json`), asked);
  const start = performance.now();
  const asking = { ...rest, effort, seed, log, settings, folder: join(out, study.name) };
  const result = await study.run(asking).catch((error: unknown) => {
    if (rest.signal?.aborted) return nothing;
    throw error;
  });
  const seconds = (performance.now() - start) / 1000;
  if (rest.signal?.aborted) {
    const cutShort =
      "Ended early: trainings that were cut short are among these numbers. No claim is judged, and no file is written.";
    const { learned: _tooEarly, ...left } = result;
    return { study, result: { ...left, claims: [], notes: [cutShort, ...result.notes] }, seconds };
  }
  const { name, title, section, describe } = study;
  const { learned, claims, tables, notes, numbers, figure } = result;
  const record = {
    ...{ name, title, section, describe, version, asked },
    ...{ effort, seed, settings, data: rest.data !== undefined, seconds: result.seconds ?? seconds },
    ...{ learned, claims, tables, notes, numbers },
  };
  const written = await writeOrRescue(out, async (folder) => {
    const file = (ending: string) => join(folder, `${stem}.${ending}`);
    const files = { json: file("json"), svg: file("svg"), png: file("png") };
    await writeFileSafely(files.json, `${JSON.stringify(record, plain, 1)}\n`);
    await writeFileSafely(files.svg, figure.svg);
    await writeFileSafely(files.png, await png(figure));
    return files;
  });
  return {
    study,
    result,
    seconds,
    files: written.result,
    ...(written.problem && { problem: written.problem }),
  };
};
