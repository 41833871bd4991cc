// Compiles the library, and puts some packages into it that those who install it need not: what figures are drawn with, and the runtime of pages.
// Their licences stand beside.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const inDist = (path) => join(root, "dist", path);

execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});

/** Bundles a compiled file; returns its code and the files that are in it. */
const bundle = async (path, options) => {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [inDist(path)],
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    legalComments: "none",
    ...options,
  });
  rmSync(inDist(`${path}.map`), { force: true });
  return { code: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
};

/** The folder of the package that a file belongs to. */
const packageOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/** Of packages that come without the file. */
const withoutFile = {
  "onnxruntime-web": `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.`,
};

/** Writes the licences of the packages that files are of. */
const writeLicences = (path, what, files) => {
  const folders = new Set(files.map(packageOf).filter(Boolean));
  const licences = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]
      .map((each) => join(root, folder, each))
      .find(existsSync);
    if (!file && !license)
      throw new Error(`${name} ${version} states no licence: it cannot be part of the package`);
    const text = file ? readFileSync(file, "utf8").trim() : withoutFile[name];
    return `${name} ${version} (${license})\n\n${text ?? ""}`;
  });
  writeFileSync(
    inDist(path),
    `${what} the following packages.\n\n${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n`,
  );
};

// What figures are drawn with, for Node and pages alike.
const drawing = await bundle("figures/drawing.js", { platform: "browser", target: "es2022" });
writeFileSync(inDist("figures/drawing.js"), drawing.code);
writeLicences("figures/drawing-licences.txt", "drawing.js contains", drawing.inputs);

// The runtime of pages: its code for a worker's own thread, and with the thread of a page as a text; and the files that a page serves.
const forPages = {
  platform: "browser",
  target: "es2022",
  conditions: ["onnxruntime-web-use-extern-wasm"],
  // The runtime is told where its files are. What it would look for by itself, webpack takes for a file that must be there.
  define: { "import.meta.url": '""' },
};
/** Its own import of an address known only then is not for bundlers to follow. */
const unfollowed = (code) =>
  code.replace(/\bimport\((?=\w+\))/g, "import(/* @vite-ignore */ /* webpackIgnore: true */ ");

const host = await bundle("engine/web/runtime-host.js", forPages);
const worker = await bundle("engine/web/worker.js", forPages);
writeFileSync(inDist("engine/web/runtime-host.js"), unfollowed(host.code));
writeFileSync(
  inDist("engine/web/worker-code.js"),
  `export const workerCode = ${JSON.stringify(worker.code)};\n`,
);
rmSync(inDist("engine/web/worker.js"));
mkdirSync(inDist("engine/web/runtime"), { recursive: true });
const runtime = "node_modules/onnxruntime-web/dist";
for (const name of ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"]) {
  copyFileSync(join(root, runtime, name), join(inDist("engine/web/runtime"), name));
}
writeLicences("engine/web/runtime-licences.txt", "This folder contains", [
  ...host.inputs,
  `${runtime}/ort-wasm-simd-threaded.wasm`,
]);
