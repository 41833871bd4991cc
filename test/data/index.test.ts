import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** What a module imports when it is loaded: not types, and not what `await import` brings later. */
const importsOf = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";$/gm)].map(
    ([, name]) => name as string,
  );

/** The modules that are loaded with the given ones. */
function loadedWith(entries: readonly string[]): string[] {
  const loaded = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    for (const name of importsOf(path).filter((name) => name.startsWith("."))) {
      waiting.push(join(dirname(path), name.replace(/\.js$/, ".ts")));
    }
  }
  return [...loaded];
}

const entries = ["data", "random"].flatMap((folder) =>
  readdirSync(join(src, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(src, folder, name)),
);

describe("data and random", () => {
  it.each(loadedWith(entries).map((path) => relative(src, path)))(
    "%s imports no package when it is loaded",
    (name) => {
      expect(importsOf(join(src, name)).filter((other) => !other.startsWith("."))).toEqual([]);
    },
  );
});
