import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { SteepestError } from "../../errors.js";
import type { PictureSource } from "./entry.js";
import { fileIdentity } from "./identity.js";
import { isPicture, picturesOfTree } from "./tree.js";

/** Unpacked files of a gzipped archive are held in memory up to this many bytes. */
const memoryLimit = 4 * 2 ** 30;

const isGzipped = async (path: string): Promise<boolean> => {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
};

/** One file of an archive; `bytes` is empty where they were not wanted. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The regular files of a tar archive, plain or gzipped, in its order, with the bytes of those whose path is wanted. An archive can only be
 * read from its beginning, so these are held in memory.
 *
 * Throws where it is damaged, ends early or holds more than 4 GiB of wanted files.
 */
export const readTar = async (
  path: string,
  wanted: (path: string) => boolean,
): Promise<readonly TarFile[]> => {
  const { extract } = await import("tar-stream");
  const entries = extract();
  const file = createReadStream(path);
  const stop = (error: Error) => void entries.destroy(error);
  if (await isGzipped(path)) file.on("error", stop).pipe(createGunzip()).on("error", stop).pipe(entries);
  else file.on("error", stop).pipe(entries);
  const files: TarFile[] = [];
  let held = 0;
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header;
      const inside = name.replace(/^(\.\/)+/, "");
      if (type !== "file" || !wanted(inside)) {
        entry.resume();
        if (type === "file") files.push({ path: inside, bytes: new Uint8Array(0) });
        continue;
      }
      held += size;
      if (held > memoryLimit) {
        throw new SteepestError(`${path}: holds more than 4 GiB of pictures; unpack it and give the folder`);
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      files.push({ path: inside, bytes: Buffer.concat(chunks) });
    }
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SteepestError(
      `${path}: not a tar archive that can be read (${reason}); pack or fetch it again`,
      {
        cause: error,
      },
    );
  } finally {
    file.destroy();
  }
  return files;
};

/** The pictures of a tar archive, plain or gzipped, that holds a folder for each class. */
export const pictureTar = async (path: string): Promise<PictureSource> => {
  const files = await readTar(path, isPicture);
  const tree = {
    name: path,
    files: files.map((file) => ({ path: file.path, bytes: async () => file.bytes })),
  };
  const { parts, notes } = picturesOfTree(tree);
  return { parts, notes, identity: [await fileIdentity(path)], close: async () => {} };
};
