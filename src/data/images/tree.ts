import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { listed } from "../../shown.js";
import type { PartName, PictureEntry, PictureList } from "./entry.js";

/** Files by their paths, with "/" between folders: of a folder, or of an archive. */
export interface FileTree {
  /** The folder or archive, for messages. */
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly bytes: () => Promise<Uint8Array> }[];
}

/** What sharp decodes. */
const pictureEndings = new Set(["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif"]);

/** Whether a file is a picture, by the ending of its name. */
export const isPicture = (path: string): boolean =>
  pictureEndings.has(path.slice(path.lastIndexOf(".") + 1).toLowerCase());

/** What the folders of parts are usually called. */
const partFolders: Readonly<Record<string, PartName>> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
};

const hidden = (parts: readonly string[]): boolean =>
  parts.some((part) => part.startsWith(".") || part === "__MACOSX");

/** Leaves out folders that all files lie in, as archives of one folder have. */
const withoutCommonFolder = (paths: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const [first] = paths;
  const common = first?.[0];
  const isCommon =
    common !== undefined &&
    partFolders[common.toLowerCase()] === undefined &&
    paths.every((path) => path.length > 2 && path[0] === common);
  return isCommon ? withoutCommonFolder(paths.map((path) => path.slice(1))) : paths;
};

interface Placed {
  readonly part: PartName;
  readonly className: string;
  readonly path: string;
  readonly bytes: PictureEntry["bytes"];
}

/** What a tree of files holds: pictures by part and class, the class being the folder's name. */
export const picturesOfTree = (
  tree: FileTree,
): { readonly parts: Partial<Record<PartName, PictureList>>; readonly notes: readonly string[] } => {
  const fail = (problem: string): never => {
    throw new SteepestError(`${tree.name}: ${problem}`);
  };
  const seen = tree.files
    .map((file) => ({ file, folders: file.path.split("/") }))
    .filter(({ folders }) => !hidden(folders));
  const pictures = seen.filter(({ file }) => isPicture(file.path));
  if (pictures.length === 0) {
    fail(
      `no pictures in it (${[...pictureEndings].join(", ")}); give a folder that has a folder of pictures for each class`,
    );
  }
  const inside = withoutCommonFolder(pictures.map(({ folders }) => folders));
  const loose = pictures.filter((_, i) => (inside[i] ?? missing()).length < 2);
  const split = inside.some((path) => path.length > 2 && partFolders[(path[0] ?? "").toLowerCase()]);
  const placed: Placed[] = [];
  const astray: string[] = [];
  pictures.forEach(({ file }, i) => {
    const path = inside[i] ?? missing();
    const part = split ? partFolders[(path[0] ?? "").toLowerCase()] : "train";
    const className = path[split ? 1 : 0];
    if (part === undefined || className === undefined || path.length < (split ? 3 : 2))
      astray.push(file.path);
    else placed.push({ part, className, path: file.path, bytes: file.bytes });
  });
  if (placed.length === 0) {
    fail(
      `its ${loose.length} pictures lie in no folder of their class; put those of each class into a folder of its name`,
    );
  }
  const classes = [...new Set(placed.map(({ className }) => className))].sort(byName);
  if (classes.length < 2) {
    fail(
      `all ${placed.length} pictures are of one class, ${listed(classes)}; a classifier needs two or more: give the folder that holds a folder for each class`,
    );
  }
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const parts: Partial<Record<PartName, PictureList>> = {};
  for (const part of new Set(placed.map((picture) => picture.part))) {
    const entries = placed
      .filter((picture) => picture.part === part)
      .sort((a, b) => byName(a.path, b.path))
      .map(({ path, className, bytes }) => ({
        name: `${tree.name}/${path}`,
        label: numbers.get(className) ?? missing(),
        bytes,
      }));
    parts[part] = { entries, classes };
  }
  if (!parts.train) fail(`it has no train folder beside ${listed(Object.keys(parts))}; add one`);
  const others = seen.length - pictures.length;
  return {
    parts,
    notes: [
      ...(others > 0 ? [leftOut(others)] : []),
      ...(astray.length > 0 ? [`pictures in no class's folder left out: ${listed(astray, 3)}`] : []),
    ],
  };
};

/** By code units, the same on every machine, but "class2" before "class10". */
export const byName = (a: string, b: string): number => {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? missing(), right[i] ?? missing()];
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y);
    if (bothNumbers && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
};

/** Says how many files are no pictures. */
export const leftOut = (files: number): string =>
  `${files} ${files === 1 ? "file that is no picture" : "files that are no pictures"} left out`;
