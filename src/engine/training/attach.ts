import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { inputName } from "../../graph/tensor.js";
import type { Engine, Session, SessionOptions } from "../engine.js";
import { loadGraph } from "../load-graph.js";
import { fedTensor } from "./data.js";
import { drawSource } from "./draws.js";
import type { Resident } from "./memory.js";
import type { AttachedGraph, AttachedProgram } from "./session.js";
import { hostAt } from "./shapes.js";

/** What a session's further graphs work with. */
export interface AttachedPlace {
  readonly engine: Engine;
  readonly options: SessionOptions;
  readonly residents: readonly Resident[];
  readonly seed: number;
  /** What the session will free, the program among it while it is in use. */
  readonly held: Set<Pick<Session, "release">>;
}

/** Compiles a graph over parameters and states in the memory of training. */
export const attachProgram = async (
  { inputs, draws = [], outputs }: AttachedGraph,
  { engine, options, residents, seed, held }: AttachedPlace,
): Promise<AttachedProgram> => {
  const used = new Set(topologicalOrder(Object.values(outputs)));
  const present = residents.filter(({ tensor }) => used.has(tensor));
  const graph = { inputs: [...inputs, ...[...draws, ...present].map(({ tensor }) => tensor)], outputs };
  const session = await loadGraph(engine, graph, options);
  held.add(session);
  const fixed = Object.fromEntries(
    present.map(({ tensor, inUse }) => [inputName(tensor), hostAt(tensor, 1, inUse)]),
  );
  const drawn = drawSource(draws, seed);
  return {
    run: async (values, draw = 0) => {
      if (!held.has(session)) throw released();
      const fed = inputs.map((x) => [inputName(x), fedTensor(x, values[inputName(x)])] as const);
      const size = fed[0]?.[1].shape[0] ?? 1;
      return session.run({ ...fixed, ...Object.fromEntries(fed), ...drawn(size, draw) });
    },
    release: async () => {
      if (held.delete(session)) await session.release();
    },
  };
};

export const released = (): SteepestError =>
  new SteepestError("the network was released and cannot be used any more; release it after its last use");
