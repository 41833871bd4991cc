import { missing } from "../missing.js";
import type { Filling } from "./definition.js";
import type { Shape } from "./shape.js";

/** Sizes that are all numbers. */
export const fixedSizes = (shape: Shape): number[] => shape.map(Number);

/** How far apart neighbours along each axis lie in memory. */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? missing()) * Number(shape[axis + 1]);
  }
  return strides;
};

/** For each element of a shape, in order, the sum of its indices times `strides`, from `first` on. */
export const placesAlong = (shape: Shape, strides: readonly number[], first = 0): Int32Array => {
  const sizes = fixedSizes(shape);
  const places = new Int32Array(sizes.reduce((product, size) => product * size, 1));
  const index = new Array<number>(sizes.length).fill(0);
  let place = first;
  for (let i = 0; i < places.length; i++) {
    places[i] = place;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [size, stride, at] = [sizes[axis] ?? 1, strides[axis] ?? 0, index[axis] ?? 0];
      place += stride;
      index[axis] = at + 1;
      if (at + 1 < size) break;
      place -= size * stride;
      index[axis] = 0;
    }
  }
  return places;
};

/** For each element of the shape `to`, the place of the one it repeats in a tensor of the shape `from`, which broadcasts to it. */
export const broadcastPlaces = (from: Shape, to: Shape): Int32Array => {
  const own = stridesOf(from);
  const added = to.length - from.length;
  return placesAlong(
    to,
    to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : (own[axis - added] ?? 0))),
  );
};

/** A result whose elements are those of the one input at the given places. */
export const picking =
  (places: Int32Array): Filling =>
  ([x = missing()], into) => {
    for (let i = 0; i < places.length; i++) into[i] = x[places[i] ?? 0] ?? missing();
  };
