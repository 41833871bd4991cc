import { normalizeAxis, type Shape } from "../../graph/shape.js";
import type { ImportedNode } from "./node.js";

export const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Axes that are named, each once, counted from 0 in a shape of the given rank. */
export const namedAxes = (node: ImportedNode, axes: readonly number[], shape: Shape): number[] => {
  const normal = axes.map((axis) => normalizeAxis(node.proto.opType, axis, shape));
  return new Set(normal).size === normal.length ? normal : node.fail(`its axes ${axes} name one twice`);
};
