import { computations } from "../figures/computations.js";

/** A request of the page, word that the answer to one is no longer wanted, or which figure's will come. */
export type Request =
  | { readonly id: number; readonly figure: string; readonly state: object }
  | { readonly cancel: number }
  | { readonly prepare: string };

export type Answer =
  | { readonly id: number; readonly result: object; readonly milliseconds: number }
  | { readonly id: number; readonly error: string };

const running = new Map<number, AbortController>();

const answer = (message: Answer): void => self.postMessage(message);

const compute = async (id: number, figure: string, state: object): Promise<void> => {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const load = computations[figure];
    if (load === undefined) throw new Error(`there is no figure "${figure}"`);
    const { compute: computation } = await load();
    const start = performance.now();
    const result = await computation(state, controller.signal);
    answer({ id, result, milliseconds: performance.now() - start });
  } catch (error) {
    if (!controller.signal.aborted) {
      answer({ id, error: error instanceof Error ? error.message : String(error) });
    }
  } finally {
    running.delete(id);
  }
};

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if ("cancel" in data) running.get(data.cancel)?.abort();
  else if ("prepare" in data) void computations[data.prepare]?.();
  else void compute(data.id, data.figure, data.state);
};
