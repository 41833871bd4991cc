import { appendFileSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SteepestError } from "./errors.js";

/*
 * Files, as the code above needs them. In Node they are the system's; in a page (files.page.ts) those of the browser's private file system.
 */

export { fileURLToPath as pathOfAddress } from "node:url";
export { join };

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENOENT: "no folder can be made there",
  ENAMETOOLONG: "the name is too long",
  EIO: "the device does not take it",
  EEXIST: "a file of that name is in the way",
  EFBIG: "files of that size are not allowed there",
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

/** Why a path cannot be written, in one line. */
export const unwritable = (what: string, path: string, error: unknown): SteepestError => {
  const code = codeOf(error);
  const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
  return new SteepestError(`cannot ${what} ${path}: ${reason}; choose another place`, { cause: error });
};

/** Makes a folder and those above it; returns those that were not there, the outermost first. */
const makeMissing = async (path: string): Promise<readonly string[]> => {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return [];
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path) throw error;
    // Not with Node's own `recursive`, which tries without end in a folder such as /proc, where nothing can be made.
    const above = await makeMissing(parent);
    await mkdir(path);
    return [...above, path];
  }
};

/** Makes a folder and those above it. Throws a one-line error where that cannot be. */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await makeMissing(path);
  } catch (error) {
    throw unwritable("create the folder", path, error);
  }
};

/**
 * Makes a folder that was not there, and those above it: `base`, or `base-2`, `base-3`, … where that is taken. Runs that start at the
 * same time never get the same one. Throws a one-line error where that cannot be.
 */
export const makeNewFolder = async (base: string): Promise<string> => {
  await makeFolder(dirname(base));
  for (let i = 1; ; i++) {
    const path = i === 1 ? base : `${base}-${i}`;
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw unwritable("create the folder", path, error);
    }
  }
};

/**
 * Tries a folder before the work whose results it is for: makes it, writes a file, and takes both away again. Throws a one-line
 * error where that cannot be.
 */
export const requireWritable = async (folder: string): Promise<void> => {
  let made: readonly string[];
  try {
    made = await makeMissing(folder);
  } catch (error) {
    throw unwritable("create the folder", folder, error);
  }
  const probe = join(folder, `${crypto.randomUUID()}.part`);
  try {
    await writeFile(probe, "This file tells whether others can be written here.\n");
  } catch (error) {
    throw unwritable("write into", folder, error);
  } finally {
    await rm(probe, { force: true });
    // Not emptied by force: another process may have begun to use them.
    for (const path of made.toReversed()) await rmdir(path).catch(() => {});
  }
};

/** Flushes a folder's entries to the device, so that a renamed file is still there after a power cut. */
const flushFolder = async (path: string): Promise<void> => {
  // Windows opens no folders, and needs no flush of them.
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
};

/** What is at a path; undefined where there is nothing. */
export const kindOf = async (path: string): Promise<"file" | "folder" | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found && (found.isDirectory() ? "folder" : "file");
};

/** The names of what a folder holds; none where there is no such folder. */
export const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** The files in a folder and in those within it, sorted by path, with their sizes in bytes. */
export const filesUnder = async (
  folder: string,
): Promise<{ readonly path: string; readonly bytes: number }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const found: { path: string; bytes: number }[] = [];
  for (const path of paths) found.push({ path, bytes: (await stat(path)).size });
  return found;
};

/** Removes a file, or a folder with all that it holds, where there is one. */
export const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** Adds text or bytes at the end of a file. Throws a one-line error where that cannot be. */
export const appendToFile = async (path: string, content: string | Uint8Array): Promise<void> => {
  try {
    // At once, so that lines are there in the order in which they were given.
    appendFileSync(path, content);
  } catch (error) {
    throw unwritable("write", path, error);
  }
};

/** A file that is read from any place in it. */
export interface OpenFile {
  readonly size: number;
  /** Fills `into` with the bytes from `position` on. Throws where there are not so many. */
  read(into: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

const fill = async (file: FileHandle, into: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new SteepestError("it became shorter while it was read");
    done += bytesRead;
  }
};

/** Opens a file to read from it. Throws as the system does: `unreadable` tells it in one line. */
export const openFile = async (path: string): Promise<OpenFile> => {
  const file = await open(path, "r");
  try {
    const found = await file.stat();
    // Folders open on some systems, and do not read.
    if (found.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
    return {
      size: found.size,
      read: (into, position) => fill(file, into, position),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** A file that is being written. */
export interface WrittenFile {
  /** Writes all of the bytes, one after another, from `position` on. */
  write(bytes: readonly Uint8Array[], position: number): Promise<void>;
}

/** Some bytes less those at their start that were written. */
const unwritten = (bytes: readonly Uint8Array[], written: number): Uint8Array[] => {
  let start = 0;
  return bytes.flatMap((each) => {
    const rest = each.subarray(Math.max(0, written - start));
    start += each.length;
    return rest.length > 0 ? [rest] : [];
  });
};

/** Also where the system takes the bytes in parts. */
const writeAll = async (file: FileHandle, bytes: readonly Uint8Array[], position: number): Promise<void> => {
  let [rest, at] = [bytes, position];
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    rest = unwritten(rest, bytesWritten);
    at += bytesWritten;
  }
};

/** What a file is to hold: all of it, or what writes it piece by piece. */
export type Content = string | Uint8Array | ((file: WrittenFile) => Promise<void>);

/**
 * Writes a file beside its place, flushes it to the device, and renames it when it is whole, so that a reader finds the old file or the
 * new one, never a part, also after a power cut. Nothing is left behind where writing fails.
 */
export const writeFileSafely = async (path: string, content: Content): Promise<void> => {
  await makeFolder(dirname(path));
  const beside = `${path}.${crypto.randomUUID()}.part`;
  try {
    const file = await open(beside, "wx");
    try {
      await (typeof content === "function"
        ? content({ write: (bytes, position) => writeAll(file, bytes, position) })
        : file.writeFile(content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(beside, { force: true });
    if (error instanceof SteepestError) throw error;
    throw unwritable("write", path, error);
  }
};
