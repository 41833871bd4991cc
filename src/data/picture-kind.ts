import { missing } from "../missing.js";
import { type Dataset, type ImageLayout, soleInput } from "./dataset.js";
import { findInk, type Ink, inkSize } from "./ink.js";
import { readRows, soleFloats } from "./rows.js";

/** Where strokes lie in pictures of one kind, in pixels. */
export interface InkPlacement {
  /** Strokes that are brighter than their ground, as MNIST's, or darker. */
  readonly tone: "bright" | "dark";
  /** The longer side of the rectangle around the strokes: the usual one, and the range of nearly all. */
  readonly size: number;
  readonly sizes: readonly [low: number, high: number];
  /** Where the centre of mass lies on average, and how far from there it is in nearly all. */
  readonly centre: readonly [x: number, y: number];
  readonly spread: number;
}

/** What a network expects of a picture: what the pictures were that it was trained on. */
export interface PictureKind extends ImageLayout {
  /** What black and white are as numbers. */
  readonly range: readonly [black: number, white: number];
  /** For pictures of strokes on a plain ground; absent for all others, which are taken whole. */
  readonly ink?: InkPlacement;
}

/** MNIST's pictures: bright ink on black, 20 of 28 pixels large, its centre of mass in the middle. */
export const mnistKind = (layout: ImageLayout): PictureKind => {
  const size = Math.round((20 / 28) * Math.min(layout.width, layout.height));
  const centre = [layout.width / 2, layout.height / 2] as const;
  return {
    ...layout,
    range: [0, 255],
    ink: { tone: "bright", size, sizes: [size - 2, size], centre, spread: 1 },
  };
};

/** Pictures looked at, spread over the dataset. */
const looked = 200;

/** The share of pictures that must be of a kind for all to be called so. */
const nearlyAll = 0.95;

/** What black and white are, from the lowest and highest values: one of the usual scales where they lie within it. */
const rangeOf = (low: number, high: number): readonly [number, number] => {
  if (low >= 0 && high <= 1) return [0, 1];
  if (low >= 0 && high <= 255) return [0, 255];
  if (low >= -1 && high <= 1) return [-1, 1];
  return [low, high];
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * sorted.length)] ?? missing();

const round = (value: number): number => Math.round(100 * value) / 100;

/** Where the ink lies in pictures that nearly all are strokes of one tone on a plain ground; undefined for others. */
const placementOf = (found: readonly (Ink | undefined)[]): InkPlacement | undefined => {
  const strokes = found.flatMap((ink) => (ink && ink.cover < 0.5 && ink.border < 0.25 ? [ink] : []));
  const of = (tone: Ink["tone"]) => strokes.filter((ink) => ink.tone === tone);
  const tone = (["bright", "dark"] as const).find((each) => of(each).length >= nearlyAll * found.length);
  if (tone === undefined) return undefined;
  const alike = of(tone);
  const sizes = alike.map(inkSize).sort((a, b) => a - b);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(alike.map(({ centre }) => centre.x)), mean(alike.map(({ centre }) => centre.y))];
  const away = alike.map(({ centre }) => Math.hypot(centre.x - x, centre.y - y)).sort((a, b) => a - b);
  return {
    tone,
    size: quantile(sizes, 0.5),
    sizes: [quantile(sizes, 1 - nearlyAll), quantile(sizes, nearlyAll)],
    centre: [round(x), round(y)],
    spread: round(quantile(away, nearlyAll)),
  };
};

/**
 * What the pictures of a dataset are, measured on some of them: their scale of values, and where strokes lie on a plain ground, if that
 * is what they show. Undefined for data that are no pictures.
 */
export const pictureKindOf = async (data: Dataset): Promise<PictureKind | undefined> => {
  const { size } = data;
  const {
    field: { image },
    size: width,
  } = soleInput(data);
  if (!image) return undefined;
  const count = Math.min(looked, size);
  const rows = await readRows(
    data,
    Array.from({ length: count }, (_, i) => Math.floor((i * size) / count)),
  );
  const inputs = soleFloats(rows.inputs);
  const [low, high] = inputs.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const range = rangeOf(low, high);
  if (image.channels !== 1) return { ...image, range };
  const [black, white] = range;
  const pictures = Array.from({ length: count }, (_, i) => ({
    width: image.width,
    height: image.height,
    pixels: inputs
      .subarray(i * width, (i + 1) * width)
      .map((v) => (255 * (v - black)) / (white - black || 1)),
  }));
  const ink = placementOf(pictures.map(findInk));
  return ink ? { ...image, range, ink } : { ...image, range };
};
