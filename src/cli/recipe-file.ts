import { existsSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import type { Recipe } from "../train/recipe.js";

const finite = z.number().finite();

/** What a recipe must look like. The parts that are functions of this library are checked where they are used. */
const recipeSchema = z.strictObject({
  name: z.string().min(1),
  data: z.union([z.function(), z.record(z.string(), z.unknown())]),
  network: z.function(),
  loss: z.record(z.string(), z.unknown()).optional(),
  optimizer: z.union([z.function(), z.record(z.string(), z.unknown())]).optional(),
  penalty: z.unknown().optional(),
  constraint: z.unknown().optional(),
  clipNorm: finite.optional(),
  epochs: finite.optional(),
  batchSize: finite.optional(),
  seed: finite.optional(),
  validation: finite.optional(),
  preprocess: z.unknown().optional(),
  initialization: z.function().optional(),
  earlyStopping: z.strictObject({ patience: finite, minimumChange: finite.optional() }).optional(),
  sharpness: z.strictObject({ every: finite.optional(), examples: finite.optional() }).optional(),
  engine: z.record(z.string(), z.unknown()).optional(),
  threads: finite.optional(),
});

/** Runs the TypeScript compiler over the recipe, where one is installed, and returns its first complaint. */
const typeError = async (path: string): Promise<string | undefined> => {
  const { spawnSync } = await import("node:child_process");
  const { dirname, join } = await import("node:path");
  const find = (from: string): string | undefined => {
    try {
      return createRequire(from).resolve("typescript/package.json");
    } catch {
      return undefined;
    }
  };
  const found = find(path) ?? find(import.meta.url);
  if (found === undefined) return undefined;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(dirname(found), "bin", "tsc"),
      ...["--noEmit", "--strict", "--skipLibCheck", "--ignoreConfig"],
      ...[
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--moduleResolution",
        "nodenext",
        "--types",
        "node",
        path,
      ],
    ],
    { encoding: "utf8" },
  );
  // Where the compiler cannot find this library's types or Node's, the recipe is not to blame.
  const complaint = stdout.split("\n").find((line) => /error TS(?!2307|2688|5\d{3}|7016)/.test(line));
  return status === 0 ? undefined : complaint?.trim();
};

/** This library's own entries: a recipe that imports "steepest" gets the library that runs it, installed or not. */
const ownEntries: Readonly<Record<string, string>> = {
  steepest: new URL("../index.js", import.meta.url).href,
  "steepest/graph": new URL("../graph/index.js", import.meta.url).href,
};

/** Leaves packages outside the bundle, under the address that they have for a file of the recipe's folder. */
const packagesByAddress = (recipe: string): Plugin => ({
  name: "packages by address",
  setup: (build) => {
    const { resolve } = createRequire(recipe);
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      if (isBuiltin(path)) return { path, external: true };
      return { path: ownEntries[path] ?? pathToFileURL(resolve(path)).href, external: true };
    });
  },
});

/** Imports a TypeScript module: it and the files beside it that it imports are stripped of types and joined in memory. */
const importTypeScript = async (path: string): Promise<{ readonly default?: unknown }> => {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(path).href) },
    plugins: [packagesByAddress(path)],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").find((line) => line.trim() !== "") ??
  "";

/**
 * Loads a recipe written in TypeScript or JavaScript. Throws where the file is missing, has a type error (checked where the
 * TypeScript compiler is installed), fails when it runs, or does not export a recipe.
 */
export const loadRecipe = async (file: string): Promise<Recipe> => {
  const path = resolve(file);
  if (!existsSync(path)) throw new SteepestError(`${file}: no such recipe file`);
  const complaint = /\.[mc]?tsx?$/.test(path) ? await typeError(path) : undefined;
  if (complaint !== undefined) throw new SteepestError(`recipe has a type error: ${complaint}`);
  let loaded: { readonly default?: unknown };
  try {
    loaded = await importTypeScript(path);
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    throw new SteepestError(`${file}: the recipe does not run: ${firstLine(error)}`, { cause: error });
  }
  const checked = recipeSchema.safeParse(loaded.default);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
    const hint =
      loaded.default === undefined ? "; end the file with `export default defineRecipe({ … })`" : "";
    throw new SteepestError(`${file}: not a recipe: ${where}${issue?.message ?? "no default export"}${hint}`);
  }
  return loaded.default as Recipe;
};
