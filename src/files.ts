import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SteepestError } from "./errors.js";

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
  const probe = join(folder, `${randomUUID()}.part`);
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

/** What a file is to hold: all of it, or what writes it piece by piece. */
export type Content = string | Uint8Array | ((file: FileHandle) => Promise<void>);

/**
 * Writes a file beside its place, flushes it to the device, and renames it when it is whole, so that a reader finds the old file or the
 * new one, never a part, also after a power cut. Nothing is left behind where writing fails.
 */
export const writeFileSafely = async (path: string, content: Content): Promise<void> => {
  await makeFolder(dirname(path));
  const beside = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(beside, "wx");
    try {
      await (typeof content === "function" ? content(file) : file.writeFile(content));
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
