import { byFolder } from "./by-folder.js";

interface Computation {
  readonly compute: (state: object, signal?: AbortSignal) => Promise<object>;
}

/** How each figure computes, by its name. */
export const computations = byFolder(import.meta.glob<Computation>("./*/compute.ts"));
