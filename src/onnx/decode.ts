import { SteepestError } from "../errors.js";
import { decodeModel } from "./codec.js";
import type { GraphProto, ModelProto } from "./schema.js";

export const notOnnx = (bytes: Uint8Array, reason: string, cause?: unknown): SteepestError =>
  new SteepestError(
    `onnx: these ${bytes.length} bytes are not a whole ONNX model (${reason}); give the contents of a .onnx file`,
    { cause },
  );

/** The model that bytes hold. Throws where they are something else, or only a part of one. */
export const decode = (bytes: Uint8Array): ModelProto & { graph: GraphProto } => {
  let model: ModelProto;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw notOnnx(
      bytes,
      error instanceof RangeError ? "they end too early" : "they cannot be decoded",
      error,
    );
  }
  if (!model.graph?.output?.length) throw notOnnx(bytes, "there is no graph with outputs in them");
  return model;
};
