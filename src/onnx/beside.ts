import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { SteepestError } from "../errors.js";

/** The real path of a file that a model names, which must lie in the model's own folder: what is read is not the model's choice. */
export const beside = async (folder: string, name: string): Promise<string> => {
  const outside = () =>
    new SteepestError(
      `onnx: the model keeps weights in "${name}", which is not in its own folder; only files there are read`,
    );
  if (isAbsolute(name) || name.split(/[\\/]/).includes("..") || name.includes("\0")) throw outside();
  const path = join(folder, name);
  let real: string;
  try {
    real = await realpath(path);
  } catch (cause) {
    throw new SteepestError(
      `onnx: the model keeps weights in "${name}", but there is no such file beside it; put it into ${folder}`,
      { cause },
    );
  }
  if (!(await stat(real)).isFile()) throw outside();
  const inside = relative(await realpath(folder), real);
  if (isAbsolute(inside) || inside.split(sep)[0] === "..") throw outside();
  return real;
};
