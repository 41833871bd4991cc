import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vitepress";
import { writePages } from "./pages.js";
import { isolation } from "./policy.js";
import { serviceWorker } from "./service-worker.js";

const lab = fileURLToPath(new URL("..", import.meta.url));
const root = join(lab, "..");
export const siteFolder = join(lab, "dist");

/** What the build itself writes. */
const made = ["node_modules", "dist", "lecture", "reference", "guide", "lecture-figures"];

/** When anything below a path was last changed, in milliseconds. */
const changed = (path: string): number => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path)
    .filter((name) => !made.includes(name))
    .reduce((latest, name) => Math.max(latest, changed(join(path, name))), 0);
};

/** Whether the built site is as new as all that it is made of. */
export const isFresh = (): boolean => {
  const stamp = join(siteFolder, "sw.js");
  if (!existsSync(stamp)) return false;
  const sources = ["lab", "src", "docs", "scripts/lecture", "README.md", "FEATURES.md", "package-lock.json"];
  return sources.every((path) => changed(join(root, path)) <= statSync(stamp).mtimeMs);
};

/** Figures import the package as others do: what is built of it must be as new as its source. */
const buildPackage = async (): Promise<void> => {
  const built = join(root, "dist/figures/drawing.js"); // written anew by every build
  if (existsSync(built) && changed(join(root, "src")) <= statSync(built).mtimeMs) return;
  await promisify(execFile)(process.execPath, [join(root, "scripts/build.js")], { cwd: root });
};

/** Builds the site: plain files for any static host, with its policy in every page and what works offline listed. */
export const buildSite = async ({
  base = "/",
  reference = true,
}: {
  /** Where on its host the site lies. */
  readonly base?: string;
  /** Whether the reference is made anew, which takes half of the time. */
  readonly reference?: boolean;
} = {}): Promise<void> => {
  process.env.STEEPEST_LAB_BASE = base;
  await buildPackage();
  await writePages({ reference });
  await build(lab, { base });
  const files = (await readdir(siteFolder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(siteFolder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
  const digest = createHash("sha256");
  for (const file of files) digest.update(file).update(await readFile(join(siteFolder, file)));
  await writeFile(
    join(siteFolder, "_headers"),
    `/*\n${Object.entries(isolation)
      .map(([name, value]) => `  ${name}: ${value}`)
      .join("\n")}\n`,
  );
  await writeFile(join(siteFolder, "sw.js"), serviceWorker(digest.digest("hex").slice(0, 16), files, base));
};
