import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./support/cli.js";
import { type PackedProject, packedProject } from "./support/packed.js";

let packed: PackedProject;
const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: packed.path, encoding: "utf8" });

beforeAll(() => {
  packed = packedProject();
  writeFileSync(
    join(packed.path, "main.ts"),
    `import { adam, fit, linear, linearModels, moons, readModel, relu, sequential, theory } from "steepest";
     import { input, sum } from "steepest/graph";
     const run = await fit(sequential(linear(8), relu(), linear(2)), moons({ n: 100 }), { epochs: 1, optimizer: adam() });
     console.log(run.epochs.length, typeof linearModels.ridge, typeof theory.certify, typeof readModel, sum(input("x", [2])).shape.length);`,
  );
});
afterAll(() => packed?.remove());

it("holds what its documents link to", () => {
  const place = (path: string) => join(packed.installed, "steepest", path);
  for (const document of ["README.md", "CONTRIBUTING.md", "docs/lecture.md", "docs/performance.md"]) {
    const text = readFileSync(place(document), "utf8");
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, a, b]) => a ?? b ?? "",
    );
    const local = links.filter((link) => !/^https?:/.test(link));
    const absent = local.filter((link) => !existsSync(join(dirname(place(document)), link)));
    expect(absent, document).toEqual([]);
  }
});

it("says how to install ONNX Runtime where npm has left it out", () => {
  const { stderr } = node("--input-type=module", "-e", 'await (await import("steepest")).defaultEngine()');
  const version = optionalDependencies["onnxruntime-node"];
  expect(stderr).toContain(`run: npm install onnxruntime-node@${version} --ignore-scripts`);
});

it("type-checks in a strict project that also checks its libraries, and trains", () => {
  packed.link("onnxruntime-node");
  packed.link("@types/node");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const strict = ["--strict", "--skipLibCheck", "false", "--exactOptionalPropertyTypes"];
  const target = ["--module", "nodenext", "--target", "es2022", "--types", "node"];
  const checked = node(tsc, ...strict, ...target, "main.ts");
  expect(checked.stdout).toBe("");
  expect(node("main.js").stdout).toBe("1 function function function 0\n");
});

it("finds the file of its threads, which update on all cores where koffi is installed", () => {
  packed.link("koffi");
  const code = `
    import { setTimeout as pause } from "node:timers/promises";
    import { adam, createTrainer, linear } from "steepest";
    import { input } from "steepest/graph";
    import { compileKernel } from "./node_modules/steepest/dist/engine/kernel/index.js";
    import { Team } from "./node_modules/steepest/dist/engine/team/team.js";
    const count = 2 ** 20;
    const memory = new WebAssembly.Memory({ initial: 65, maximum: 65, shared: true });
    const team = await Team.of(memory, 2);
    const x = input("x", [count]);
    const kernel = compileKernel({ arrays: [x], scalars: [], stores: [{ into: x, value: x.add(1) }] });
    const run = team.prepare({ kernels: [kernel], calls: [{ kernel: 0, pointers: [0], count }] });
    for (const end = Date.now() + 20000; team.done[1] === 0 && Date.now() < end; await pause(1)) run([[]]);
    const trainer = await createTrainer(linear(600), {
      inputs: [500], targets: { kind: "value", shape: [600] }, optimizer: adam(), batchSize: 1, threads: 2,
    });
    await trainer.step({ inputs: { input: new Float32Array(500) }, targets: { target: new Float32Array(600).fill(1) } });
    console.log(team.done[1] > 0, await trainer.loss());`;
  const { stdout, stderr } = node("--input-type=module", "-e", code);
  expect(stderr).toBe("");
  expect(stdout).toBe("true 1\n");
});

it("brings its command line, which draws a report without the packages that figures are drawn with", () => {
  const { stdout, status } = node(
    ...[join(packed.installed, "steepest/bin/steepest.js"), "train", "digits", "--epochs", "1", "--json"],
  );
  expect(status).toBe(0);
  const { report } = JSON.parse(stdout);
  expect(readFileSync(join(packed.path, report), "utf8")).toContain("<svg");
});
