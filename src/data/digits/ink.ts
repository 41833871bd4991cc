import { missing } from "../../missing.js";

/** How the pen meets the paper: radius in pixels and darkness 0 to 1 at both ends of a stroke, and edge softness. */
export interface Pen {
  readonly startRadius: number;
  readonly endRadius: number;
  readonly startInk: number;
  readonly endInk: number;
  /** Width in pixels over which the edge of the stroke fades. */
  readonly softness: number;
}

/**
 * Draws a polyline x₀, y₀, x₁, y₁, … (pixels) into a square canvas of inks 0 to 1. Each pixel takes the darkest of
 * ink · clamp(½ + (radius − distance) / softness, 0, 1) over the pieces, which anti-aliases without seams.
 */
export const drawStroke = (canvas: Float32Array, side: number, line: readonly number[], pen: Pen): void => {
  const pieces = line.length / 2 - 1;
  for (let piece = 0; piece < pieces; piece++) {
    const x0 = line[2 * piece] ?? missing();
    const y0 = line[2 * piece + 1] ?? missing();
    const dx = (line[2 * piece + 2] ?? missing()) - x0;
    const dy = (line[2 * piece + 3] ?? missing()) - y0;
    const length2 = dx * dx + dy * dy || 1;
    const along = (piece + 0.5) / pieces;
    const radius = pen.startRadius + (pen.endRadius - pen.startRadius) * along;
    const ink = pen.startInk + (pen.endInk - pen.startInk) * along;
    const reach = radius + pen.softness / 2;
    const left = Math.max(0, Math.ceil(Math.min(x0, x0 + dx) - reach));
    const right = Math.min(side - 1, Math.floor(Math.max(x0, x0 + dx) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y0 + dy) - reach));
    const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y0 + dy) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2));
        const ex = x - x0 - t * dx;
        const ey = y - y0 - t * dy;
        const cover = 0.5 + (radius - Math.sqrt(ex * ex + ey * ey)) / pen.softness;
        const value = cover >= 1 ? ink : cover * ink;
        const pixel = y * side + x;
        if (value > (canvas[pixel] ?? missing())) canvas[pixel] = value;
      }
    }
  }
};
