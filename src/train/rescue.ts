import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { SteepestError } from "../errors.js";

/** What was written, and where. */
export interface Written<Result> {
  readonly result: Result;
  /** The folder that was asked for, or the one that took its place. */
  readonly folder: string;
  /** Why the results are not where they were wanted, and where they are. */
  readonly problem?: SteepestError;
}

/**
 * Writes the results of a long work into a folder; where that fails, as on a full disk, all of them into a new folder for temporary
 * files, or in the home folder, so that the work is not lost. Throws where no place takes them.
 */
export const writeOrRescue = async <Result>(
  folder: string,
  write: (folder: string) => Promise<Result>,
): Promise<Written<Result>> => {
  try {
    return { result: await write(folder), folder };
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    for (const place of [tmpdir(), homedir()]) {
      let other: string | undefined;
      try {
        other = await mkdtemp(join(place, "steepest-"));
        const result = await write(other);
        const problem = new SteepestError(
          `${error.message.replace(/; choose another place$/, "")}; the results are in ${other} instead`,
          { cause: error },
        );
        return { result, folder: other, problem };
      } catch {
        if (other !== undefined) await rm(other, { recursive: true, force: true });
      }
    }
    throw error;
  }
};
