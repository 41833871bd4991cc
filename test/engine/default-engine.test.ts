import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../support/cli.js";

it("is loaded when it is asked for, not with the library", () => {
  const script = `
    const runtimes = () => process.report.getReport().sharedObjects.filter((path) => /onnxruntime/.test(path)).length;
    const { defaultEngine } = await import("./src/index.ts");
    const before = runtimes();
    const { name } = await defaultEngine();
    console.log(JSON.stringify({ before, name, after: runtimes() > 0 }));
  `;
  const output = execFileSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { cwd: root, encoding: "utf8" },
  );
  expect(JSON.parse(output)).toEqual({ before: 0, name: "onnxruntime-node (CPU)", after: true });
});
