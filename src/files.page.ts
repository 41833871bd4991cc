import { SteepestError } from "./errors.js";
import type { Content, OpenFile, WrittenFile } from "./files.js";

export type { Content, OpenFile, WrittenFile } from "./files.js";

/*
 * Files of a page: those of the origin's private file system, which each site has for itself, behind the same names and paths as in Node.
 * https://fs.spec.whatwg.org. What the user picks or drops is a File, which is read as such (source.ts).
 */

const reasons: Readonly<Record<string, string>> = {
  NotFoundError: "there is no such file",
  TypeMismatchError: "a file is where a folder is meant, or a folder where a file is",
  QuotaExceededError: "the browser gives no more room",
  NoModificationAllowedError: "it is being written already",
  NotAllowedError: "the browser does not allow it",
  SecurityError: "the browser does not allow it here",
  InvalidModificationError: "the folder is not empty",
};

const reasonOf = (error: unknown): string =>
  (error instanceof Error && reasons[error.name]) || (error instanceof Error ? error.message : String(error));

/** Why a path cannot be written, in one line. */
export const unwritable = (what: string, path: string, error: unknown): SteepestError =>
  error instanceof SteepestError
    ? error
    : new SteepestError(`cannot ${what} ${path}: ${reasonOf(error)}; choose another place`, { cause: error });

const partsOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

export const join = (...paths: readonly string[]): string => {
  const joined = partsOf(paths.join("/"));
  const parts: string[] = [];
  for (const part of joined) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return (paths[0]?.startsWith("/") ? "/" : "") + parts.join("/");
};

const split = (path: string): { readonly folder: string[]; readonly name: string } => {
  const parts = partsOf(path);
  const name = parts.pop();
  if (name === undefined) throw new SteepestError(`"${path}" is no path of a file`);
  return { folder: parts, name };
};

/** No address is one of a file here: those that pages may read are fetched. */
export const pathOfAddress = (address: URL | string): string => {
  throw new SteepestError(
    `${String(address)}: a page reads no files by address; give a File, or what fetch answers`,
  );
};

const root = (): Promise<FileSystemDirectoryHandle> => {
  if (typeof navigator.storage?.getDirectory !== "function") {
    throw new SteepestError(
      "this page has no private file system: browsers give one to pages served over https or from localhost; keep the bytes themselves, as model() gives them",
    );
  }
  return navigator.storage.getDirectory();
};

