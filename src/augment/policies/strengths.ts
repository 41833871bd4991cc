import type { Draws } from "../draws.js";
import { aboutCentre, rotation, shearing, translation } from "../matrix.js";
import { move, type Operation } from "../operation.js";
import type { Size } from "../picture.js";
import { type Transformation, transformation } from "../transformation.js";

/** Ends of what a strength of 1 does. */
export interface Ends {
  /** tan of the angle. */
  readonly shear: number;
  /** A share of the side, or pixels where it is above 1. */
  readonly translate: number;
  readonly rotate: number;
  /** How far a factor goes from 1. */
  readonly factor: number;
  /** The fewest bits. */
  readonly bits: number;
}

/**
 * The fourteen transformations of RandAugment and its kin, each at a strength from 0 to 1 that `strength` draws, to either side where it
 * has two.
 */
export const strengths = (ends: Ends, strength: (draws: Draws) => number): readonly Transformation[] => {
  const signed = (
    name: string,
    most: (size: Size) => number,
    operation: (value: number, size: Size) => Operation,
  ) =>
    transformation({
      name,
      draw: (draws, size) => ({ by: draws.sign() * strength(draws) * most(size) }),
      operations: ({ by }, size) => [operation(by, size)],
    });
  const moving = (
    name: string,
    most: (size: Size) => number,
    matrix: (value: number, size: Size) => readonly number[],
  ) => signed(name, most, (by, size) => move({ kind: "projective", matrix: matrix(by, size) }, size));
  const blending = (name: string, operation: (factor: number) => Operation) =>
    signed(
      name,
      () => ends.factor,
      (by) => operation(1 + by),
    );
  const plain = (name: string, operations: readonly Operation[]) =>
    transformation({ name, draw: () => ({}), operations: () => operations });
  const way = (side: number) => (ends.translate > 1 ? ends.translate : ends.translate * side);
  return [
    plain("nothing", []),
    moving(
      "shearX",
      () => ends.shear,
      (by, size) => aboutCentre(shearing(-by, 0), size),
    ),
    moving(
      "shearY",
      () => ends.shear,
      (by, size) => aboutCentre(shearing(0, -by), size),
    ),
    moving(
      "translateX",
      ({ width }) => way(width),
      (by) => translation(-by, 0),
    ),
    moving(
      "translateY",
      ({ height }) => way(height),
      (by) => translation(0, -by),
    ),
    moving(
      "rotate",
      () => ends.rotate,
      (by, size) => aboutCentre(rotation(-by), size),
    ),
    blending("brightness", (factor) => ({ kind: "blend", with: "black", factor })),
    blending("saturation", (factor) => ({ kind: "blend", with: "grey", factor })),
    blending("contrast", (factor) => ({ kind: "blend", with: "mean", factor })),
    blending("sharpness", (factor) => ({ kind: "sharpness", factor })),
    transformation({
      name: "posterise",
      draw: (draws) => ({ bits: 8 - Math.round(strength(draws) * (8 - ends.bits)) }),
      operations: ({ bits }) => [{ kind: "posterise", bits }],
    }),
    transformation({
      name: "solarise",
      draw: (draws) => ({ threshold: 1 - strength(draws) }),
      operations: ({ threshold }) => [{ kind: "solarise", threshold }],
    }),
    plain("autocontrast", [{ kind: "autocontrast" }]),
    plain("equalise", [{ kind: "equalise" }]),
  ];
};
