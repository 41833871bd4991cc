import { SteepestError } from "../../errors.js";
import type { ImageLayout } from "../dataset.js";
import type { Fill } from "./decoded.js";

/** A page keeps decoded pictures in memory: they are its visitor's, who did not ask that they stay. */
export const usualCacheFolder = (): false => false;

const none = (): never => {
  throw new SteepestError("images: a page keeps no decoded pictures in a folder; leave out `cache`");
};

export const cacheKey = (_identity: readonly string[], _options: unknown): string => "";

export const keptPart = async (_base: string) => none();

export const writePart = async (
  _base: string,
  _folder: string,
  _layout: ImageLayout,
  _count: number,
  _fill: Fill,
) => none();
