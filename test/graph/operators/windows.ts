import * as graph from "../../../src/graph/index.js";
import { batch, type Dim } from "../../../src/graph/index.js";
import type { Draw, Leaf, Spec } from "../cases.js";
import { at, type NdArray, size, tabulate } from "../ndarray.js";

interface Drawn {
  readonly kernel: number[];
  readonly stride: number[];
  readonly dilation: number[];
  readonly padding: [number, number][];
  readonly sizes: number[];
}

const each = (count: number, f: () => number): number[] => Array.from({ length: count }, f);

/** A window over one to three axes, and sizes of these in which it has at least one place. */
const drawWindow = (draw: Draw, dilated = true): Drawn => {
  const axes = draw.pick([1, 2, 2, 3]);
  const most = axes === 3 ? 2 : 3;
  const kernel = each(axes, () => draw.int(1, most));
  const stride = each(axes, () => draw.int(1, 3));
  const dilation = each(axes, () => (dilated ? draw.int(1, 2) : 1));
  const extents = kernel.map((count, axis) => (count - 1) * (dilation[axis] ?? 1) + 1);
  const padding = extents.map((extent): [number, number] => [
    draw.int(0, Math.min(2, extent - 1)),
    draw.int(0, Math.min(2, extent - 1)),
  ]);
  const sizes = extents.map((extent, axis) => {
    const [before, after] = padding[axis] ?? [0, 0];
    return Math.max(1, extent - before - after) + draw.int(0, 2);
  });
  return { kernel, stride, dilation, padding, sizes };
};

const placesOf = ({ kernel, stride, dilation, padding, sizes }: Drawn): number[] =>
  sizes.map((length, axis) => {
    const [before, after] = padding[axis] ?? [0, 0];
    const extent = ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1;
    return Math.floor((length + before + after - extent) / (stride[axis] ?? 1)) + 1;
  });

/** What a place of the window sees: the index of each element, and the element of the window. */
const seen = (window: Drawn, place: readonly number[]): { at: number[]; element: number[] }[] => {
  const elements: number[][] = [];
  tabulate(window.kernel, (index) => elements.push([...index]));
  return elements.map((element) => ({
    element,
    at: element.map(
      (i, axis) =>
        (place[axis] ?? 0) * (window.stride[axis] ?? 1) +
        i * (window.dilation[axis] ?? 1) -
        (window.padding[axis]?.[0] ?? 0),
    ),
  }));
};

const isInside = (index: readonly number[], sizes: readonly number[]): boolean =>
  index.every((i, axis) => i >= 0 && i < (sizes[axis] ?? 0));

const correlation = (x: NdArray, w: NdArray, window: Drawn, groups: number): NdArray => {
  const [examples = 1] = x.shape;
  const [out = 1, perGroup = 1] = w.shape;
  return tabulate([examples, out, ...placesOf(window)], ([n = 0, k = 0, ...place]) => {
    const first = Math.floor(k / (out / groups)) * perGroup;
    let sum = 0;
    for (const { at: index, element } of seen(window, place)) {
      if (!isInside(index, window.sizes)) continue;
      for (let c = 0; c < perGroup; c++) sum += at(x, [n, first + c, ...index]) * at(w, [k, c, ...element]);
    }
    return sum;
  });
};

const leaf = (shape: readonly Dim[]): Leaf => ({ shape, domain: "any" });

const drawBatch = (draw: Draw): Dim => draw.pick<Dim>([batch, 1, 2]);

const drawConv = (draw: Draw) => {
  const window = drawWindow(draw);
  const groups = draw.pick([1, 1, 2]);
  const [perGroup, out] = [draw.int(1, 2), draw.int(1, 2) * groups];
  const { kernel, stride, dilation, padding, sizes } = window;
  return {
    window,
    groups,
    out,
    x: leaf([drawBatch(draw), perGroup * groups, ...sizes]),
    w: leaf([out, perGroup, ...kernel]),
    options: { stride, dilation, padding, groups },
  };
};

/** What a pooling makes of the elements that each place of its window sees; NaN where that is padding. */
const pooling = (x: NdArray, window: Drawn, f: (values: readonly number[]) => number): NdArray =>
  tabulate([...x.shape.slice(0, 2), ...placesOf(window)], ([n = 0, c = 0, ...place]) =>
    f(
      seen(window, place).map(({ at: index }) =>
        isInside(index, window.sizes) ? at(x, [n, c, ...index]) : Number.NaN,
      ),
    ),
  );

const real = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));
const total = (values: readonly number[]): number => real(values).reduce((a, b) => a + b, 0);