const folderAt = async (parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> => {
  let folder = await root();
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
};

/** What is at a path; undefined where there is nothing. */
export const kindOf = async (path: string): Promise<"file" | "folder" | undefined> => {
  const parts = partsOf(path);
  const name = parts.pop();
  if (name === undefined) return "folder";
  try {
    const folder = await folderAt(parts, false);
    try {
      await folder.getDirectoryHandle(name);
      return "folder";
    } catch {
      await folder.getFileHandle(name);
      return "file";
    }
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    return undefined;
  }
};

/** The names of what a folder holds; none where there is no such folder. */
export const namesIn = async (folder: string): Promise<string[]> => {
  if ((await kindOf(folder)) !== "folder") return [];
  const names: string[] = [];
  // Types of this iterator are not in every version of the DOM's.
  const entries = (await folderAt(partsOf(folder), false)) as unknown as { keys(): AsyncIterable<string> };
  for await (const name of entries.keys()) names.push(name);
  return names;
};

/** The files in a folder and in those within it, sorted by path, with their sizes in bytes. */
export const filesUnder = async (
  folder: string,
): Promise<{ readonly path: string; readonly bytes: number }[]> => {
  const found: { path: string; bytes: number }[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if ((await kindOf(path)) === "folder") found.push(...(await filesUnder(path)));
    else found.push({ path, bytes: (await openFile(path)).size });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** Removes a file, or a folder with all that it holds, where there is one. */
export const remove = async (path: string): Promise<void> => {
  if ((await kindOf(path)) === undefined) return;
  const { folder, name } = split(path);
  await (await folderAt(folder, false)).removeEntry(name, { recursive: true });
};

/** Makes a folder and those above it. Throws a one-line error where that cannot be. */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await folderAt(partsOf(path), true);
  } catch (error) {
    throw unwritable("create the folder", path, error);
  }
};

/** Makes a folder that was not there, and those above it: `base`, or `base-2`, `base-3`, … where that is taken. */
export const makeNewFolder = async (base: string): Promise<string> => {
  for (let i = 1; ; i++) {
    const path = i === 1 ? base : `${base}-${i}`;
    if ((await kindOf(path)) !== undefined) continue;
    await makeFolder(path);
    return path;
  }
};

/** Makes a folder before the work whose results it is for. Throws a one-line error where that cannot be. */
export const requireWritable = makeFolder;

/** Opens a file to read from it. */
export const openFile = async (path: string): Promise<OpenFile> => {
  const { folder, name } = split(path);
  let file: File;
  try {
    file = await (await (await folderAt(folder, false)).getFileHandle(name)).getFile();
  } catch (error) {
    throw error instanceof SteepestError ? error : new Error(reasonOf(error), { cause: error });
  }
  return {
    size: file.size,
    read: async (into, position) => {
      into.set(new Uint8Array(await file.slice(position, position + into.length).arrayBuffer()));
    },
    close: async () => {},
  };
};

/** Handles can be renamed in every current browser's private file system; the DOM's types do not know it yet. */
type Movable = FileSystemFileHandle & { move?: (name: string) => Promise<void> };

/**
 * Writes a file beside its place, and renames it when it is whole, so that a reader finds the old file or the new one, never a part. Nothing is left
 * behind where writing fails.
 */
export const writeFileSafely = async (path: string, content: Content): Promise<void> => {
  const { folder: parts, name } = split(path);
  try {
    const folder = await folderAt(parts, true);
    const beside = `${name}.${crypto.randomUUID()}.part`;
    const made: Movable = await folder.getFileHandle(beside, { create: true });
    try {
      const stream = await made.createWritable();
      const written: WrittenFile = {
        write: async (bytes, position) => {
          let at = position;
          for (const each of bytes) {
            // A copy: memory that threads share cannot be written from.
            await stream.write({ type: "write", position: at, data: each.slice() });
            at += each.length;
          }
        },
      };
      try {
        if (typeof content === "function") await content(written);
        else await stream.write(typeof content === "string" ? content : content.slice());
      } catch (error) {
        await stream.abort().catch(() => {});
        throw error;
      }
      await stream.close();
      if (!made.move) throw new SteepestError("this browser cannot rename files; use a newer one");
      await made.move(name);
    } catch (error) {
      await folder.removeEntry(beside).catch(() => {});
      throw error;
    }
  } catch (error) {
    throw unwritable("write", path, error);
  }
};

/** What is being added to files, by path: lines are there in the order in which they were given. */
const adding = new Map<string, Promise<void>>();

const append = async (path: string, content: string | Uint8Array): Promise<void> => {
  try {
    const { folder, name } = split(path);
    const file = await (await folderAt(folder, true)).getFileHandle(name, { create: true });
    const { size } = await file.getFile();
    const stream = await file.createWritable({ keepExistingData: true });
    await stream.write({
      type: "write",
      position: size,
      data: typeof content === "string" ? content : content.slice(),
    });
    await stream.close();
  } catch (error) {
    throw unwritable("write", path, error);
  }
};

/** Adds text or bytes at the end of a file. Throws a one-line error where that cannot be. */
export const appendToFile = (path: string, content: string | Uint8Array): Promise<void> => {
  const before = adding.get(path) ?? Promise.resolve();
  const now = before.catch(() => {}).then(() => append(path, content));
  adding.set(path, now);
  return now.finally(() => {
    if (adding.get(path) === now) adding.delete(path);
  });
};
