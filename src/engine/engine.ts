import type { DType, Tensor, TypedArray } from "../graph/tensor.js";
import type { Target } from "../onnx/target.js";
import type { TrainingGraph } from "./training/graph.js";
import type { TrainingOptions, TrainingSession } from "./training/session.js";

/** Numbers in memory that an engine reads or writes, with their shape. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A model with the memory it reads from and writes to: each run uses whatever that memory holds at the time. */
export interface BoundSession {
  run(): Promise<void>;
}

/** A model that an engine has loaded. */
export interface Session {
  /** Runs once and returns every output in new memory. */
  run(inputs: HostTensors): Promise<HostTensors>;
  /**
   * Fixes the memory of all inputs and outputs, so that many runs need no allocation. Where the engine can, it works on
   * this memory directly; otherwise it copies.
   */
  bind(inputs: HostTensors, outputs: HostTensors): BoundSession;
  /** Frees the engine's memory. The session cannot be used afterwards; releasing it again does nothing. */
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads for one operator. @defaultValue all cores */
  readonly threads?: number;
  /**
   * Whether threads wait for their next work awake, which saves time within a run and takes the cores from whatever else runs right after it.
   * "within runs" does so until a run ends.
   *
   * @defaultValue true
   */
  readonly spinning?: boolean | "within runs";
}

/** How threads of ours work on the memory that an engine's sessions are bound to. */
export interface Sharing {
  /** How many, the one that calls included. */
  readonly threads: number;
  /** A memory that threads share, as a buffer that sessions can be bound to. */
  readonly bufferOver: (memory: WebAssembly.Memory) => ArrayBuffer;
}

/**
 * What runs graphs. Nothing above this folder knows which one it is: ONNX Runtime in Node, in a browser, or on a GPU all
 * look like this.
 */
export interface Engine {
  readonly name: string;
  /** The version of what runs the graphs. */
  readonly version?: string | undefined;
  /**
   * What the engine can: models that it is to load are written for it.
   *
   * @defaultValue standard operators of ONNX
   */
  readonly target?: Target;
  /** A target that suits one graph better than the one for all, where the engine has one. */
  targetFor?(outputs: readonly Tensor[]): Promise<Target>;
  /** Loads the bytes of an ONNX model. Throws where they are not one or hold an operator the engine lacks. */
  load(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** How threads share memory with this engine; undefined where they cannot, or where there is one thread only. */
  sharing?(options: SessionOptions): Promise<Sharing | undefined>;
  /**
   * Prepares training on the engine's own device, where it has one. Without it training runs on the processor, in memory that sessions
   * of this engine are bound to.
   */
  train?(graph: TrainingGraph, options?: TrainingOptions): Promise<TrainingSession>;
}
