import { SteepestError } from "../../errors.js";
import type { PictureSource } from "./entry.js";
import { picturesOfTree } from "./tree.js";

/** The pictures of a folder with a folder for each class, or with such folders for training, validation and test. */
export const pictureFolder = async (path: string): Promise<PictureSource> => {
  const { readdir, readFile, stat } = await import("node:fs/promises");
  const { join, relative, sep } = await import("node:path");
  const found = (await readdir(path, { recursive: true, withFileTypes: true })).filter(
    (entry) => !entry.isDirectory(),
  );
  const identity: string[] = [];
  const files = [];
  for (const entry of found) {
    // Node 20.12 names the folder `parentPath`, and `path` before.
    const full = join(entry.parentPath ?? entry.path, entry.name);
    const inside = relative(path, full).split(sep).join("/");
    const info = await stat(full).catch(() => {
      throw new SteepestError(`${full}: it cannot be read; is it a link to nowhere? mend or remove it`);
    });
    if (!info.isFile()) continue;
    identity.push(`${inside} ${info.size} ${info.mtimeMs}`);
    files.push({ path: inside, bytes: () => readFile(full) });
  }
  const { parts, notes } = picturesOfTree({ name: path, files });
  return { parts, notes, identity: identity.sort(), close: async () => {} };
};
