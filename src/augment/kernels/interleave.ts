import {
  type Code,
  type Local,
  load,
  op,
  repeat,
  shuffle32,
  shuffleBytes,
  store,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { advance } from "./lanes.js";

/** The first halves of two vectors, or the second, in turns of `size` bytes. */
const inTurns = (a: Local, b: Local, size: number, half: 0 | 1): Code =>
  shuffleBytes(
    a.get,
    b.get,
    Array.from({ length: 16 }, (_, i) => {
      const element = Math.floor(i / size);
      return (element % 2) * 16 + 8 * half + Math.floor(element / 2) * size + (i % size);
    }),
  );

/** 16 bytes of each of four channels as 16 pixels of four bytes. */
const bytePixels = (planes: readonly [Local, Local, Local, Local], to: Local, local: () => Local): Code => {
  const [a, b, c, d] = planes;
  const halves = ([0, 1] as const).map((half) => {
    const [ab, cd] = [local(), local()];
    return [
      ab.set(inTurns(a, b, 1, half)),
      cd.set(inTurns(c, d, 1, half)),
      store(to.get, inTurns(ab, cd, 2, 0), 32 * half),
      store(to.get, inTurns(ab, cd, 2, 1), 32 * half + 16),
    ];
  });
  return halves;
};

/** Four float32 of each of four channels as four pixels, or back: a matrix of four vectors transposed. */
export const transposed = (rows: readonly [Local, Local, Local, Local], local: () => Local) => {
  const [a, b, c, d] = rows;
  const [ab0, ab1, cd0, cd1] = [local(), local(), local(), local()];
  const prepare: Code = [
    ab0.set(shuffle32(a.get, b.get, [0, 4, 1, 5])),
    ab1.set(shuffle32(a.get, b.get, [2, 6, 3, 7])),
    cd0.set(shuffle32(c.get, d.get, [0, 4, 1, 5])),
    cd1.set(shuffle32(c.get, d.get, [2, 6, 3, 7])),
  ];
  const columns: readonly Code[] = [
    shuffle32(ab0.get, cd0.get, [0, 1, 4, 5]),
    shuffle32(ab0.get, cd0.get, [2, 3, 6, 7]),
    shuffle32(ab1.get, cd1.get, [0, 1, 4, 5]),
    shuffle32(ab1.get, cd1.get, [2, 3, 6, 7]),
  ];
  return { prepare, columns };
};

/**
 * (four planes, bytes of a row of them, to, bytes of a row there, vectors in a row, rows): lays four channels side by side, so that a
 * pixel is read at once. A row is as many whole vectors as hold it: up to 15 pixels behind its end are written too.
 */
const interleave = (bytes: 1 | 4): WasmFunction => ({
  parameters: Array.from({ length: 9 }, () => "i32" as const),
  body: (parameters, local) => {
    const planes = parameters.slice(0, 4);
    const [
      fromStride = missing(),
      to = missing(),
      toStride = missing(),
      vectors = missing(),
      rows = missing(),
    ] = parameters.slice(4);
    const at = planes.map(() => local("i32"));
    const loaded = planes.map(() => local("v128")) as unknown as [Local, Local, Local, Local];
    const [target, rest] = [local("i32"), local("i32")];
    const vector = () => local("v128");
    const float = transposed(loaded, vector);
    const pixels =
      bytes === 1
        ? bytePixels(loaded, target, vector)
        : [float.prepare, float.columns.map((pixel, i) => store(target.get, pixel, 16 * i))];
    return repeat(rows, 1, [
      at.map((address, i) => address.set((planes[i] ?? missing()).get)),
      target.set(to.get),
      rest.set(vectors.get),
      repeat(rest, 1, [
        loaded.map((variable, i) => variable.set(load((at[i] ?? missing()).get))),
        pixels,
        at.map((address) => advance(address, 16)),
        advance(target, 64),
      ]),
      planes.map((plane) => advance(plane, fromStride.get)),
      to.set(op("i32.add", to.get, toStride.get)),
    ]);
  },
});

export const interleaveKernels = { interleave8: interleave(1), interleave32: interleave(4) } as const;