const optionsOf = ({ kernel, stride, dilation, padding }: Drawn) => ({
  size: kernel,
  stride,
  dilation,
  padding,
});

/** Every place of the window sees something that is not padding. */
const seesSomething = (window: Drawn): boolean => {
  if (window.padding.some((sides, axis) => Math.max(...sides) >= (window.kernel[axis] ?? 1))) return false;
  let sees = true;
  tabulate(placesOf(window), (place) => {
    sees &&= seen(window, place).some(({ at: index }) => isInside(index, window.sizes));
    return 0;
  });
  return sees;
};

const drawPool = (draw: Draw, dilated = true): Drawn => {
  for (;;) {
    const window = drawWindow(draw, dilated);
    if (seesSomething(window)) return window;
  }
};

export const windowOperators: Readonly<Record<string, Spec>> = {
  conv: {
    gradient: "exact",
    draw: (draw) => {
      const { x, w, window, groups, options } = drawConv(draw);
      return {
        leaves: [x, w],
        build: (a, b) => graph.conv(a, b, options),
        reference: (a, b) => correlation(a, b, window, groups),
      };
    },
  },
  "conv, with a bias": {
    gradient: "exact",
    draw: (draw) => {
      const { x, w, window, groups, out, options } = drawConv(draw);
      return {
        leaves: [x, w, leaf([out])],
        build: (a, b, bias) => graph.conv(a, b, { ...options, bias }),
        reference: (a, b, bias) => {
          const y = correlation(a, b, window, groups);
          return tabulate(y.shape, (index) => at(y, index) + at(bias, [index[1] ?? 0]));
        },
      };
    },
  },
  convTranspose: {
    gradient: "exact",
    draw: (draw) => {
      const { window, groups, x, w, out, options } = drawConv(draw);
      const { kernel, stride, dilation, padding, sizes } = window;
      const places = placesOf(window);
      // What a convolution of these sizes leaves over at the end.
      const outputPadding = sizes.map((length, axis) => {
        const [before, after] = padding[axis] ?? [0, 0];
        const covered = ((places[axis] ?? 1) - 1) * (stride[axis] ?? 1);
        return length + before + after - covered - (((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1);
      });
      const examples = x.shape[0] ?? 1;
      const channels = Number(x.shape[1]);
      const g = leaf([examples, out, ...places]);
      const bias = leaf([channels]);
      return {
        leaves: [g, w, bias],
        build: (a, b, c) => graph.convTranspose(a, b, { ...options, bias: c, outputPadding }),
        reference: (a, b, c) => {
          const result = { shape: [a.shape[0] ?? 1, channels, ...sizes], data: [] as number[] };
          result.data = Array<number>(size(result.shape)).fill(0);
          const perGroup = b.shape[1] ?? 1;
          tabulate(a.shape, ([n = 0, k = 0, ...place]) => {
            const first = Math.floor(k / (out / groups)) * perGroup;
            for (const { at: index, element } of seen(window, place)) {
              if (!isInside(index, sizes)) continue;
              for (let channel = 0; channel < perGroup; channel++) {
                const position = [n, first + channel, ...index].reduce(
                  (sum, i, axis) => sum * (result.shape[axis] ?? 1) + i,
                  0,
                );
                result.data[position] =
                  (result.data[position] ?? 0) + at(a, [n, k, ...place]) * at(b, [k, channel, ...element]);
              }
            }
            return 0;
          });
          return tabulate(result.shape, (index) => at(result, index) + at(c, [index[1] ?? 0]));
        },
      };
    },
  },
  maxPool: {
    gradient: "exact",
    draw: (draw) => {
      const window = drawPool(draw);
      return {
        leaves: [leaf([drawBatch(draw), draw.int(1, 2), ...window.sizes])],
        build: (x) => graph.maxPool(x, optionsOf(window)),
        reference: (x) => pooling(x, window, (values) => Math.max(...real(values))),
      };
    },
  },
  averagePool: {
    gradient: "exact",
    draw: (draw) => {
      const window = drawPool(draw);
      return {
        leaves: [leaf([drawBatch(draw), draw.int(1, 2), ...window.sizes])],
        build: (x) => graph.averagePool(x, optionsOf(window)),
        reference: (x) => pooling(x, window, (values) => total(values) / real(values).length),
      };
    },
  },
  "averagePool, padding included": {
    gradient: "exact",
    draw: (draw) => {
      const window = drawPool(draw);
      return {
        leaves: [leaf([drawBatch(draw), draw.int(1, 2), ...window.sizes])],
        build: (x) => graph.averagePool(x, { ...optionsOf(window), includePadding: true }),
        reference: (x) => pooling(x, window, (values) => total(values) / values.length),
      };
    },
  },
};
