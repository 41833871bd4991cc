import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { byName, isPicture, leftOut } from "../data/images/tree.js";
import { SteepestError } from "../errors.js";
import { count } from "./output.js";

/** A picture that is asked about. */
export interface PictureFile {
  readonly path: string;
  /** Names of the folders that it lies in, from the one that was given to its own; none where the picture itself was given. */
  readonly folders: readonly string[];
  /** What it holds, where it is no file of its own: the bytes of one, or pixels of 0 to 255. */
  readonly content?:
    | { readonly bytes: () => Promise<Uint8Array> }
    | { readonly pixels: () => Promise<Float32Array> };
}

const isHidden = (part: string): boolean => part.startsWith(".") || part === "__MACOSX";

const inFolder = async (folder: string) => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    // Node 20.12 names the folder `parentPath`, and `path` before.
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((inside) => !inside.split(sep).some(isHidden));
  const pictures = files.filter(isPicture).sort(byName);
  if (pictures.length === 0) {
    throw new SteepestError(
      files.length === 0
        ? `${folder}: this folder is empty; give pictures, or a folder that holds some`
        : `${folder}: none of the ${count(files.length)} files in this folder is a picture (jpg, png, webp, gif, tiff, avif)`,
    );
  }
  const name = basename(resolve(folder));
  return {
    files: pictures.map(
      (inside): PictureFile => ({
        path: join(folder, inside),
        folders: [name, ...inside.split(sep).slice(0, -1)],
      }),
    ),
    others: files.length - pictures.length,
  };
};

/**
 * The pictures of files and folders, those of a folder sorted and at most so many of them, and what was left out. A file that is named is taken for a picture.
 * Throws where a folder holds none.
 */
export const pictureFiles = async (
  paths: readonly string[],
  most = Infinity,
): Promise<{ readonly files: readonly PictureFile[]; readonly notes: readonly string[] }> => {
  const files: PictureFile[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) {
      files.push({ path, folders: [] });
      continue;
    }
    const found = await inFolder(path);
    for (const file of found.files.slice(0, most)) files.push(file);
    if (found.others > 0) notes.push(`${path}: ${leftOut(found.others)}`);
  }
  return { files, notes };
};
