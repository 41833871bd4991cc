import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import { decodeModel } from "../onnx/codec.js";
import { externalFiles } from "../onnx/external.js";
import { loadModel } from "../onnx/load.js";
import { readModel } from "../onnx/read.js";
import type { ModelProto } from "../onnx/schema.js";
import { writeModel } from "../onnx/write.js";
import { encoderKey, parseEncoder, type TableEncoder } from "../tables/encoder.js";
import { RunFolder } from "../train/run-folder.js";

/** A model file, and what training wrote into it. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly proto: ModelProto;
  /** What it answers, where it says so. */
  readonly target: ModelTarget | undefined;
  /** The pictures that it was trained on, where it says so; of older models the layout alone. */
  readonly image: ModelImage | undefined;
  /** How the rows of tables become its inputs, where it learned from a table. */
  readonly table: TableEncoder | undefined;
}

const targetSchema = z.object({
  kind: z.enum(["class", "value"]),
  names: z.array(z.string()).optional(),
  size: z.int().positive().optional(),
});

export type ModelTarget = z.infer<typeof targetSchema>;

const count = z.int().positive();
const pair = z.tuple([z.number(), z.number()]);
const inkSchema = z.object({
  tone: z.enum(["bright", "dark"]),
  size: count,
  sizes: pair,
  centre: pair,
  spread: z.number().nonnegative(),
});
const imageSchema = z.object({
  width: count,
  height: count,
  channels: count,
  range: pair.optional(),
  /** null where the pictures were looked at and show no strokes. */
  ink: inkSchema.nullish(),
});

export type ModelImage = z.infer<typeof imageSchema>;

const isModel = (proto: ModelProto): boolean =>
  (proto.graph?.node?.length ?? 0) > 0 && (proto.opsetImport?.length ?? 0) > 0;

/** A run folder stands for the model in it. */
const modelPath = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return path;
  const inside = join(path, "model.onnx");
  if (existsSync(inside)) return inside;
  if (existsSync(new RunFolder(path).checkpoints)) {
    throw new SteepestError(
      `${path}: the training was stopped before it ended, so that there is no model yet; go on with \`npx steepest resume ${path}\``,
    );
  }
  throw new SteepestError(`${path}: this folder holds no model.onnx; give a run folder, or an ONNX file`);
};

/** Reads an ONNX file, or that of a run folder. Throws where it is missing or something else. */
export const readModelFile = async (given: string): Promise<ModelFile> => {
  const path = await modelPath(given);
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
  const table = metadata.get(encoderKey);
  return {
    path,
    bytes,
    proto,
    target: entry("steepest.target", targetSchema),
    image: entry("steepest.image", imageSchema),
    table: table === undefined ? undefined : parseEncoder(table, path),
  };
};

/** The bytes of a model with the weights that lie in files beside it, which an engine that is given bytes would not find. */
export const wholeModel = async ({ path, bytes, proto }: ModelFile): Promise<Uint8Array> =>
  externalFiles(proto.graph).length === 0 ? bytes : writeModel(readModel(await loadModel(path)));
