import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ImageLayout } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { decodeModel, type ModelProto } from "../onnx/schema.js";

/** A model file, and what training wrote into it. */
export interface ModelFile {
  readonly bytes: Uint8Array;
  readonly proto: ModelProto;
  readonly classNames: readonly string[] | undefined;
  readonly image: ImageLayout | undefined;
}

const targetSchema = z.object({ names: z.array(z.string()).optional() });
const count = z.int().positive();
const imageSchema: z.ZodType<ImageLayout> = z.object({ width: count, height: count, channels: count });

const isModel = (proto: ModelProto): boolean =>
  (proto.graph?.node?.length ?? 0) > 0 && (proto.opsetImport?.length ?? 0) > 0;

/** Reads an ONNX file. Throws where it is missing or something else. */
export const readModelFile = async (path: string): Promise<ModelFile> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new SteepestError(`${path}: no such file, or not readable; give the path of an ONNX model`, {
      cause: error,
    });
  }
  let proto: ModelProto | undefined;
  try {
    proto = decodeModel(bytes);
  } catch {
    // Reported below: whatever the bytes are, they are not a model.
  }
  if (proto === undefined || !isModel(proto)) {
    throw new SteepestError(
      `${path}: not an ONNX model; give a file that \`steepest train\` or another exporter wrote`,
    );
  }
  const metadata = new Map(proto.metadataProps?.map(({ key, value }) => [key, value]));
  const entry = <T>(key: string, schema: z.ZodType<T>): T | undefined => {
    const text = metadata.get(key);
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new SteepestError(
        `${path}: its metadata "${key}" is not what \`steepest train\` writes; export the model again`,
        { cause: error },
      );
    }
  };
  return {
    bytes,
    proto,
    classNames: entry("steepest.target", targetSchema)?.names,
    image: entry("steepest.image", imageSchema),
  };
};
