import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { decode } from "./decode.js";
import { externalFiles, type ModelWithData } from "./external.js";

/** Throws what went wrong with the file at the path. */
const at = (path: string, reason: string, cause: unknown): never => {
  throw new SteepestError(`${path}: ${reason}`, { cause });
};

const filesOf = (path: string, bytes: Uint8Array): string[] => {
  try {
    return externalFiles(decode(bytes).graph);
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    return at(path, error.message, error);
  }
};

/** The real path of a file that a model names, which must lie in the model's own folder: what is read is not the model's choice. */
const beside = async (folder: string, name: string): Promise<string> => {
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

/** A path, also one given as the address of a file. A number would be an open file's. */
const pathOf = (given: unknown): string => {
  if (typeof given === "string") return given;
  const href = given && Object.prototype.toString.call(given) === "[object URL]" ? String(given) : undefined;
  if (href?.startsWith("file:")) {
    try {
      return fileURLToPath(href);
    } catch (error) {
      return at(href, "this address names no file of this machine; give the path of an ONNX model", error);
    }
  }
  throw new SteepestError(
    `loadModel: expected the path of an ONNX model or its file: address, got ${href ?? givenText(given)}`,
  );
};

/**
 * Reads an ONNX model from a file, with the files in its folder that hold its weights where there are such (PyTorch writes
 * `model.onnx.data`).
 *
 * ```ts
 * const net = sequential(pretrained(await loadModel("model.onnx")), relu(), linear(3));
 * ```
 *
 * The path may also be an address, as `new URL("model.onnx", import.meta.url)`. Throws where a file is missing, is no model, or where
 * the model names a file outside its folder.
 */
export const loadModel = async (given: string | URL): Promise<ModelWithData> => {
  const path = pathOf(given);
  const bytes = await readFile(path).catch((error) =>
    at(path, "no such file, or not readable; give the path of an ONNX model", error),
  );
  const folder = dirname(path);
  const data = filesOf(path, bytes).map(
    async (name) => [name, await readFile(await beside(folder, name))] as const,
  );
  return { bytes, data: Object.fromEntries(await Promise.all(data)) };
};
