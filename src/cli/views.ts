import type { ImageLayout } from "../data/dataset.js";
import { UsageError } from "../errors.js";
import { missing } from "../missing.js";
import type { ViewsOptions } from "../nn/index.js";

/** "flip,shift": the views of `--tta`. */
export const viewsFrom = (text: string): ViewsOptions | undefined => {
  if (text === "none") return undefined;
  const words = text.split(",");
  const unknown = words.find((word) => word !== "flip" && word !== "shift");
  if (unknown !== undefined)
    throw new UsageError(`--tta ${text}: give "flip", "shift", "flip,shift" or "none"`);
  return { flip: words.includes("flip"), shift: words.includes("shift") ? 1 : 0 };
};

export const viewsText = ({ flip, shift }: ViewsOptions): string =>
  [...(flip ? ["flip"] : []), ...(shift ? ["shift"] : [])].join(",");

/** A picture as a model sees it, and how much its answer to it counts. */
export interface View {
  readonly pixels: Float32Array;
  readonly weight: number;
}

/** The place before an edge where the mirrored row or column beyond it comes from. */
const reflected = (i: number, size: number): number => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);

/** Every pixel from another place. */
const from = (
  pixels: Float32Array,
  { width, height }: ImageLayout,
  column: (x: number) => number,
  row: (y: number) => number,
): Float32Array =>
  pixels.map((_, i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    return pixels[i + (row(y) - y) * width + column(x) - x] ?? missing();
  });

/** The views of a picture, channel by channel, over which `averagedViews` answers. */
export const viewsOf = (
  pixels: Float32Array,
  layout: ImageLayout,
  { flip = false, shift = 0 }: ViewsOptions,
): readonly View[] => {
  const { width, height } = layout;
  const moved = (by: number): View => ({
    pixels: from(
      pixels,
      layout,
      (x) => reflected(x - by, width),
      (y) => reflected(y - by, height),
    ),
    weight: 1 / 4,
  });
  const places =
    shift === 0 ? [{ pixels, weight: 1 }] : [{ pixels, weight: 1 / 2 }, moved(shift), moved(-shift)];
  if (!flip) return places;
  return places.flatMap((view) => {
    const weight = view.weight / 2;
    const mirrored = from(
      view.pixels,
      layout,
      (x) => width - 1 - x,
      (y) => y,
    );
    return [
      { ...view, weight },
      { pixels: mirrored, weight },
    ];
  });
};
