import * as graph from "../../../src/graph/index.js";
import { batch, type Dim } from "../../../src/graph/index.js";
import type { Draw, Spec } from "../cases.js";
import { at, type NdArray, tabulate } from "../ndarray.js";

const drawBatch = (draw: Draw): Dim => draw.pick<Dim>([batch, 1, 2]);

const sizesOf = (draw: Draw, axes: number, most: number): number[] =>
  Array.from({ length: axes }, () => draw.int(1, most));

/** Keys' cubic at a distance. */
const keys = (distance: number, a: number): number => {
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d * d * d - (a + 3) * d * d + 1;
  return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
};

type Share = readonly [index: number, weight: number];

/** The elements around a place and their weights, without regard to where x ends. */
const around = (place: number, mode: "nearest" | "linear" | "cubic", a = -0.75): Share[] => {
  const low = Math.floor(place);
  if (mode === "nearest") return [[Math.floor(place + 0.5), 1]];
  if (mode === "linear") {
    return [
      [low, 1 - (place - low)],
      [low + 1, place - low],
    ];
  }
  return [-1, 0, 1, 2].map((k): Share => [low + k, keys(place - low - k, a)]);
};

/** The sum over all combinations of one share per axis. */
const combine = (
  shares: readonly (readonly Share[])[],
  value: (index: readonly number[]) => number,
): number =>
  shares
    .reduce<readonly (readonly [number[], number])[]>(
      (all, axis) => all.flatMap(([index, w]) => axis.map(([i, v]) => [[...index, i], w * v] as const)),
      [[[], 1]],
    )
    .reduce((sum, [index, weight]) => sum + weight * value(index), 0);

const within = (i: number, size: number) => Math.min(Math.max(i, 0), size - 1);

const mirrored = (i: number, low: number, high: number): number => {
  if (low === high) return low;
  if (i < low) return mirrored(2 * low - i, low, high);
  return i > high ? mirrored(2 * high - i, low, high) : i;
};

const sampled = (
  x: NdArray,
  grid: NdArray,
  { mode, border, alignCorners }: Required<graph.GridSampleOptions>,
): NdArray => {
  const [n = 0, c = 0, ...sizes] = x.shape;
  const bordered = (place: number, size: number) => {
    if (border === "zeros") return place;
    if (border === "edge") return within(place, size);
    const [low, high] = alignCorners ? [0, size - 1] : [-0.5, size - 0.5];
    return within(mirrored(place, low, high), size);
  };
  return tabulate([n, c, ...grid.shape.slice(1, -1)], ([example = 0, channel = 0, ...place]) => {
    const shares = sizes.map((size, axis) => {
      const v = at(grid, [example, ...place, sizes.length - 1 - axis]);
      const raw = alignCorners ? ((v + 1) / 2) * (size - 1) : ((v + 1) * size - 1) / 2;
      return around(mode === "cubic" ? raw : bordered(raw, size), mode).map(
        ([i, w]): Share => [bordered(i, size), w],
      );
    });
    return combine(shares, (index) =>
      index.every((i, axis) => i >= 0 && i < (sizes[axis] ?? 0)) ? at(x, [example, channel, ...index]) : 0,
    );
  });
};

export const resamplingOperators: Readonly<Record<string, Spec>> = {
  resize: {
    gradient: "exact",
    draw: (draw) => {
      const axes = draw.pick([1, 2, 2, 3]);
      const sizes = sizesOf(draw, axes, axes === 3 ? 2 : 4);
      const size = sizesOf(draw, axes, axes === 3 ? 3 : 5);
      const mode = draw.pick(["nearest", "linear", "cubic"] as const);
      const coordinates = draw.pick(["halfPixel", "alignCorners", "asymmetric"] as const);
      return {
        leaves: [{ shape: [drawBatch(draw), draw.int(1, 2), ...sizes], domain: "any" }],
        build: (x) => graph.resize(x, { size, mode, coordinates }),
        reference: (x) =>
          tabulate([...x.shape.slice(0, 2), ...size], ([n = 0, c = 0, ...place]) => {
            const shares = place.map((i, axis) => {
              const [own = 1, result = 1] = [sizes[axis], size[axis]];
              const step = own / result;
              const position = {
                halfPixel: (i + 0.5) * step - 0.5,
                alignCorners: result === 1 ? 0 : (i * (own - 1)) / (result - 1),
                asymmetric: i * step,
              }[coordinates];
              // Far enough from where rounding would decide.
              return around(position + 1e-13, mode).map(([k, w]): Share => [within(k, own), w]);
            });
            return combine(shares, (index) => at(x, [n, c, ...index]));
          }),
      };
    },
  },
  gridSample: {
    gradient: "exact",
    draw: (draw) => {
      const axes = draw.pick([1, 2, 2, 3]);
      // The values drawn never lie where such an axis has a kink.
      const sizes = sizesOf(draw, axes, axes === 3 ? 2 : 3);
      const places = sizesOf(draw, axes, 2);
      const examples = drawBatch(draw);
      const options = {
        mode: draw.pick(["nearest", "linear", "cubic"] as const),
        border: draw.pick(["zeros", "edge", "reflect"] as const),
        alignCorners: draw.chance(2),
      };
      return {
        leaves: [
          { shape: [examples, draw.int(1, 2), ...sizes], domain: "any" },
          { shape: [examples, ...places, axes], domain: "any" },
        ],
        build: (x, grid) => graph.gridSample(x, grid, options),
        reference: (x, grid) => sampled(x, grid, options),
      };
    },
  },
  affineGrid: {
    gradient: "exact",
    draw: (draw) => {
      const size = sizesOf(draw, draw.int(1, 3), 3);
      const alignCorners = draw.chance(2);
      return {
        leaves: [{ shape: [drawBatch(draw), size.length, size.length + 1], domain: "any" }],
        build: (theta) => graph.affineGrid(theta, size, { alignCorners }),
        reference: (theta) =>
          tabulate([theta.shape[0] ?? 1, ...size, size.length], ([n = 0, ...index]) => {
            const k = index.at(-1) ?? 0;
            const point = size
              .map((count, axis) => {
                const i = index[axis] ?? 0;
                if (alignCorners) return count === 1 ? 0 : -1 + (2 * i) / (count - 1);
                return -1 + (1 + 2 * i) / count;
              })
              .reverse();
            return [...point, 1].reduce((sum, p, j) => sum + p * at(theta, [n, k, j]), 0);
          }),
      };
    },
  },
};
