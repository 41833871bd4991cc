import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const src = fileURLToPath(new URL("../../src", import.meta.url));
const modules = ["data", "random"].flatMap((folder) =>
  readdirSync(join(src, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(src, folder, name)),
);

describe("data and random", () => {
  it.each(modules)("%s imports nothing of Node's when it is loaded", (path) => {
    const loaded = readFileSync(path, "utf8").matchAll(
      /^(?:import|export) (?!type )[^;]* from "([^.][^"]*)";$/gm,
    );
    expect([...loaded].map(([, name]) => name)).toEqual([]);
  });
});
