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
  return {
    load: async (model) => {
      const session = await InferenceSession.create(model, {
        executionProviders: ["wasm"],
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        // "fatal": what goes wrong is thrown, and nothing is written to the console.
        logSeverityLevel: 4,
      });
      sessions.set(++last, session);
      return last;
    },
    run: async (model, inputs) => {
      const session = sessions.get(model) ?? missing();
      const outputs = await session.run(ortTensors(inputs));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { type, data, dims }]) => [
          name,
          { dtype: type as HostTensor["dtype"], data: data as HostTensor["data"], shape: dims },
        ]),
      );
    },
    release: async (model) => {
      const session = sessions.get(model);
      sessions.delete(model);
      await session?.release();
    },
  };
};
