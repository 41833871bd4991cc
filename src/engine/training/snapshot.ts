import { SteepestError } from "../../errors.js";
import type { Snapshot } from "./session.js";
import { type NamedView, tensorsOf, writeTensors } from "./tensors.js";

/** How a session's memory is copied. */
export interface SnapshotSource {
  /** Numbers in a copy. */
  readonly count: number;
  readonly save: (into: Float32Array) => void;
  readonly restore: (from: Float32Array) => void;
  /** The named parts of a copy. */
  readonly views: (copy: Float32Array) => readonly NamedView[];
}

/** A copy in memory of its own. */
export const takeSnapshot = ({ count, save, restore, views }: SnapshotSource): Snapshot => {
  let copy: Float32Array | undefined = new Float32Array(count);
  const held = (): Float32Array => {
    if (copy) return copy;
    throw new SteepestError(
      "the snapshot was released and cannot be used any more; release it after its last use",
    );
  };
  save(copy);
  return {
    take: async () => save(held()),
    restore: async () => restore(held()),
    tensors: async () => tensorsOf(views(held())),
    set: async (tensors) => writeTensors("snapshot", views(held()), tensors),
    release: () => {
      copy = undefined;
    },
  };
};
