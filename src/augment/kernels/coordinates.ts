import {
  type Code,
  extractI32,
  f32x4,
  i32,
  type Local,
  load,
  loadSplat,
  op,
  repeat,
  shuffle32,
  store,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import {
  add,
  advance,
  divide,
  floor,
  lane,
  least,
  lerp,
  most,
  multiply,
  number,
  rounded,
  splat,
  subtract,
  sumOfProducts,
} from "./lanes.js";

/*
 * Where each pixel of a result is looked up in its source. A kernel here goes over two arrays, the x and the y of points, and moves them
 * in place by one map; a chain of maps is one call after another. Pixel i reaches from i to i + 1: its centre is i + ½.
 */

/** (xs, ys, width, rows, first row, six numbers): the points A·(x, y) + b of a grid's pixels, a b c / d e f as in the rows of a matrix. */
const grid: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "f32", "i32"],
  body: ([xs = missing(), ys = missing(), width = missing(), rows = missing(), ...others], local) => {
    const [first = missing(), matrix = missing()] = others;
    const vector = () => local("v128");
    const entries = Array.from({ length: 6 }, vector);
    const [a, b, c, d, e, f] = entries.map(({ get }) => get) as [Code, Code, Code, Code, Code, Code];
    const [x, y, rowX, rowY] = [vector(), vector(), vector(), vector()];
    const [toX, toY, rest] = [local("i32"), local("i32"), local("i32")];
    return [
      entries.map((entry, i) => entry.set(loadSplat(op("i32.add", matrix.get, i32(4 * i))))),
      y.set(add(splat(first), number(0.5))),
      repeat(rows, 1, [
        rowX.set(add(multiply(b, y.get), c)),
        rowY.set(add(multiply(e, y.get), f)),
        toX.set(xs.get),
        toY.set(ys.get),
        x.set(f32x4(0.5, 1.5, 2.5, 3.5)),
        rest.set(op("i32.add", width.get, i32(3))),
        repeat(rest, 4, [
          store(toX.get, add(multiply(a, x.get), rowX.get)),
          store(toY.get, add(multiply(d, x.get), rowY.get)),
          x.set(add(x.get, f32x4(4))),
          advance(toX, 16),
          advance(toY, 16),
        ]),
        y.set(add(y.get, f32x4(1))),
        [xs, ys].map((row) => advance(row, op("i32.mul", width.get, i32(4)))),
      ]),
    ];
  },
};

/** (xs, ys, count, numbers): a kernel that moves points by a map with `count` numbers, given as code. */
const inPlace = (
  count: number,
  move: (
    x: Code,
    y: Code,
    numbers: readonly Code[],
    local: () => Local,
  ) => { prepare: Code; x: Code; y: Code },
): WasmFunction => ({
  parameters: ["i32", "i32", "i32", "i32"],
  body: ([xs = missing(), ys = missing(), points = missing(), numbers = missing()], local) => {
    const vector = () => local("v128");
    const values = Array.from({ length: count }, vector);
    const [x, y] = [vector(), vector()];
    const moved = move(
      x.get,
      y.get,
      values.map(({ get }) => get),
      vector,
    );
    return [
      values.map((value, i) => value.set(loadSplat(op("i32.add", numbers.get, i32(4 * i))))),
      repeat(points, 4, [
        x.set(load(xs.get)),
        y.set(load(ys.get)),
        moved.prepare,
        store(xs.get, moved.x),
        store(ys.get, moved.y),
        advance(xs, 16),
        advance(ys, 16),
      ]),
    ];
  },
});

/** (x, y) ↦ (a·x + b·y + c, d·x + e·y + f) / (g·x + h·y + i) */
const projective = inPlace(9, (x, y, numbers, local) => {
  const row = (i: number): Code =>
    add(
      sumOfProducts([numbers[i] ?? missing(), x], [numbers[i + 1] ?? missing(), y]),
      numbers[i + 2] ?? missing(),
    );
  const scale = local();
  return {
    prepare: scale.set(divide(number(1), row(6))),
    x: multiply(row(0), scale.get),
    y: multiply(row(3), scale.get),
  };
});

/** p ↦ c + (p − c)·(1 + k1·r² + k2·r⁴) with r² = |p − c|²·s; the numbers are c, s, k1, k2. */
const radial = inPlace(5, (x, y, numbers, local) => {
  const [cx = missing(), cy = missing(), s = missing(), k1 = missing(), k2 = missing()] = numbers;
  const [dx, dy, r2, factor] = [local(), local(), local(), local()];
  return {
    prepare: [
      dx.set(subtract(x, cx)),
      dy.set(subtract(y, cy)),
      r2.set(multiply(sumOfProducts([dx.get, dx.get], [dy.get, dy.get]), s)),
      factor.set(add(number(1), multiply(r2.get, add(k1, multiply(k2, r2.get))))),
    ],
    x: add(cx, multiply(dx.get, factor.get)),
    y: add(cy, multiply(dy.get, factor.get)),
  };
});

