import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";

/** Throws, as plain JavaScript needs, unless something is the path of a file or folder. */
export const requirePath = (where: string, path: unknown, what = "file"): void => {
  if (typeof path === "string" && path.trim() !== "") return;
  throw new SteepestError(`${where}: expected the path of a ${what}, got ${givenText(path)}`);
};
