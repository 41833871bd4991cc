import { check, share } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Operation } from "../operation.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of transformations that are done or not. */
export interface ProbabilityOptions {
  /** @defaultValue 0.5; of `grey` 0.1 */
  readonly probability?: number;
}

/** A transformation without parameters that is done with a probability. */
const doneOrNot = (
  name: "grey" | "invert" | "equalise" | "autocontrast",
  operation: Operation,
  options: ProbabilityOptions,
  usual = 0.5,
): Transformation => {
  const { probability = usual } = requireKnown(name, options, ["probability"]);
  check(name, share, { probability });
  return transformation({
    name,
    draw: (draws) => (draws.happens(probability) ? {} : undefined),
    operations: () => [operation],
  });
};

/** Every pixel its grey, 0.299·r + 0.587·g + 0.114·b, in all three channels. */
export const grey = (options: ProbabilityOptions = {}): Transformation =>
  doneOrNot("grey", { kind: "blend", with: "grey", factor: 0 }, options, 0.1);

/** black + white − x */
export const invert = (options: ProbabilityOptions = {}): Transformation =>
  doneOrNot("invert", { kind: "invert" }, options);

/** The values of each channel spread so that all are equally frequent, as Pillow does it; float32 are taken as 256 levels. */
export const equalise = (options: ProbabilityOptions = {}): Transformation =>
  doneOrNot("equalise", { kind: "equalise" }, options);

/** The values of each channel stretched from black to white. */
export const autocontrast = (options: ProbabilityOptions = {}): Transformation =>
  doneOrNot("autocontrast", { kind: "autocontrast" }, options);