/**
 * (xs, ys, count, field, columns − 2, rows − 2, nodes per unit of x, of y): adds displacements, given at the nodes of a grid as (dx, dy)
 * row by row and linear between them. Beyond the grid its border counts.
 */
const displace: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32", "f32", "f32", "f32", "f32"],
  body: ([xs = missing(), ys = missing(), points = missing(), field = missing(), ...others], local) => {
    const [rowBytes = missing(), lastColumn = missing(), lastRow = missing()] = others;
    const [perX = missing(), perY = missing()] = others.slice(3);
    const vector = () => local("v128");
    const [u, v, column, row, offsets] = [vector(), vector(), vector(), vector(), vector()];
    const [address, top, mean] = [local("i32"), vector(), vector()];
    const found = Array.from({ length: 4 }, vector) as [Local, Local, Local, Local];
    const inside = (position: Code, last: Local): Code =>
      least(most(position, number(0)), add(splat(last), number(1)));
    const cell = (position: Local, last: Local): Code => least(floor(position.get), splat(last));
    const at = (k: number): Code => [
      address.set(op("i32.add", field.get, extractI32(offsets.get, k))),
      top.set(load(address.get)),
      mean.set(lerp(top, load(op("i32.add", address.get, rowBytes.get)), lane(v, k))),
      (found[k] ?? missing()).set(lerp(mean, shuffle32(mean.get, mean.get, [2, 3, 2, 3]), lane(u, k))),
    ];
    const part = (first: number): Code => {
      const pair = (a: Local, b: Local) => shuffle32(a.get, b.get, [first, first + 4, first, first + 4]);
      return shuffle32(pair(found[0], found[1]), pair(found[2], found[3]), [0, 1, 4, 5]);
    };
    return repeat(points, 4, [
      u.set(inside(multiply(load(xs.get), splat(perX)), lastColumn)),
      v.set(inside(multiply(load(ys.get), splat(perY)), lastRow)),
      column.set(cell(u, lastColumn)),
      row.set(cell(v, lastRow)),
      offsets.set(
        op(
          "i32x4.add",
          op("i32x4.mul", rounded(row.get), op("i32x4.splat", rowBytes.get)),
          op("i32x4.shl", rounded(column.get), i32(3)),
        ),
      ),
      u.set(subtract(u.get, column.get)),
      v.set(subtract(v.get, row.get)),
      [0, 1, 2, 3].map(at),
      store(xs.get, add(load(xs.get), part(0))),
      store(ys.get, add(load(ys.get), part(1))),
      advance(xs, 16),
      advance(ys, 16),
    ]);
  },
};

/** A kernel on one array, (values, count, a, b), that turns coordinates into indices of pixels that are there. */
const folding = (fold: (index: Code, a: Code, b: Code, local: () => Local) => Code): WasmFunction => ({
  parameters: ["i32", "i32", "f32", "f32"],
  body: ([values = missing(), count = missing(), a = missing(), b = missing()], local) => {
    const [low, high] = [local("v128"), local("v128")];
    const index = subtract(load(values.get), number(0.5));
    return [
      low.set(splat(a)),
      high.set(splat(b)),
      repeat(count, 4, [
        store(
          values.get,
          fold(index, low.get, high.get, () => local("v128")),
        ),
        advance(values, 16),
      ]),
    ];
  },
});

/** x − p·⌊x·q⌋, of which q = 1/p */
const modulo = (x: Local, period: Code, inverse: Code): Code =>
  subtract(x.get, multiply(period, floor(multiply(x.get, inverse))));

/**
 * With a = 0 and b the last index: a picture covers the whole of its outermost pixels, as if they went on, and fades within half a pixel
 * beyond them, so that index −1 is outside altogether.
 */
const fadeTo = folding((index, a, b, local) => {
  const [x, half] = [local(), number(0.5)];
  const within = (low: Code, high: Code): Code => least(most(x.get, low), high);
  const beyond = subtract(x.get, within(subtract(a, half), add(b, half)));
  const faded = add(within(a, b), add(beyond, beyond));
  return [x.set(index), least(most(faded, subtract(a, number(1))), add(b, number(1)))];
});
/** Between a and b. */
const clampTo = folding((index, a, b) => least(most(index, a), b));
/** With period a = 1/b. */
const wrapTo = folding((index, a, b, local) => {
  const x = local();
  return [x.set(index), most(least(modulo(x, a, b), a), number(0))];
});
/** There and back with period a = 1/b. */
const reflectTo = folding((index, a, b, local) => {
  const [x, t] = [local(), local()];
  return [
    x.set(index),
    t.set(modulo(x, a, b)),
    most(least(least(t.get, subtract(a, t.get)), multiply(a, number(0.5))), number(0)),
  ];
});

export const coordinateKernels = {
  grid,
  projective,
  radial,
  displace,
  fadeTo,
  clampTo,
  wrapTo,
  reflectTo,
} as const;
