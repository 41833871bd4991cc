import fc from "fast-check";
import { batch, type Dim, type DType, type Shape, type Tensor } from "../../src/graph/index.js";
import { shapeFor } from "../../src/graph/shape.js";
import type { NdArray } from "./ndarray.js";

/** Values to feed: `any` numbers, `apart` from zero, `positive`, or whole numbers below a limit. */
export type Domain = "any" | "apart" | "positive" | { readonly below: number };

export interface Leaf {
  readonly shape: Shape;
  readonly domain: Domain;
}

/** One operator applied to leaves of drawn shapes, with the same in plain JavaScript. */
export interface Case {
  readonly leaves: readonly Leaf[];
  readonly build: (...xs: Tensor[]) => Tensor;
  readonly reference: (...xs: NdArray[]) => NdArray;
}

export interface Spec {
  readonly draw: (draw: Draw) => Case;
  /**
   * How the gradient is checked: `exact` against finite differences; `zero` where it is zero by definition; `float32` against
   * the derivative of the reference (operators without a float64 form); `none` where the output is not a number.
   */
  readonly gradient: "exact" | "zero" | "float32" | "none";
}

/** Draws random numbers, shapes and choices inside a property. */
export class Draw {
  constructor(
    readonly value: fc.GeneratorValue,
    /** What the symbolic dimension is when the graph runs. */
    readonly batchSize: number,
  ) {}

  int(min: number, max: number): number {
    return this.value(fc.integer, { min, max });
  }

  chance(oneIn: number): boolean {
    return this.int(1, oneIn) === 1;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.int(0, choices.length - 1)] ?? choices[0];
  }

  permutation(length: number): number[] {
    return this.value(fc.shuffledSubarray, [...Array(length).keys()], { minLength: length });
  }

  /** Some of the axes of a shape. */
  axes(rank: number, minLength = 0): number[] {
    return this.value(fc.subarray, [...Array(rank).keys()], { minLength });
  }

  /** A shape of sizes 1 to 3, in one of three cases with an axis of the batch, or of twice that, where `fixed` does not forbid it. */
  shape({ min = 0, max = 3, fixed }: { min?: number; max?: number; fixed?: number } = {}): Shape {
    const shape: Dim[] = Array.from({ length: this.int(min, max) }, () => this.int(1, 3));
    const axis = this.int(0, shape.length * 3);
    if (axis < shape.length && axis !== fixed) shape[axis] = this.pick<Dim>([batch, batch, "2*batch"]);
    return shape;
  }

  /** A shape that broadcasts to the given one: leading axes are left out and others become 1. */
  narrower(shape: Shape): Shape {
    const own = shape.map((dim) => (this.chance(4) ? 1 : dim));
    return this.chance(2) ? own.slice(this.int(0, shape.length)) : own;
  }
}

export const concrete = shapeFor;

/**
 * Numbers for the leaves, all of them different by at least 0.04 from each other, from 0 and from multiples of 0.1, so that
 * no kink, tie or rounding boundary lies within reach of a finite difference.
 */
export const drawValues = (draw: Draw, leaves: readonly Leaf[]): NdArray[] => {
  const shapes = leaves.map((leaf) => concrete(leaf.shape, draw.batchSize));
  const counts = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
  const total = counts.reduce((a, b) => a + b, 0);
  const order = draw.permutation(total);
  let position = 0;
  return leaves.map(({ domain }, leaf) => {
    const data = Array.from({ length: counts[leaf] ?? 0 }, () => {
      const place = (order[position] ?? 0) - Math.floor(total / 2);
      position += 1;
      if (typeof domain === "object") return draw.int(0, domain.below - 1);
      const value = (place + 0.5 + draw.int(-3, 3) / 10) / 10;
      if (domain === "any") return value;
      return domain === "positive" ? Math.abs(value) + 0.3 : value + Math.sign(value) * 0.3;
    });
    return { shape: shapes[leaf] ?? [], data };
  });
};

export const dtypeOfLeaf = ({ domain }: Leaf, float: DType): DType =>
  typeof domain === "object" ? "int64" : float;
