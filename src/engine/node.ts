import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { SteepestError } from "../errors.js";
import { cores } from "../machine.js";
import type { Engine, SessionOptions } from "./engine.js";
import { told } from "./failures.js";
import { probeBlocks, withBlocks } from "./lowering/blocked/probe.js";
import { hostTensors, runtimeTensors, sessionOf } from "./runtime-session.js";
import { blockedTarget, convolutionTarget, hasConvolutions, runtimeTarget } from "./runtime-target.js";
import { sharedBuffers } from "./shared-buffers.js";
import { mostThreads } from "./threads.js";

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
    const session = await told("load", () => InferenceSession.create(model, sessionOptions(options)));
    return sessionOf({
      run: async (inputs) => hostTensors(await session.run(runtimeTensors(Tensor, inputs))),
      runInto: (inputs, outputs) => {
        const feeds = runtimeTensors(Tensor, inputs);
        const fetches = runtimeTensors(Tensor, outputs);
        return () => session.run(feeds, fetches);
      },
      release: () => session.release(),
    });
  },
};
