import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SteepestError } from "../../src/errors.js";
import { type StudyRecord, studyRecord } from "./record.js";

const readRecord = async (path: string): Promise<StudyRecord> => {
  const parsed = studyRecord.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SteepestError(
      `${path}: not a study's record (${issue?.path.join(".")}: ${issue?.message}); run the study again`,
    );
  }
  return parsed.data;
};

/** The records of a folder, by their files' names without the ending. */
export const recordsIn = async (
  folder: string,
): Promise<(readonly [stem: string, record: StudyRecord])[]> => {
  const stems = (await readdir(folder))
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -5));
  return Promise.all(
    stems.sort().map(async (stem) => [stem, await readRecord(join(folder, `${stem}.json`))] as const),
  );
};
