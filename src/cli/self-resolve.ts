import type { ResolveHook } from "node:module";

const entries: Readonly<Record<string, string>> = {
  steepest: new URL("../index.js", import.meta.url).href,
  "steepest/graph": new URL("../graph/index.js", import.meta.url).href,
};

/**
 * A module hook: a recipe that imports "steepest" gets the library that runs it, whether or not the recipe's folder has the
 * package installed.
 */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const url = entries[specifier];
  return url === undefined ? next(specifier, context) : { url, format: "module", shortCircuit: true };
};
