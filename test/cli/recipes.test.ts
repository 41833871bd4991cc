import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastJson, root, steepest, temporaryFolder } from "../support/cli.js";

const imports = 'import { blobs, dataset, defineRecipe, digits, layer, linear } from "steepest";\n';

/** A folder with a recipe, and other files beside it. */
const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

const refusal = (name: string, text: string) => {
  const { code, stderr, stdout } = steepest(["train", name], folderWith({ [name]: text }));
  expect(stdout).not.toMatch(/model\.onnx/);
  const lines = stderr.split("\n").filter((line) => line.startsWith("steepest: "));
  expect(lines, stderr).toHaveLength(1);
  expect(code).toBe(1);
  return lines[0];
};

describe("a recipe that cannot be used names file, line and reason", () => {
  it.each([
    [
      "a bracket that is missing",
      "r.mjs",
      `${imports}export default defineRecipe({\n  network: linear(10\n});`,
      /r\.mjs:4:1: Expected "\)" but found "}"/,
    ],
    [
      "a module that is not there",
      "r.ts",
      'import x from "pandas";\nexport default x;',
      /r\.ts:1:15: there is no module "pandas"/,
    ],
    ["a file that is not there", "r.ts", 'export { default } from "./other.ts";', /r\.ts:1:25: .*other\.ts/],
    [
      "code that fails",
      "r.js",
      `${imports}\nconst x = {};\nx.y.z;\n`,
      /r\.js:4: the recipe fails: TypeError: .*'z'/,
    ],
    [
      "data that fails",
      "r.js",
      `${imports}\nconst load = () => {\n  throw new RangeError("no such part");\n};\nexport default defineRecipe({ name: "x", data: load, network: linear(2) });`,
      /r\.js:4: the recipe fails: RangeError: no such part/,
    ],
    [
      "a layer that fails",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: blobs(),\n  network: layer("own", (x) => x.tenfold()) });`,
      /r\.js:3: the recipe fails: TypeError: x\.tenfold/,
    ],
    [
      "data that never comes",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: () => new Promise(() => {}), network: linear(2) });`,
      /waited for the data of r\.js, which never came/,
    ],
    [
      "a module that never ends",
      "r.mjs",
      `${imports}await new Promise(() => {});`,
      /waited for r\.mjs to be run, which never came/,
    ],
    [
      "a batch that never comes",
      "r.js",
      `${imports}const data = { ...blobs(), read: () => new Promise(() => {}) };\nexport default defineRecipe({ name: "x", data, network: linear(3) });`,
      /waited for a batch of the data, which never came/,
    ],
    [
      "data that is none",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: () => undefined, network: linear(3) });`,
      /r\.js: its data is undefined; return a dataset/,
    ],
    [
      "data without a part to train on",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: () => ({ test: blobs() }), network: linear(3) });`,
      /r\.js: its data has no train part; return a dataset, or/,
    ],
    [
      "data whose part is none",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: () => ({ train: 7 }), network: linear(3) });`,
      /r\.js: its data's train is 7, not a dataset/,
    ],
    [
      "a name that the library lacks",
      "r.js",
      'import {\n  adamm,\n} from "steepest";\nexport default adamm;',
      /r\.js:2: there is no "adamm" in "steepest"; did you mean adam\?/,
    ],
    [
      "a timer that fails",
      "r.js",
      `${imports}\nexport default defineRecipe({ name: "x", data: () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 5)), network: linear(3) });`,
      /r\.js:3: the recipe fails: late$/,
    ],
    [
      "an end of the process",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: () => process.exit(0), network: linear(3) });`,
      /r\.js: the recipe ended the process before the work was done/,
    ],
    [
      "an end of the process with a code",
      "r.js",
      `${imports}process.exit(7);`,
      /r\.js: the recipe ended the process before the work was done/,
    ],
    [
      "a function in place of a recipe",
      "r.js",
      `${imports}export default () => defineRecipe({ name: "x", data: blobs(), network: linear(3) });`,
      /r\.js: not a recipe: it exports a function; end the file with/,
    ],
    [
      "a promise in place of a recipe",
      "r.mjs",
      "export default Promise.resolve({});",
      /r\.mjs: not a recipe: it exports a promise/,
    ],
    [
      "a promise left to itself that fails",
      "r.js",
      `${imports}export default defineRecipe({ name: "x", data: async () => { Promise.reject(new Error("left alone")); await new Promise((r) => setTimeout(r, 50)); }, network: linear(3) });`,
      /left alone/,
    ],
  ])("%s", (_name, file, text, message) => {
    expect(refusal(file, text)).toMatch(message);
  });
});

