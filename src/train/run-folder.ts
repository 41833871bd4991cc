import { SteepestError } from "../errors.js";
import { appendToFile, join, makeNewFolder, remove, writeFileSafely } from "../files.js";
import type { EpochRecord } from "./events.js";
import { jsonLinesOf } from "./trackers/json-lines.js";

/** "digits" at 17:05:09 on 22 November 2026 as "20261122-170509-digits". */
export const folderName = (name: string, time: Date): string => {
  const digits = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}${digits(time.getMonth() + 1)}${digits(time.getDate())}`;
  const clock = `${digits(time.getHours())}${digits(time.getMinutes())}${digits(time.getSeconds())}`;
  return `${day}-${clock}-${name.replace(/[^A-Za-z0-9._-]+/g, "-")}`;
};

/** The files of one run: `config.json`, `metrics.jsonl`, and what is added when it ends. */
export class RunFolder {
  /** A folder that is there. */
  constructor(readonly path: string) {}

  /** Makes `<parent>/<time>-<name>`. Throws before any training where it cannot be written. */
  static async create(parent: string, name: string, config: unknown): Promise<RunFolder> {
    return RunFolder.createAt(join(parent, folderName(name, new Date())), config);
  }

  /** Makes the folder at a path, or, where there is one, with a number behind its name. Throws as `create` does. */
  static async createAt(path: string, config: unknown): Promise<RunFolder> {
    const folder = new RunFolder(await makeNewFolder(path));
    await folder.write("config.json", `${JSON.stringify(config, null, 2)}\n`);
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file whole or not at all. */
  write(name: string, content: string | Uint8Array): Promise<void> {
    return writeFileSafely(this.file(name), content);
  }

  /** Where the checkpoints of the training lie. */
  get checkpoints(): string {
    return this.file("checkpoints");
  }

  /** Begins `metrics.jsonl` with the epochs that a training has behind it: what came after its checkpoint is made again. */
  begin(records: readonly EpochRecord[]): Promise<void> {
    return this.write("metrics.jsonl", jsonLinesOf(records));
  }

  /** Removes the folder, for runs that could not begin. */
  remove(): Promise<void> {
    return remove(this.path);
  }

  /**
   * Adds a line to `metrics.jsonl`. Where that fails, as on a full disk, training goes on: `result.json` has the same in the end, and
   * `problem` says so.
   */
  async append(record: EpochRecord): Promise<void> {
    try {
      await appendToFile(this.file("metrics.jsonl"), `${JSON.stringify(record)}\n`);
    } catch (error) {
      if (!(error instanceof SteepestError)) throw error;
      this.#problem ??= error;
    }
  }

  /** Why `metrics.jsonl` is incomplete. */
  get problem(): SteepestError | undefined {
    return this.#problem;
  }

  #problem: SteepestError | undefined;
}
