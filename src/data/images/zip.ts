import { SteepestError } from "../../errors.js";
import type { PictureSource } from "./entry.js";
import { fileIdentity } from "./identity.js";
import { picturesOfTree } from "./tree.js";

/** Packed data that claims to be larger than this many times its size is a bomb, not a picture. */
const largestCompression = 1032;

/** The pictures of a ZIP file that holds a folder for each class. */
export const pictureZip = async (path: string): Promise<PictureSource> => {
  const { default: yauzl } = await import("yauzl");
  const damaged = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SteepestError(`${path}: not a ZIP file that can be read (${reason}); pack or fetch it again`, {
      cause: error,
    });
  };
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch(damaged);
  const files = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      if (entry.isEncrypted()) damaged(new Error(`${entry.fileName} is encrypted`));
      if (entry.uncompressedSize > 1024 + entry.compressedSize * largestCompression) {
        damaged(new Error(`${entry.fileName} claims to be more than its bytes can hold`));
      }
      files.push({
        path: entry.fileName,
        bytes: async () => {
          try {
            const stream = await zip.openReadStreamPromise(entry);
            const chunks: Buffer[] = [];
            for await (const chunk of stream) chunks.push(chunk as Buffer);
            return Buffer.concat(chunks);
          } catch (error) {
            return damaged(error);
          }
        },
      });
    }
    const { parts, notes } = picturesOfTree({ name: path, files });
    return { parts, notes, identity: [await fileIdentity(path)], close: async () => zip.close() };
  } catch (error) {
    zip.close();
    return error instanceof SteepestError ? Promise.reject(error) : damaged(error);
  }
};
