import { SteepestError } from "./errors.js";

/** By the system's name of the reason. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read by this user",
};

/** Why a file cannot be read, in one line; `wanted` is such as "a CSV file". */
export const unreadable = (path: string, wanted: string, error: unknown): SteepestError => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new SteepestError(`${path}: ${reason}; give the path of ${wanted}`, { cause: error });
};
