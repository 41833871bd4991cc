import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { compile } from "../../src/engine/compile.js";
import type { DType, TypedArray } from "../../src/graph/index.js";
import { readModel } from "../../src/onnx/read.js";

/** What a model is fed: numbers of one of our types. */
export interface Feed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export type Feeds = Readonly<Record<string, Feed>>;

/** An output of a model, its numbers in one form whatever their type was. */
export interface Computed {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Outputs = Readonly<Record<string, Computed>>;

const computed = (type: string, shape: readonly number[], data: ArrayLike<number | bigint>): Computed => ({
  type,
  shape: [...shape],
  data: Array.from(data, Number),
});

/** What ONNX Runtime itself computes from the bytes of a model. */
export const runDirectly = async (model: Uint8Array, feeds: Feeds): Promise<Outputs> => {
  const session = await InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1 });
  try {
    const tensors = Object.entries(feeds).map(
      ([name, { dtype, data, shape }]) => [name, new OrtTensor(dtype, data, shape)] as const,
    );
    const outputs = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, dims, data }]) => [
        name,
        computed(type, dims, data as ArrayLike<number | bigint>),
      ]),
    );
  } finally {
    await session.release();
  }
};

/** What is computed where the model is read into a graph, and that is written and run. */
export const runAsRead = async (model: Uint8Array, feeds: Feeds): Promise<Outputs> => {
  const program = await compile(readModel(model), { threads: 1 });
  try {
    const outputs = await program.run(
      Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data])),
    );
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dtype, shape, data }]) => [name, computed(dtype, shape, data)]),
    );
  } finally {
    await program.release();
  }
};
