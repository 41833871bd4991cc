import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import type { HostTensor, HostTensors } from "../engine.js";
import { type Answer, buffersOf, type Call, type ModelHost, type RuntimeStart } from "./protocol.js";
import { workerCode } from "./worker-code.js";

interface Pending {
  readonly done: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Tensors with memory of their own: a message carries the whole memory that an array lies in, and the arena holds more than what a model
 * reads.
 */
const copied = (tensors: HostTensors): HostTensors =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]): [string, HostTensor] => [
      name,
      { dtype, shape, data: data.slice() },
    ]),
  );

/** Starts a thread that runs models, so that the page's own stays free. */
export const workerHost = async (start: RuntimeStart): Promise<ModelHost> => {
  const address = URL.createObjectURL(new Blob([workerCode], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module", name: "steepest" });
  const pending = new Map<number, Pending>();
  let last = 0;
  const fail = (reason: string) => {
    for (const { failed } of pending.values()) failed(new Error(reason));
    pending.clear();
  };
  worker.onmessage = ({ data: { id, result, problem } }: MessageEvent<Answer>) => {
    const { done, failed } = pending.get(id) ?? missing();
    pending.delete(id);
    if (problem === undefined) done(result);
    else failed(new Error(problem));
  };
  worker.onerror = (event) => fail(event.message || "the thread that runs models ended");
  const call = (message: Call, transfer: ArrayBuffer[] = []): Promise<unknown> =>
    new Promise((done, failed) => {
      const id = ++last;
      pending.set(id, { done, failed });
      worker.postMessage({ id, ...message }, transfer);
    });
  try {
    await call({ call: "start", start });
  } catch (cause) {
    throw new SteepestError(
      `a thread for the runtime cannot be started (${String(cause)}); where the page has a content security policy, let it have worker-src blob: and script-src 'wasm-unsafe-eval'`,
      { cause },
    );
  } finally {
    URL.revokeObjectURL(address);
  }
  return {
    load: async (bytes) => {
      const own = bytes.slice();
      return (await call({ call: "load", bytes: own }, [own.buffer])) as number;
    },
    run: async (model, inputs) => {
      const own = copied(inputs);
      return (await call({ call: "run", model, inputs: own }, buffersOf(own))) as HostTensors;
    },
    release: async (model) => {
      await call({ call: "release", model });
    },
  };
};
