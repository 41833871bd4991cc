import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A new folder that no other test uses. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "steepest-test-"));

/** Decoded pictures are kept here, not where a person's are. */
const cache = temporaryFolder();

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user would. */
export const steepest = (args: readonly string[], cwd = root): Outcome => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin/steepest.js"), ...args], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
    cwd,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
};

/** The object that `--json` promises as the last line of the output. */
export const lastJson = ({ stdout }: Outcome): Record<string, unknown> =>
  JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
