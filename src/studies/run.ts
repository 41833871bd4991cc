import { join } from "node:path";
import { png } from "../figures/index.js";
import { makeFolder, writeFileSafely } from "../train/files.js";
import { version } from "../version.js";
import type { Study, StudyContext, StudyResult } from "./study.js";

/** How a study is run, and where its files go. */
export interface StudyOptions extends Partial<Omit<StudyContext, "folder">> {
  /** The folder for `<name>.json`, `<name>.svg` and `<name>.png`; "runs/studies" by default. */
  readonly out?: string;
}

/** A study that was run: its result and the files that hold it. */
export interface StudyRun {
  readonly study: Study;
  readonly result: StudyResult;
  readonly seconds: number;
  /** Absent where the study was ended early. */
  readonly files?: { readonly json: string; readonly svg: string; readonly png: string };
}

/** Typed arrays would be written as objects with an entry per index. */
const plain = (_key: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value;

/**
 * Runs a study and writes its numbers (JSON) and its picture (SVG and PNG), each whole or not at all. Effort is "default" and
 * the seed 0 unless given. The folder `<out>/<name>` is the study's own, for what it wants to keep between calls.
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
  // Before the work: a place that cannot be written to is not found out after minutes of it.
  await makeFolder(out);
  const start = performance.now();
  const result = await study.run({ ...rest, effort, seed, log, settings, folder: join(out, study.name) });
  const seconds = (performance.now() - start) / 1000;
  if (rest.signal?.aborted) {
    const cutShort =
      "Ended early: trainings that were cut short are among these numbers. No claim is judged, and no file is written.";
    return { study, result: { ...result, claims: [], notes: [cutShort, ...result.notes] }, seconds };
  }
  const files = {
    json: join(out, `${study.name}.json`),
    svg: join(out, `${study.name}.svg`),
    png: join(out, `${study.name}.png`),
  };
  const { name, title, section, describe } = study;
  const { claims, tables, notes, numbers, figure } = result;
  const asked = { effort, seed, settings, data: rest.data !== undefined };
  const record = { name, title, section, describe, version, ...asked, seconds: result.seconds ?? seconds };
  const found = { claims, tables, notes, numbers };
  await writeFileSafely(files.json, `${JSON.stringify({ ...record, ...found }, plain, 1)}\n`);
  await writeFileSafely(files.svg, figure.svg);
  await writeFileSafely(files.png, await png(figure));
  return { study, result, seconds, files };
};
