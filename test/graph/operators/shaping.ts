import * as graph from "../../../src/graph/index.js";
import { batch, type Dim, type Shape } from "../../../src/graph/index.js";
import { countOf, isSymbolic, multipleOfBatch } from "../../../src/graph/shape.js";
import { concrete, type Draw, type Leaf, type Spec } from "../cases.js";
import { at, size, tabulate } from "../ndarray.js";

/** A shape of the same elements: neighbouring axes joined, axes of size 1 put in, one size left to be worked out. */
const regrouped = (draw: Draw, shape: Shape): (Dim | -1)[] => {
  const grouped: Dim[] = [];
  for (const dim of shape) {
    const last = grouped.at(-1);
    if (last !== undefined && draw.chance(2)) {
      const { fixed, batches } = countOf([last, dim]);
      grouped.splice(-1, 1, batches > 0 ? multipleOfBatch(fixed) : fixed);
    } else grouped.push(dim);
  }
  if (draw.chance(2)) grouped.splice(draw.int(0, grouped.length), 0, 1);
  const open = draw.int(0, grouped.length);
  return grouped.map((dim, axis) => (axis === open ? -1 : dim));
};

const fixedAxis = (draw: Draw): { shape: Shape; axis: number } => {
  const shape = draw.shape({ min: 1 }).map((dim) => dim);
  const axis = draw.int(0, shape.length - 1);
  return { axis, shape: shape.map((dim, i) => (i === axis && isSymbolic(dim) ? 3 : dim)) };
};

const any = (shape: Shape): Leaf => ({ shape, domain: "any" });

