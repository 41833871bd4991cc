import { SteepestError } from "../../errors.js";
import { formatShape, sameShape } from "../../graph/shape.js";
import type { Borrowed } from "./graph.js";
import type { Resident } from "./memory.js";
import type { TrainingSession } from "./session.js";

/**
 * What a session borrows from others, in their memory. Throws where another session does not hold it in memory of this kind, or in
 * another shape.
 */
export const borrowedResidents = (
  borrowed: readonly Borrowed[] = [],
  residentsOf: (session: TrainingSession) => readonly Resident[] | undefined,
): Resident[] =>
  borrowed.map(({ name, tensor, shape, from, source }) => {
    const there = residentsOf(from)?.find((resident) => resident.name === source);
    if (!there) {
      throw new SteepestError(
        `"${name}" is to be shared, but the other trainer has no "${source}" or works on another engine; share trainers of one engine`,
      );
    }
    if (!sameShape(there.shape, shape)) {
      throw new SteepestError(
        `"${name}" of shape ${formatShape(shape)} is to be shared, but "${source}" of the other trainer has shape ${formatShape(there.shape)}`,
      );
    }
    return { name, tensor, shape, view: there.view, inUse: there.inUse };
  });
