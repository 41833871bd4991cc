import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import type { TrainingMemory } from "./memory.js";
import type { Snapshot } from "./session.js";
import { type NamedView, tensorsOf, writeTensors } from "./tensors.js";

/** How a session's memory is copied. */
interface SnapshotSource {
  /** Numbers in a copy. */
  readonly count: number;
  readonly save: (into: Float32Array) => void;
  readonly restore: (from: Float32Array) => void;
  /** The named parts of a copy. */
  readonly views: (copy: Float32Array) => readonly NamedView[];
}

/** Everything that the next step depends on: one region of the arena. */
export const everythingIn = ({ arena, persistent, tensors }: TrainingMemory): SnapshotSource => ({
  count: persistent.count,
  save: (into) => into.set(arena.view(persistent)),
  restore: (from) => arena.view(persistent).set(from),
  views: (copy) =>
    tensors.map(({ name, shape, block: { offset, count } }) => ({
      name,
      shape,
      view: copy.subarray(offset / 4, offset / 4 + count),
    })),
});

/** What the network in use has, one parameter or state behind another. */
export const valuesIn = ({ residents }: TrainingMemory): SnapshotSource => {
  const views = (copy: Float32Array) => {
    let end = 0;
    return residents.map(({ name, shape, inUse }) => {
      end += inUse.length;
      return { name, shape, view: copy.subarray(end - inUse.length, end) };
    });
  };
  return {
    count: residents.reduce((total, { inUse }) => total + inUse.length, 0),
    save: (into) => {
      views(into).forEach(({ view }, i) => void view.set((residents[i] ?? missing()).inUse));
    },
    restore: (from) => {
      views(from).forEach(({ view: saved }, i) => {
        const { view, inUse } = residents[i] ?? missing();
        view.set(saved);
        inUse.set(saved);
      });
    },
    views,
  };
};

/** A copy in memory of its own; `changed` is called once it was put back. */
export const takeSnapshot = (
  { count, save, restore, views }: SnapshotSource,
  changed: () => void,
): Snapshot => {
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
    restore: async () => {
      restore(held());
      changed();
    },
    tensors: async () => tensorsOf(views(held())),
    set: async (tensors) => writeTensors("snapshot", views(held()), tensors),
    release: () => {
      copy = undefined;
    },
  };
};