export const shapingOperators: Readonly<Record<string, Spec>> = {
  reshape: {
    gradient: "exact",
    draw: (draw) => {
      const shape = draw.shape();
      const target = regrouped(draw, shape);
      const { batchSize } = draw;
      return {
        leaves: [any(shape)],
        build: (x) => graph.reshape(x, target),
        reference: (x) => {
          const sizes = concrete(target, batchSize);
          const rest = x.data.length / size(sizes.filter((dim) => dim !== -1));
          return { shape: sizes.map((dim) => (dim === -1 ? rest : dim)), data: x.data };
        },
      };
    },
  },
  flatten: {
    gradient: "exact",
    draw: (draw) => {
      const shape = [draw.chance(2) ? batch : draw.int(1, 3), ...Array(draw.int(0, 2)).fill(2)];
      return {
        leaves: [any(shape)],
        build: graph.flatten,
        reference: (x) => ({ shape: [x.shape[0] ?? 1, size(x.shape.slice(1))], data: x.data }),
      };
    },
  },
  transpose: {
    gradient: "exact",
    draw: (draw) => {
      const shape = draw.shape({ max: 4 });
      const order = draw.permutation(shape.length);
      return {
        leaves: [any(shape)],
        build: (x) => graph.transpose(x, order),
        reference: (x) =>
          tabulate(
            order.map((axis) => x.shape[axis] ?? 1),
            (index) =>
              at(
                x,
                order.map((_, axis) => index[order.indexOf(axis)] ?? 0),
              ),
          ),
      };
    },
  },
  "transpose of the last axes": {
    gradient: "exact",
    draw: (draw) => ({
      leaves: [any(draw.shape({ min: 2 }))],
      build: (x) => graph.transpose(x),
      reference: (x) => {
        const [rows = 1, columns = 1] = x.shape.slice(-2);
        return tabulate([...x.shape.slice(0, -2), columns, rows], (index) => {
          const [i = 0, j = 0] = index.slice(-2);
          return at(x, [...index.slice(0, -2), j, i]);
        });
      },
    }),
  },
  expand: {
    gradient: "exact",
    draw: (draw) => {
      const shape = draw.shape();
      // The batch size comes from an input, so the wide shape is one too.
      return {
        leaves: [any(draw.narrower(shape)), any(shape)],
        build: (x, wide) => graph.expand(x, shape).mul(wide),
        reference: (x, wide) =>
          tabulate(concrete(shape, draw.batchSize), (index) => at(x, index) * at(wide, index)),
      };
    },
  },
  slice: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis } = fixedAxis(draw);
      const length = draw.int(1, 5);
      const bound = () => (draw.chance(3) ? undefined : draw.int(-length - 2, length + 2));
      const start = bound();
      const end = bound();
      const step = draw.pick([1, -1, 2, -2, 3]);
      const options = {
        axis: draw.chance(2) ? axis : axis - shape.length,
        step,
        ...(start === undefined ? {} : { start }),
        ...(end === undefined ? {} : { end }),
      };
      const from = (index: number) => (index < 0 ? index + length : index);
      const first = from(start ?? (step > 0 ? 0 : length - 1));
      const stop = end === undefined ? (step > 0 ? length : -1) : from(end);
      const chosen = Array.from(
        { length: 40 },
        (_, i) =>
          // A start beyond the array is moved to its edge before the steps are counted.
          (step > 0 ? Math.max(first, 0) : Math.min(first, length - 1)) + i * step,
      ).filter((i) => i >= 0 && i < length && (step > 0 ? i < stop : i > stop));
      return {
        leaves: [any(shape.map((dim, i) => (i === axis ? length : dim)))],
        build: (x) => graph.slice(x, options),
        reference: (x) =>
          tabulate(
            x.shape.map((dim, i) => (i === axis ? chosen.length : dim)),
            (index) =>
              at(
                x,
                index.map((i, own) => (own === axis ? (chosen[i] ?? 0) : i)),
              ),
          ),
      };
    },
  },
  pad: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis } = fixedAxis(draw);
      const before = draw.int(0, 2);
      const after = draw.int(0, 2);
      const value = draw.pick([0, -1.5]);
      return {
        leaves: [any(shape)],
        build: (x) => graph.pad(x, { axis, before, after, value }),
        reference: (x) =>
          tabulate(
            x.shape.map((dim, i) => (i === axis ? dim + before + after : dim)),
            (index) => {
              const i = (index[axis] ?? 0) - before;
              const inside = i >= 0 && i < (x.shape[axis] ?? 0);
              return inside
                ? at(
                    x,
                    index.map((own, position) => (position === axis ? i : own)),
                  )
                : value;
            },
          ),
      };
    },
  },
  "pad with elements of its own": {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis } = fixedAxis(draw);
      const size = Number(shape[axis]);
      const mode = draw.pick(["edge", "reflect", "wrap"] as const);
      const most = { edge: 3, reflect: size - 1, wrap: size }[mode];
      const [before, after] = [draw.int(0, most), draw.int(0, most)];
      const source = {
        edge: (i: number) => Math.min(Math.max(i, 0), size - 1),
        reflect: (i: number) => (i < 0 ? -i : i < size ? i : 2 * (size - 1) - i),
        wrap: (i: number) => (i + size) % size,
      }[mode];
      return {
        leaves: [any(shape)],
        build: (x) => graph.pad(x, { axis, before, after, mode }),
        reference: (x) =>
          tabulate(x.shape.with(axis, size + before + after), (index) =>
            at(x, index.with(axis, source((index[axis] ?? 0) - before))),
          ),
      };
    },
  },
  concat: {
    gradient: "exact",
    draw: (draw) => {
      const { shape, axis } = fixedAxis(draw);
      const lengths = Array.from({ length: draw.int(1, 3) }, () => draw.int(1, 2));
      return {
        leaves: lengths.map((length) => any(shape.map((dim, i) => (i === axis ? length : dim)))),
        build: (...xs) => graph.concat(xs, axis),
        reference: (...xs) =>
          tabulate(
            concrete(shape, draw.batchSize).map((dim, i) =>
              i === axis ? lengths.reduce((a, b) => a + b) : dim,
            ),
            (index) => {
              let i = index[axis] ?? 0;
              const x = xs.find((part) => {
                const length = part.shape[axis] ?? 0;
                if (i < length) return true;
                i -= length;
                return false;
              });
              if (x === undefined) throw new Error("index beyond all parts");
              return at(
                x,
                index.map((own, position) => (position === axis ? i : own)),
              );
            },
          ),
      };
    },
  },
};
