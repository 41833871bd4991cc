import { readFile } from "node:fs/promises";
import { isBuiltin, SourceMap, type SourceMapPayload } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Message, Plugin } from "esbuild";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";

/** A file that a recipe is made of. */
export interface SourceFile {
  /** From the folder that holds all of them. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** This library's own entries: a recipe that imports "steepest" gets the library that runs it, installed or not. */
export const ownEntries: Readonly<Record<string, string>> = {
  steepest: new URL("../index.js", import.meta.url).href,
  "steepest/graph": new URL("../graph/index.js", import.meta.url).href,
  "steepest/augment": new URL("../augment/index.js", import.meta.url).href,
};

/** Leaves packages outside the bundle, under the address that they have for a file of the recipe's folder. */
const packagesByAddress: Plugin = {
  name: "packages by address",
  setup: ({ onResolve, resolve: find }) => {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, pluginData, ...from }) => {
      if (kind === "entry-point" || pluginData === packagesByAddress) return undefined;
      if (isBuiltin(path)) return { path, external: true };
      const own = ownEntries[path];
      if (own !== undefined) return { path: own, external: true };
      if (/^[a-z]+:/.test(path)) return { path, external: true };
      const { importer, resolveDir } = from;
      const found = await find(path, { kind, importer, resolveDir, pluginData: packagesByAddress });
      if (found.errors.length === 0) return { path: pathToFileURL(found.path).href, external: true };
      return {
        errors: [{ text: `there is no module "${path}"; install it beside the recipe, or mend the name` }],
      };
    });
  },
};

/** A path as seen from here; whole where it lies elsewhere. */
const fromHere = (path: string): string => {
  const seen = relative("", path);
  return seen.startsWith("..") ? resolve(path) : seen;
};

/** `recipe.ts:6:1: Expected ")" but found "}"`. */
const located = ({ text, location }: Message): string =>
  location ? `${fromHere(location.file)}:${location.line}:${location.column + 1}: ${text}` : text;

/** Where in the sources the code of a bundle threw an error: `recipe.ts:4`; undefined where it was elsewhere. */
const placeIn =
  (map: SourceMap) =>
  (error: unknown): string | undefined => {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const place = /data:text\/javascript[^\s)]*?:(\d+):(\d+)\)?$/m.exec(stack);
    if (!place) return undefined;
    const entry = map.findEntry(Number(place[1]) - 1, Number(place[2]) - 1);
    return "originalSource" in entry
      ? `${fromHere(entry.originalSource)}:${entry.originalLine + 1}`
      : undefined;
  };

/** A recipe joined into one module. */
export interface Bundle {
  readonly code: string;
  readonly sources: readonly SourceFile[];
  /** The line of the sources that an error of its code comes from. */
  readonly placeOf: (error: unknown) => string | undefined;
  /** The first line of the sources with a name: `recipe.ts:1`. */
  readonly lineOf: (name: string) => string;
}

/** The folder that holds all of these files. */
const commonFolder = (paths: readonly string[]): string => {
  let folder = dirname(paths[0] ?? ".");
  while (!paths.every((path) => !relative(folder, path).startsWith(".."))) folder = dirname(folder);
  return folder;
};

/**
 * Joins a recipe and the files beside it that it imports into one module, stripped of types, and gives their sources. Throws naming
 * file and line where it cannot.
 */
export const bundleRecipe = async (path: string): Promise<Bundle> => {
  const { build } = await import("esbuild");
  const bundled = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    sourcemap: "external",
    outfile: "recipe.mjs",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(path).href) },
    plugins: [packagesByAddress],
  }).catch((error: unknown) => {
    const [first] = error instanceof Error && "errors" in error ? (error.errors as Message[]) : [];
    throw first ? new SteepestError(`the recipe cannot be read: ${located(first)}`, { cause: error }) : error;
  });
  const paths = Object.keys(bundled.metafile.inputs).map((each) => resolve(each));
  const folder = commonFolder(paths);
  const output = (ending: string) =>
    bundled.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? missing();
  const contents = await Promise.all(paths.map((each) => readFile(each)));
  const lineOf = (name: string): string => {
    for (const [i, content] of contents.entries()) {
      const line = content
        .toString()
        .split("\n")
        .findIndex((each) => each.split(/[^\p{L}\p{N}_$]+/u).includes(name));
      if (line >= 0) return `${fromHere(paths[i] ?? missing())}:${line + 1}`;
    }
    return fromHere(path);
  };
  return {
    code: output(".mjs"),
    lineOf,
    placeOf: placeIn(new SourceMap(JSON.parse(output(".map")) as SourceMapPayload)),
    sources: paths.map((each, i) => ({
      path: relative(folder, each),
      content: contents[i] ?? missing(),
    })),
  };
};
