import type { Written } from "./rescue.js";

export type { Written } from "./rescue.js";

/** Writes the results of a long work into a folder. A page has no other place for them than its private file system. */
export const writeOrRescue = async <Result>(
  folder: string,
  write: (folder: string) => Promise<Result>,
): Promise<Written<Result>> => ({ result: await write(folder), folder });
