import { cores } from "../machine.js";

/** More than a few threads per core only wait for each other: with a thousand, what takes a second takes minutes. */
export const mostThreads = Math.max(16, 4 * cores);
