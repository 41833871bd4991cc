import {
  type Code,
  i32,
  type Local,
  link,
  load,
  loadSplat64,
  op,
  repeat,
  shuffle32,
  store,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";

/** Rows of the matrix that are read at once. */
export const ROWS = 4;

/** Pairs of numbers in a turn of a loop. */
const UNROLL = 4;

const add = (a: Code, b: Code): Code => op("f64x2.add", a, b);
const times = (a: Code, b: Code): Code => op("f64x2.mul", a, b);
const advance = (pointer: Local, bytes: number): Code => pointer.set(op("i32.add", pointer.get, i32(bytes)));

/** Runs `body` for each of `count` pairs of numbers, given its place behind the pointers, which move on. */
const overPairs = (count: Local, pointers: readonly Local[], body: (offset: number) => Code): Code =>
  [UNROLL, 1].map((unroll) =>
    repeat(count, unroll, [
      Array.from({ length: unroll }, (_, u) => body(16 * u)),
      pointers.map((pointer) => advance(pointer, 16 * unroll)),
    ]),
  );

/** The sums of both lanes of two vectors, as one vector. */
const sums = (a: Local, b: Local): Code =>
  add(shuffle32(a.get, b.get, [0, 1, 4, 5]), shuffle32(a.get, b.get, [2, 3, 6, 7]));

/**
 * Four rows r₀ … r₃ of a symmetric matrix, to the left of its diagonal, times x, from both sides: pⱼ += Σ rₖⱼ·yₖ, and qₖ += Σⱼ rₖⱼ·xⱼ, where
 * y and q are the parts of x and p that the rows belong to.
 */
const symmetricRows: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32", "i32", "i32"],
  body: (
    [
      first = missing(),
      stride = missing(),
      x = missing(),
      p = missing(),
      y = missing(),
      q = missing(),
      count = missing(),
    ],
    local,
  ) => {
    const rows = [first, ...Array.from({ length: ROWS - 1 }, () => local("i32"))];
    const ys = rows.map(() => local("v128"));
    const totals = rows.map(() => local("v128"));
    const [xj, pj, value] = [local("v128"), local("v128"), local("v128")];
    const total = (k: number): Local => totals[k] ?? missing();
    const into = (offset: number, a: number, b: number): Code =>
      store(q.get, add(load(q.get, offset), sums(total(a), total(b))), offset);
    return [
      rows.slice(1).map((row, k) => row.set(op("i32.add", (rows[k] ?? missing()).get, stride.get))),
      ys.map((yk, k) => yk.set(loadSplat64(y.get, 8 * k))),
      overPairs(count, [...rows, x, p], (offset) => [
        xj.set(load(x.get, offset)),
        pj.set(load(p.get, offset)),
        rows.map((row, k) => [
          value.set(load(row.get, offset)),
          total(k).set(add(total(k).get, times(value.get, xj.get))),
          pj.set(add(pj.get, times(value.get, (ys[k] ?? missing()).get))),
        ]),
        store(p.get, pj.get, offset),
      ]),
      into(0, 0, 1),
      into(16, 2, 3),
    ];
  },
};

/** y ← y + a·u + b·w. */
const addTwo: WasmFunction = {
  parameters: ["i32", "i32", "i32", "f64", "f64", "i32"],
  body: (
    [y = missing(), u = missing(), w = missing(), a = missing(), b = missing(), count = missing()],
    local,
  ) => {
    const [as, bs] = [local("v128"), local("v128")];
    return [
      as.set(op("f64x2.splat", a.get)),
      bs.set(op("f64x2.splat", b.get)),
      overPairs(count, [y, u, w], (offset) =>
        store(
          y.get,
          add(
            load(y.get, offset),
            add(times(load(u.get, offset), as.get), times(load(w.get, offset), bs.get)),
          ),
          offset,
        ),
      ),
    ];
  },
};

/** u'·y and w'·y, to `into`. */
const twoProducts: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32"],
  body: ([into = missing(), u = missing(), w = missing(), y = missing(), count = missing()], local) => {
    const [first, second, value] = [local("v128"), local("v128"), local("v128")];
    return [
      overPairs(count, [u, w, y], (offset) => [
        value.set(load(y.get, offset)),
        first.set(add(first.get, times(load(u.get, offset), value.get))),
        second.set(add(second.get, times(load(w.get, offset), value.get))),
      ]),
      store(into.get, sums(first, second)),
    ];
  },
};

/** The loops that tridiagonal form spends its time in, over float64 in one memory; places are in bytes, counts in pairs of numbers. */
export const bindLoops = (memory: WebAssembly.Memory) => link({ symmetricRows, addTwo, twoProducts }, memory);
