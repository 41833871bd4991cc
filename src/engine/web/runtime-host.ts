import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-web/wasm";
import { missing } from "../../missing.js";
import type { HostTensor, HostTensors } from "../engine.js";
import type { ModelHost, RuntimeStart } from "./protocol.js";

const ortTensors = (tensors: HostTensors): Record<string, OrtTensor> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, data, shape }]) => [
      name,
      new OrtTensor(dtype, data, shape),
    ]),
  );

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
    const outputs = await session.run(ortTensors(inputs));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, data, dims }]) => [
        name,
        { dtype: type as HostTensor["dtype"], data: data as HostTensor["data"], shape: dims },
      ]),
    );
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
