import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { missing } from "../../missing.js";
import type { HostTensors } from "../engine.js";
import { hostTensors, runtimeTensors } from "../runtime-session.js";
import type { ModelHost, RuntimeStart } from "./protocol.js";

/** Starts ONNX Runtime's WebAssembly on this thread. It can be started once: files and threads of the first time stay. */
export const runtimeHost = ({ files, threads }: RuntimeStart): ModelHost => {
  env.wasm.wasmPaths = files;
  env.wasm.numThreads = threads;
  env.logLevel = "fatal";
  const sessions = new Map<number, InferenceSession>();
  let last = 0;
  let before: Promise<unknown> = Promise.resolve();
  /** One thing after another: calls that overlap spoil each other's stack in the runtime's memory. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const now = before.then(work);
    before = now.catch(() => {});
    return now;
  };
  const load = async (model: Uint8Array): Promise<number> => {
    const session = await InferenceSession.create(model, {
      executionProviders: ["wasm"],
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // "fatal": what goes wrong is thrown, and nothing is written to the console.
      logSeverityLevel: 4,
    });
    sessions.set(++last, session);
    return last;
  };
  const run = async (model: number, inputs: HostTensors): Promise<HostTensors> => {
    const session = sessions.get(model) ?? missing();
    return hostTensors(await session.run(runtimeTensors(Tensor, inputs)));
  };
  const release = async (model: number): Promise<void> => {
    const session = sessions.get(model);
    sessions.delete(model);
    await session?.release();
  };
  return {
    load: (model) => inTurn(() => load(model)),
    run: (model, inputs) => inTurn(() => run(model, inputs)),
    release: (model) => inTurn(() => release(model)),
  };
};
