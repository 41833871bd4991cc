// Compiles the library, and puts the packages that figures are drawn with into dist/figures/drawing.js, with their licences beside it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});

const drawing = join(root, "dist/figures/drawing.js");
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [drawing],
  outfile: drawing,
  allowOverwrite: true,
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20",
  metafile: true,
});
rmSync(`${drawing}.map`, { force: true });

/** The folder of the package that a file belongs to. */
const packageOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

const folders = new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean));
const licences = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]
    .map((each) => join(root, folder, each))
    .find(existsSync);
  if (!file && !license)
    throw new Error(`${name} ${version} states no licence: it cannot be part of the package`);
  return `${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : ""}`;
});
writeFileSync(
  join(dirname(drawing), "drawing-licences.txt"),
  `drawing.js contains the following packages.\n\n${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n`,
);
