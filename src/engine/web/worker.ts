import { missing } from "../../missing.js";
import type { HostTensors } from "../engine.js";
import { type Answer, buffersOf, type Call, type ModelHost, type Request } from "./protocol.js";
import { runtimeHost } from "./runtime-host.js";

/*
 * The thread that runs models for a page. The build puts this module, with the runtime's code, as a text into `worker-code.js`: a worker made of a
 * text needs no file that a bundler would have to find.
 */

let host: ModelHost | undefined;

const answer = async (call: Call): Promise<unknown> => {
  switch (call.call) {
    case "start":
      host = runtimeHost(call.start);
      return undefined;
    case "load":
      return (host ?? missing()).load(call.bytes);
    case "run":
      return (host ?? missing()).run(call.model, call.inputs);
    case "release":
      return (host ?? missing()).release(call.model);
  }
};

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage: (message: Answer, transfer: ArrayBuffer[]) => void;
};

scope.onmessage = async ({ data: { id, ...call } }) => {
  try {
    const result = await answer(call as Call);
    scope.postMessage({ id, result }, call.call === "run" ? buffersOf(result as HostTensors) : []);
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) }, []);
  }
};
