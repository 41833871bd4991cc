import {
  type Code,
  i32,
  type Local,
  loadSplat,
  op,
  repeat,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { advance } from "./lanes.js";
import type { Storage } from "./storage.js";

/** A kernel from three planes to three: (three planes, three planes, values, numbers), the numbers lying in memory. */
export const pixelwise = (
  storage: Storage,
  count: number,
  value: (
    rgb: readonly [Local, Local, Local],
    numbers: readonly Code[],
    local: () => Local,
  ) => {
    prepare: Code;
    rgb: readonly Code[];
  },
): WasmFunction => ({
  parameters: Array.from({ length: 8 }, () => "i32" as const),
  body: (parameters, local) => {
    const [from, to] = [parameters.slice(0, 3), parameters.slice(3, 6)];
    const [values = missing(), numbers = missing()] = parameters.slice(6);
    const vector = () => local("v128");
    const splatted = Array.from({ length: count }, vector);
    const rgb = [vector(), vector(), vector()] as const;
    const result = value(
      rgb,
      splatted.map(({ get }) => get),
      vector,
    );
    return [
      splatted.map((variable, i) => variable.set(loadSplat(op("i32.add", numbers.get, i32(4 * i))))),
      values.set(op("i32.add", values.get, i32(3))),
      repeat(values, 4, [
        rgb.map((channel, c) => channel.set(storage.load((from[c] ?? missing()).get))),
        result.prepare,
        result.rgb.map((channel, c) => storage.store((to[c] ?? missing()).get, channel)),
        [...from, ...to].map((plane) => advance(plane, 4 * storage.bytes)),
      ]),
    ];
  },
});
