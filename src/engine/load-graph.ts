import { checkGraph, type Graph, writeModel } from "../onnx/write.js";
import type { Engine, Session, SessionOptions } from "./engine.js";

const targetOf = async (engine: Engine, graph: Graph) => {
  checkGraph(graph);
  return (await engine.targetFor?.(Object.values(graph.outputs))) ?? engine.target;
};

/** Writes a graph for an engine, in the operators that are fastest for it there, and loads it. */
export const loadGraph = async (engine: Engine, graph: Graph, options?: SessionOptions): Promise<Session> =>
  engine.load(writeModel(graph, await targetOf(engine, graph)), options);

/**
 * A graph for batches of `size` examples above all: the function gives the session for a batch of any size. Where the engine
 * gains from a known size there are two, one for this size and one for all others, each loaded when it is first needed.
 */
export const loadForBatches = async (
  engine: Engine,
  graph: Graph,
  size: number,
  options?: SessionOptions,
): Promise<(size: number) => Promise<Session>> => {
  const target = await targetOf(engine, graph);
  const load = (batchSize?: number) =>
    engine.load(writeModel(batchSize === undefined ? graph : { ...graph, batchSize }, target), options);
  if (!target?.gainsFromBatchSize) {
    const session = await load();
    return async () => session;
  }
  const own = await load(size);
  let general: Promise<Session> | undefined;
  return async (other) => {
    if (other === size) return own;
    general ??= load();
    return general;
  };
};
