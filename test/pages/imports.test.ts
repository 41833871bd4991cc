import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const src = join(root, "src");
const { browser } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const pageFiles = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".page.ts"))
  .map((path) => path.replaceAll("\\", "/").replace(/\.page\.ts$/, ""))
  .sort();

it("tells bundlers of every file that is another one in a page", () => {
  expect(browser).toEqual(
    Object.fromEntries(pageFiles.map((path) => [`./dist/${path}.js`, `./dist/${path}.page.js`])),
  );
});

/** Everything that a module imports or may import later, but for types. */
const importsOf = (path: string): string[] => {
  const code = readFileSync(path, "utf8");
  const loaded = code.matchAll(/^(?:import|export) (?!type )(?:[^;]*?from )?"([^"]+)";$/gm);
  const later = code.matchAll(/\bimport\("([^"]+)"\)/g);
  return [...loaded, ...later].map(([, name]) => name as string);
};

const inPage = (path: string): string => {
  const name = relative(src, path).replaceAll("\\", "/").replace(/\.ts$/, "");
  return pageFiles.includes(name) ? join(src, `${name}.page.ts`) : path;
};

it("reaches nothing of Node from what a page imports", () => {
  const seen = new Set<string>();
  const packages = new Map<string, string>();
  const waiting = ["index.ts", "graph/index.ts", "augment/index.ts"].map((name) => join(src, name));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith(".")) waiting.push(inPage(join(dirname(path), name.replace(/\.js$/, ".ts"))));
      else packages.set(name, relative(src, path));
    }
  }
  expect([...packages.keys()].sort()).toEqual([
    "@noble/hashes/sha2.js",
    "@noble/hashes/utils.js",
    "@observablehq/plot",
    "hyparquet",
    "hyparquet-compressors",
    "linkedom",
    "ml-matrix",
    "onnxruntime-web/wasm",
    "protobufjs/minimal.js",
    "zod",
  ]);
});

/** The names that a module exports, but for types. */
const exportsOf = async (path: string): Promise<string[]> => Object.keys(await import(path)).sort();

it.each(pageFiles)("%s exports the same in a page", async (name) => {
  // Both are loaded in Node: what they need of either side, they need when they are called.
  expect(await exportsOf(join(src, `${name}.page.ts`))).toEqual(await exportsOf(join(src, `${name}.ts`)));
});
