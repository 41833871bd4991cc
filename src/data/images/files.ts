import type { PictureSource } from "./entry.js";
import { picturesOfTree } from "./tree.js";

/** The path of a file within the folder that was picked or dropped with it; of a file alone its name. */
const pathOf = (file: File): string => ("webkitRelativePath" in file && file.webkitRelativePath) || file.name;

/** The pictures among files that were picked or dropped with the folders of their classes. */
export const pictureFiles = (files: readonly File[]): PictureSource => {
  const tree = files.map((file) => ({
    path: pathOf(file),
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
  const { parts, notes } = picturesOfTree({ name: "images", files: tree });
  const identity = files.map((file) => `${pathOf(file)} ${file.size} ${file.lastModified}`);
  return { parts, notes, identity: identity.sort(), close: async () => {} };
};
