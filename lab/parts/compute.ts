import type { Answer, Request } from "./worker.js";

let worker: Worker | undefined;
let requests = 0;
const waiting = new Map<number, (answer: Answer) => void>();

const open = (): Worker => {
  const opened = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  opened.onmessage = ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  opened.onerror = (event) => {
    const error = `the figure's worker could not be started${event.message ? `: ${event.message}` : ""}; reload the page`;
    for (const [id, tell] of waiting) tell({ id, error });
    waiting.clear();
    worker = undefined;
  };
  return opened;
};

const send = (request: Request): void => {
  worker ??= open();
  worker.postMessage(request);
};

/** Has the worker load what a figure will ask it for. */
export const prepareWorker = (figure: string): void => send({ prepare: figure });

/**
 * Computes a figure in the worker, so that the page never waits. Throws the error of the computation, in the library's words; gives
 * undefined where the signal ended it.
 */
export const computeInWorker = (
  figure: string,
  state: object,
  signal: AbortSignal,
): Promise<{ readonly result: object; readonly milliseconds: number } | undefined> =>
  new Promise((resolve, reject) => {
    requests += 1;
    const id = requests;
    waiting.set(id, (answer) => {
      if ("error" in answer) reject(new Error(answer.error));
      else resolve(answer);
    });
    signal.addEventListener("abort", () => {
      waiting.delete(id);
      send({ cancel: id });
      resolve(undefined);
    });
    send({ id, figure, state });
  });
