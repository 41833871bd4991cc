import type { Engine } from "../engine.js";
import { ArenaSession } from "./arena-session.js";
import type { TrainingGraph } from "./graph.js";
import type { TrainingOptions, TrainingSession } from "./session.js";

/** Prepares training: on the engine's own device where it has one, else on the processor. */
export const openSession = (
  graph: TrainingGraph,
  engine: Engine,
  options: TrainingOptions = {},
): Promise<TrainingSession> => engine.train?.(graph, options) ?? ArenaSession.create(graph, engine, options);
