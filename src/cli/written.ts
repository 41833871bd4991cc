import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { SteepestError } from "../errors.js";

/** A JSON file that a command wrote; undefined where there is none. Throws where it is not as that command writes it. */
export const readWritten = async <T>(
  path: string,
  schema: z.ZodType<T>,
  command: string,
): Promise<T | undefined> => {
  if (!existsSync(path)) return undefined;
  const text = await readFile(path, "utf8");
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SteepestError(`${path}: not as \`${command}\` writes it; is it of another version?`, {
      cause: error,
    });
  }
};
