import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./cli.js";

/** The packed package in a project of its own, beside what it says it depends on and nothing else. */
export interface PackedProject {
  readonly path: string;
  /** Where packages are installed. */
  readonly installed: string;
  /** Installs one more package, as this checkout has it. */
  readonly link: (name: string) => void;
  readonly remove: () => void;
}

export const packedProject = (): PackedProject => {
  const path = mkdtempSync(join(tmpdir(), "steepest-package-"));
  const installed = join(path, "node_modules");
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", path], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const [{ filename }] = JSON.parse(packed);
  mkdirSync(join(installed, "steepest"), { recursive: true });
  execFileSync("tar", ["xzf", filename, "-C", join(installed, "steepest"), "--strip-components=1"], {
    cwd: path,
  });
  const link = (name: string) => {
    const place = join(installed, name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, "node_modules", name), place);
  };
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) link(name);
  writeFileSync(join(path, "package.json"), '{ "type": "module" }');
  return { path, installed, link, remove: () => rmSync(path, { recursive: true, force: true }) };
};
