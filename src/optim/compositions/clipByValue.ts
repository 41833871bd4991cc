import { check, positive } from "../../check.js";
import { clip } from "../../graph/index.js";
import { type Composition, onGradient } from "./composition.js";

/**
 * Limits every element of the gradient: `g ← min(max(g, -limit), limit)`.
 *
 * Throws where the limit is not positive.
 */
export const clipByValue = (limit: number): Composition => {
  check("clipByValue", positive, { limit });
  return onGradient("clipByValue", {}, ({ g }) => ({ g: clip(g, -limit, limit) }));
};