it("what a recipe prints stays out of the JSON, and a timer that it leaves does not keep the process", () => {
  const recipe = `${imports}console.log("loading");
setInterval(() => {}, 1000);
export default defineRecipe({ name: "chatty", data: () => { console.log("data"); return blobs({ n: 60 }); }, network: linear(3), epochs: 1 });`;
  const ran = steepest(["train", "r.js", "--json"], folderWith({ "r.js": recipe }));
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(lastJson(ran)).toMatchObject({ stopped: "completed" });
  expect(ran.stderr).toMatch(/^loading$[\s\S]*^data$/m);
});

it.skipIf(!existsSync("/dev/full"))(
  "an output that takes nothing is told in one line (needs /dev/full)",
  () => {
    const full = openSync("/dev/full", "w");
    const args = [join(root, "bin/steepest.js"), "study", "--list", "--json"];
    const { status, stderr } = spawnSync(process.execPath, args, {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(stderr).toBe("steepest: cannot write the output: the disk is full; choose another place\n");
    expect(status).toBe(1);
  },
);

it("a run folder holds the recipe's sources and everything that was asked for, and the recipe runs again from there", () => {
  const recipe = `${imports}import { units } from "./units.ts";
export default defineRecipe({ name: "kept", data: blobs({ n: 60 }), network: linear(units), epochs: 2, batchSize: 20 });`;
  const folder = folderWith({ "recipe.ts": recipe, "units.ts": "export const units: number = 3;\n" });
  const run = join(
    folder,
    String(lastJson(steepest(["train", "recipe.ts", "--seed", "4", "--json"], folder)).run),
  );
  expect(readFileSync(join(run, "recipe", "recipe.ts"), "utf8")).toBe(recipe);
  expect(readdirSync(join(run, "recipe")).sort()).toEqual(["recipe.ts", "units.ts"]);
  const config = JSON.parse(readFileSync(join(run, "config.json"), "utf8"));
  expect(config).toMatchObject({
    ...{ task: "recipe.ts", recipe: "recipe.ts", epochs: 2, batchSize: 20, seed: 4, validation: 0 },
    ...{
      optimizer: "adam",
      loss: "crossEntropy",
      trainingData: expect.stringMatching(/: 60 examples with inputs of shape \[2\] and 3 classes/),
    },
  });
  const again = lastJson(
    steepest(["train", join(run, "recipe", "recipe.ts"), "--seed", "4", "--json"], folder),
  );
  expect(readFileSync(join(folder, String(again.model)))).toEqual(readFileSync(join(run, "model.onnx")));
});

describe("training that is asked to end", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("by %s keeps what was learned and says so with exit code %i", async (signal, code) => {
    const out = temporaryFolder();
    const args = ["train", "toy", "--epochs", "1000000", "--out", out, "--json"];
    const child = spawn(process.execPath, [join(root, "bin/steepest.js"), ...args]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      if (!/^epoch/m.test(stderr) && /^epoch/m.test(stderr + text)) {
        child.kill(signal);
        // As npm does, which passes on what the terminal has sent already.
        setTimeout(() => child.kill(signal), 20);
      }
      stderr += text;
    });
    const ended = await new Promise((resolve) => child.on("close", resolve));
    expect(ended, stderr).toBe(code);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: "aborted", testError: expect.any(Number) });
    expect(readdirSync(join(out, readdirSync(out)[0] ?? ""))).toEqual(
      expect.arrayContaining(["model.onnx", "report.html", "result.json"]),
    );
  });
});

it("training that diverges is no success on the output, in the JSON or in the report", () => {
  const out = temporaryFolder();
  const args = ["train", "toy", "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant", "--out", out];
  const text = steepest(args);
  expect(text.code).toBe(1);
  expect(text.stdout.trim().split("\n").at(-1)).toMatch(/^TRAINING DIVERGED .*there is no result$/);
  expect(text.stdout).not.toMatch(/^test error|^next/m);
  const result = steepest([...args, "--json"]);
  expect(result.code).toBe(1);
  const { stopped, diverged, testError, report } = lastJson(result);
  expect([stopped, testError]).toEqual(["diverged", undefined]);
  expect(diverged).toMatch(/diverged at step \d+/);
  const head = /<header>.*<\/header>/s.exec(readFileSync(String(report), "utf8"))?.[0];
  expect(head).toMatch(/Training diverged\.<\/b> There is no result: .*step \d+/);
  expect(head).not.toMatch(/test error/);
});
