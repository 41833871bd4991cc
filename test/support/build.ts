import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a test says that runs built files: the command line, the package by its name, or a file of the build. */
const mentionsBuild = /support\/cli|"steepest"|dist\/|bin\/steepest/;

/** Whether one of the test files that were asked for on Vitest's command line runs built files. */
const isBuildNeeded = (): boolean => {
  const filters = process.argv.slice(3).filter((argument) => /(^|\/)test\//.test(`${argument}/`));
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => filters.length === 0 || filters.some((filter) => join("test", file).includes(filter)))
    .some((file) => mentionsBuild.test(readFileSync(join(root, "test", file), "utf8")));
};

/**
 * Tests of the command line run what users run: the built files, made from the sources under test. What tests and the processes that
 * they start leave in the folder for temporary files lies in one folder, which is removed in the end.
 */
export default (): (() => void) => {
  if (isBuildNeeded()) execFileSync(process.execPath, ["scripts/build.js"], { cwd: root, stdio: "inherit" });
  const folder = mkdtempSync(join(tmpdir(), "steepest-tests-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
};
