import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { SteepestError } from "../errors.js";
import type { DType } from "../graph/tensor.js";
import { cores } from "../machine.js";
import type { BoundSession, Engine, HostTensor, HostTensors, Session, SessionOptions } from "./engine.js";
import { told } from "./failures.js";
import { probeBlocks, withBlocks } from "./lowering/blocked/probe.js";
import { blockedTarget, convolutionTarget, hasConvolutions, runtimeTarget } from "./runtime-target.js";
import { sharedBuffers } from "./shared-buffers.js";
import { mostThreads } from "./threads.js";

const ortTensor = ({ dtype, data, shape }: HostTensor): OrtTensor => new OrtTensor(dtype, data, shape);

const ortTensors = (tensors: HostTensors): Record<string, OrtTensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, ortTensor(tensor)]));

const dtypes: readonly string[] = ["float32", "float64", "int64", "bool"] satisfies DType[];

const hostTensor = (name: string, { type, data, dims }: OrtTensor): HostTensor => {
  if (!dtypes.includes(type)) {
    throw new SteepestError(`output "${name}" has type ${type}; expected one of ${dtypes.join(", ")}`);
  }
  return { dtype: type as DType, data: data as HostTensor["data"], shape: dims };
};

class NodeSession implements Session {
  #released = false;

  constructor(readonly session: InferenceSession) {}

  async run(inputs: HostTensors): Promise<HostTensors> {
    if (this.#released) {
      throw new SteepestError(
        "this program was released and cannot be run any more; release it after its last use",
      );
    }
    const outputs = await told("run", () => this.session.run(ortTensors(inputs)));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, hostTensor(name, tensor)]),
    );
  }

  bind(inputs: HostTensors, outputs: HostTensors): BoundSession {
    const feeds = ortTensors(inputs);
    const fetches = ortTensors(outputs);
    return {
      run: async () => {
        await told("run", () => this.session.run(feeds, fetches));
      },
    };
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.session.release();
  }
}

const sessionOptions = ({ threads, spinning = true }: SessionOptions): InferenceSession.SessionOptions => ({
  executionProviders: ["cpu"],
  executionMode: "sequential",
  enableCpuMemArena: true,
  graphOptimizationLevel: "all",
  // 4 is "fatal": the runtime's own warnings and errors would otherwise land on the terminal; errors are thrown.
  logSeverityLevel: 4,
  ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  extra: {
    session: {
      set_denormal_as_zero: "1",
      intra_op: { allow_spinning: spinning ? "1" : "0" },
      force_spinning_stop: spinning === "within runs" ? "1" : "0",
    },
  },
});

/** How many channels a block holds on this processor: tried out when the first graph with convolutions is compiled. */
let blocks: Promise<number | undefined> | undefined;

/** ONNX Runtime on the processor, in Node. Works on our memory directly: inputs and bound outputs are not copied. */
export const nodeEngine: Engine = {
  name: "onnxruntime-node (CPU)",
  version: env.versions.node,
  target: runtimeTarget,
  async targetFor(outputs) {
    if (!hasConvolutions(outputs)) return runtimeTarget;
    blocks ??= probeBlocks(nodeEngine, withBlocks(runtimeTarget));
    const b = await blocks;
    return b === undefined ? convolutionTarget : blockedTarget(b);
  },
  async sharing({ threads = cores }) {
    const bufferOver = threads > 1 ? await sharedBuffers() : undefined;
    return bufferOver && { threads, bufferOver };
  },
  async load(model, options = {}) {
    const { threads = 1 } = options;
    if (!(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) {
      throw new SteepestError(
        `threads is ${threads}; this machine has ${cores} cores: give a whole number from 1 to ${mostThreads}`,
      );
    }
    return new NodeSession(await told("load", () => InferenceSession.create(model, sessionOptions(options))));
  },
};
