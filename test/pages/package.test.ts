import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromium } from "../support/chromium.js";
import { type PackedProject, packedProject } from "../support/packed.js";
import { launch, type Site, serve, visit } from "../support/page.js";
import type { Result } from "./in-page.js";
import { type Trainings, trainings } from "./program.js";

// The packed package in pages: bundled without configuration, served under a content security policy, opened in Chromium.
const here = fileURLToPath(new URL(".", import.meta.url));
let packed: PackedProject;

/** Bundles a file of this folder over the packed package; the runtime's files lie beside, as the documentation says. */
const bundled = async (entry: string, folder: string) => {
  const { metafile } = await build({
    absWorkingDir: packed.path,
    stdin: { contents: readFileSync(join(here, entry), "utf8"), resolveDir: here, loader: "ts" },
    nodePaths: [packed.installed],
    outfile: join(folder, "main.js"),
    bundle: true,
    format: "esm",
    splitting: false,
    minify: true,
    metafile: true,
    logLevel: "error",
    // The sources have the name of the package as a path of TypeScript.
    tsconfigRaw: "{}",
  });
  cpSync(join(packed.installed, "steepest/dist/engine/web/runtime"), join(folder, "runtime"), {
    recursive: true,
  });
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="main.js"></script>',
  );
  return metafile;
};

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "steepest-page-"));
  folders.push(folder);
  return folder;
};

beforeAll(() => {
  packed = packedProject();
});
afterAll(() => {
  packed?.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(chromium === undefined)("a page (needs Chromium)", () => {
  let browser: Browser;
  let folder: string;
  let inNode: Trainings;
  const sites: Site[] = [];

  beforeAll(async () => {
    browser = await launch();
    folder = newFolder();
    await bundled("in-page.ts", folder);
    writeFileSync(join(folder, "table.csv"), "a,y\n1,2\n2,4\n3,7\n");
    inNode = await trainings();
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) site.close();
  });

  const opened = async (isolated: boolean) => {
    const site = await serve(folder, { isolated });
    sites.push(site);
    const { result, problems } = await visit<Result & { failed?: string }>(browser, `${site.address}/`);
    // What was asked for and is not there, on purpose.
    expect(problems.filter((problem) => !problem.includes("404"))).toEqual([]);
    expect(result.failed).toBeUndefined();
    return result;
  };

  /** float32 sums in another order: a few units in the last place, which some tens of steps carry on. */
  const agrees = (values: readonly number[], expected: readonly number[], tolerance: number) => {
    expect(values.length).toBe(expected.length);
    const largest = Math.max(1, ...expected.map(Math.abs));
    const off = values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? Number.NaN))),
      0,
    );
    expect(off).toBeLessThan(tolerance * largest);
  };

  const agreesAll = (
    found: Record<string, number[]>,
    expected: Record<string, number[]>,
    tolerance: number,
  ) => {
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) agrees(found[name] ?? [], values, tolerance);
  };

  it.each([
    { isolated: false, engine: /1 thread, since the page is not cross-origin isolated/ },
    { isolated: true, engine: /^onnxruntime-web \(WASM, \d+ threads?\)$/ },
  ])("trains as Node does, keeps and reads (isolated: $isolated)", async ({ isolated, engine }) => {
    const { engine: name, long, trainings: found, lasting, reading } = await opened(isolated);
    expect(name).toMatch(engine);
    // The same numbers are drawn, bit for bit; what is computed with them differs in rounding.
    expect(found.initial).toEqual(inNode.initial);
    agrees(found.dense.losses, inNode.dense.losses, 1e-5);
    agrees(found.dense.answers, inNode.dense.answers, 1e-4);
    agreesAll(found.dense.weights, inNode.dense.weights, 1e-4);
    agrees(found.convolutional.losses, inNode.convolutional.losses, 1e-4);
    agreesAll(found.convolutional.weights, inNode.convolutional.weights, 1e-3);
    // What the page exports Node answers with alike.
    const session = await InferenceSession.create(Uint8Array.from(found.dense.model));
    const input = new Tensor("float32", Float32Array.from(found.dense.inputs), [2, 784]);
    const [inputName = ""] = session.inputNames;
    const [output] = Object.values(await session.run({ [inputName]: input }));
    agrees(Array.from((output?.data ?? []) as Float32Array), found.dense.answers.slice(0, 20), 1e-5);
    // Models run beside the page's thread, which has to draw some 670,000 initial weights and to write the model; a busy machine makes more of it.
    expect(Math.max(0, ...long)).toBeLessThan(250);

    expect(lasting).toMatchObject({
      stopped: "aborted",
      same: true,
      place: "runs/first",
      again: expect.stringContaining("runs/first holds a run already"),
      outputs: ["probabilities", "logits"],
      epochs: 6,
      report: true,
      config: {
        browser: expect.stringMatching(/^Chrome\//),
        engine: expect.stringMatching(/^onnxruntime-web/),
      },
    });
    expect(reading).toMatchObject({
      table: { X: [1.5, 1, 0, 2.5, 0, 1, 3, 1, 0], y: [2, 4, 5], columns: ["a", "b=x", "b=z"] },
      answered: 3,
      packed: { shape: [2, 2], data: [1, 2, 3, 4] },
      mnist: 2,
      pictures: { shape: [3, 8, 12], targets: { classes: 2, names: ["blue", "red"] } },
    });
    expect(reading.messages).toEqual([
      expect.stringMatching(/nothing.csv: the server answered 404/),
      expect.stringMatching(/^wrong.idx: wrong magic number/),
      expect.stringMatching(/^the blob: the gzip stream is truncated/),
      expect.stringMatching(/a page reads no folders by path; give the files/),
      expect.stringMatching(/put those of each class into a folder of its name/),
      expect.stringMatching(
        /^nowhere.safetensors: there is no such file; give the path of a safetensors file/,
      ),
      expect.stringMatching(/^data\/mnist: no such folder/),
    ]);
  });
});

it("costs a page that trains no more than it says", async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "main.ts"),
    'import { fit, linear, moons } from "steepest"; fit(linear(2), moons()).then((run) => console.log(run.epochs));',
  );
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ["main.ts"],
    nodePaths: [packed.installed],
    outdir: join(folder, "out"),
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    metafile: true,
    logLevel: "error",
  });
  // What is loaded before anything is computed.
  const loaded = new Set<string>();
  const add = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { kind, path: other } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement") add(other);
    }
  };
  add("out/main.js");
  const bytes = [...loaded].reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
  expect(bytes).toBeLessThan(120_000);
});
