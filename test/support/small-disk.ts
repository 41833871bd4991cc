import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./cli.js";

/** The folder of a new file system of that size, such as "64k"; undefined where the machine lets nobody make one. */
export const smallDisk = (size: string): string | undefined => {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    return undefined;
  }
};

export const removeDisk = (folder: string | undefined): void => {
  if (folder !== undefined) execFileSync("umount", [folder]);
};
