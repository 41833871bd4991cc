import type { HostTensor, HostTensors } from "../engine.js";

/** Where the page serves the runtime's two files. */
export interface RuntimeFiles {
  readonly mjs: string;
  readonly wasm: string;
}

/** How the runtime is started, once. */
export interface RuntimeStart {
  readonly files: RuntimeFiles;
  readonly threads: number;
}

/** What runs models: on this thread, or on another behind messages. */
export interface ModelHost {
  /** Loads the bytes of a model; the number is what it goes by. */
  load(model: Uint8Array): Promise<number>;
  /** Runs a model. What it is given is its own from then on where `owned` says so. */
  run(model: number, inputs: HostTensors): Promise<HostTensors>;
  release(model: number): Promise<void>;
}

/** A call of a host, sent to another thread. */
export type Call =
  | { readonly call: "start"; readonly start: RuntimeStart }
  | { readonly call: "load"; readonly bytes: Uint8Array }
  | { readonly call: "run"; readonly model: number; readonly inputs: HostTensors }
  | { readonly call: "release"; readonly model: number };

export type Request = Call & { readonly id: number };

/** What came of a call: its result, or the text of what went wrong. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly problem?: string;
}

/** The memory of tensors, each with a buffer of its own, which a message can hand over. */
export const buffersOf = (tensors: HostTensors): ArrayBuffer[] =>
  Object.values(tensors).flatMap(({ data }: HostTensor) =>
    data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
  );
