import type { RenderFunction } from "@observablehq/plot";
import { missing } from "../missing.js";

/** A name to stand beside the last point of a line. */
export interface EndLabel {
  readonly name: string;
  readonly colour: string;
  /** The value at the end of the line. */
  readonly y: number;
}

const lineHeight = 15;

/** Moves positions apart by at least `gap`, keeping their order and staying between `low` and `high` where there is room. */
export const spread = (wanted: readonly number[], gap: number, low: number, high: number): number[] => {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? missing()) - (wanted[b] ?? missing()));
  const placed = new Array<number>(wanted.length).fill(0);
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(wanted[i] ?? missing(), floor);
    floor = (placed[i] ?? missing()) + gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] ?? missing(), ceiling);
    ceiling = (placed[i] ?? missing()) - gap;
  }
  return placed;
};

/** A mark that writes names in the right margin, each level with its line's end and none over another. */
export const endLabels =
  (labels: readonly EndLabel[]): RenderFunction =>
  (_index, scales, _channels, { width, height, marginTop, marginBottom, marginRight }, { document }) => {
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.setAttribute("text-anchor", "start");
    const wanted = labels.map(({ y }) => Number(scales.y?.(y)));
    const ys = spread(wanted, lineHeight, marginTop + 4, height - marginBottom);
    labels.forEach(({ name, colour }, i) => {
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.setAttribute("x", String(width - marginRight + 8));
      text.setAttribute("y", String(Math.round(((ys[i] ?? missing()) + 4) * 10) / 10));
      text.setAttribute("fill", colour);
      text.setAttribute("font-weight", "600");
      text.textContent = name;
      group.append(text);
    });
    return group;
  };
