import type { Draws } from "./draws.js";
import type { Operation } from "./operation.js";
import type { Size } from "./picture.js";

/** What was drawn for a transformation: plain data that can be printed, kept and given again. */
export type Parameters = Readonly<
  Record<string, number | string | boolean | readonly number[] | Readonly<Record<string, number>>>
>;

/**
 * One way to change a picture. `draw` decides by chance what happens to one example, and `operations` says what that is; the second is a
 * function of the first, so that what was drawn can be done again.
 */
export interface Transformation {
  readonly name: string;
  /** The parameters for one example whose picture has this size by then; undefined leaves it alone. */
  readonly draw: (draws: Draws, size: Size) => Parameters | undefined;
  readonly operations: (parameters: Parameters, size: Size) => readonly Operation[];
}

/** Transformations of which some are done, in some order. */
export interface Composition {
  readonly name: string;
  readonly of: readonly Step[];
  /** Those of `of` that are done to one example, in their order. */
  readonly choose: (draws: Draws) => readonly Step[];
}

export type Step = Transformation | Composition;

/**
 * A transformation of your own.
 *
 * @example
 * ```ts
 * import { augment } from "steepest";
 *
 * const darken = (least: number) =>
 *   augment.transformation({
 *     name: "darken",
 *     draw: (draws) => ({ factor: draws.between(least, 1) }),
 *     operations: ({ factor }) => [{ kind: "blend", with: "black", factor }],
 *   });
 * ```
 */
export const transformation = <P extends Parameters>(definition: {
  readonly name: string;
  readonly draw: (draws: Draws, size: Size) => P | undefined;
  readonly operations: (parameters: P, size: Size) => readonly Operation[];
}): Transformation => ({
  ...definition,
  // What is done is what was drawn, here or when it was kept.
  operations: (parameters, size) => definition.operations(parameters as P, size),
});

/** The size that a picture has after some operations. */
export const sizeAfter = (operations: readonly Operation[], size: Size): Size =>
  operations.reduce((last, operation) => (operation.kind === "move" ? operation.size : last), size);
