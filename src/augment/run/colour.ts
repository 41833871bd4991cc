import { missing } from "../../missing.js";
import type { Operation } from "../operation.js";
import type { Canvas } from "./canvas.js";

/** ITU-R BT.601, as in all that speaks of grey here. */
export const GREY = [0.299, 0.587, 0.114] as const;

/**
 * x ↦ own·x + grey·(the pixel's grey) + offset: what brightness, contrast, saturation, grey and inversion are, and what any of them after
 * another is again. So a run of them goes over the pixels once, and is rounded and cut off at black and white once.
 */
export interface Tone {
  readonly own: number;
  readonly grey: number;
  readonly offset: number;
}

export const plainTone: Tone = { own: 1, grey: 0, offset: 0 };

/** A tone followed by another operation. `mean` gives the mean grey of the picture before the tone. */
export const toned = (
  { own, grey, offset }: Tone,
  operation: Extract<Operation, { kind: "blend" | "invert" }>,
  { black, white }: { readonly black: number; readonly white: number },
  mean: () => number,
): Tone => {
  if (operation.kind === "invert") return { own: -own, grey: -grey, offset: black + white - offset };
  const { factor, with: other } = operation;
  const rest = 1 - factor;
  const blended = { own: factor * own, grey: factor * grey, offset: factor * offset };
  if (other === "black") return { ...blended, offset: blended.offset + rest * black };
  // The weights of grey sum to 1, so the grey of a toned pixel is its tone as well: (own + grey)·(its grey) + offset.
  if (other === "mean")
    return { ...blended, offset: blended.offset + rest * ((own + grey) * mean() + offset) };
  return { own: blended.own, grey: blended.grey + rest * (own + grey), offset };
};

/** The mean of a channel. */
const meanOf = ({ kernels, workspace, bytes, values }: Canvas, plane: number): number => {
  const whole = values - (values % (16 / bytes));
  const array = bytes === 1 ? workspace.uint8 : workspace.float32;
  let sum = bytes === 1 ? kernels.sum8(plane, whole) >>> 0 : kernels.sum32(plane, whole);
  for (let i = whole; i < values; i++) sum += array[plane / bytes + i] ?? missing();
  return sum / values;
};

/** The mean of the picture's grey. */
export const meanGrey = (canvas: Canvas): number => {
  const means = Array.from({ length: canvas.channels }, (_, c) => meanOf(canvas, canvas.plane(c)));
  const weights = canvas.channels === 3 ? GREY : means.map(() => 1 / canvas.channels);
  return means.reduce((sum, mean, c) => sum + mean * (weights[c] ?? missing()), 0);
};

/** Bits behind the point with which a number below 8, or a larger one, fits into 16 bits. */
const bitsFor = (largest: number): number =>
  Math.max(0, Math.min(12, 14 - Math.ceil(Math.log2(Math.max(largest, 1e-3)))));

/** Applies a tone in one pass. */
export const runTone = (canvas: Canvas, tone: Tone): void => {
  const { own, grey, offset } = tone;
  const { kernels, bytes, black, white } = canvas;
  if (own === 1 && grey === 0 && offset === 0) return;
  if (canvas.channels !== 3) {
    // The grey of a pixel without colours is the pixel.
    scale(canvas, own + grey, offset);
    return;
  }
  if (grey === 0) {
    scale(canvas, own, offset);
    return;
  }
  const { workspace } = canvas;
  const numbers = workspace.take(64);
  const target = canvas.writable();
  const at = (planes = canvas.planes) => [0, 1, 2].map((c) => canvas.plane(c, planes));
  const [r = 0, g = 0, b = 0] = at();
  const [toR = 0, toG = 0, toB = 0] = at(target);
  const rows = [0, 1, 2].map((i) => GREY.map((weight, j) => (i === j ? own : 0) + grey * weight));
  if (bytes === 4) {
    workspace.float32.set([...rows.flatMap((row) => [...row, offset]), black, white], numbers / 4);
    kernels.mix32(r, g, b, toR, toG, toB, canvas.values, numbers);
  } else {
    const bits = bitsFor(Math.max(...rows.flat().map(Math.abs)));
    const unit = 1 << bits;
    const fixed = rows.flatMap(([onR = 0, onG = 0, onB = 0]) => [
      (Math.round(onR * unit) & 0xffff) | (Math.round(onG * unit) << 16),
      Math.round(onB * unit) & 0xffff,
      Math.round(offset * unit + unit / 2),
    ]);
    workspace.int32.set(fixed, numbers / 4);
    kernels.mix8(r, g, b, toR, toG, toB, canvas.values, numbers, bits);
  }
  canvas.planes = target;
};

/** factor·x + offset for every value. */
const scale = (canvas: Canvas, factor: number, offset: number): void => {
  const { kernels, bytes, black, white } = canvas;
  if (bytes === 4) {
    canvas.eachPlane((from, to, values) => kernels.scale32(from, to, values, factor, offset, black, white));
  } else if (factor === -1 && offset === 255) {
    canvas.eachPlane((from, to, values) => kernels.bits8(from, to, values, 255, 255));
  } else {
    const bits = bitsFor(Math.abs(factor));
    const unit = 1 << bits;
    const [fixed, half] = [Math.round(factor * unit), Math.round(offset * unit + unit / 2)];
    canvas.eachPlane((from, to, values) => kernels.scale8(from, to, values, fixed, half, bits));
  }
};

/** Turns the hue of every pixel by a share of the circle. */
export const runHue = (canvas: Canvas, turn: number): void => {
  if (turn === 0 || canvas.channels !== 3) return;
  const numbers = canvas.workspace.take(16);
  canvas.workspace.float32[numbers / 4] = 6 * turn;
  const target = canvas.writable();
  const [r = 0, g = 0, b = 0] = [0, 1, 2].map((c) => canvas.plane(c));
  const [toR = 0, toG = 0, toB = 0] = [0, 1, 2].map((c) => canvas.plane(c, target));
  const kernel = canvas.bytes === 1 ? canvas.kernels.turnHue8 : canvas.kernels.turnHue32;
  kernel(r, g, b, toR, toG, toB, canvas.values, numbers);
  canvas.planes = target;
};
