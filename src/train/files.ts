import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SteepestError } from "../errors.js";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "a file of that name is in the way",
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

const explain = (what: string, path: string, error: unknown): SteepestError => {
  const code = codeOf(error);
  const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
  return new SteepestError(`cannot ${what} ${path}: ${reason}; choose another place`, { cause: error });
};

/** Makes a folder and those above it. Throws a one-line error where that cannot be. */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw explain("create the folder", path, error);
  }
};

/**
 * Writes a file beside its place and renames it when it is whole, so that a reader finds the old file or the new one, never a
 * part. Nothing is left behind where writing fails.
 */
export const writeFileSafely = async (path: string, content: string | Uint8Array): Promise<void> => {
  await makeFolder(dirname(path));
  const beside = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw explain("write", path, error);
  }
};
