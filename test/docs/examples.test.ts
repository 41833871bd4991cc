import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as library from "../../src/index.js";
import { root } from "../support/cli.js";

// Every example of the docstrings and of the README, as a module of its own. What it uses and does not import comes from "steepest"; `net`
// and `data` stand for the reader's own.
interface Example {
  readonly where: string;
  readonly name: string;
  readonly code: string;
}

const stand = {
  net: "const net = sequential(linear(3));",
  data: "const data = blobs({ n: 100, classes: 3 });",
};

const folder = join(root, "node_modules/.cache/steepest-examples");

const blocks = (path: string): Example[] => {
  const text = readFileSync(join(root, path), "utf8").replace(
    /^ *\* ?(?!\/)/gm,
    path.endsWith(".ts") ? "" : "$&",
  );
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""], i) => ({
    where: `${path}, example ${i + 1}`,
    name: `${path.replace(/\W+/g, "-")}-${i + 1}`,
    code,
  }));
};

const complete = (code: string): string => {
  const stands = Object.entries(stand)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`const ${name}\\b`).test(code))
    .map(([, line]) => line);
  const body = [...stands, code].join("\n");
  const used = Object.keys(library).filter(
    (name) =>
      new RegExp(`(?<![.\\w"])${name}\\b(?!:)`).test(body) &&
      !new RegExp(`(const|import[^;]*) ${name}\\b`).test(body),
  );
  return `import { ${used.join(", ")} } from "steepest";\n${body}\nexport {};\n`;
};

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => `src/${path}`)
  .sort();
const examples = [...sources, "README.md"].flatMap(blocks);

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  cpSync(join(root, "examples/houses.csv"), join(folder, "examples/houses.csv"));
  for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), complete(code));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("all type-check as a reader would have them", () => {
  expect(examples.length).toBeGreaterThan(20);
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/typescript/bin/tsc"),
      ...[
        "--ignoreConfig",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--types",
        "node",
      ],
      ...examples.map(({ name }) => `${name}.ts`),
    ],
    { cwd: folder, encoding: "utf8" },
  );
  expect(stdout).toBe("");
});

// The examples on MNIST need its files, and take a minute.
const runnable = examples.filter(({ code }) => !code.includes("mnist("));

it.each(runnable.map((example) => [example.where, example] as const))("%s runs", (_, { name, code }) => {
  if (code.includes('"model.onnx"') && !existsSync(join(folder, "model.onnx"))) {
    const script = `import { blobs, fit, linear } from "steepest";
      await (await fit(linear(3), blobs({ n: 100, classes: 3 }), { epochs: 1 })).export("model.onnx");`;
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  }
  const { stderr, status } = spawnSync(process.execPath, [join(folder, `${name}.js`)], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
});
