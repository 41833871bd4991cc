import { defaultEngine } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { filesUnder, kindOf, openFile } from "../files.js";
import { piecesOf } from "../gunzip.js";
import { sha256 } from "../hash.js";
import { type Machine, machine, runtime } from "../machine.js";
import { version } from "../version.js";
import { dataFingerprint } from "./data-fingerprint.js";
import type { Splits } from "./options.js";

/** A file that data was read from. */
export interface DataFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a run was made with and on: with the settings, all that is needed to make it again. */
export interface Manifest {
  readonly version: string;
  /** The version of Node, or the browser and its version. */
  readonly node?: string;
  readonly browser?: string;
  readonly engine: string;
  readonly machine: Machine;
  /** What each part of the data is, with a digest of what it holds. */
  readonly data: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  /** The files that were named, or those in the folder that was; of very many only how many they are and what they hold together. */
  readonly files?:
    | readonly DataFile[]
    | { readonly count: number; readonly bytes: number; readonly sha256: string };
}

/** Of more files than this the list would be longer than what it is for. */
const mostFiles = 100;

const fileAt = async (path: string): Promise<DataFile> => {
  const hash = sha256();
  const file = await openFile(path);
  try {
    for await (const piece of piecesOf(file)) hash.update(piece);
    return { path, bytes: file.size, sha256: hash.hex() };
  } finally {
    await file.close();
  }
};

const filesIn = async (path: string): Promise<Manifest["files"]> => {
  const kind = await kindOf(path);
  if (kind === undefined) return undefined;
  if (kind === "file") return [await fileAt(path)];
  const files = await filesUnder(path);
  if (files.length <= mostFiles) return Promise.all(files.map((file) => fileAt(file.path)));
  const hash = sha256();
  for (const { path: each, bytes } of files) hash.update(`${each.slice(path.length)} ${bytes}\n`);
  return {
    count: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: hash.hex(),
  };
};

/** Takes down what a training is made with: versions, the machine, the content of the data and of the file or folder that it was read from. */
export const manifestOf = async (
  splits: Splits,
  { engine, source }: { readonly engine?: Engine | undefined; readonly source?: string | undefined } = {},
): Promise<Manifest> => {
  const parts = await Promise.all(
    Object.entries(splits).flatMap(([part, data]) =>
      data ? [dataFingerprint(data).then((found) => [part, { name: data.name, ...found }] as const)] : [],
    ),
  );
  const { name, version: ofEngine } = engine ?? (await defaultEngine());
  const files = source === undefined ? undefined : await filesIn(source);
  return {
    version,
    ...runtime(),
    engine: ofEngine === undefined ? name : `${name} ${ofEngine}`,
    machine: machine(),
    data: Object.fromEntries(parts),
    ...(files && { files }),
  };
};
