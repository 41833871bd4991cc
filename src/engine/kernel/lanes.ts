import type { Lanes } from "../../graph/lanes.js";
import { type Code, f32x4, op } from "./wasm.js";

const one = f32x4(1);

/** Four elements at once, in WebAssembly SIMD; what is true has all bits set, what is not none. */
export const lanes: Lanes<Code> = {
  number: f32x4,
  add: (a, b) => op("f32x4.add", a, b),
  sub: (a, b) => op("f32x4.sub", a, b),
  mul: (a, b) => op("f32x4.mul", a, b),
  div: (a, b) => op("f32x4.div", a, b),
  neg: (x) => op("f32x4.neg", x),
  abs: (x) => op("f32x4.abs", x),
  sqrt: (x) => op("f32x4.sqrt", x),
  // One instruction, where f32x4.min and f32x4.max are ten.
  lesser: (a, b) => op("f32x4.pmin", a, b),
  greater: (a, b) => op("f32x4.pmax", a, b),
  isEqual: (a, b) => op("f32x4.eq", a, b),
  isGreater: (a, b) => op("f32x4.gt", a, b),
  isGreaterOrEqual: (a, b) => op("f32x4.ge", a, b),
  isLess: (a, b) => op("f32x4.lt", a, b),
  isLessOrEqual: (a, b) => op("f32x4.le", a, b),
  and: (a, b) => op("v128.and", a, b),
  not: (x) => op("v128.not", x),
  select: (truth, a, b) => op("v128.bitselect", a, b, truth),
  indicator: (truth) => op("v128.and", truth, one),
};
