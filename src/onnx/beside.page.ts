import { SteepestError } from "../errors.js";
import { join, kindOf } from "../files.js";

/** The path of a file that a model names, which must lie in the model's own folder: what is read is not the model's choice. */
export const beside = async (folder: string, name: string): Promise<string> => {
  if (name.startsWith("/") || name.split(/[\\/]/).includes("..") || name.includes("\0")) {
    throw new SteepestError(
      `onnx: the model keeps weights in "${name}", which is not in its own folder; only files there are read`,
    );
  }
  const path = join(folder, name);
  if ((await kindOf(path)) === "file") return path;
  throw new SteepestError(
    `onnx: the model keeps weights in "${name}", but there is no such file beside it; put it into ${folder}`,
  );
};
