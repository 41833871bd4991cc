import {
  type Code,
  i32,
  type Local,
  load,
  loadByte,
  loadI32,
  op,
  repeat,
  shuffle32,
  shuffleBytes,
  store,
  storeByte,
  storeI32,
  type WasmFunction,
  when,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { advance, beyond } from "./lanes.js";

const VECTOR = 16;

const behind = (address: Local, bytes: number): Code => op("i32.sub", address.get, i32(bytes));

/** Calls `row` for `rows` rows, moving `from` and `to` by their strides. */
const overRows = (rows: Local, moves: readonly (readonly [Local, Local])[], row: Code): Code =>
  repeat(rows, 1, [row, moves.map(([address, stride]) => advance(address, stride.get))]);

/**
 * (from, to, bytes, rows, stride of from, stride of to): copies rows of so many bytes. With a stride of 0 one row fills many, and rows of
 * one pixel are a column. Rows of at least 16 bytes end with a vector that overlaps the one before.
 */
export const copyRows: WasmFunction = {
  parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
  body: ([from = missing(), to = missing(), bytes = missing(), rows = missing(), ...strides], local) => {
    const [fromStride = missing(), toStride = missing()] = strides;
    const [source, target, rest] = [local("i32"), local("i32"), local("i32")];
    const step = (size: number, code: Code): Code =>
      repeat(rest, size, [code, advance(source, size), advance(target, size)]);
    const vector = store(target.get, load(source.get));
    const tail = store(
      op("i32.sub", beyond(to, bytes), i32(VECTOR)),
      load(op("i32.sub", beyond(from, bytes), i32(VECTOR))),
    );
    return overRows(
      rows,
      [
        [from, fromStride],
        [to, toStride],
      ],
      [
        source.set(from.get),
        target.set(to.get),
        rest.set(bytes.get),
        when(op("i32.ge_u", bytes.get, i32(VECTOR)), [step(VECTOR, vector), tail, rest.set(i32(0))]),
        step(4, storeI32(target.get, loadI32(source.get))),
        step(1, storeByte(target.get, loadByte(source.get))),
      ],
    );
  },
};

/** (from, to, values, rows, stride of from, stride of to): copies rows of so many values of `bytes` bytes, each from right to left. */
const flipRows = (bytes: 1 | 4): WasmFunction => ({
  parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
  body: ([from = missing(), to = missing(), values = missing(), rows = missing(), ...strides], local) => {
    const [fromStride = missing(), toStride = missing()] = strides;
    const [end, target, rest, vector] = [local("i32"), local("i32"), local("i32"), local("v128")];
    const perVector = VECTOR / bytes;
    const reversed =
      bytes === 1
        ? shuffleBytes(
            vector.get,
            vector.get,
            Array.from({ length: VECTOR }, (_, i) => VECTOR - 1 - i),
          )
        : shuffle32(vector.get, vector.get, [3, 2, 1, 0]);
    const size = op("i32.mul", values.get, i32(bytes));
    const one =
      bytes === 1
        ? storeByte(target.get, loadByte(behind(end, bytes)))
        : storeI32(target.get, loadI32(behind(end, bytes)));
    return overRows(
      rows,
      [
        [from, fromStride],
        [to, toStride],
      ],
      [
        end.set(op("i32.add", from.get, size)),
        target.set(to.get),
        rest.set(values.get),
        when(op("i32.ge_u", values.get, i32(perVector)), [
          repeat(rest, perVector, [
            vector.set(load(behind(end, VECTOR))),
            store(target.get, reversed),
            advance(end, -VECTOR),
            advance(target, VECTOR),
          ]),
          vector.set(load(from.get)),
          store(op("i32.sub", op("i32.add", to.get, size), i32(VECTOR)), reversed),
          rest.set(i32(0)),
        ]),
        repeat(rest, 1, [one, advance(end, -bytes), advance(target, bytes)]),
      ],
    );
  },
});

export const copyKernels = { copyRows, flipRows8: flipRows(1), flipRows32: flipRows(4) } as const;
