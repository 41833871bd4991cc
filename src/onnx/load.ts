import { SteepestError } from "../errors.js";
import { join } from "../files.js";
import { readSource, type Source, sourceName, sourcePath } from "../source.js";
import { beside } from "./beside.js";
import { decode } from "./decode.js";
import { externalFiles, type ModelWithData } from "./external.js";

const wanted = "an ONNX model";

/** Throws what went wrong with the file of that name. */
const at = (name: string, reason: string, cause: unknown): never => {
  throw new SteepestError(`${name}: ${reason}`, { cause });
};

const filesOf = (name: string, bytes: Uint8Array): string[] => {
  try {
    return externalFiles(decode(bytes).graph);
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    return at(name, error.message, error);
  }
};

/**
 * Reads an ONNX model: from its path, with the files in its folder that hold its weights where there are such (PyTorch writes
 * `model.onnx.data`); from an address, as `new URL("model.onnx", import.meta.url)`; from a `File`, what `fetch` answered, or bytes.
 *
 * ```ts
 * const net = sequential(pretrained(await loadModel("model.onnx")), relu(), linear(3));
 * ```
 *
 * Throws where a file is missing, is no model, or where the model names a file outside its folder. What has no folder must be a model in one file: give
 * the bytes of several as `{ bytes, data }`.
 */
export const loadModel = async (source: Source): Promise<ModelWithData> => {
  const path = sourcePath(source);
  const name = path ?? sourceName(source);
  const bytes = await readSource("loadModel", wanted, path ?? source).catch((error: unknown) =>
    error instanceof SteepestError
      ? Promise.reject(error)
      : at(name, "no such file, or not readable; give the path of an ONNX model", error),
  );
  const files = filesOf(name, bytes);
  if (files.length === 0) return { bytes, data: {} };
  if (path === undefined) {
    throw new SteepestError(
      `${name}: the model keeps weights in "${files[0]}" beside it; give both as { bytes, data: { "${files[0]}": … } }`,
    );
  }
  const folder = join(path, "..");
  const data = files.map(
    async (file) => [file, await readSource("loadModel", wanted, await beside(folder, file))] as const,
  );
  return { bytes, data: Object.fromEntries(await Promise.all(data)) };
};
