import { missing } from "../../missing.js";
import { random, streamKey } from "../../random/random.js";
import type { Operation } from "../operation.js";
import type { Canvas } from "./canvas.js";

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** Keeps so many of eight bits: of a float32, so many levels from black to white. */
export const runPosterise = (canvas: Canvas, { bits }: Of<"posterise">): void => {
  const { kernels, bytes, black, white } = canvas;
  const levels = 2 ** bits;
  canvas.eachPlane((from, to, values) =>
    bytes === 1
      ? kernels.bits8(from, to, values, 256 - 256 / levels, 0)
      : kernels.steps32(from, to, values, black, levels / (white - black), levels - 1),
  );
};

export const runSolarise = (canvas: Canvas, { threshold }: Of<"solarise">): void => {
  const { kernels, bytes, black, white } = canvas;
  const least = black + threshold * (white - black);
  canvas.eachPlane((from, to, values) =>
    bytes === 1
      ? kernels.solarise8(from, to, values, Math.ceil(least))
      : kernels.solarise32(from, to, values, least, black + white),
  );
};

/** The least and the largest value of a channel. */
const extremes = ({ kernels, workspace, bytes, values }: Canvas, plane: number, scratch: number) => {
  const array = bytes === 1 ? workspace.uint8 : workspace.float32;
  const lanes = 16 / bytes;
  const whole = values - (values % lanes);
  let [low, high] = [Infinity, -Infinity];
  const include = (value: number = missing()) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  if (whole > 0) {
    (bytes === 1 ? kernels.range8 : kernels.range32)(plane, whole, scratch);
    for (let i = 0; i < 2 * lanes; i++) include(array[scratch / bytes + i]);
  }
  for (let i = whole; i < values; i++) include(array[plane / bytes + i]);
  return { low, high };
};

/** Each channel from black to white; one of a single value stays. */
export const runAutocontrast = (canvas: Canvas): void => {
  const { kernels, bytes, black, white, workspace } = canvas;
  const scratch = workspace.take(32);
  canvas.eachPlane((from, to, values) => {
    const { low, high } = extremes(canvas, from, scratch);
    const factor = high > low ? (white - black) / (high - low) : 1;
    const offset = high > low ? black - factor * low : 0;
    if (bytes === 4) kernels.scale32(from, to, values, factor, offset, black, white);
    else lookUp(canvas, from, to, values, (x) => Math.round(Math.min(Math.max(factor * x + offset, 0), 255)));
  });
};

/** Replaces each byte x of a channel by `table(x)`, a byte. */
const lookUp = (
  { workspace, kernels }: Canvas,
  from: number,
  to: number,
  values: number,
  table: (x: number) => number,
) => {
  const address = workspace.take(256);
  for (let x = 0; x < 256; x++) workspace.uint8[address + x] = table(x);
  kernels.lookUp8(from, to, values, address);
};

/** Where each byte goes so that all are equally frequent, as Pillow does it; undefined where it cannot. */
const equalising = (counts: Int32Array): Uint8Array | undefined => {
  let [all, last, different] = [0, 0, 0];
  for (const count of counts) {
    if (count === 0) continue;
    all += count;
    last = count;
    different++;
  }
  const step = Math.floor((all - last) / 255);
  if (different < 2 || step === 0) return undefined;
  const table = new Uint8Array(256);
  let sum = Math.floor(step / 2);
  counts.forEach((count, x) => {
    table[x] = Math.min(255, Math.floor(sum / step));
    sum += count;
  });
  return table;
};

const equaliseBytes = (canvas: Canvas, from: number, to: number, values: number): void => {
  const { workspace, kernels } = canvas;
  const tables = workspace.take(4096);
  workspace.uint8.fill(0, tables, tables + 4096);
  kernels.histogram8(from, values, tables);
  const counts = new Int32Array(256);
  const at = (i: number) => workspace.int32[tables / 4 + i] ?? missing();
  for (let x = 0; x < 256; x++) counts[x] = at(x) + at(x + 256) + at(x + 512) + at(x + 768);
  const table = equalising(counts);
  lookUp(canvas, from, to, values, table ? (x) => table[x] ?? missing() : (x) => x);
};

/** All values of a channel equally frequent; float32 are taken as bytes for it. */
export const runEqualise = (canvas: Canvas): void => {
  const { kernels, bytes, black, white, workspace } = canvas;
  if (bytes === 1) {
    canvas.eachPlane((from, to, values) => equaliseBytes(canvas, from, to, values));
    return;
  }
  const [wide, narrow] = [workspace.take(4 * canvas.values), workspace.take(canvas.values)];
  const scale = 255 / (white - black);
  canvas.eachPlane((from, to, values) => {
    kernels.scale32(from, wide, values, scale, -black * scale, 0, 255);
    kernels.narrow(wide, narrow, values, 1, 0, 0, 0, 255);
    equaliseBytes(canvas, narrow, narrow, values);
    kernels.widen(narrow, wide, values, 1, 0, 0, 0, 255);
    kernels.scale32(wide, to, values, 1 / scale, black, black, white);
  });
};

/** Adds normal noise, the same in a picture of bytes and of float32 that are alike. */
export const runNoise = (canvas: Canvas, { deviation, word }: Of<"noise">): void => {
  const { kernels, bytes, black, white, workspace } = canvas;
  const quantiles = workspace.quantiles();
  const perPlane = Math.ceil(canvas.values / 8) * 4;
  const words = workspace.take(4 * perPlane * canvas.channels);
  kernels.randomWords(words, perPlane * canvas.channels, 0, 0, 0, ...streamKey(word, "noise of a picture"));
  const kernel = bytes === 1 ? kernels.noise8 : kernels.noise32;
  let next = words;
  canvas.eachPlane((from, to, values) => {
    kernel(from, to, values, next, quantiles, deviation * (white - black), black, white);
    next += 4 * perPlane;
  });
};

/** Fills a rectangle. */
export const runErase = (canvas: Canvas, operation: Of<"erase">): void => {
  const { kernels, bytes, black, white, workspace, width, height } = canvas;
  const left = Math.round(operation.left * width);
  const top = Math.round(operation.top * height);
  const columns = Math.round((operation.left + operation.width) * width) - left;
  const rows = Math.round((operation.top + operation.height) * height) - top;
  const target = canvas.writable();
  if (canvas.planes !== target)
    canvas.eachPlane((from, to, values) => kernels.copyRows(from, to, values * bytes, 1, 0, 0));
  if (columns < 1 || rows < 1) return;
  const array = bytes === 1 ? workspace.uint8 : workspace.float32;
  const { fill } = operation;
  const value = (share: number) => black + share * (white - black);
  const number = typeof fill === "number" ? columns : columns * rows * canvas.channels;
  const source = workspace.take(number * bytes);
  const draws = typeof fill === "number" ? undefined : random(fill.word, "erased part of a picture");
  for (let i = 0; i < number; i++) {
    const filled = value(draws ? draws.uniform() : Number(fill));
    array[source / bytes + i] = bytes === 1 ? Math.round(filled) : filled;
  }
  for (let c = 0; c < canvas.channels; c++) {
    const place = canvas.plane(c) + (top * width + left) * bytes;
    const from = draws ? source + c * rows * columns * bytes : source;
    kernels.copyRows(from, place, columns * bytes, rows, draws ? columns * bytes : 0, width * bytes);
  }
};
