import { type Code, type Local, op, type WasmFunction } from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { add, divide, floor, least, most, multiply, number, subtract } from "./lanes.js";
import { pixelwise } from "./pixelwise.js";
import type { Storage } from "./storage.js";

/**
 * The hue turned by a number of sixths. With M the largest and m the smallest of r, g, b, c = M − m, and the hue h in sixths, the channels
 * are M − c·clip(min(k, 4 − k), 0, 1) where k = (n + h) mod 6, n = 5, 3, 1 for r, g, b; so only h has to be known.
 */
export const turnHue = (storage: Storage): WasmFunction =>
  pixelwise(storage, 1, ([r, g, b], [turn = missing()], local) => {
    const [largest, chroma, inverse, hue, k] = [local(), local(), local(), local(), local()];
    const choose = (condition: Code, yes: Code, no: Code): Code => op("v128.bitselect", yes, no, condition);
    const sixth = (a: Local, c: Local): Code => multiply(subtract(a.get, c.get), inverse.get);
    const channel = (n: number): Code => [
      k.set(add(hue.get, number(n))),
      k.set(subtract(k.get, multiply(number(6), floor(multiply(k.get, number(1 / 6)))))),
      subtract(
        largest.get,
        multiply(chroma.get, most(least(least(k.get, subtract(number(4), k.get)), number(1)), number(0))),
      ),
    ];
    return {
      prepare: [
        largest.set(op("f32x4.pmax", op("f32x4.pmax", r.get, g.get), b.get)),
        chroma.set(subtract(largest.get, op("f32x4.pmin", op("f32x4.pmin", r.get, g.get), b.get))),
        inverse.set(divide(number(1), most(chroma.get, number(1e-20)))),
        hue.set(
          add(
            turn,
            choose(
              op("f32x4.eq", largest.get, r.get),
              sixth(g, b),
              choose(
                op("f32x4.eq", largest.get, g.get),
                add(sixth(b, r), number(2)),
                add(sixth(r, g), number(4)),
              ),
            ),
          ),
        ),
      ],
      rgb: [channel(5), channel(3), channel(1)],
    };
  });
