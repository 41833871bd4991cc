import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import { nearest, refuseUnknown } from "../options.js";
import { type Recipe, recipeOptions } from "../train/recipe.js";
import { awaited } from "./awaited.js";
import { type Bundle, bundleRecipe, ownEntries, type SourceFile } from "./recipe-bundle.js";
import { setRunningRecipe } from "./running-recipe.js";

/** What makes a recipe; `fit` checks the rest, with words of its own. */
const recipeSchema = z.looseObject({
  name: z.string("give the run a name").min(1, "give the run a name"),
  data: z.custom(
    (data) => data instanceof Object,
    "expected a dataset, its parts, or a function that gives them",
  ),
  network: z.custom(
    (network) => typeof network === "function",
    "expected a layer, such as sequential(linear(10))",
  ),
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

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").find((line) => line.trim() !== "") ??
  "";

/** A recipe, and the files that it was written in. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly sources: readonly SourceFile[];
  /** An error that the recipe's own code raised, as one line with its place; any other as it is. */
  readonly explain: (error: unknown) => unknown;
}

const explainer =
  (file: string, { placeOf }: Bundle): LoadedRecipe["explain"] =>
  (error) => {
    const place = placeOf(error);
    if (error instanceof SteepestError || (error instanceof Error && place === undefined)) return error;
    const kind = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
    return new SteepestError(`${place ?? file}: the recipe fails: ${kind}${firstLine(error)}`, {
      cause: error,
    });
  };

/** What a name that a recipe imports from here, and that there is not, was meant to be; undefined for other errors. */
const missingName = async (error: unknown, { lineOf }: Bundle): Promise<SteepestError | undefined> => {
  const [, module = "", name = ""] =
    /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(firstLine(error)) ?? [];
  if (!(error instanceof SyntaxError) || name === "") return undefined;
  const [entry] = Object.entries(ownEntries).find(([, address]) => address === module) ?? [];
  const names = entry === undefined ? [] : Object.keys((await import(module)) as object);
  const near = nearest(name, names);
  return new SteepestError(
    `${lineOf(name)}: there is no "${name}" in "${entry ?? module}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    { cause: error },
  );
};

/** What a file written in TypeScript or JavaScript exports as its default, and the files that it was written in. */
export interface LoadedFile extends Omit<LoadedRecipe, "recipe"> {
  readonly value: unknown;
}

/**
 * Runs a file written in TypeScript or JavaScript. Throws where it is missing, has a type error (checked where the TypeScript compiler is
 * installed), imports what is not there, or fails when it runs.
 */
export const loadFile = async (file: string): Promise<LoadedFile> => {
  const path = resolve(file);
  if (!existsSync(path)) throw new SteepestError(`${file}: no such recipe file`);
  const bundle = await bundleRecipe(path);
  const explain = explainer(file, bundle);
  setRunningRecipe({ file, explain });
  const complaint = /\.[mc]?tsx?$/.test(path) ? await typeError(path) : undefined;
  if (complaint !== undefined) throw new SteepestError(`recipe has a type error: ${complaint}`);
  try {
    const module: Promise<{ readonly default?: unknown }> = import(
      `data:text/javascript;base64,${Buffer.from(bundle.code).toString("base64")}`
    );
    return { value: (await awaited(`${file} to be run`, module)).default, sources: bundle.sources, explain };
  } catch (error) {
    throw (await missingName(error, bundle)) ?? explain(error);
  }
};

/** Loads a recipe. Throws as `loadFile` does, and where the file does not export one. */
export const loadRecipe = async (file: string): Promise<LoadedRecipe> => {
  const { value, sources, explain } = await loadFile(file);
  if (typeof value === "function" || value instanceof Promise) {
    throw new SteepestError(
      `${file}: not a recipe: it exports ${value instanceof Promise ? "a promise" : "a function"}; end the file with \`export default defineRecipe({ … })\``,
    );
  }
  if (typeof value === "object") refuseUnknown(`${file}: recipe`, value, recipeOptions);
  const checked = recipeSchema.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
    const hint = value === undefined ? "; end the file with `export default defineRecipe({ … })`" : "";
    throw new SteepestError(`${file}: not a recipe: ${where}${issue?.message ?? "no default export"}${hint}`);
  }
  return { recipe: value as Recipe, sources, explain };
};
