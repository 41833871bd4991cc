import type { Shape } from "../../../src/graph/index.js";
import * as graph from "../../../src/graph/index.js";
import { isSymbolic, shapeFor } from "../../../src/graph/shape.js";
import type { Draw, Leaf, Spec } from "../cases.js";
import { at, tabulate } from "../ndarray.js";

/** Shapes for a tensor and for indices into it, of which at most one has the batch. */
const drawIndexed = (draw: Draw): { shape: Shape; indices: Shape } => {
  const indices = draw.shape({ max: 2 });
  const shape = draw.shape({ min: 1 });
  return { indices, shape: indices.some(isSymbolic) ? shapeFor(shape, 2) : shape };
};

const whole = (shape: Shape, below: number): Leaf => ({ shape, domain: { below } });

/** A shape, one of its axes that is not the batch, and the shape of indices along it. */
const drawAlong = (draw: Draw) => {
  const axis = draw.int(0, 1);
  const shape = draw.shape({ min: 2, fixed: axis });
  const length = Number(shape[axis]);
  return { shape, axis, length, along: shape.with(axis, draw.int(1, 3)) };
};

export const indexingOperators: Readonly<Record<string, Spec>> = {
  gather: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, indices } = drawIndexed(draw);
      const axis = draw.int(0, shape.length - 1);
      const dim = shape[axis] ?? 1;
      const [length = 1] = shapeFor([dim], draw.batchSize);
      // Indices may count from the end.
      const shift = draw.pick([0, -length]);
      const written = draw.chance(2) ? axis : axis - shape.length;
      return {
        leaves: [{ shape, domain: "any" }, whole(indices, length)],
        build: (x, i) => graph.gather(x, i.add(shift), written),
        reference: (x, i) =>
          tabulate([...x.shape.slice(0, axis), ...i.shape, ...x.shape.slice(axis + 1)], (index) => {
            const taken = at(i, index.slice(axis, axis + i.shape.length));
            return at(x, [...index.slice(0, axis), taken, ...index.slice(axis + i.shape.length)]);
          }),
      };
    },
  },
  scatterAdd: {
    gradient: "exact",
    draw: (draw) => {
      const { shape: rest, indices } = drawIndexed(draw);
      const size = draw.int(1, 4);
      return {
        leaves: [{ shape: [...indices, ...rest], domain: "any" }, whole(indices, size)],
        build: (updates, i) => graph.scatterAdd(updates, i, size),
        reference: (updates, i) => {
          const tail = updates.shape.slice(i.shape.length);
          return tabulate([size, ...tail], ([row, ...index]) =>
            tabulate(i.shape, (place) =>
              at(i, place) === row ? at(updates, [...place, ...index]) : 0,
            ).data.reduce((a, b) => a + b, 0),
          );
        },
      };
    },
  },
  gatherAlong: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis, along, length } = drawAlong(draw);
      return {
        leaves: [{ shape, domain: "any" }, whole(along, length)],
        build: (x, i) => graph.gatherAlong(x, i, axis),
        reference: (x, i) => tabulate(i.shape, (index) => at(x, index.with(axis, at(i, index)))),
      };
    },
  },
  scatterAlong: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis, along, length } = drawAlong(draw);
      return {
        leaves: [{ shape: along, domain: "any" }, whole(along, length)],
        build: (updates, i) => graph.scatterAlong(updates, i, shape[axis] ?? 1, axis),
        reference: (updates, i) =>
          tabulate(shapeFor(shape, draw.batchSize), (index) =>
            Array.from({ length: i.shape[axis] ?? 0 }, (_, k) => index.with(axis, k))
              .filter((from) => at(i, from) === index[axis])
              .reduce((sum, from) => sum + at(updates, from), 0),
          ),
      };
    },
  },
  oneHot: {
    gradient: "none",
    draw: (draw) => {
      const depth = draw.int(1, 4);
      const dtype = draw.pick(["float32", "float64", "int64"] as const);
      return {
        leaves: [whole(draw.shape({ max: 2 }), depth)],
        build: (i) => graph.oneHot(i, depth, dtype),
        reference: (i) =>
          tabulate([...i.shape, depth], (index) => Number(at(i, index.slice(0, -1)) === index.at(-1))),
      };
    },
  },
};
