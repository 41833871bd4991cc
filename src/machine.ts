import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** What a program runs on. */
export interface Machine {
  /** The operating system and the kind of processor. */
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
}

/** Cores that this program may use. */
export const cores = availableParallelism();

export const machine = (): Machine => ({
  platform: `${platform()} ${arch()}`,
  processor: cpus()[0]?.model.trim() || "unknown",
  cores,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
});

/** What runs the program, with its version. */
export const runtime = (): Readonly<Record<string, string>> => ({ node: process.version });
