import { missing } from "../../missing.js";
import type { Canvas } from "./canvas.js";

/**
 * Makes a picture a whole number of times smaller, each pixel the mean of a square, before it is looked up at points further apart than
 * its pixels: between them they would see some pixels and pass over others. Squares at the right and lower edge are what is left there.
 */
export const shrink = (canvas: Canvas, factor: number): void => {
  const { bytes, workspace } = canvas;
  const values = bytes === 1 ? workspace.uint8 : workspace.float32;
  const size = { width: Math.ceil(canvas.width / factor), height: Math.ceil(canvas.height / factor) };
  const target = canvas.planesOf(size);
  const sums = new Float64Array(size.width);
  for (let c = 0; c < canvas.channels; c++) {
    const [from, to] = [canvas.plane(c) / bytes, canvas.plane(c, target) / bytes];
    for (let row = 0; row < size.height; row++) {
      const rows = Math.min(factor, canvas.height - row * factor);
      sums.fill(0);
      for (let i = 0; i < rows; i++) {
        const start = from + (row * factor + i) * canvas.width;
        for (let j = 0, k = 0, column = 0; j < canvas.width; j++) {
          sums[column] = (sums[column] ?? missing()) + (values[start + j] ?? missing());
          if (++k === factor) {
            k = 0;
            column++;
          }
        }
      }
      for (let column = 0; column < size.width; column++) {
        const count = rows * Math.min(factor, canvas.width - column * factor);
        const mean = (sums[column] ?? missing()) / count;
        values[to + row * size.width + column] = bytes === 1 ? Math.round(mean) : mean;
      }
    }
  }
  canvas.becomes(target, size);
};
