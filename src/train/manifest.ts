import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { defaultEngine } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
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
  readonly node: string;
  readonly engine: string;
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryGiB: number;
  };
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
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest("hex") };
};

const filesIn = async (path: string): Promise<Manifest["files"]> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return [await fileAt(path)];
  if (!found?.isDirectory()) return undefined;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length <= mostFiles) return Promise.all(paths.map(fileAt));
  const hash = createHash("sha256");
  let bytes = 0;
  for (const each of paths) {
    const { size } = await stat(each);
    bytes += size;
    hash.update(`${each.slice(path.length)} ${size}\n`);
  }
  return { count: paths.length, bytes, sha256: hash.digest("hex") };
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
    node: process.version,
    engine: ofEngine === undefined ? name : `${name} ${ofEngine}`,
    machine: {
      platform: `${platform()} ${arch()}`,
      processor: cpus()[0]?.model.trim() || "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    data: Object.fromEntries(parts),
    ...(files && { files }),
  };
};
