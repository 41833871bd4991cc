import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { temporaryFolder } from "./cli.js";

/**
 * The folder of a new file system of that size, such as "64k", which is there until the test ends. The test is skipped where the machine
 * lets nobody make one.
 */
export const smallDisk = (size: string, { skip, onTestFinished }: TestContext): string => {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    skip("needs the right to mount a small disk");
  }
  onTestFinished(() => void execFileSync("umount", [folder]));
  return folder;
};
