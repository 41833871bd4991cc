import { availableParallelism } from "node:os";

export const cores = availableParallelism();

/** More than a few threads per core only wait for each other: with a thousand, what takes a second takes minutes. */
export const mostThreads = Math.max(16, 4 * cores);
